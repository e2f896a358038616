"""The finite difference beside the chain rule, and in words why the two may differ."""

import math
from dataclasses import dataclass

from nnviz.app.lens_numbers import DIGITS, first_decimals, number_text, rounded
from nnviz.app.lenses import Names
from nnviz.engine.explain import BIAS, WeightTrace

AGREES, CLOSE = 1e-6, 1e-3  # relative differences up to which a difference is rounding, or a curve's bend
_ROUNDING = 1e-9  # below this share of the objective over the step, a slope is lost in rounding


@dataclass(frozen=True, slots=True)
class CheckView:
    """Backpropagation against a measurement.

    Attributes
    ----------
    backprop, measured
        The gradient by the chain rule, and the slope of the loss between w + h and w - h.
    relative
        Their relative difference.
    verdict
        "agrees", "close" or "apart".
    sentence
        What that means.
    how
        How it was measured.
    """

    backprop: str
    measured: str
    relative: str
    verdict: str
    sentence: str
    how: str


def check_view(trace: WeightTrace, names: Names) -> CheckView:
    """Return the texts of a weight's check."""
    difference = trace.difference
    decimals = first_decimals(trace.total, DIGITS + 1)
    apart = difference.relative_difference
    step = number_text(difference.step, first_decimals(difference.step, 2))
    of = "b" if trace.source == BIAS else "w"
    how = f"loss at {of} + h and {of} − h, h = {step}"
    for spaced in (f"{of} + h", f"{of} − h", f"h = {step}"):  # none is broken at the end of a line
        how = how.replace(spaced, spaced.replace(" ", "\N{NO-BREAK SPACE}"))
    backprop, measured = (number_text(value, decimals) if value else "0" for value in (trace.total, difference.slope))
    relative = number_text(apart, first_decimals(apart, 2)) if apart else "0"
    if not (math.isfinite(trace.total) and math.isfinite(difference.slope)):
        return CheckView(backprop, measured, "–", "apart", "One of the two is not a finite number.", how)
    noise = _ROUNDING * max(abs(difference.objective_above), abs(difference.objective_below), 1e-300)
    if apart <= AGREES or abs(difference.slope - trace.total) <= noise:
        verdict = "agrees"
        same = rounded(trace.total, decimals) == rounded(difference.slope, decimals)
        sentence = "They agree to the digits shown." if same else "They agree but for the rounding of the loss."
    elif difference.kinks:
        kink = difference.kinks[0]
        where = {
            "activation": f"a corner of the activation of {names.unit(kink.layer, kink.unit)}",
            "loss": "a corner of the loss",
            "penalty": "the corner of the L1 penalty",
        }[kink.what]
        verdict, sentence = "close", f"Between {of} − h and {of} + h lies {where}: no single slope is right there."
    elif apart <= CLOSE:
        verdict, sentence = "close", "They differ by the loss's bend within the step and by its rounding."
    else:
        verdict, sentence = "apart", "They differ: the loss is too steep or too flat here to be measured by a step."
    return CheckView(backprop, measured, relative, verdict, sentence, how)
