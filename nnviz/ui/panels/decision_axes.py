"""The two lists in which the map's plane is chosen: a column for each axis, the prediction, the components."""

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QStringListModel, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QSizePolicy, QWidget

from nnviz.data.dataset import Dataset
from nnviz.ui.panels.decision_parts import NameCombo, label
from nnviz.ui.text_parts import one_line
from nnviz.ui.type_scale import hold

COMPONENTS: Final = "Principal components"
MOST_COLUMNS: Final = 16  # of a data set with more, two columns say little and the components come first
_WIDEST, _COMPONENTS_WIDTH = 132, 156


@dataclass(frozen=True, slots=True)
class PlaneChoice:
    """Which plane was chosen: two columns, a column against the prediction, or the components without columns."""

    kind: Literal["columns", "curve", "components"]
    x: str = ""
    y: str | None = None


class AxisLists(QWidget):
    """Owns the two lists; the panel puts them, and their labels, into its header."""

    chosen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()  # only the lists are shown, in the header
        self._dataset: Dataset | None = None
        self._names = QStringListModel(self), QStringListModel(self)
        self._shown = (-1, -1)
        self.lists = self._combo("X", self._names[0]), self._combo("Y", self._names[1])
        self.labels = label("X", "caption"), label("Y", "caption")
        for name, combo in zip(self.labels, self.lists, strict=True):
            name.setBuddy(combo)  # where screen readers ask for a list's name
            name.setAccessibleName(combo.accessibleName())

    def _combo(self, name: str, names: QStringListModel) -> QComboBox:
        combo = NameCombo(self)
        combo.setModel(names)
        # Thousands of columns must not be measured to size the box.
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(1)
        combo.setProperty("compact", "true")
        combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        combo.setMaxVisibleItems(16)
        combo.setAccessibleName(f"Feature on the {name.lower()} axis")
        combo.setToolTip(f"What runs along the {name.lower()} axis")
        combo.currentIndexChanged.connect(lambda _: self._on_changed(combo))
        return combo

    @property
    def widgets(self) -> tuple[tuple[QLabel, QComboBox], ...]:
        """Each list with its label."""
        return tuple(zip(self.labels, self.lists, strict=True))

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Offer the columns of another data set: the first two on the axes, or of many columns the components."""
        self._dataset = dataset
        names = [] if dataset is None else [one_line(name, 60) for name in dataset.feature_names]
        further = [COMPONENTS] if dataset is not None and dataset.X.shape[1] > 2 else []
        curve = []
        if dataset is not None and dataset.task == "regression" and len(names) > 1:
            curve = [f"{one_line(dataset.choices.target, 50)} (predicted)"]
        for model, texts in zip(self._names, (names + further, names + curve), strict=True):
            self._quietly(lambda model=model, texts=texts: model.setStringList(texts))
        self.show_first()
        if len(names) > MOST_COLUMNS:
            self.choose_components()
        for combo in self.lists:
            combo.setEnabled(bool(names))

    def show_first(self) -> None:
        """Put the first two columns on the axes, without a signal."""
        count = 0 if self._dataset is None else len(self._dataset.feature_names)

        def choose() -> None:
            self.lists[0].setCurrentIndex(min(0, count - 1))
            self.lists[1].setCurrentIndex(1 if count > 1 else -1)

        self._quietly(choose)
        self._remember()

    def choose_components(self) -> None:
        """Show the principal components, without a signal."""
        self._quietly(lambda: self.lists[0].setCurrentIndex(self._names[0].rowCount() - 1))

    def choice(self) -> PlaneChoice | None:
        """Return which plane is chosen; None without a data set."""
        dataset = self._dataset
        if dataset is None:
            return None
        names = dataset.feature_names
        x, y = (combo.currentIndex() for combo in self.lists)
        if x >= len(names):
            return PlaneChoice("components")
        if len(names) == 1:
            return PlaneChoice("curve" if dataset.task == "regression" else "columns", names[0])
        return PlaneChoice("curve", names[x]) if y >= len(names) else PlaneChoice("columns", names[x], names[y])

    def set_shown(self, *, shown: bool, least_width: int) -> None:
        """Show what can be chosen, at least this wide, or nothing."""
        choice = self.choice()
        alone = self._dataset is not None and len(self._dataset.feature_names) == 1
        second = shown and not alone and (choice is None or choice.kind != "components")
        for (name, combo), visible in zip(self.widgets, (shown, second), strict=True):
            name.setVisible(visible and second)  # the components are no column on an axis
            combo.setVisible(visible)
            hold(combo, least_width=least_width)
            hold(combo, most_width=_WIDEST)
        if choice is not None and choice.kind == "components":
            hold(self.lists[0], least_width=_COMPONENTS_WIDTH, most_width=_COMPONENTS_WIDTH)

    def _quietly(self, change) -> None:  # type: ignore[no-untyped-def]
        for combo in self.lists:
            combo.blockSignals(True)
        change()
        for combo in self.lists:
            combo.blockSignals(False)

    def _remember(self) -> None:
        count = 0 if self._dataset is None else len(self._dataset.feature_names)
        x, y = (combo.currentIndex() for combo in self.lists)
        if x < count and y < count:
            self._shown = x, y

    def _on_changed(self, changed: QComboBox) -> None:
        if self._dataset is None:
            return
        count = len(self._dataset.feature_names)
        x, y = (combo.currentIndex() for combo in self.lists)
        if count > 1 and x == y:
            # The same feature twice is no plane: the other axis takes the feature that was given up.
            other = self.lists[1] if changed is self.lists[0] else self.lists[0]
            free = next(index for index in (*self._shown, *range(count)) if index != x and 0 <= index < count)
            self._quietly(lambda: other.setCurrentIndex(free))
        self._remember()
        self.chosen.emit()
