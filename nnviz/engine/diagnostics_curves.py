"""What is wrong by the loss curves: plateau, oscillation, rising loss, overfitting, no better than a constant."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import FloatArray
from nnviz.engine.findings import FINDINGS, Finding, by_severity, number, percent

LEAST_FALL = 0.01  # of the loss, over the window; less is a plateau
SMALL_GRADIENT = 0.01  # a relative gradient below it is small, see `examine_curves`
LEAST_REVERSALS = 0.4  # share of changes of direction from which a curve zigzags; chance alone gives 2/3
_LEAST_ENTRIES = 10
_LATEST = 5  # entries whose median is the loss "now"
_TRAIN_FALL = 0.05  # of the training loss since the best epoch; without it a worse validation loss is chance
_JITTERS = 3  # usual jumps of the validation loss; a smaller rise is the luck of one good epoch
_MATTERS = 0.02  # of the reference loss; smaller differences are no harm whatever their ratio

Curve: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class _Curves:
    """Finite entries of the curves, and what they are judged by."""

    epochs: Curve
    train: Curve
    validation: Curve
    reference: float
    has_baseline: bool
    start: int  # first entry of the window

    @property
    def now(self) -> float:
        return float(np.median(self.train[-_LATEST:]))

    @property
    def window_epochs(self) -> float:
        return float(self.epochs[-1] - self.epochs[self.start - 1])


def examine_curves(
    epochs: Sequence[float] | FloatArray | Counts,
    train_loss: Sequence[float] | FloatArray,
    validation_loss: Sequence[float] | FloatArray | None = None,
    *,
    baseline_loss: float | None = None,
    relative_gradient: float | None = None,
    window: int | None = None,
) -> list[Finding]:
    """Return what the loss curves tell, worst first.

    Parameters
    ----------
    epochs
        (n,), ascending; entries may be several epochs apart.
    train_loss, validation_loss
        (n,), in the unit of the loss; entries that are not finite are passed over.
    baseline_loss
        Training loss of a constant answer (`constant_answer_loss`); None: the first entry is what the loss is
        compared with, and underfitting is not judged.
    relative_gradient
        |gradient| |parameters| / loss, a pure number: by what share of itself the loss falls, to first order, when the
        parameters move down the gradient by their own size. None: not known.
    window
        The last epochs to look at for plateau and oscillation; None: a fifth of all, but at least 20. It always has at
        least 10 entries.

    Returns
    -------
    list of Finding
        Empty with fewer than 10 entries.

    Raises
    ------
    ValueError
        When the lengths differ, or the window is below 1.
    """
    curves = _prepared(epochs, train_loss, validation_loss, baseline_loss, window)
    if curves is None:
        return []
    oscillation = _find_oscillation(curves)
    return by_severity(
        _find_rising(curves)
        + _find_underfitting(curves)
        + _find_overfitting(curves)
        + oscillation
        + _find_plateau(curves, relative_gradient, zigzags=bool(oscillation))
    )


def _prepared(
    epochs: Sequence[float] | FloatArray | Counts,
    train_loss: Sequence[float] | FloatArray,
    validation_loss: Sequence[float] | FloatArray | None,
    baseline_loss: float | None,
    window: int | None,
) -> _Curves | None:
    if window is not None and window < 1:
        raise ValueError(f"the window must have at least 1 epoch, not {window}")
    epoch, train = (np.asarray(values, dtype=np.float64) for values in (epochs, train_loss))
    validation = np.full_like(train, np.nan)
    if validation_loss is not None:
        validation = np.asarray(validation_loss, dtype=np.float64)
    if not epoch.shape == train.shape == validation.shape == (len(train),):
        raise ValueError(f"curves of different lengths: {epoch.shape}, {train.shape}, {validation.shape}")
    finite = np.isfinite(train)
    epoch, train, validation = epoch[finite], train[finite], validation[finite]
    if len(train) < _LEAST_ENTRIES:
        return None
    length = window if window is not None else max(20.0, (epoch[-1] - epoch[0]) / 5)
    start = int(np.searchsorted(epoch, epoch[-1] - length, side="right"))
    start = max(1, min(start, len(train) - _LEAST_ENTRIES))
    known = baseline_loss is not None and math.isfinite(baseline_loss) and baseline_loss > 0
    reference = float(baseline_loss) if known and baseline_loss is not None else float(train[0])
    return _Curves(epoch, train, validation, reference, known, start)


def _find_rising(curves: _Curves) -> list[Finding]:
    kind = FINDINGS["rising_loss"]
    first = float(curves.train[0])
    if first <= 0 or curves.now - first < _MATTERS * curves.reference:
        return []
    evidence = {"loss_now": curves.now, "loss_at_start": first, "ratio": curves.now / first, **_span(curves)}
    sentence = (
        f"The training loss is {number(curves.now)}, {number(evidence['ratio'])} times the {number(first)} of epoch"
        f" {number(evidence['first_epoch'])}."
    )
    return _if_any(
        kind.name, kind.severity(evidence["ratio"]), sentence, evidence, "Try a learning rate ten times lower."
    )


def _find_underfitting(curves: _Curves) -> list[Finding]:
    if not curves.has_baseline:
        return []
    kind = FINDINGS["underfitting"]
    evidence = {
        "loss_now": curves.now,
        "baseline_loss": curves.reference,
        "ratio": curves.now / curves.reference,
        **_span(curves),
    }
    sentence = (
        f"After {number(evidence['last_epoch'])} epochs the training loss is {number(curves.now)},"
        f" {percent(evidence['ratio'])} of the {number(curves.reference)} that a constant answer has."
    )
    suggestion = "Try another learning rate, more neurons or layers, less regularisation, or inputs that tell more."
    return _if_any(kind.name, kind.severity(evidence["ratio"]), sentence, evidence, suggestion)


def _find_overfitting(curves: _Curves) -> list[Finding]:
    known = np.isfinite(curves.validation)
    validation, train, epochs = curves.validation[known], curves.train[known], curves.epochs[known]
    if len(validation) < _LEAST_ENTRIES:
        return []
    best = int(np.argmin(validation))
    lowest, now = float(validation[best]), float(np.median(validation[-_LATEST:]))
    train_now = float(np.median(train[-_LATEST:]))
    reference = curves.reference if curves.has_baseline else float(validation[0])
    jitter = float(np.median(np.abs(np.diff(validation))))
    if now - lowest < _JITTERS * jitter:
        return []
    if lowest <= 0 or train_now > (1 - _TRAIN_FALL) * train[best] or now - lowest < _MATTERS * reference:
        return []
    evidence = {
        "best_epoch": float(epochs[best]),
        "last_epoch": float(epochs[-1]),
        "epochs_since_best": float(epochs[-1] - epochs[best]),
        "best_validation_loss": lowest,
        "validation_loss_now": now,
        "rise": now / lowest - 1,
        "usual_jump": jitter,
        "train_loss_at_best": float(train[best]),
        "train_loss_now": train_now,
    }
    sentence = (
        f"The validation loss was best at epoch {number(evidence['best_epoch'])} with {number(lowest)} and is now, at"
        f" epoch {number(evidence['last_epoch'])}, {number(now)}: {percent(evidence['rise'])} higher. Meanwhile the"
        f" training loss fell from {number(evidence['train_loss_at_best'])} to {number(train_now)}."
    )
    suggestion = "Go back to the best epoch; try early stopping, weight decay, dropout, fewer neurons, or more rows."
    kind = FINDINGS["overfitting"]
    return _if_any(kind.name, kind.severity(evidence["rise"]), sentence, evidence, suggestion)


def _find_oscillation(curves: _Curves) -> list[Finding]:
    part = curves.train[curves.start - 1 :]
    jumps = np.diff(part)
    reversals = float((jumps[1:] * jumps[:-1] < 0).mean())
    jump, middle = float(np.median(np.abs(jumps))), float(np.median(part))
    if middle <= 0 or reversals < LEAST_REVERSALS or jump < _MATTERS * curves.reference:
        return []
    evidence = {
        "swing": jump / middle,
        "jump": jump,
        "loss": middle,
        "lowest_loss": float(part.min()),
        "highest_loss": float(part.max()),
        "reversals_share": reversals,
        "window_epochs": curves.window_epochs,
    }
    sentence = (
        f"Over the last {number(evidence['window_epochs'])} epochs the training loss jumps by {number(jump)} from one"
        f" entry to the next, {percent(evidence['swing'])} of its {number(middle)}, between"
        f" {number(evidence['lowest_loss'])} and {number(evidence['highest_loss'])}; {percent(reversals)} of the jumps"
        " turn back."
    )
    suggestion = "Try a learning rate three to ten times lower, a schedule that lowers it, or larger batches."
    kind = FINDINGS["oscillation"]
    return _if_any(kind.name, kind.severity(evidence["swing"]), sentence, evidence, suggestion)


def _find_plateau(curves: _Curves, relative_gradient: float | None, *, zigzags: bool) -> list[Finding]:
    before, since = float(curves.train[: curves.start].min()), float(curves.train[curves.start :].min())
    fall = (before - since) / before if before > 0 else 0.0
    if fall >= LEAST_FALL or curves.reference <= 0:
        return []
    evidence = {
        "fall": fall,
        "rise": -fall,
        "window_epochs": curves.window_epochs,
        "lowest_before": before,
        "lowest_since": since,
        "loss_now": curves.now,
        "reference_loss": curves.reference,
        "ratio": curves.now / curves.reference,
    }
    kind = FINDINGS["plateau"]
    severity = kind.severity(evidence["ratio"])
    change = f"a fall of {percent(fall)}" if fall >= 0 else f"a rise of {percent(-fall)}"
    compared = "that of a constant answer" if curves.has_baseline else "that at the start"
    sentence = (
        f"In the last {number(evidence['window_epochs'])} epochs the lowest training loss went from {number(before)} to"
        f" {number(since)}, {change}; it is at"
        f" {percent(evidence['ratio'])} of {compared}, {number(curves.reference)}."
    )
    suggestion = "Try a higher learning rate for a while, or more neurons, if the loss has to become lower."
    if relative_gradient is not None and math.isfinite(relative_gradient):
        evidence |= {"relative_gradient": relative_gradient, "small_gradient": SMALL_GRADIENT}
        small = relative_gradient < SMALL_GRADIENT
        sentence += f" The gradient, {number(relative_gradient)} relative to loss and parameters, is"
        sentence += f"{'' if small else ' not'} small (below {number(SMALL_GRADIENT)})."
        if not small:
            suggestion = "There is a slope to go down and the steps are too small for it: try a higher learning rate."
        elif severity == "warning":
            suggestion = "It is flat here: start again with other initial weights or with another activation."
    if zigzags:
        suggestion = "The loss jumps about: try a lower learning rate, or a schedule that lowers it, first."
    return _if_any(kind.name, severity, sentence, evidence, suggestion)


def _span(curves: _Curves) -> dict[str, float]:
    return {"first_epoch": float(curves.epochs[0]), "last_epoch": float(curves.epochs[-1])}


def _if_any(kind: str, severity: str, sentence: str, evidence: dict[str, float], suggestion: str) -> list[Finding]:
    return [Finding(kind, severity, None, (), sentence, evidence, suggestion)] if severity else []
