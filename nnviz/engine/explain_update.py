"""One update of one parameter, term by term, for every optimiser: written apart from the optimisers themselves."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Term:
    """One number of an update.

    Attributes
    ----------
    name
        What it is, in words.
    symbol
        What the formulas call it.
    formula
        How it comes about from the terms before it; "" for what is given.
    value
        The number.
    """

    name: str
    symbol: str
    formula: str
    value: float


@dataclass(frozen=True, slots=True)
class UpdateTrace:
    """One update of one parameter.

    Attributes
    ----------
    optimizer
        Key of `OPTIMIZERS`.
    terms
        What is given, then every number on the way, the parameter afterwards last.
    before, after
        The parameter.
    moments
        What the optimiser remembers of it afterwards, in the order of its `moments`.
    """

    optimizer: str
    terms: tuple[Term, ...]
    before: float
    after: float
    moments: tuple[float, ...]


@dataclass(slots=True)
class _Update:
    """What a rule is given, and the terms that it states."""

    parameter: float
    gradient: float
    rate: float
    moments: tuple[float, ...]
    count: int  # of this update: the first is 1
    momentum: float
    direction: float
    step_length: float
    terms: list[Term] = field(default_factory=list)

    def state(self, name: str, symbol: str, formula: str, value: float) -> float:
        self.terms.append(Term(name, symbol, formula, value))
        return value

    def remembered(self, index: int) -> float:
        return self.moments[index] if index < len(self.moments) else 0.0


# A rule states its terms and returns what is added to the parameter, and the new moments.
_Rule = Callable[[_Update], tuple[float, tuple[float, ...]]]

_BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-8
_ALPHA = 0.99
_ADAGRAD_EPSILON = 1e-10
_MOMENTUM_DECAY = 0.004
_TINY = 1e-300


def _gradient_descent(update: _Update) -> tuple[float, tuple[float, ...]]:
    return update.state("change", "dp", "-rate g", -update.rate * update.gradient), update.moments


def _sgd(update: _Update) -> tuple[float, tuple[float, ...]]:
    if not update.momentum:
        return _gradient_descent(update)
    velocity = _velocity(update, update.remembered(0), "g", update.gradient)
    return update.state("change", "dp", "-rate v'", -update.rate * velocity), (velocity,)


def _nesterov(update: _Update) -> tuple[float, tuple[float, ...]]:
    if not update.momentum:
        return _gradient_descent(update)
    velocity = _velocity(update, update.remembered(0), "g", update.gradient)
    ahead = update.state("gradient ahead", "d", "g + momentum v'", update.gradient + update.momentum * velocity)
    return update.state("change", "dp", "-rate d", -update.rate * ahead), (velocity,)


def _velocity(update: _Update, before: float, symbol: str, pull: float) -> float:
    """State the velocity before and after it is pulled by `pull`, the gradient or what was made of it."""
    update.state("momentum", "momentum", "", update.momentum)
    update.state("velocity before", "v", "", before)
    kept = update.state("velocity kept", "momentum v", "momentum v", update.momentum * before)
    return update.state("velocity", "v'", f"momentum v + {symbol}", kept + pull)


def _adagrad(update: _Update) -> tuple[float, tuple[float, ...]]:
    old = update.state("sum of squares before", "s", "", update.remembered(0))
    total = update.state("sum of squares", "s'", "s + g^2", old + update.gradient * update.gradient)
    divisor = update.state("divisor", "d", f"sqrt(s') + {_ADAGRAD_EPSILON:g}", math.sqrt(total) + _ADAGRAD_EPSILON)
    return update.state("change", "dp", "-rate g / d", -update.rate * update.gradient / divisor), (total,)


def _rmsprop(update: _Update) -> tuple[float, tuple[float, ...]]:
    g = update.gradient
    old = update.state("mean square before", "s", "", update.remembered(0))
    formula = f"{_ALPHA:g} s + {1 - _ALPHA:g} g^2"
    square = update.state("mean square", "s'", formula, _ALPHA * old + (1 - _ALPHA) * g * g)
    divisor = update.state("divisor", "d", f"sqrt(s') + {_EPSILON:g}", math.sqrt(square) + _EPSILON)
    scaled = update.state("scaled gradient", "u", "g / d", g / divisor)
    if not update.momentum:
        return update.state("change", "dp", "-rate u", -update.rate * scaled), (square, *update.moments[1:])
    velocity = _velocity(update, update.remembered(1), "u", scaled)
    return update.state("change", "dp", "-rate v'", -update.rate * velocity), (square, velocity)


def _running_means(update: _Update) -> tuple[float, float]:
    """State the running means of the gradient and of its square, which Adam and its kin share."""
    g = update.gradient
    mean = update.state("mean gradient before", "m", "", update.remembered(0))
    square = update.state("mean square before", "v", "", update.remembered(1))
    mean = update.state("mean gradient", "m'", f"{_BETA1:g} m + {1 - _BETA1:g} g", _BETA1 * mean + (1 - _BETA1) * g)
    formula = f"{_BETA2:g} v + {1 - _BETA2:g} g^2"
    return mean, update.state("mean square", "v'", formula, _BETA2 * square + (1 - _BETA2) * g * g)


def _divisor(update: _Update, square: float) -> float:
    formula = f"v' / (1 - {_BETA2:g}^t)"
    corrected = update.state("corrected mean square", "v_hat", formula, square / (1 - _BETA2**update.count))
    return update.state("divisor", "d", f"sqrt(v_hat) + {_EPSILON:g}", math.sqrt(corrected) + _EPSILON)


def _adam(update: _Update) -> tuple[float, tuple[float, ...]]:
    update.state("number of the update", "t", "", float(update.count))
    mean, square = _running_means(update)
    formula = f"m' / (1 - {_BETA1:g}^t)"
    corrected = update.state("corrected mean gradient", "m_hat", formula, mean / (1 - _BETA1**update.count))
    divisor = _divisor(update, square)
    return update.state("change", "dp", "-rate m_hat / d", -update.rate * corrected / divisor), (mean, square)


def _nadam(update: _Update) -> tuple[float, tuple[float, ...]]:
    update.state("number of the update", "t", "", float(update.count))
    mean, square = _running_means(update)
    formula = f"{_BETA1:g} (1 - 0.96^({_MOMENTUM_DECAY:g} t) / 2)"
    now = update.state("momentum now", "mu", formula, _nadam_momentum(update.count))
    ahead = update.state("momentum next", "mu_next", "mu of t + 1", _nadam_momentum(update.count + 1))
    product = update.state("product of the momenta", "mu_product", "mu of 1, ..., t", nadam_mu_product(update.count))
    divisor = _divisor(update, square)
    by_gradient = -update.rate * (1 - now) / (1 - product) * update.gradient / divisor
    by_gradient = update.state("change by the gradient", "dp_g", "-rate (1 - mu) / (1 - mu_product) g / d", by_gradient)
    by_mean = -update.rate * ahead / (1 - product * ahead) * mean / divisor
    formula = "-rate mu_next / (1 - mu_product mu_next) m' / d"
    by_mean = update.state("change by the mean", "dp_m", formula, by_mean)
    return update.state("change", "dp", "dp_g + dp_m", by_gradient + by_mean), (mean, square)


def _nadam_momentum(count: int) -> float:
    return _BETA1 * (1 - 0.5 * math.pow(0.96, count * _MOMENTUM_DECAY))


def nadam_mu_product(updates: int) -> float:
    """Return the product of NAdam's momenta over the first `updates` updates; 1.0 for none.

    Dozat, Incorporating Nesterov momentum into Adam (2016), with its momentum schedule of decay 0.004.
    """
    product = 1.0
    for count in range(1, updates + 1):
        product *= _nadam_momentum(count)
        if product < _TINY:  # multiplied on, it would stay at the smallest number for ever
            return 0.0
    return product


def _lbfgs(update: _Update) -> tuple[float, tuple[float, ...]]:
    direction = update.state("direction", "d", "", update.direction)
    length = update.state("step length", "a", "", update.step_length)
    return update.state("change", "dp", "a d", length * direction), update.moments


_RULES: Mapping[str, _Rule] = MappingProxyType(
    {
        "gradient_descent": _gradient_descent,
        "sgd": _sgd,
        "nesterov": _nesterov,
        "adagrad": _adagrad,
        "rmsprop": _rmsprop,
        "adam": _adam,
        "adamw": _adam,
        "nadam": _nadam,
        "lbfgs": _lbfgs,
    }
)
EXPLAINED_OPTIMIZERS: tuple[str, ...] = tuple(_RULES)
"""The optimisers that `trace_update` knows."""


def trace_update(
    optimizer: str,
    *,
    parameter: float,
    gradient: float,
    rate: float,
    moments: Sequence[float] = (),
    updates: int = 0,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
    direction: float = 0.0,
    step_length: float = 0.0,
) -> UpdateTrace:
    """Return one update of one parameter with the optimiser's own numbers, in float64.

    The rules and constants are those of PyTorch's documentation (torch.optim): betas 0.9 and 0.999, epsilon 1e-8
    outside the root; RMSprop's alpha 0.99; AdaGrad's epsilon 1e-10; NAdam's momentum decay 0.004.

    Parameters
    ----------
    optimizer
        Key of `OPTIMIZERS`.
    parameter, gradient
        The weight or bias before the update, and its gradient as the optimiser sees it, penalties and clipping
        included.
    rate
        Effective learning rate of this update.
    moments
        What the optimiser remembers of this parameter before the update, in the order of its `moments`; those left out
        are 0.
    updates
        Number of updates made before this one.
    momentum
        The setting; read by SGD, Nesterov and RMSprop. With 0 the velocity stays as it is.
    weight_decay
        Decoupled: rate * weight_decay * parameter is taken off besides (Loshchilov and Hutter, Decoupled weight decay
        regularization, 2019). Give 0 for a bias.
    direction, step_length
        L-BFGS only: this parameter's entry in the search direction, and the step length the line search settled on.

    Raises
    ------
    ValueError
        For an unknown optimiser or a negative number of updates.
    """
    if optimizer not in _RULES:
        raise ValueError(f"Unknown optimiser {optimizer!r}: none of {', '.join(_RULES)}.")
    if updates < 0:
        raise ValueError(f"An update cannot follow {updates} updates.")
    before = float(parameter)
    remembered = tuple(float(moment) for moment in moments)
    update = _Update(
        before,
        float(gradient),
        float(rate),
        remembered,
        updates + 1,
        float(momentum),
        float(direction),
        float(step_length),
    )
    update.state("parameter before", "p", "", before)
    update.state("gradient", "g", "", update.gradient)
    if optimizer != "lbfgs":
        update.state("learning rate", "rate", "", update.rate)
    change, after_moments = _RULES[optimizer](update)
    symbol = update.terms[-1].symbol
    if weight_decay:
        update.state("weight decay", "decay", "", float(weight_decay))
        decayed = update.state("decayed by", "dp_w", "-rate decay p", -update.rate * float(weight_decay) * before)
        after = update.state("parameter", "p'", f"p + dp_w + {symbol}", before + decayed + change)
    else:
        after = update.state("parameter", "p'", f"p + {symbol}", before + change)
    return UpdateTrace(optimizer, tuple(update.terms), before, after, after_moments)
