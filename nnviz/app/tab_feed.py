"""Feeds the tab that is looked at: asks the run for what it needs, works it out in the background, hands it back."""

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from PySide6.QtCore import QObject, Signal

from nnviz.app.app_model import AppModel
from nnviz.app.jobs import Job
from nnviz.app.rows_view import full_probe, sample_probe
from nnviz.data.dataset import Dataset
from nnviz.errors import UserError
from nnviz.run.layer_history import LayerHistoryView
from nnviz.run.snapshot import Snapshot
from nnviz.run.watch import NOTHING_SEEN, NOTHING_WATCHED, RowsProbe, RowsResult, UpdateResult, Watch

INTERVAL: Final = 0.25  # seconds between two digests, unless the person changes what is shown

RowsWanted = Literal["none", "sample", "all"]


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What a tab's contents are made from.

    Attributes
    ----------
    dataset
        The data set.
    snapshot
        The newest moment of the present run; None before any.
    rows
        The newest answers to the rows that the tab wants; None before any.
    update
        The newest update that was looked at, if the tab wants any; None before it.
    layers
        How the layers were over all epochs, if the tab wants that.
    """

    dataset: Dataset
    snapshot: Snapshot | None = None
    rows: RowsResult | None = None
    update: UpdateResult | None = None
    layers: LayerHistoryView | None = None


@dataclass(frozen=True, slots=True)
class Wants:
    """What a tab is fed with.

    Attributes
    ----------
    rows
        The answers to no rows, to a sample, to all.
    update
        Now and then an update in full, and every moment of the run.
    layers
        The layers over all epochs.
    interval
        Seconds between two digests while the run goes on.
    """

    rows: RowsWanted = "none"
    update: bool = False
    layers: bool = False
    interval: float = INTERVAL


class Fed(Protocol):
    """A tab, as the feed sees it."""

    wants: Wants

    def digest(self, material: Material) -> Callable[[], Any] | None:
        """Return what makes the tab's contents in the background; None when there is nothing to make them from."""

    def take(self, contents: Any) -> None:
        """Show what was made."""

    def refuse(self, error: UserError) -> None:
        """Say why nothing could be made."""


class TabFeed(QObject):
    """Feeds one tab at a time; without one it asks the run for nothing."""

    failed = Signal(object, str)  # an unexpected exception, its report

    def __init__(self, model: AppModel, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic):
        super().__init__(parent)
        self._model = model
        self._clock = clock
        self._tab: Fed | None = None
        self._dataset: Dataset | None = model.dataset
        self._probes: dict[RowsWanted, RowsProbe | None] = {}
        self._snapshot: Snapshot | None = None
        self._rows: RowsResult | None = None
        self._layers_known: tuple[int, ...] = ()
        self._job: Job[Any] | None = None
        self._unwanted = False  # what the job that runs will bring
        self._due = 0.0
        self._stale = False
        model.runs.snapshot_ready.connect(self._on_snapshot)
        model.runs.config_changed.connect(self._on_config)
        model.dataset_changed.connect(self._on_dataset)

    def look(self, tab: Fed | None) -> None:
        """Feed another tab from now on, or none."""
        if tab is self._tab:
            return
        self._tab = tab
        self._layers_known = ()  # by another tab, if at all
        self._call_off()
        self._ask()
        self.again()

    def again(self) -> None:
        """Make the contents anew, as the person wants something else to be shown."""
        self._call_off()
        self._stale, self._due = True, 0.0

    def tick(self) -> None:
        """Make newer contents when they are due (once a frame)."""
        tab, dataset = self._tab, self._dataset
        if tab is None or dataset is None or not self._stale or self._job is not None:
            return
        if (now := self._clock()) < self._due:
            return
        self._stale, self._due = False, now + tab.wants.interval
        work = tab.digest(self._material(dataset, tab.wants))
        if work is not None:
            self._job = self._model.jobs.submit(
                "Preparing a tab",
                lambda _: work(),
                lambda contents: self._on_done(tab, contents),
                lambda error: self._on_failed(tab, error),
                quiet=True,
            )

    def _material(self, dataset: Dataset, wants: Wants) -> Material:
        rows = self._rows if self._rows is not None and self._rows.probe is self._probe(wants.rows) else None
        seen = NOTHING_SEEN if self._snapshot is None else self._snapshot.seen
        return Material(dataset, self._snapshot, rows, seen.update, seen.layers)

    def _call_off(self) -> None:
        # The next job waits until this one has ended: typing in a filter must not pile them up.
        self._unwanted = self._job is not None

    def _on_done(self, tab: Fed, contents: Any) -> None:
        self._job = None
        if not self._unwanted:
            tab.take(contents)
        self._unwanted = False

    def _on_failed(self, tab: Fed, error: BaseException) -> None:
        unwanted, self._job, self._unwanted = self._unwanted, None, False
        if isinstance(error, UserError):
            if not unwanted:
                tab.refuse(error)
        else:
            self.failed.emit(error, "".join(traceback.format_exception(error)))

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        seen, tab = snapshot.seen, self._tab
        if seen.rows is not None and seen.rows is not self._rows:
            self._rows = seen.rows
            self._stale = True
        if tab is None:
            return
        if tab.wants.layers and seen.layers is not None:
            known = (len(seen.layers), int(seen.layers.epochs[-1]) if len(seen.layers) else -1, snapshot.history.serial)
            self._stale |= known != self._layers_known
            self._layers_known = known
        self._stale |= tab.wants.update

    def _on_config(self, _config: object) -> None:
        self._snapshot = self._rows = None
        self._call_off()
        self._ask()

    def _on_dataset(self, dataset: Dataset | None) -> None:
        if dataset is not self._dataset:  # a change that was refused comes with the same one
            self._dataset = dataset
            self._probes.clear()
            self._on_config(None)
            self._stale = True

    def _probe(self, wanted: RowsWanted) -> RowsProbe | None:
        if wanted == "none" or self._dataset is None:
            return None
        if wanted not in self._probes:
            sample = sample_probe(self._dataset)
            self._probes["sample"] = sample
            self._probes["all"] = sample if sample.rows is None else full_probe(self._dataset)
        return self._probes[wanted]

    def _ask(self) -> None:
        runs, tab = self._model.runs, self._tab
        if tab is None:
            runs.watch = NOTHING_WATCHED
        else:
            runs.watch = Watch(self._probe(tab.wants.rows), tab.wants.update, tab.wants.layers)
        runs.refresh()
