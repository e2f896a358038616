"""Finding: one thing that diagnostics found, in a sentence and in numbers; how findings are ordered and worded."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from nnviz.engine.finding_kinds import FINDINGS, SEVERITIES, FindingKind
from nnviz.engine.written import MINUS, rough

__all__ = [
    "FINDINGS",
    "SEVERITIES",
    "Finding",
    "FindingKind",
    "by_severity",
    "counted",
    "layer_name",
    "milder",
    "number",
    "percent",
]

_NO_BREAK: Final = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, told in a sentence and in numbers.

    Attributes
    ----------
    kind
        Key of `FINDINGS`.
    severity
        One of `SEVERITIES`.
    layer
        Index into ``config.layers`` (0 is the first hidden layer), or None where no one layer is meant.
    units
        Neurons of that layer, counted from 0, in ascending order; the columns of the inputs for "unscaled_inputs".
    sentence
        What was seen, for a person. Its numbers are those of `evidence`, rounded; neurons and layers count from 1.
    evidence
        The numbers by name, read-only. Losses are in the unit of the loss; "share" and "ratio" are pure numbers;
        "epochs", "rows" and "neurons" are counts.
    suggestion
        What to try, a sentence.
    """

    kind: str
    severity: str
    layer: int | None
    units: tuple[int, ...]
    sentence: str
    evidence: Mapping[str, float] = field(hash=False)
    suggestion: str

    def __post_init__(self) -> None:
        if self.kind not in FINDINGS or self.severity not in SEVERITIES:
            raise ValueError(f"unknown finding {self.kind!r} or severity {self.severity!r}")
        object.__setattr__(self, "evidence", MappingProxyType(dict(self.evidence)))


def milder(severity: str, most: str) -> str:
    """Return the severity, but no more than `most`."""
    return min(severity, most, key=SEVERITIES.index) if severity else ""


def by_severity(findings: list[Finding]) -> list[Finding]:
    """Return the findings, worst first; then in the order of `FINDINGS`, then from the inputs to the output."""
    kinds = list(FINDINGS)
    return sorted(
        findings,
        key=lambda one: (
            -SEVERITIES.index(one.severity),
            kinds.index(one.kind),
            -1 if one.layer is None else one.layer,
        ),
    )


def layer_name(layer: int, n_layers: int) -> str:
    """Return "hidden layer 1" or "the output layer"."""
    return "the output layer" if layer == n_layers - 1 else f"hidden layer {layer + 1}"


def counted(count: int, one: str, many: str) -> str:
    """Return "1 pair" or "3 pairs": the count and the word that goes with it."""
    return f"{number(count)} {one if count == 1 else many}"


def number(value: float, digits: int = 3) -> str:
    """Return a number as a sentence shows it: whole and large ones in full, others to ``digits`` figures.

    With commas between thousands, a true minus sign, and powers of ten as in "2e−5"; "missing" for nan.
    """
    if math.isnan(value):
        return "missing"
    in_full = math.isfinite(value) and (1e3 <= abs(value) < 1e6 or (value == round(value) and abs(value) < 1e15))
    return f"{value:,.0f}".replace("-", MINUS) if in_full else rough(value, digits)


def percent(share: float) -> str:
    """Return a share as a percentage to three figures; a line never breaks before its sign."""
    return f"{number(share * 100)}{_NO_BREAK}%"
