"""What a person has decided so far about a table in the import sheet, and what was only guessed."""

from dataclasses import replace
from typing import Final

from nnviz.data.casts import cast_column
from nnviz.data.dataset import ImportChoices
from nnviz.data.infer import Guess, Role, guess
from nnviz.data.table import KINDS, Column, Kind, Table
from nnviz.data.tasks import MAX_CLASSES, Task, guess_task
from nnviz.errors import UserError

SMALL: Final = 300_000  # cells of a table that is guessed about anew while the person waits
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
    stale
        Whether roles and warnings are still those guessed for another target: the table is too large to guess anew
        while the person waits, so that only the task is.
    """

    def __init__(self, table: Table, found: Guess) -> None:
        self._original = table
        self._roles: dict[str, Role] = {}
        self._kinds: dict[str, Kind] = {}
        self.table = table
        self.guess = found
        self.target = found.target
        self.task = found.task
        self.stale = False
        self._own_target = False
        self._own_task = False

    @property
    def small(self) -> bool:
        """Whether guesses and casts take no noticeable time."""
        return self.table.n_rows * self.table.n_columns <= SMALL

    def column(self, name: str) -> Column:
        """Return a column as it is at present."""
        return self.table.column(name)

    def kind(self, name: str) -> Kind:
        """Return a column's kind, the person's where there is one."""
        return self._kinds.get(name, self._original.column(name).kind)

    def role(self, name: str) -> Role:
        """Return what a column is used for."""
        if name == self.target:
            return "target"
        role = self._roles.get(name, self.guess.roles.get(name, "ignore"))
        return "feature" if role == "target" else role

    def reason(self, name: str) -> str:
        """Return why a column has its role, or ""."""
        if name == self.target:
            return self.guess.target_reason
        if name in self._roles:
            return "your choice"
        return self.guess.role_reasons.get(name, "") if self.guess.target != name else ""

    def warnings(self) -> tuple[str, ...]:
        """Return the doubts about the file, then those about the guess."""
        return self._original.warnings + (() if self.stale else self.guess.warnings)

    def set_role(self, name: str, role: Role) -> None:
        """Use a column for something else; the target only changes by naming another one."""
        if role == "target":
            self.set_target(name)
        elif name != self.target:
            self._roles[name] = role

    def set_target(self, name: str) -> None:
        """Predict another column; on a large table the guess is `stale` until `set_guess`."""
        if name == self.target:
            return
        self._own_target = True
        self._own_task = False
        self._roles.pop(name, None)
        self.target = name
        if self.small:
            self.set_guess(guess(self.table, name))
        else:
            self.task, task_reason = guess_task(self.column(name))
            self.guess = replace(
                self.guess, target=name, target_reason="it was chosen", task=self.task, task_reason=task_reason
            )
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
        if self.target is None:
            return ()
        column = self.column(self.target)
        allowed: list[Task] = []
        if column.n_unique == 2:
            allowed.append("binary")
        if 2 < column.n_unique <= MAX_CLASSES:
            allowed.append("multiclass")
        if column.kind in {"integer", "float", "boolean"} and column.n_unique >= 2:
            allowed.append("regression")
        return tuple(allowed)

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
        for name, kind in earlier._kinds.items():  # noqa: SLF001 - of the same class
            if name in self.table and kind in self.kinds(name):
                try:
                    self.set_kind(name, kind)
                except UserError:
                    continue  # read anew, the column no longer has such values
        if earlier._own_target and earlier.target is not None and earlier.target in self.table:  # noqa: SLF001
            self.set_target(earlier.target)
        for name, role in earlier._roles.items():  # noqa: SLF001
            if name in self.table:
                self.set_role(name, role)

    def obstacle(self) -> str:
        """Return why these choices can't be opened, or ""."""
        if self.target is None:
            return f"There is no column to predict: {self.guess.target_reason}."
        if self.task is None:
            return f"{self.target} can't be predicted: {self.guess.task_reason}."
        if not any(self.role(column.name) == "feature" for column in self.table.columns):
            return "Give at least one column the role of a feature."
        return ""

    def choices(self, validation_fraction: float, seed: int = 0) -> ImportChoices:
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
        return ImportChoices(self.target, self.task, roles, dict(self._kinds), validation_fraction, seed)
