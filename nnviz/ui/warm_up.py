"""Loads what the person is likely to want first while nobody waits for it: a module at a time, between frames.

The first paint does without sheets, tabs and lenses. Loaded only when they are wanted, they would hold the window up
for a tenth of a second and more.
"""

import gc
import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.abc import InspectLoader
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from nnviz.app.frame_clock import FrameClock
from nnviz.app.jobs import JobContext, Jobs

BEGIN: Final = 90  # frames after the window was made: the first picture and the first data set go before
EVERY: Final = 2  # frames
# What others need before those that need it, so that no step takes long.
MODULES: Final = (
    "nnviz.data.tokenizer",
    "nnviz.data.layout",
    "nnviz.data.column_types",
    "nnviz.data.digits",
    "nnviz.data.column_builder",
    "nnviz.data.dialect",
    "nnviz.data.decoding",
    "nnviz.data.delimiters",
    "nnviz.data.file_bytes",
    "nnviz.data.find_form",
    "nnviz.data.judging",
    "nnviz.data.records",
    "nnviz.data.passes",
    "nnviz.data.csv_reader",
    "nnviz.ui.dialogs.csv_draft",
    "nnviz.ui.dialogs.csv_column_model",
    "nnviz.ui.dialogs.csv_columns",
    "nnviz.ui.dialogs.csv_dialect",
    "nnviz.ui.dialogs.csv_preview",
    "nnviz.ui.dialogs.csv_rejects",
    "nnviz.ui.dialogs.csv_target",
    "nnviz.ui.dialogs.csv_review",
    "nnviz.ui.dialogs.csv_import",
    "numpy.polynomial",
    "nnviz.run.folds",
    "nnviz.run.spread",
    "nnviz.run.task_pool",
    "nnviz.run.cross_validation",
    "nnviz.ui.plots.xy_chart",
    "nnviz.ui.panels.tabs_errors",
    "nnviz.engine.explain_difference",
    "nnviz.engine.explain_gradient",
    "nnviz.engine.explain_update",
    "nnviz.engine.explain_weight",
    "nnviz.engine.explain",
    "nnviz.app.lens_numbers",
    "nnviz.app.lens_sums",
    "nnviz.app.lens_paths",
    "nnviz.app.lens_update",
    "nnviz.app.lens_chain",
    "nnviz.app.lens_outcome",
    "nnviz.app.lens_forward",
    "nnviz.app.lens_build",
    "nnviz.app.lens_rows",
    "nnviz.app.lens_effect",
    "nnviz.ui.plots.lens_bars",
    "nnviz.ui.plots.lens_curve",
    "nnviz.ui.plots.lens_map",
    "nnviz.ui.panels.inspector_parts",
    "nnviz.ui.panels.inspector_chain",
    "nnviz.ui.panels.inspector",
    "nnviz.app.microscope_stage",
    "nnviz.engine.explain_rehearsal",
    "nnviz.app.microscope_rows",
    "nnviz.app.microscope_after",
    "nnviz.app.microscope",
    "nnviz.ui.panels.microscope_bar",
    "nnviz.ui.panels.microscope",
    "nnviz.ui.panels.microscope_flow",
    "nnviz.app.roc_view",
    "nnviz.ui.plots.roc",
    "nnviz.ui.panels.tabs_roc",
    "nnviz.app.comparison",
    "nnviz.app.report_tables",
    "nnviz.ui.plots.difference",
    "nnviz.ui.panels.compare_flow",
    "nnviz.app.table_view",
    "nnviz.app.table_filter",
    "nnviz.ui.panels.data_table",
    "nnviz.ui.panels.tabs_histograms",
    "nnviz.app.experiment",
    "nnviz.app.remedies",
    "nnviz.app.gradient_view",
    "nnviz.ui.dialogs.report_pages",
    "nnviz.ui.dialogs.report_findings",
    "nnviz.ui.panels.tabs_findings",
    "nnviz.ui.plots.gradient_curves",
    "nnviz.ui.panels.tabs_gradients",
    "nnviz.engine.rate_range",
    "nnviz.ui.dialogs.training_fields",
    "nnviz.ui.dialogs.training_network",
    "nnviz.ui.dialogs.training_rate",
    "nnviz.ui.dialogs.training_regularisation",
    "nnviz.ui.dialogs.training_flow",
    "nnviz.ui.dialogs.report_flow",
)
# What those need of others.
ALSO: Final = ("gzip", "pickletools", "uuid", "orjson.orjson", "multiprocessing.queues", "concurrent.futures.process")


