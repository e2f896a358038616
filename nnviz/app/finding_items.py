"""A finding with all that is said and offered of it: its date, its place, its evidence, and what to try; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from nnviz.app.experiment import Case, Experiment
from nnviz.app.finding_places import FindingPlace, place_of, when
from nnviz.app.remedies import experiment_for
from nnviz.app.report_tables import evidence_text
from nnviz.engine.findings import FINDINGS, Finding


@dataclass(frozen=True, slots=True)
class FindingItem:
    """One finding as a list shows it.

    Attributes
    ----------
    finding
        What was found.
    title
        Severity, what it is and its date in the run: "Warning: dead neurons, epoch 120".
    evidence
        Its numbers by name.
    place
        Where it is seen.
    trial
        The experiment that is offered, or in words what to do where settings can't answer it.
    run
        The run's number and the serial of its history, by which an offer that has outlived it is known.
    """

    finding: Finding
    title: str
    evidence: str
    place: FindingPlace
    trial: Experiment | str
    run: tuple[int, int]

    @property
    def key(self) -> tuple[str, int | None]:
        """What tells it from the others."""
        return self.finding.kind, self.finding.layer


def items_of(findings: Sequence[Finding], case: Case) -> tuple[FindingItem, ...]:
    """Return the findings of a moment with what is said and offered of them."""
    run = case.snapshot.lineage
    return tuple(
        FindingItem(
            finding,
            f"{finding.severity.capitalize()}: {FINDINGS[finding.kind].label}, {when(finding, case)}",
            evidence_text(tuple(finding.evidence.items())),
            place_of(finding, case),
            experiment_for(finding, case),
            run,
        )
        for finding in findings
    )
