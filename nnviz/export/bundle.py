"""ModelBundle: everything that is needed to predict with a trained network, and where it came from."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nnviz import __version__
from nnviz.data.dataset import Dataset
from nnviz.data.preprocessing import Preprocessor
from nnviz.data.table import Table
from nnviz.engine.losses import class_scores, decision_scores, refusal
from nnviz.engine.mlp import MLP, MLPConfig
from nnviz.errors import UserError
from nnviz.export.split_facts import split_facts

FloatArray = NDArray[np.floating[Any]]
Provenance = Mapping[str, str | int | float]


@dataclass(frozen=True, eq=False)
class ModelBundle:
    """A trained network with the preprocessing that its inputs need.

    Parameters
    ----------
    config
        The architecture.
    parameters
        The flat parameter vector of :class:`~nnviz.engine.mlp.MLP`, float32 or float64; copied, then read-only.
    preprocessor
        From a table's raw columns to the network's inputs, and from its outputs to classes or raw units.
    provenance
        Plain facts about the training: program version, time, data set, seed, epoch, losses. A number that is not
        finite (the loss of an empty validation set) is left out: JSON has no word for it.

    Raises
    ------
    UserError
        If the parts do not fit each other, or a parameter is not finite.
    """

    config: MLPConfig
    parameters: FloatArray
    preprocessor: Preprocessor
    provenance: Provenance = field(default_factory=dict)

    def __post_init__(self) -> None:
        parameters = np.array(self.parameters, order="C")
        if parameters.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
            raise UserError(f"The weights are of type {parameters.dtype}; float32 or float64 is needed.")
        if parameters.shape != (self.config.n_parameters,):
            raise UserError(
                f"The network has {self.config.n_parameters} parameters, but {parameters.size} numbers were given."
            )
        if not np.isfinite(parameters).all():
            raise UserError("A weight is not a finite number.", "Train again with a smaller learning rate.")
        _check_fit(self.config, self.preprocessor)
        parameters.flags.writeable = False
        object.__setattr__(self, "parameters", parameters)
        object.__setattr__(self, "provenance", MappingProxyType(_plain_facts(self.provenance)))

    @classmethod
    def from_training(cls, mlp: MLP, dataset: Dataset, provenance: Provenance | None = None) -> Self:
        """Bundle a network with the data set it learnt from; ``provenance`` adds to, and overrides, its own facts."""
        facts: dict[str, str | int | float] = {
            "nnviz_version": __version__,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "dataset": dataset.name,
            "rows": dataset.n_rows,
            "train_rows": len(dataset.train_rows),
            "validation_rows": len(dataset.validation_rows),
            **split_facts(dataset.choices),
        }
        return cls(mlp.config, mlp.parameters, dataset.preprocessor, {**facts, **(provenance or {})})

    def mlp(self) -> MLP:
        """Return a new network with these parameters, in their precision."""
        return MLP(self.config, self.parameters, dtype=self.parameters.dtype.type)

    def outputs(self, X: FloatArray) -> FloatArray:  # noqa: N803 - the field writes matrices in capitals
        """Return the network's output activations (n, k) for preprocessed inputs ``X`` (n, d)."""
        return self.mlp().predict(X)

    def predict(self, table: Table) -> tuple[NDArray[Any], FloatArray | None]:
        """Predict every row of ``table``.

        Returns
        -------
        predictions
            (n,) class names (object), or values in the target's own units (float64).
        probabilities
            (n, n_classes) in the order of ``preprocessor.classes``; None for regression. After a hinge loss they are
            scores from 0 to 1 with the boundary at 0.5 instead.

        Raises
        ------
        UserError
            If the table lacks a column that the network reads, or the column holds something else.
        """
        output = self.outputs(self.preprocessor.transform(table))
        predictions = self.preprocessor.predictions(decision_scores(output, self.config.loss))
        if self.preprocessor.task == "regression":
            return predictions, None
        return predictions, self.preprocessor.probabilities(class_scores(output, self.config.loss))


def _check_fit(config: MLPConfig, preprocessor: Preprocessor) -> None:
    """Raise UserError unless the preprocessing yields the network's inputs and reads its outputs."""
    if (config.n_inputs, config.n_outputs) != (preprocessor.n_inputs, preprocessor.n_outputs):
        raise UserError(
            f"The network has {config.n_inputs} inputs and {config.n_outputs} outputs, but the preprocessing makes "
            f"{preprocessor.n_inputs} inputs and reads {preprocessor.n_outputs} outputs."
        )
    if reason := refusal(config.loss, config.layers[-1].activation, preprocessor.task):
        raise UserError(reason)


def _plain_facts(provenance: Mapping[str, Any]) -> dict[str, str | int | float]:
    """Return the facts as plain Python values, NumPy scalars unwrapped and non-finite numbers left out."""
    facts: dict[str, str | int | float] = {}
    for key, value in provenance.items():
        plain = value.item() if isinstance(value, np.generic) else value
        if not isinstance(plain, str | int | float):
            raise UserError(f"The provenance entry {key!r} is neither a text nor a number.")
        if not isinstance(plain, float) or math.isfinite(plain):
            facts[str(key)] = plain
    return facts
