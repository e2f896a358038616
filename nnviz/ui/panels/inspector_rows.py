"""Has the neuron lens's numbers over many rows worked out in a job, once a second while training goes on."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from nnviz.app.jobs import Jobs
from nnviz.app.lenses import Place
from nnviz.data.dataset import Dataset
from nnviz.run.snapshot import Snapshot

if TYPE_CHECKING:
    from nnviz.app.lens_effect import RowsView
    from nnviz.ui.panels.inspector_pages import NeuronPage

INTERVAL: Final = 1.0  # seconds between two passes


class RowsFeed:
    """Counts for one neuron at a time; what comes for another than the last that was wanted is dropped.

    Parameters
    ----------
    jobs
        Where the rows are gone through.
    failed
        Told of what went wrong there.
    """

    def __init__(self, jobs: Jobs, failed: Callable[[BaseException], None]) -> None:
        self._jobs, self._failed = jobs, failed
        self._busy = False
        self._wanted: Place | None = None
        self._counted: tuple[object, ...] = ()
        self._due = 0.0

    def forget(self) -> None:
        """Count anew the next time, even for the same moment."""
        self._counted, self._due = (), 0.0

    def count(self, page: "NeuronPage", snapshot: Snapshot, dataset: Dataset, place: Place, now: float) -> None:
        """Go through the rows for a neuron's page, unless that is under way, done, or not due yet."""
        self._wanted = place.neuron
        key = (place.neuron, *snapshot.moment)
        if self._busy or key == self._counted or now < self._due:
            return
        from nnviz.app.lens_effect import rows_view  # noqa: PLC0415 - not for the first paint

        if self._counted[:1] != key[:1]:
            page.show_rows(None)
        self._busy, self._counted, self._due = True, key, now + INTERVAL

        def done(found: "RowsView") -> None:
            self._busy = False
            if self._wanted == place.neuron:
                page.show_rows(found)

        def failed(error: BaseException) -> None:
            self._busy = False
            self._failed(error)

        self._jobs.submit(
            "Counting rows", lambda context: rows_view(snapshot, dataset, place.neuron, context.cancelled), done, failed
        )
