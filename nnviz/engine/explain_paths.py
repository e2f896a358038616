"""Every path from a weight to the loss, each a product of factors."""

from dataclasses import dataclass
from math import prod

import numpy as np

from nnviz.engine.arrays import FloatArray, IndexArray
from nnviz.engine.explain_forward import BIAS, frozen
from nnviz.engine.explain_gradient import LossTrace


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of the chain rule.

    Attributes
    ----------
    symbol
        "dz/dw", "da/dz", "w", "dL/da" or "dL/dz".
    layer, unit
        The neuron that it belongs to.
    source
        For "w" the unit of the layer before that the weight comes from; for a softmax's "da/dz" the output whose z it
        is (`unit` is the output whose a it is); else `unit`.
    value
        The number.
    """

    symbol: str
    layer: int
    source: int
    unit: int
    value: float


@dataclass(frozen=True, slots=True)
class PathColumn:
    """What a column of `PathsTrace.factors` holds.

    Attributes
    ----------
    symbol, layer
        As in `Factor`.
    source, unit
        The columns of `PathsTrace.units` that hold the factor's source and unit.
    """

    symbol: str
    layer: int
    source: int
    unit: int


@dataclass(frozen=True, slots=True)
class PathsTrace:
    """The slope of a row's loss by one weight, as a sum over the paths from the weight's neuron to the loss.

    Attributes
    ----------
    columns
        What each factor is; the same for all paths, in the order of multiplying: dz/dw, then away from the inputs.
    units
        (paths, steps), the neurons on each path, the weight's own first.
    factors
        (paths, columns).
    products
        (paths,), each path's factors multiplied from the first to the last.
    total
        The products added up from the first path to the last: dL/dw, up to rounding.
    complete
        Whether each path is followed to the loss. False when there would be too many: then there is one per neuron of
        the next layer, ending in that neuron's dL/dz, which is what all its paths onward add up to.
    n_paths
        Number of paths, however many are shown.
    """

    columns: tuple[PathColumn, ...]
    units: IndexArray
    factors: FloatArray
    products: FloatArray
    total: float
    complete: bool
    n_paths: int

    def path(self, index: int) -> tuple[Factor, ...]:
        """Return one path's factors."""
        units = self.units[index]
        return tuple(
            Factor(column.symbol, column.layer, int(units[column.source]), int(units[column.unit]), float(value))
            for column, value in zip(self.columns, self.factors[index], strict=True)
        )


def trace_paths(loss: LossTrace, layer: int, source: int, unit: int, max_paths: int) -> PathsTrace:
    """Return the paths from the weight of `source` into `unit` of `layer` to the loss.

    Parameters
    ----------
    loss
        The row's chain rule.
    layer, source, unit
        The weight; `source` may be `BIAS`.
    max_paths
        With more paths than this, they are grouped by the neurons of the next layer.
    """
    return _PathBuilder(loss, layer, source, unit).trace(max_paths)


class _PathBuilder:
    """Collects the columns of a `PathsTrace` while walking from the weight to the loss."""

    def __init__(self, loss: LossTrace, layer: int, source: int, unit: int) -> None:
        self.loss = loss
        self.layer, self.source, self.unit = layer, source, unit
        self.last = len(loss.layers) - 1
        self.columns: list[PathColumn] = []
        self.factors: list[FloatArray] = []

    def trace(self, max_paths: int) -> PathsTrace:
        layers = self.loss.forward.layers
        choices = [len(layer.biases) for layer in layers[self.layer + 1 :]]
        if self._through_jacobian:
            choices.append(len(layers[-1].biases))
        n_paths = prod(choices)
        complete = n_paths <= max_paths or len(choices) < 2
        units = _every_choice(self.unit, choices if complete else choices[:1])
        with np.errstate(all="ignore"):
            reads = 1.0 if self.source == BIAS else layers[self.layer].inputs[self.source]
            self._add("dz/dw", self.layer, 0, 0, np.full(len(units), reads))
            if self.layer < self.last:
                self._follow(units, complete=complete)
            else:
                self._end(units, 0)
            factors = frozen(np.stack(self.factors, axis=1))
            products = frozen(np.multiply.accumulate(factors, axis=1)[:, -1])
            total = float(np.add.accumulate(products)[-1])
        units.flags.writeable = False
        return PathsTrace(tuple(self.columns), units, factors, products, total, complete, n_paths)

    @property
    def _through_jacobian(self) -> bool:
        return self.loss.jacobian is not None and not self.loss.fused

    def _add(self, symbol: str, layer: int, source: int, unit: int, values: FloatArray) -> None:
        self.columns.append(PathColumn(symbol, layer, source, unit))
        self.factors.append(values)

    def _follow(self, units: IndexArray, *, complete: bool) -> None:
        layers = self.loss.forward.layers
        self._add("da/dz", self.layer, 0, 0, layers[self.layer].derivatives[units[:, 0]])
        for step, index in enumerate(range(self.layer + 1, self.last + 1 if complete else self.layer + 2), start=1):
            self._add("w", index, step - 1, step, layers[index].weights[units[:, step - 1], units[:, step]])
            if not complete:
                self._add("dL/dz", index, step, step, self.loss.layers[index].delta[units[:, step]])
            elif index < self.last:
                self._add("da/dz", index, step, step, layers[index].derivatives[units[:, step]])
            else:
                self._end(units, step)

    def _end(self, units: IndexArray, step: int) -> None:
        gradient, at = self.loss.layers[-1], units[:, step]
        if self.loss.fused:
            self._add("dL/dz", self.last, step, step, gradient.delta[at])
            return
        if self._through_jacobian and self.loss.jacobian is not None:
            output = units[:, step + 1]
            self._add("da/dz", self.last, step, step + 1, self.loss.jacobian[output, at])
            self._add("dL/da", self.last, step + 1, step + 1, gradient.dloss_da[output])
            return
        self._add("da/dz", self.last, step, step, self.loss.forward.layers[-1].derivatives[at])
        self._add("dL/da", self.last, step, step, gradient.dloss_da[at])


def _every_choice(first: int, choices: list[int]) -> IndexArray:
    """Return (product of choices, 1 + len(choices)): `first`, then every combination, the last choice fastest."""
    units = np.full((prod(choices), 1 + len(choices)), first, dtype=np.intp)
    for column, counts in enumerate(np.indices(choices, dtype=np.intp), start=1):
        units[:, column] = counts.ravel()
    return units
