"""Shipped data sets opened without the import sheet, as one who knows them would accept it."""

from dataclasses import replace

from nnviz.data.choices import choices_from_guess
from nnviz.data.dataset import Dataset, build_dataset
from nnviz.data.infer import guess
from nnviz.data.shipped_datasets import SHIPPED, shipped_path


def sample_dataset(name: str) -> Dataset:
    """Read a shipped file and make it ready; for a background job.

    Parameters
    ----------
    name
        A key of ``SHIPPED``.

    Raises
    ------
    UserError
        If there is none of that name, or the installation lacks its file.
    """
    path = shipped_path(name)
    from nnviz.data.csv_reader import read_csv  # noqa: PLC0415 - needed with the first file, not for the first paint

    table = read_csv(path)
    shipped = SHIPPED[name]
    choices = choices_from_guess(guess(table, shipped.target))
    return build_dataset(table, replace(choices, task=shipped.task))
