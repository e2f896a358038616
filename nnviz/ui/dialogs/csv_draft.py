"""What a person has decided so far about a table in the import sheet, and what was only guessed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from nnviz.app.column_summary import ColumnProfile, column_profile
from nnviz.app.reloading import possible_tasks
from nnviz.data.casts import cast_column
from nnviz.data.column_split import ColumnSplit, SplitOffer
from nnviz.data.dataset import ImportChoices
from nnviz.data.features import DEFAULT_ENCODING, Encoding
from nnviz.data.infer import CHOSEN, Guess, Role, guess
from nnviz.data.table import KINDS, Column, Kind, Table
from nnviz.data.tasks import Task, guess_task
from nnviz.errors import UserError

# Cells and columns of a table that is guessed about anew while the person waits.
SMALL: Final = 300_000
FEW: Final = 1_000
TASK_LABELS: Final[dict[Task, str]] = {
    "binary": "Two classes",
    "multiclass": "Several classes",
    "regression": "A number (regression)",
}


class ImportDraft:
    """A table with its guess, the person's changes on top, and the choices that come of both.

    Attributes
    ----------
    table
        The table with the changed kinds applied, as far as that is quick.
    guess
        The latest guess.
    target, task
        What is predicted, and how; None where there is nothing to predict.
    split
        The column that makes the split, once it was chosen; None splits by chance.
    balanced
        Whether training is to weight the classes so that they count alike.
    stale
        Whether roles and warnings are still those guessed for another target: the table is too large to guess anew
        while the person waits, so that only the task is.
    """

    def __init__(self, table: Table, found: Guess, profiles: Mapping[str, ColumnProfile] | None = None) -> None:
        self._original = table
        self._roles: dict[str, Role] = {}
        self._kinds: dict[str, Kind] = {}
        self._encodings: dict[str, Encoding] = {}
        self._profiles: dict[tuple[str, Kind], ColumnProfile] = {
            (name, table.column(name).kind): profile for name, profile in (profiles or {}).items()
        }
        self.table = table
        self.guess = found
        self.target = found.target
        self.task = found.task
        self.split: ColumnSplit | None = None
        self.balanced = False
        self.stale = False
        self._own_target = False
        self._own_task = False
        self._seed = 0
        self._grouped: bool | None = None

    @property
    def small(self) -> bool:
        """Whether guesses and casts take no noticeable time."""
        return self.table.n_rows * self.table.n_columns <= SMALL and self.table.n_columns <= FEW

    @property
    def offer(self) -> SplitOffer | None:
        """A column that could make the split instead of chance."""
        offer = self.guess.split
        return offer if offer is not None and offer.split.column != self.target else None

    def column(self, name: str) -> Column:
        """Return a column as it is at present."""
        return self.table.column(name)

    def profile(self, name: str) -> ColumnProfile:
        """Return what a column looks like; it is looked at once for each kind."""
        column = self.table.column(name)
        key = (name, column.kind)
        if key not in self._profiles:
            self._profiles[key] = column_profile(column)
        return self._profiles[key]

    def kind(self, name: str) -> Kind:
        """Return a column's kind, the person's where there is one."""
        return self._kinds.get(name, self._original.column(name).kind)

    def role(self, name: str) -> Role:
        """Return what a column is used for."""
        if name == self.target:
            return "target"
        if self.split is not None and name == self.split.column:
            return "ignore"
        role = self._roles.get(name, self.guess.roles.get(name, "ignore"))
        return "feature" if role == "target" else role

    def reason(self, name: str) -> str:
        """Return why a column has its role, or ""."""
        if name == self.target:
            return self.guess.target_reason
        if self.split is not None and name == self.split.column:
            return "it makes the split"
        if name in self._roles:
            return "your choice"
        return self.guess.role_reasons.get(name, "") if self.guess.target != name else ""

    def encoding(self, name: str) -> Encoding:
        """Return how a feature is scaled or encoded."""
        return self._encodings.get(name, DEFAULT_ENCODING)

    def set_encoding(self, name: str, encoding: Encoding) -> None:
        """Scale or encode a feature otherwise."""
        self._encodings[name] = encoding
        if encoding == DEFAULT_ENCODING:
            del self._encodings[name]

    def set_role(self, name: str, role: Role) -> None:
        """Use a column for something else; the target only changes by naming another one."""
        if role == "target":
            self.set_target(name)
        elif name != self.target:
            self._roles[name] = role
            if role == "feature" and self.split is not None and self.split.column == name:
                self.split = None

    def set_split(self, split: ColumnSplit | None) -> None:
        """Let a column make the split, or chance."""
        self.split = split

    def set_target(self, name: str) -> None:
        """Predict another column; on a large table the guess is `stale` until `set_guess`."""
        if name == self.target:
            return
        self._own_target = True
        self._own_task = False
        self._roles.pop(name, None)
        if self.split is not None and self.split.column == name:
            self.split = None
        self.target = name
        if self.small:
            self.set_guess(guess(self.table, name))
        else:
            self.task, task_reason = guess_task(self.column(name))
            self.guess = replace(self.guess, target=name, target_reason=CHOSEN, task=self.task, task_reason=task_reason)
            self.stale = True

    def set_guess(self, found: Guess) -> None:
        """Take a new guess; one of a target that is no longer wanted is dropped."""
        if found.target != self.target:
            return
        self.guess = found
        self.stale = False
        if not self._own_task or self.task not in self.tasks():
            self.task = found.task
            self._own_task = False

    def set_task(self, task: Task) -> None:
        """Learn the target as something else than guessed."""
        self.task = task
        self._own_task = True

    def tasks(self) -> tuple[Task, ...]:
        """Return the tasks that the target's values allow."""
        return () if self.target is None else possible_tasks(self.column(self.target))

    def kinds(self, name: str) -> tuple[Kind, ...]:
        """Return the kinds that a person may try for a column; none for an empty one."""
        if self._original.column(name).kind == "empty":
            return ()
        return tuple(kind for kind in KINDS if kind != "empty")

    def set_kind(self, name: str, kind: Kind) -> None:
        """Read a column as another kind; on a large table its values change only when it is opened.

        Raises
        ------
        UserError
            If not one value can be of that kind; nothing has changed then.
        """
        original = self._original.column(name)
        if self.small:
            self.table = self.table.with_columns({name: cast_column(original, kind)})
        if kind == original.kind:
            self._kinds.pop(name, None)
        else:
            self._kinds[name] = kind
        if self.small:
            found = guess(self.table, self.target)
            self.target = found.target
            self.set_guess(found)

    def carry_over(self, earlier: "ImportDraft") -> None:
        """Keep the changes that were made before the file was read again, where the columns are still there."""
        self._take_kinds(earlier._kinds)  # noqa: SLF001 - of the same class
        if earlier._own_target and earlier.target is not None and earlier.target in self.table:  # noqa: SLF001
            self.set_target(earlier.target)
        for name, role in earlier._roles.items():  # noqa: SLF001
            if name in self.table:
                self.set_role(name, role)
        self._encodings = {n: e for n, e in earlier._encodings.items() if n in self.table}  # noqa: SLF001
        self.split = earlier.split if earlier.split is not None and earlier.split.column in self.table else None
        self.balanced = earlier.balanced

    def take(self, choices: ImportChoices) -> None:
        """Decide as before about the same content; the split's share is the pane's affair."""
        self._take_kinds(choices.kinds)
        if choices.target in self.table:
            self.set_target(choices.target)
            if choices.task in self.tasks() and choices.task != self.task:
                self.set_task(choices.task)
        for name, role in choices.roles.items():
            if name in self.table and role != "target" and role != self.role(name):
                self.set_role(name, role)
        self._encodings = {name: encoding for name, encoding in choices.encodings.items() if name in self.table}
        self.split = choices.split if choices.split is not None and choices.split.column in self.table else None
        self._seed, self._grouped = choices.seed, choices.grouped

    def _take_kinds(self, kinds: Mapping[str, Kind]) -> None:
        for name, kind in kinds.items():
            if name in self.table and kind in self.kinds(name):
                try:
                    self.set_kind(name, kind)
                except UserError:
                    continue  # read anew, the column no longer has such values

    def obstacle(self) -> str:
        """Return why these choices can't be opened, or ""."""
        if self.target is None:
            return f"There is no column to predict: {self.guess.target_reason}."
        if self.task is None:
            return f"{self.target} can't be predicted: {self.guess.task_reason}."
        if not any(self.role(column.name) == "feature" for column in self.table.columns):
            return "Give at least one column the role of a feature."
        return ""

    def choices(self, validation_fraction: float) -> ImportChoices:
        """Return the choices.

        Raises
        ------
        UserError
            If there is an obstacle.
        """
        if obstacle := self.obstacle():
            raise UserError(obstacle)
        if self.target is None or self.task is None:
            raise UserError("There is nothing to predict.")
        roles = {column.name: self.role(column.name) for column in self.table.columns}
        return ImportChoices(
            self.target,
            self.task,
            roles,
            dict(self._kinds),
            validation_fraction,
            self._seed,
            dict(self._encodings),
            self.split,
            self._grouped,
        )
