"""What a person decided about a table before it is made ready."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nnviz.data.column_split import ColumnSplit
from nnviz.data.features import Encoding
from nnviz.data.infer import Guess, Role
from nnviz.data.table import Kind
from nnviz.data.tasks import Task
from nnviz.errors import UserError


@dataclass(frozen=True, slots=True)
class ImportChoices:
    """What a person decided about a table; columns that ``roles`` does not name are ignored.

    Attributes
    ----------
    target, task
        What is learned, and as what.
    roles
        What each column is used for.
    kinds
        The columns that are read as another kind than the one found.
    validation_fraction, seed
        Of a split by chance: the share of the validation rows, 0 to below 1, and its seed.
    encodings
        By column name how a feature is scaled or encoded, where not by the defaults.
    split
        A column that makes the split instead of chance; it is not learned from.
    grouped
        Whether rows with the same inputs stay on one side of a split by chance; None keeps them together unless the
        table has only a few different inputs, each many times: to hold one of those back would hide it from training.
    """

    target: str
    task: Task
    roles: Mapping[str, Role]
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    validation_fraction: float = 0.25
    seed: int = 0
    encodings: Mapping[str, Encoding] = field(default_factory=dict)
    split: ColumnSplit | None = None
    grouped: bool | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.validation_fraction < 1:
            raise UserError("The validation share must be at least 0 and below 1.")
        if self.split is not None and self.split.column == self.target:
            raise UserError(f"The target {self.target} cannot make the split too.", "Choose another column for it.")


def choices_from_guess(guess: Guess, validation_fraction: float = 0.25, seed: int = 0) -> ImportChoices:
    """Return the choices that accept every guess; an offered split column is not among them, it is chosen by hand.

    Raises
    ------
    UserError
        If no target or no task could be guessed.
    """
    if guess.target is None:
        raise UserError(f"There is no column to predict: {guess.target_reason}.", "Choose a target.")
    if guess.task is None:
        raise UserError(f"{guess.target} cannot be predicted: {guess.task_reason}.", "Choose another target.")
    return ImportChoices(guess.target, guess.task, guess.roles, {}, validation_fraction, seed)
