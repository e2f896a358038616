"""Hands the neuron lens the activations over the decision map's plane, which not every moment brings."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nnviz.engine.mlp import MLPConfig
from nnviz.run.grids import GridResult
from nnviz.run.snapshot import Snapshot

if TYPE_CHECKING:
    from nnviz.app.app_model import AppModel
    from nnviz.ui.main_window import MainWindow
    from nnviz.ui.plots.lens_map import NeuronMap


class MapFeed(QObject):
    """Keeps the newest grid of the present network for a picture that may be made later."""

    def __init__(self, model: "AppModel", window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._grid: GridResult | None = None
        self._config: MLPConfig | None = None
        self._picture: NeuronMap | None = None
        model.runs.config_changed.connect(self._on_config)
        model.runs.snapshot_ready.connect(self._on_snapshot)

    def show_in(self, picture: "NeuronMap") -> None:
        """Show what comes, and what is there, in a picture."""
        self._picture = picture
        self._hand_over()

    def _on_config(self, config: MLPConfig) -> None:
        self._grid, self._config = None, config
        self._hand_over()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if snapshot.grid is not None:
            self._grid, self._config = snapshot.grid, snapshot.config
            self._hand_over()

    def _hand_over(self) -> None:
        if self._picture is None or self._config is None:
            return
        self._picture.set_grid(self._grid, self._config, self._window.decision.axes())
