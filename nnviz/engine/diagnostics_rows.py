"""What diagnostics measure a network against: the rows looked at, the gradient over them, a constant answer's loss."""

from typing import NamedTuple

import numpy as np

from nnviz.engine.arrays import FloatArray, IndexArray
from nnviz.engine.config import MLPConfig
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP
from nnviz.engine.plan import StepPlan, pack_rows

ROW_LIMIT = 2000
_PRODUCTS = 2_000_000_000  # parameters times rows: about half a second; networks of over a million look at fewer rows
_FEWEST_ROWS = 100


class Rows(NamedTuple):
    """Rows in the dtype of the network: inputs (n, d), target (n, k); `given` is how many there were to choose from."""

    inputs: FloatArray
    target: FloatArray
    given: int

    def __str__(self) -> str:
        """Return the number of rows as a sentence has it: "all 300 rows" or "2,000 of 50,000 rows"."""
        n = len(self.inputs)
        if n == self.given:
            return f"all {n:,} rows" if n > 1 else "1 row"
        return f"{n:,} of {self.given:,} rows"

    @property
    def evidence(self) -> dict[str, float]:
        """The numbers of rows looked at and given."""
        return {"rows": float(len(self.inputs)), "rows_given": float(self.given)}


def choose_rows(mlp: MLP, inputs: FloatArray, target: FloatArray, row_limit: int, seed: int) -> Rows:
    """Return the rows, or `row_limit` of them drawn without replacement when there are more.

    A network of over a million parameters looks at fewer, but at 100 at least.

    Raises
    ------
    ValueError
        Without rows, for shapes that do not go with the network, or for numbers not finite in its dtype.
    """
    config = mlp.config
    shapes = (np.shape(inputs), np.shape(target))
    n = shapes[0][0] if shapes[0] else 0
    if shapes != ((n, config.n_inputs), (n, config.n_outputs)) or n < 1 or row_limit < 1:
        wanted = f"(n, {config.n_inputs}) and (n, {config.n_outputs})"
        raise ValueError(f"at least 1 row of inputs and target of shapes {wanted} is needed, not {shapes}")
    chosen: slice | IndexArray = slice(None)
    most = min(row_limit, max(_FEWEST_ROWS, _PRODUCTS // config.n_parameters))
    if n > most:
        chosen = np.sort(np.random.default_rng(seed).choice(n, most, replace=False))
    with np.errstate(over="ignore"):
        rows = Rows(
            np.asarray(np.asarray(inputs)[chosen], dtype=mlp.dtype),
            np.asarray(np.asarray(target)[chosen], dtype=mlp.dtype),
            n,
        )
    if not (np.isfinite(rows.inputs).all() and np.isfinite(rows.target).all()):
        raise ValueError(f"inputs and target must be finite in {mlp.dtype} numbers")
    return rows


class Gradients(NamedTuple):
    """Gradients over some rows.

    Attributes
    ----------
    mean
        dL/d(parameters) of the mean loss, (n_parameters,).
    row_rms
        Per layer, the root mean square, over rows and parameters, of the gradients of the single rows. These do not
        cancel: it stays large in a layer that is at its best, where the mean over rows is 0.
    """

    mean: FloatArray
    row_rms: tuple[float, ...]


def gradients(mlp: MLP, inputs: FloatArray, target: FloatArray) -> Gradients:
    """Return the gradients over rows, (n, d) and (n, k), n at least 1; the network is unchanged.

    Notes
    -----
    A row's gradient in a dense layer is the outer product of what the layer reads and of the error dL/dz, so its norm
    is the product of their norms: Goodfellow, Efficient per-example gradient computations (2015).
    """
    mean = np.zeros_like(mlp.parameters)
    plan = StepPlan(mlp, len(inputs), mean, [])
    plan.batch[...] = pack_rows(mlp, inputs, target)
    sizes = []
    with np.errstate(all="ignore"):
        for call, arguments in plan.gradient_step:
            call(*arguments)
        for layer in plan.layers:
            read, error = (
                np.einsum("ij,ij->j", values, values, dtype=np.float64) for values in (layer.inputs, layer.delta)
            )
            # The plan's errors are those of the mean: n times too small for a single row.
            sizes.append(len(inputs) * float(np.sqrt((read * error).mean() / layer.block.size)))
    return Gradients(mean, tuple(sizes))


def mean_gradient(mlp: MLP, inputs: FloatArray, target: FloatArray) -> FloatArray:
    """Return dL/d(parameters) of the mean loss over rows, (n_parameters,), laid out like the parameters.

    Parameters
    ----------
    mlp
        The network; unchanged.
    inputs, target
        (n, d) and (n, k), n at least 1.
    """
    return gradients(mlp, inputs, target).mean


def constant_answer_loss(config: MLPConfig, target: FloatArray) -> float:
    """Return the loss of giving one and the same answer at every row: what a network must beat to have learned.

    Parameters
    ----------
    config
        Its loss and its output activation.
    target
        (n, k).

    Returns
    -------
    float
        In the unit of the loss. For mean squared error and the cross-entropies the least that any constant reaches
        (the target's mean, or the shares of the classes), for mean absolute error that of the median, for the hinge
        loss that of the margins -1 and 1; for other losses the best of these.

    Notes
    -----
    Hastie, Tibshirani and Friedman, The Elements of Statistical Learning (2009), section 2.4: mean and median minimise
    the squared and the absolute error.
    """
    wide = np.asarray(target, dtype=np.float64)
    activation = config.layers[-1].activation
    losses = []
    median = np.median(wide, axis=0)
    for answer in (wide.mean(axis=0), median, np.where(median > 0.5, 1.0, -1.0)):
        shares = np.clip(answer, 1e-12, 1 - 1e-12)
        logits = {"sigmoid": np.log(shares / (1 - shares)), "softmax": np.log(shares)}.get(activation, answer)
        z, a = (np.broadcast_to(row, wide.shape) for row in (logits, answer))
        with np.errstate(all="ignore"):
            losses.append(float(LOSSES[config.loss].per_row(z, a, wide).mean()))
    return float(np.fmin.reduce(losses))


def norm(values: FloatArray) -> float:
    """Return the Euclidean norm of all elements; it overflows only where it must."""
    largest = float(np.abs(values).max(initial=0.0))
    return largest * float(np.linalg.norm((values / largest).ravel())) if 0 < largest < np.inf else largest
