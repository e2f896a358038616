"""The tabs below the curves: a bar of names, and the page of the one that is chosen, made when it is first shown."""

from collections.abc import Callable, Mapping
from typing import Final, cast

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import MLPConfig
from nnviz.run.state import RunState
from nnviz.ui.panels.tabs_page import INSET, TabPage
from nnviz.ui.style_sheet import tab_sheet
from nnviz.ui.theme import BODY, CAPTION, MEDIUM, Theme, font
from nnviz.ui.type_scale import hold
from nnviz.ui.widgets import horizontal_rule

BAR_HEIGHT: Final = 34
_LEAST_PAGE: Final = 100
_PREFERRED_PAGE: Final = 150
_BAR_INSET: Final = 4
# Type size, padding and gap of the tabs, from roomy to tight: the first that fits is taken.
_BAR_SIZES: Final = ((BODY, 8, 6), (BODY, 6, 2), (BODY, 4, 1), (CAPTION, 4, 1), (CAPTION, 2, 0))

PageMaker = Callable[[Theme], TabPage]


class TabsPanel(QWidget):
    """A bar of tabs and their pages.

    Parameters
    ----------
    theme
        The colours.
    makers
        By name, in order: the tab's title, its tooltip, and what makes its page.
    others
        By name: what makes the pages that stand in for those of tabs, see :meth:`stand_in`.

    Signals
    -------
    tab_changed(str)
        Another tab is shown.
    """

    tab_changed = Signal(str)

    def __init__(
        self,
        theme: Theme,
        makers: Mapping[str, tuple[str, str, PageMaker]],
        others: Mapping[str, PageMaker] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("tabs")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._makers = {name: maker for name, (_, _, maker) in makers.items()} | dict(others or {})
        self._stand_ins: dict[str, str] = {}
        self._made: dict[str, TabPage] = {}
        self._dataset: Dataset | None = None
        self._config: MLPConfig | None = None
        self._state: RunState | None = None
        self._row: int | None = None
        self.names = tuple(makers)
        self._last = self.names[0]
        self._fitted: tuple[float, int, int] | None = None
        self.bar = QTabBar()
        self.bar.setAccessibleName("Views of the run")
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(False)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        for index, (title, tip, _) in enumerate(makers.values()):
            self.bar.addTab(title)
            self.bar.setTabToolTip(index, f"{tip} (Ctrl {index + 1})")
        self.pages = QStackedWidget()
        top = self._top = QHBoxLayout()
        top.setContentsMargins(_BAR_INSET, 0, _BAR_INSET, 0)
        top.addWidget(self.bar)
        top.addStretch(1)
        head = QWidget()
        head.setProperty("surface", "none")
        head.setLayout(top)
        hold(head, height=BAR_HEIGHT - 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(horizontal_rule())
        column.addWidget(self.pages, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.bar.currentChanged.connect(self.settle)
        self.set_theme(theme)

    @property
    def current(self) -> str:
        """The name of the tab that is shown."""
        return self._last

    @property
    def page(self) -> TabPage:
        """The page of the tab that is shown."""
        return self.page_of(self._last)

    @property
    def shown(self) -> TabPage | None:
        """The page that can be seen: that of the tab before it while a stand-in is not yet made."""
        return cast("TabPage | None", self.pages.currentWidget())

    def page_of(self, name: str) -> TabPage:
        """Return a tab's page, or the one that stands in for it, which is made when it is first asked for."""
        name = self._stand_ins.get(name, name)
        if name not in self._made:
            page = self._made[name] = self._makers[name](self._theme)
            page.setAccessibleName(page.title)
            self.pages.addWidget(page)
            page.set_dataset(self._dataset)
            if self._config is not None:
                page.set_network(self._config)
            page.set_state(self._state)
            page.set_row(self._row)
        return self._made[name]

    def choose(self, name: str) -> None:
        """Show a tab; an unknown name shows the first."""
        self._last = name if name in self.names else self.names[0]
        self.bar.setCurrentIndex(self.names.index(self._last))
        self.settle()

    def settle(self) -> None:
        """Show the page of the tab; it is made if it was not yet shown."""
        self._last = self.names[self.bar.currentIndex()]
        shown = self.page_of(self._last)
        if self.pages.currentWidget() is not shown:
            self.pages.setCurrentWidget(shown)
            self.tab_changed.emit(self._last)

    def stand_in(self, name: str, other: str | None, title: str) -> bool:
        """Give a tab another title, and another page in place of its own; None gives it its own back.

        Returns whether that page stands: otherwise `settle` makes it, for which there is time later.
        """
        if other is None:
            self._stand_ins.pop(name, None)
        else:
            self._stand_ins[name] = other
        self.bar.setTabText(self.names.index(name), title)
        self._fit_bar()
        stands = name != self._last or self._stand_ins.get(name, name) in self._made
        if stands:
            self.settle()
        return stands

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the bar's tabs together where there is little room."""
        super().resizeEvent(event)
        self._fit_bar()

    def _fit_bar(self) -> None:
        titles = [self.bar.tabText(index) for index in range(self.bar.count())]
        for size, padding, gap in _BAR_SIZES:
            metrics = QFontMetricsF(font(size, MEDIUM))
            room = self.width() - (INSET - padding) - _BAR_INSET
            if sum(metrics.horizontalAdvance(title) + 2 * padding + gap + 2 for title in titles) <= room:
                break
        fitted = (size, padding, gap)
        if fitted != self._fitted:
            self._fitted = fitted
            self.bar.setStyleSheet(tab_sheet(self._theme, *fitted))
            # The first title begins where the titles of the other panels do.
            self._top.setContentsMargins(INSET - padding, 0, _BAR_INSET, 0)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        self._fitted = None
        self._fit_bar()
        for page in self._made.values():
            page.set_theme(theme)

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Tell every page of another data set."""
        self._dataset, self._config, self._row = dataset, None, None
        for page in self._made.values():
            page.set_dataset(dataset)

    def set_network(self, config: MLPConfig) -> None:
        """Tell every page of a network of another shape."""
        self._config = config
        for page in self._made.values():
            page.set_network(config)

    def set_state(self, state: RunState | None) -> None:
        """Tell every page where the run stands."""
        self._state = state
        for page in self._made.values():
            page.set_state(state)

    def set_row(self, row: int | None) -> None:
        """Tell every page which row is chosen."""
        self._row = row
        for page in self._made.values():
            page.set_row(row)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size in a column of 360 pixels."""
        return QSize(360, BAR_HEIGHT + _PREFERRED_PAGE)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the smallest size at which a page says anything."""
        return QSize(240, BAR_HEIGHT + _LEAST_PAGE)
