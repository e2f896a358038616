"""The multilayer perceptron: one flat parameter vector, and views of it layer by layer."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import FloatArray, FloatDType
from nnviz.engine.config import LayerConfig, MLPConfig, config_for_task
from nnviz.engine.initializers import INITIALIZERS
from nnviz.errors import UserError

__all__ = ["MLP", "LayerConfig", "MLPConfig", "config_for_task", "layer_blocks", "transplant"]

_ROWS_AT_ONCE = 16_384  # predict() walks through larger inputs, so that its memory does not grow with them


def layer_blocks(config: MLPConfig, parameters: FloatArray) -> tuple[FloatArray, ...]:
    """Return each layer's (n_in + 1, n_out) view of a flat vector: the weights, and the biases as the last row."""
    blocks = []
    start = 0
    for n_in, n_out in zip(config.sizes, config.sizes[1:], strict=False):
        stop = start + (n_in + 1) * n_out
        blocks.append(parameters[start:stop].reshape(n_in + 1, n_out))
        start = stop
    return tuple(blocks)


class MLP:
    """A multilayer perceptron.

    Parameters
    ----------
    config
        The architecture.
    parameters
        All weights and biases, (config.n_parameters,), copied; layer after layer, each a C-ordered (n_in + 1, n_out)
        matrix whose last row holds the biases. None: all 0.
    dtype
        float32 or float64.

    Attributes
    ----------
    config
        The architecture.
    parameters
        The flat vector, owned; whoever trains the network changes it in place.
    blocks
        Per layer, the (n_in + 1, n_out) view of it.
    weights, biases
        Per layer, the (n_in, n_out) and (n_out,) views of it.

    Raises
    ------
    UserError
        When `parameters` has the wrong size or holds numbers that are not finite in `dtype`.
    """

    def __init__(self, config: MLPConfig, parameters: FloatArray | None = None, dtype: DTypeLike = np.float32) -> None:
        self.config = config
        self.parameters: FloatArray = np.zeros(config.n_parameters, dtype=dtype)
        if parameters is not None:
            given = np.asarray(parameters)
            if given.shape != self.parameters.shape:
                raise UserError(
                    f"This network has {config.n_parameters:,} parameters, but {given.size:,} were given"
                    f" (shape {given.shape})."
                )
            with np.errstate(over="ignore"):
                self.parameters[...] = given
            if not np.isfinite(self.parameters).all():
                raise UserError("Some of the network's parameters are not finite numbers.")
        self.blocks = layer_blocks(config, self.parameters)
        self.weights = tuple(block[:-1] for block in self.blocks)
        self.biases = tuple(block[-1] for block in self.blocks)

    @classmethod
    def initialised(cls, config: MLPConfig, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> "MLP":
        """Return a network with freshly drawn weights and biases; most initialisations leave the biases at 0.

        They are drawn in 64-bit numbers, so one generator state gives the same network in any dtype.
        """
        mlp = cls(config, dtype=dtype)
        for layer, weights, biases in zip(config.layers, mlp.weights, mlp.biases, strict=True):
            initializer, (n_in, n_out) = INITIALIZERS[layer.resolved_initializer], weights.shape
            weights[...] = initializer.draw(rng, n_in, n_out, layer.init_value)
            biases[...] = initializer.draw_biases(rng, n_in, n_out)
        return mlp

    @property
    def dtype(self) -> FloatDType:
        """Type of the parameters and of all outputs."""
        return self.parameters.dtype

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Return the output activations, (n, k), for inputs of shape (n, d).

        Allocates what it returns and shares no buffer, so any thread may call it; while another thread trains this
        very network, some weights may be one step newer than others.
        """
        rows = self._as_rows(inputs)
        output = np.empty((len(rows), self.config.n_outputs), dtype=self.dtype)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            output[start : start + _ROWS_AT_ONCE] = self._forward(rows[start : start + _ROWS_AT_ONCE])[-1]
        return output

    def activations(self, inputs: FloatArray) -> list[FloatArray]:
        """Return [(n, d), (n, units of the first layer), ..., (n, k)]: the inputs and every layer's outputs."""
        return self._forward(self._as_rows(inputs))

    def copy(self) -> "MLP":
        """Return an independent copy."""
        return MLP(self.config, self.parameters, self.dtype)

    def _as_rows(self, inputs: FloatArray) -> FloatArray:
        with np.errstate(over="ignore"):
            rows = np.asarray(inputs, dtype=self.dtype)
        if rows.ndim != 2 or rows.shape[1] != self.config.n_inputs:
            raise ValueError(f"The network takes inputs of shape (n, {self.config.n_inputs}), not {rows.shape}.")
        return rows

    def _forward(self, rows: FloatArray) -> list[FloatArray]:
        outputs = [rows]
        with np.errstate(all="ignore"):
            for layer, weights, biases in zip(self.config.layers, self.weights, self.biases, strict=True):
                outputs.append(ACTIVATIONS[layer.activation].value(outputs[-1] @ weights + biases))
        return outputs


def transplant(old: MLP, config: MLPConfig, sources: Sequence[int | None], rng: np.random.Generator) -> MLP:
    """Return a network of another architecture that keeps the weights that still fit.

    Parameters
    ----------
    old
        The network to take weights from; unchanged.
    config
        The new architecture.
    sources
        For each layer of `config`, the index of the old layer that it was, or None for a new layer.
    rng
        Draws the weights that are new.

    Returns
    -------
    MLP
        Of the dtype of `old`. A layer that has an old layer keeps its biases. It keeps the overlapping block of its
        weights too when the layer before it is also the one that came before (or both read the inputs); otherwise the
        rows of that block would stand for other neurons, and its weights are drawn anew.
    """
    if len(sources) != len(config.layers):
        raise ValueError(f"{len(config.layers)} layers need as many sources, not {len(sources)}.")
    new = MLP.initialised(config, rng, old.dtype)
    before: int | None = -1  # the inputs
    for layer, source in enumerate(sources):
        if source is not None:
            shared = min(len(new.biases[layer]), len(old.biases[source]))
            new.biases[layer][:shared] = old.biases[source][:shared]
            if before is not None and before == source - 1:
                fan = min(len(new.weights[layer]), len(old.weights[source]))
                new.weights[layer][:fan, :shared] = old.weights[source][:fan, :shared]
        before = source
    return new