def _specs() -> Iterator[ModuleSpec | None]:
    """Yield what is known of ALSO, and of every module in the packages of MODULES, that is not loaded yet."""
    yield from (importlib.util.find_spec(name) for name in ALSO if name not in sys.modules)
    packages = sorted({name.rpartition(".")[0] for name in MODULES} - {"numpy"})
    for package in (*packages, "numpy.polynomial"):
        known = importlib.util.find_spec(package)
        for found in pkgutil.iter_modules(known.submodule_search_locations if known else (), f"{package}."):
            if found.name not in sys.modules:
                yield found.module_finder.find_spec(found.name, None)


def read_ahead(context: JobContext) -> None:
    """Bring the files of modules that are not loaded yet into the memory of the system, compiled if they were not.

    Loading them waits for no disk then: just after the machine has started a single one may take half a second.
    """
    for spec in _specs():
        if context.cancelled():
            return
        if spec is None or not isinstance(spec.loader, InspectLoader):
            continue
        files = (Path(path) for path in (spec.cached, spec.origin) if path)
        if spec.cached and not Path(spec.cached).is_file() and not sys.dont_write_bytecode:
            spec.loader.get_code(spec.name)  # compiles it, and writes that down
        elif (file := next((path for path in files if path.is_file()), None)) is not None:
            file.read_bytes()


class WarmUp(QObject):
    """Begins by itself some time after the window's clock does, and ends with it.

    Parameters
    ----------
    clock
        Whose ticks begin frames.
    jobs
        Where the modules' files are read before the first is loaded.
    makes
        What makes, one at a time after the last module, what the person is likely to open.

    Attributes
    ----------
    settled
        Called before the first module is loaded and after the last part is made: what is there then is there to stay.
    """

    def __init__(self, clock: FrameClock, jobs: Jobs, makes: Iterable[Callable[[], object]], parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
        self._jobs = jobs
        self._left: list[Callable[[], object]] = [partial(importlib.import_module, name) for name in MODULES]
        self._left += makes
        self._begun = False
        self._frames = 0
        self._read = False
        self.settled: Callable[[], object] = lambda: None
        clock.tick.connect(self._on_tick)

    @property
    def done(self) -> bool:
        """Whether everything is loaded and made."""
        return not self._left

    def load_next(self) -> None:
        """Load the next module, or make the next part; nothing is left to do after the last."""
        if not self._begun:
            self._begun = True
            self.settled()
        if self._left:
            self._left.pop(0)()
        if not self._left:
            self._clock.tick.disconnect(self._on_tick)
            self.settled()

    def _on_tick(self) -> None:
        self._frames += 1
        if self._frames == BEGIN:
            self._jobs.submit("Reading modules", read_ahead, self._on_read, self._on_read, quiet=True)
        elif self._read and self._frames % EVERY == 0:
            self.load_next()

    def _on_read(self, _: BaseException | None) -> None:
        self._read = True  # if it failed, loading finds the same out and says so


def spare_collections(warm_up: WarmUp) -> None:
    """Let Python's collector of cycles leave out what lives as long as the application.

    A pass over all of it keeps the interpreter from every thread for a twentieth of a second and more, finds nothing,
    and comes in the midst of training. Only for a process that has one window and ends with it: what is left out is not
    freed when it comes to be in a cycle.
    """
    gc.freeze()
    warm_up.settled = gc.freeze
