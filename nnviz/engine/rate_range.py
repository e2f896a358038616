"""The learning-rate range test: which rates make the loss fall, tried on a copy of the network."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import BoolArray
from nnviz.engine.divergence import Diverged
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.plan import ForwardPlan
from nnviz.engine.schedules import Schedule
from nnviz.engine.settings import TrainingConfig, TrainingData
from nnviz.engine.stepping import Stepper
from nnviz.engine.training_rows import TrainingRows
from nnviz.errors import UserError

LOWEST, HIGHEST = 1e-6, 10.0
_MOST_UPDATES, _FEWEST_UPDATES = 210, 70  # 30 and 10 for each power of ten
_MULTIPLICATIONS = 2e10  # all updates and looks together: a second or two on one core
_MOST_ROWS = 1_000  # that the loss is looked at on after each update
_DIVERGED = 4.0  # a loss so many times the first ends the test
_LEAST_FALL = 0.01  # share of the first loss below which nothing was learnt
_SMOOTHING = 0.7  # share of the smoothed loss that the next point keeps


@dataclass(frozen=True, slots=True, eq=False)
class RateRange:
    """What the range test saw.

    Attributes
    ----------
    rates
        The rates tried, rising by the same factor, (n,) float64.
    losses, smoothed
        The loss after the update at each rate, on at most 1,000 training rows; its running mean, (n,) float64.
    suggestion
        A rate to train with, two significant digits; None when the loss fell at none.
    sentence
        What was seen, for a person; never empty.
    """

    rates: NDArray[np.float64]
    losses: NDArray[np.float64]
    smoothed: NDArray[np.float64]
    suggestion: float | None
    sentence: str


def find_rates(
    mlp: MLP,
    data: TrainingData,
    config: TrainingConfig,
    *,
    lowest: float = LOWEST,
    highest: float = HIGHEST,
    held: BoolArray | None = None,
    go_on: Callable[[float], bool] = lambda share: True,  # noqa: ARG005
) -> RateRange:
    """Train a copy with rates that grow from update to update, and say which make the loss fall.

    Smith, Cyclical learning rates for training neural networks (2017), section 3.3. The suggestion is the rate at which
    the smoothed loss falls fastest before its minimum, but no more than a tenth of the rate of the minimum.

    Parameters
    ----------
    mlp
        Where to start from; unchanged.
    data
        The rows.
    config
        Optimiser, batch size and the rest; its learning rate and schedule are not used.
    lowest, highest
        The range, 0 < lowest < highest.
    held
        What no update changes, (n_parameters,); None: nothing.
    go_on
        ``go_on(share done)``, called after each update; False ends the test early.

    Raises
    ------
    UserError
        For an optimiser that finds its own step length, or a senseless range.
    """
    rule = OPTIMIZERS[config.optimizer]
    if rule.needs_objective:
        raise UserError(f"{rule.label} finds its own step length at every update.", "A learning rate of 1 is right.")
    if not 0 < lowest < highest <= 1e6:
        raise UserError(f"The rates cannot go from {lowest:g} to {highest:g}.", "Give two rising numbers above 0.")
    network = mlp.copy()
    settings = replace(config, schedule=Schedule(), learning_rate=lowest)
    rows = TrainingRows(network, data, settings)
    stepper = Stepper(network, rows, settings)
    stepper.hold(held)
    look = _Look(network, rows)
    updates = _updates(mlp, stepper.batch_size, look.rows)
    rates = np.geomspace(lowest, highest, updates)
    first = look.loss()
    losses: list[float] = []
    stepper.rate = lambda _epoch, _position: float(rates[len(losses)])
    for _ in range(updates):
        try:
            if stepper.advance():
                stepper.begin_epoch()
        except Diverged:
            break
        loss = look.loss()
        if not np.isfinite(loss):
            break
        losses.append(loss)
        if loss > _DIVERGED * max(first, 1e-12) or not go_on(len(losses) / updates):
            break
    return _judged(rates, np.array(losses, dtype=np.float64), first)


class _Look:
    """The loss of the network as it stands, on rows that stay the same."""

    def __init__(self, network: MLP, rows: TrainingRows) -> None:
        self.rows = min(rows.n_train, _MOST_ROWS)
        chosen = np.linspace(0, rows.n_train - 1, self.rows).astype(np.intp)
        self._plan = ForwardPlan(network, self.rows, weighted=rows.weights is not None)
        self._plan.batch[...] = rows.packed[chosen]
        self._weights = None if rows.weights is None else rows.weights[chosen]
        self._loss, self._activation = LOSSES[network.config.loss], network.config.layers[-1].activation

    def loss(self) -> float:
        with np.errstate(all="ignore"):
            for call, arguments in self._plan.forward:
                call(*arguments)
            plan = self._plan
            return self._loss.value(plan.logits.T, plan.target.T, self._activation, self._weights)


def _updates(mlp: MLP, batch: int, looked_at: int) -> int:
    """Return how many updates the test may take: more when each is cheap."""
    multiplications = mlp.config.n_parameters * (3 * batch + looked_at)
    return int(np.clip(_MULTIPLICATIONS / multiplications, _FEWEST_UPDATES, _MOST_UPDATES))


def _judged(rates: NDArray[np.float64], losses: NDArray[np.float64], first: float) -> RateRange:
    """Return the curve with a suggestion and a sentence."""
    tried = rates[: len(losses)]
    smoothed = _smoothed(losses, first)
    ended = len(losses) < len(rates)
    reach = f"up to {_two_digits(tried[-1] if len(tried) else rates[0]):g}"
    end = f", where it began to grow without bound ({reach})" if ended else f" ({reach})"
    if not len(losses):
        text = f"The loss overflowed at the lowest rate tried, {rates[0]:.2g}: start from smaller weights or inputs."
        return RateRange(tried, losses, smoothed, None, text)
    bottom = int(smoothed.argmin())
    fall = (first - smoothed[bottom]) / max(abs(first), 1e-12)
    if bottom < 2 or fall < _LEAST_FALL:
        text = (
            f"The loss of {first:.4g} fell by no more than {max(fall, 0) * 100:.2g} % at any rate{end}: the network may"
            " already be trained, or there is little in these inputs to learn."
        )
        return RateRange(tried, losses, smoothed, None, text)
    steepest = int(np.diff(smoothed[: bottom + 1]).argmin()) + 1
    suggestion = _two_digits(min(tried[steepest], tried[bottom] / 10))
    text = (
        f"The loss fell from {first:.4g} to {smoothed[bottom]:.4g} at a rate of {_two_digits(tried[bottom]):g}{end},"
        f" fastest at {_two_digits(tried[steepest]):g}: {suggestion:g} is a rate to start with."
    )
    return RateRange(tried, losses, smoothed, suggestion, text)


def _smoothed(losses: NDArray[np.float64], first: float) -> NDArray[np.float64]:
    smoothed = np.empty_like(losses)
    before = first
    for index, loss in enumerate(losses):
        before = smoothed[index] = _SMOOTHING * before + (1 - _SMOOTHING) * loss
    return smoothed


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")
