"""What explaining a loss needs beside its value: its slope by the output, and where either has a kink."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.config import MLPConfig
from nnviz.engine.losses import LOSSES


@dataclass(frozen=True, slots=True)
class LossSlope:
    """The derivative of a row's loss by the network's outputs.

    Attributes
    ----------
    by_output
        ``by_output(z, a, y) -> dL/da``, arrays (n, k), of each row's own loss: not divided by the number of rows. May
        be infinite where the loss is, at an output of exactly 0 or 1 that ought to be 1 or 0.
    fused
        Whether, with the activation that the loss is fused with, dL/dz is taken as a - y instead of by way of dL/da:
        the cross-entropies, where an infinite dL/da meets a da/dz of 0.
    margin
        ``margin(z, a, y)``, (n, k): changes its sign where the loss has a kink; None for a loss without kinks.
    """

    by_output: Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
    fused: bool = False
    margin: Callable[[FloatArray, FloatArray, FloatArray], FloatArray] | None = None


def _squared_error_slope(_z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return np.asarray((a - y) * (2 / a.shape[-1]))


def _difference(_z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return np.asarray(a - y)


def _absolute_error_slope(_z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return np.asarray(np.sign(a - y) / a.shape[-1])  # 0 at the kink


def _huber_slope(_z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return np.asarray(np.clip(a - y, -1, 1) / a.shape[-1])


def _hinge_margin(z: FloatArray, _a: FloatArray, y: FloatArray) -> FloatArray:
    return np.asarray(1 - (2 * y - 1) * z)


def _hinge_slope(z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return np.asarray(np.where(_hinge_margin(z, a, y) > 0, 1 - 2 * y, 0))  # 0 at the kink


def _binary_cross_entropy_slope(z: FloatArray, _a: FloatArray, y: FloatArray) -> FloatArray:
    # -y / a + (1 - y) / (1 - a), with a = s(z) and 1 - a = s(-z): 1 - a would be 0 from z = 37 on.
    return _ratio(1 - y, ACTIVATIONS["sigmoid"].value(-z)) - _ratio(y, ACTIVATIONS["sigmoid"].value(z))


def _categorical_cross_entropy_slope(_z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return -_ratio(y, a)


def _ratio(share: FloatArray, of: FloatArray) -> FloatArray:
    # A class without a share in the target adds nothing to the loss, even where its output is 0: 0 / 0 is 0 here.
    return np.divide(share, of, out=np.zeros_like(of), where=share != 0)


LOSS_SLOPES: Mapping[str, LossSlope] = MappingProxyType(
    {
        "mean_squared_error": LossSlope(_squared_error_slope),
        "mean_absolute_error": LossSlope(_absolute_error_slope, margin=_difference),
        "huber": LossSlope(_huber_slope),
        "binary_cross_entropy": LossSlope(_binary_cross_entropy_slope, fused=True),
        "categorical_cross_entropy": LossSlope(_categorical_cross_entropy_slope, fused=True),
        "hinge": LossSlope(_hinge_slope, margin=_hinge_margin),
    }
)
"""For each key of `LOSSES`, its slope."""

ACTIVATION_KINKS: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {"relu": (0.0,), "leaky_relu": (0.0,), "selu": (0.0,), "hard_sigmoid": (-3.0, 3.0)}
)
"""For each activation whose derivative jumps, the pre-activations at which it does."""


def is_fused(config: MLPConfig) -> bool:
    """Return whether dL/dz at the output is taken as a - y."""
    loss = LOSSES[config.loss]
    return LOSS_SLOPES[loss.name].fused and config.layers[-1].activation == loss.fused_with
