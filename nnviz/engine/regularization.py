"""Regularization: penalties, weight decay, noise and gradient clipping, and the calls they add to an update."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial
from types import MappingProxyType

import numpy as np

from nnviz.engine.arrays import BLOCK, BoolArray, Call, FloatArray, constant
from nnviz.engine.config import MLPConfig, real_number
from nnviz.engine.mlp import layer_blocks
from nnviz.errors import UserError

MAX_STRENGTH = 1e3  # of a penalty: far above any that leaves a network standing, and safe in 32-bit arithmetic


@dataclass(frozen=True, slots=True)
class Regularizer:
    """One entry of `REGULARIZERS`: its key is a field of `Regularization`; formula in plain text, and a source."""

    name: str
    label: str
    formula: str
    source: str


REGULARIZERS: Mapping[str, Regularizer] = MappingProxyType(
    {
        part.name: part
        for part in (
            Regularizer(
                "l1",
                "L1 penalty",
                "objective + l1 sum |w|",
                "Tibshirani, Regression shrinkage and selection via the lasso (1996).",
            ),
            Regularizer(
                "l2",
                "L2 penalty",
                "objective + l2/2 sum w^2; with L1: elastic net",
                "Krogh and Hertz, A simple weight decay can improve generalization (1992); with L1: Zou and Hastie,"
                " Regularization and variable selection via the elastic net (2005).",
            ),
            Regularizer(
                "weight_decay",
                "Weight decay",
                "w <- w - rate decay w, beside the rule",
                "Loshchilov and Hutter, Decoupled weight decay regularization (2019).",
            ),
            Regularizer(
                "dropout",
                "Dropout",
                "a <- a m / (1 - p), m = 0 with probability p, else 1",
                "Srivastava and others, Dropout: a simple way to prevent neural networks from overfitting (2014).",
            ),
            Regularizer(
                "input_noise",
                "Input noise",
                "x <- x + s N(0, 1)",
                "Bishop, Training with noise is equivalent to Tikhonov regularization (1995).",
            ),
            Regularizer(
                "clip_value",
                "Clipping by value",
                "g <- min(max(g, -c), c)",
                "Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2013).",
            ),
            Regularizer(
                "clip_norm",
                "Clipping by norm",
                "g <- g c / |g| if |g| > c",
                "Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2013).",
            ),
            Regularizer(
                "label_smoothing",
                "Label smoothing",
                "y <- (1 - s) y + s / k",
                "Szegedy and others, Rethinking the Inception architecture for computer vision (2016), section 7.",
            ),
        )
    }
)

_WORDS = {
    "l1": "L1 strength",
    "l2": "L2 strength",
    "weight_decay": "weight decay",
    "dropout": "dropout rate",
    "input_noise": "input noise",
    "clip_value": "largest gradient value",
    "clip_norm": "largest gradient norm",
    "label_smoothing": "label smoothing",
}


@dataclass(frozen=True, slots=True)
class Regularization:
    """What holds a network back from learning the training rows by heart; 0 turns a part off.

    Attributes
    ----------
    l1, l2
        The objective is loss + l1 sum |w| + l2 / 2 sum w^2 over all weights, never the biases. Both: elastic net (Zou
        and Hastie, Regularization and variable selection via the elastic net, 2005). The subgradient of |w| is sign(w),
        0 at 0: a weight may cross zero.
    weight_decay
        Decoupled: each update also takes rate x weight_decay x w off every weight (Loshchilov and Hutter, Decoupled
        weight decay regularization, 2019). None: the optimiser's own, which is 0.01 for AdamW and 0 for all others.
    dropout
        Share of each hidden layer's outputs set to 0 in a training step, the others divided by 1 - dropout
        (Srivastava and others, Dropout, 2014).
    input_noise
        Standard deviation of normal noise added to the inputs of a training step (Bishop, Training with noise is
        equivalent to Tikhonov regularization, 1995).
    clip_value, clip_norm
        The largest magnitude of each entry of the objective's gradient; the largest Euclidean norm of all of it
        (Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013).
    label_smoothing
        Share of a class target that is spread evenly over all classes (Szegedy and others, Rethinking the Inception
        architecture, 2016, section 7); cross-entropies only.

    Raises
    ------
    UserError
        For a value outside its range.
    """

    l1: float = 0.0
    l2: float = 0.0
    weight_decay: float | None = None
    dropout: float = 0.0
    input_noise: float = 0.0
    clip_value: float = 0.0
    clip_norm: float = 0.0
    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            given = getattr(self, field.name)
            if given is None and field.name == "weight_decay":
                continue
            value = real_number(given)
            share = field.name in ("dropout", "label_smoothing")
            if not (0 <= value < 1 if share else 0 <= value <= MAX_STRENGTH):
                bound = "to below 1" if share else f"to {MAX_STRENGTH:g}"
                raise UserError(f"The {_WORDS[field.name]} must be a number from 0 {bound}, not {given!r}.")
            object.__setattr__(self, field.name, value)

    @property
    def is_random(self) -> bool:
        """Whether a training step draws random numbers, so that the same weights give another loss each time."""
        return self.dropout > 0 or self.input_noise > 0

    def penalty(self, config: MLPConfig, parameters: FloatArray) -> float:
        """Return l1 sum |w| + l2 / 2 sum w^2, in 64-bit numbers."""
        if not (self.l1 or self.l2):
            return 0.0
        total = 0.0
        for block in layer_blocks(config, parameters):
            weights = block[:-1].astype(np.float64)
            total += self.l1 * float(np.abs(weights).sum()) + self.l2 / 2 * float(np.square(weights).sum())
        return total


def weight_mask(config: MLPConfig, like: FloatArray, held: BoolArray | None = None) -> FloatArray:
    """Return 1 for each weight and 0 for each bias and what is `held`, (n_parameters,), of the dtype of `like`."""
    mask = np.ones_like(like, shape=(config.n_parameters,))
    for block in layer_blocks(config, mask):
        block[-1] = 0
    if held is not None:
        mask[held] = 0
    return mask


def penalty_calls(
    settings: Regularization,
    config: MLPConfig,
    parameters: FloatArray,
    gradient: FloatArray,
    held: BoolArray | None = None,
) -> list[Call]:
    """Return the calls that add the penalties' gradient to `gradient`; all arrays (n_parameters,).

    What is `held` gets none.
    """
    mask = weight_mask(config, parameters, held)
    scratch = np.empty_like(parameters[:BLOCK])
    calls: list[Call] = []
    for start in range(0, parameters.size, BLOCK):
        block = slice(start, start + BLOCK)
        room = scratch[: len(parameters[block])]
        parts = (mask[block], parameters[block], gradient[block], room)
        if settings.l2:
            calls += _l2_calls(constant(settings.l2, mask), *parts)
        if settings.l1:
            calls += _l1_calls(constant(settings.l1, mask), *parts)
    return calls


def _l2_calls(
    strength: FloatArray, mask: FloatArray, parameters: FloatArray, gradient: FloatArray, room: FloatArray
) -> list[Call]:
    return [(np.multiply, (parameters, mask * strength, room)), (np.add, (gradient, room, gradient))]


def _l1_calls(
    strength: FloatArray, mask: FloatArray, parameters: FloatArray, gradient: FloatArray, room: FloatArray
) -> list[Call]:
    return [
        (np.sign, (parameters, room)),
        (np.multiply, (room, mask * strength, room)),
        (np.add, (gradient, room, gradient)),
    ]


def clip_calls(settings: Regularization, gradient: FloatArray) -> list[Call]:
    """Return the calls that clip `gradient`, (n,), in place: each value first, then the norm of what is left."""
    calls: list[Call] = []
    if settings.clip_value:
        largest = settings.clip_value
        calls += [
            (partial(np.minimum, out=gradient), (gradient, constant(largest, gradient))),
            (partial(np.maximum, out=gradient), (gradient, constant(-largest, gradient))),
        ]
    if settings.clip_norm:
        calls.append((_clip_norm, (gradient, settings.clip_norm, constant(1, gradient))))
    return calls


def _clip_norm(gradient: FloatArray, largest: float, factor: FloatArray) -> None:
    norm = math.sqrt(gradient.dot(gradient))
    if norm == math.inf:  # the sum of squares overflowed, the numbers did not
        norm = float(np.linalg.norm(gradient.astype(np.float64)))
    if norm > largest:
        factor[...] = largest / norm
        np.multiply(gradient, factor, gradient)
