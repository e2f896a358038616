"""The real data sets that come with nnviz: where their files are and where the numbers come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from nnviz.data.tasks import Task
from nnviz.errors import UserError
from nnviz.resources import resource_path

_CC_BY: Final = "CC BY 4.0"
_UCI: Final = "UCI Machine Learning Repository"


@dataclass(frozen=True, slots=True)
class ShippedDataset:
    """A file under ``resources/datasets``.

    Attributes
    ----------
    name, label
        The key in ``SHIPPED``, which is also the file's name without its suffix; the name for people.
    about
        A paragraph: what was measured, on what, and what is to be learned.
    rows, columns
        How many the file has, the target among the columns.
    target, task
        What is learned, and as what.
    source
        Who collected it and where it was published.
    licence
        Under which terms it may be passed on.
    """

    name: str
    label: str
    about: str
    rows: int
    columns: int
    target: str
    task: Task
    source: str
    licence: str

    @property
    def path(self) -> Path:
        """Where the CSV file is.

        Raises
        ------
        UserError
            If the installation lacks it.
        """
        return resource_path(f"datasets/{self.name}.csv")


_ALL: Final = (
    ShippedDataset(
        "iris",
        "Iris",
        "Length and width of the sepals and petals of 150 iris flowers, in centimetres, fifty of each of three "
        "species. One species stands apart from the other two by its petals alone; those two touch, so that a network "
        "has a border to find. Ronald Fisher made the table famous in 1936, and it has been the first example of "
        "classification ever since.",
        150,
        5,
        "species",
        "multiclass",
        f"R. A. Fisher, The use of multiple measurements in taxonomic problems, 1936; {_UCI}",
        _CC_BY,
    ),
    ShippedDataset(
        "wine",
        "Wine",
        "Thirteen chemical measurements of 178 Italian wines from one region: alcohol, acids, minerals, colour and "
        "phenols. They were pressed from three cultivars of grape, and the cultivar is what is to be learned. The "
        "columns differ in size by a factor of a thousand, which shows why they are standardised.",
        178,
        14,
        "cultivar",
        "multiclass",
        f"M. Forina and others, PARVUS, Institute of Pharmaceutical and Food Analysis, Genoa, 1988; {_UCI}",
        _CC_BY,
    ),
    ShippedDataset(
        "breast_cancer",
        "Breast cancer",
        "Thirty measurements of the cell nuclei in images of 569 breast tumours: radius, texture, smoothness and so "
        "on, each as mean, standard error and worst value. The diagnosis, malignant or benign, is to be learned. Many "
        "columns say nearly the same, radius, perimeter and area above all, and a small network suffices.",
        569,
        31,
        "diagnosis",
        "binary",
        f"W. H. Wolberg, O. L. Mangasarian and W. N. Street, Wisconsin Diagnostic Breast Cancer, 1995; {_UCI}",
        _CC_BY,
    ),
    ShippedDataset(
        "diabetes",
        "Diabetes",
        "Age, sex, body mass index, blood pressure and six blood values of 442 people with diabetes, and how far the "
        "disease had advanced a year later, as a number from 25 to 346. That number is to be predicted. It can't be "
        "done well: half of its variation is not in these columns, so a large network only learns the rows by heart.",
        442,
        11,
        "progression",
        "regression",
        "B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, Least angle regression, 2004; as in scikit-learn",
        "No licence is stated by its authors; scikit-learn passes it on under BSD-3-Clause",
    ),
    ShippedDataset(
        "digits",
        "Digits",
        "Handwritten digits of 13 people, 1,797 images of 8 by 8 pixels, each pixel a number from 0 (paper) to 16 "
        "(ink). Which digit it is, 0 to 9, is to be learned. The smallest data set in which a network learns to see; "
        "pixels in the corners are nearly always empty, and three of them are the same in every image.",
        1797,
        65,
        "digit",
        "multiclass",
        f"E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, test part, 1998; {_UCI}",
        _CC_BY,
    ),
    ShippedDataset(
        "penguins",
        "Penguins",
        "Bill, flippers, weight, sex, island and year of 344 penguins near Palmer Station, Antarctica, of three "
        "species. The species is to be learned. Numbers and text are mixed and some values are missing, so it shows "
        "what becomes of both; two of the species live on one island each.",
        344,
        8,
        "species",
        "multiclass",
        "A. M. Horst, A. P. Hill and K. B. Gorman, palmerpenguins, 2020; measured by K. B. Gorman and Palmer Station "
        "LTER, 2007 to 2009",
        "CC0 1.0",
    ),
)
SHIPPED: Final[Mapping[str, ShippedDataset]] = MappingProxyType({shipped.name: shipped for shipped in _ALL})


def shipped_path(name: str) -> Path:
    """Return the CSV file of a shipped data set.

    Raises
    ------
    UserError
        If there is none of that name, or the installation lacks its file.
    """
    if name not in SHIPPED:
        raise UserError(f"There is no data set named {name}.", f"There are: {', '.join(SHIPPED)}.")
    return SHIPPED[name].path
