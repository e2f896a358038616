"""A bundle without the network's numbers, as JSON values: written by every format, checked on the way in."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from nnviz.data.preprocessing import Preprocessor
from nnviz.engine.config import MAX_PARAMETERS
from nnviz.engine.mlp import MLP, MLPConfig
from nnviz.errors import UserError
from nnviz.export.bundle import FloatArray, ModelBundle

FORMAT = "nnviz model"
VERSION = 1
DTYPES: Mapping[str, np.dtype[Any]] = {"float32": np.dtype("<f4"), "float64": np.dtype("<f8")}

# What a file may hold before anything is allocated for it: the parameters of the largest network that the engine allows
# in 64-bit numbers, and text for more categories than any preprocessing keeps.
MAX_TEXT = 16 * 2**20  # characters of the document
MAX_FILE = 8 * MAX_PARAMETERS + 4 * MAX_TEXT + 2**20  # bytes of a binary file; NumPy gives a character 4

Built = TypeVar("Built")
_NAMES = ("features", "inputs", "outputs", "classes")


def describe(bundle: ModelBundle) -> dict[str, Any]:
    """Return the document of ``bundle``: everything but the weights and biases, in the order a person reads it."""
    preprocessor = bundle.preprocessor
    return {
        "format": FORMAT,
        "version": VERSION,
        "task": preprocessor.task,
        "target": preprocessor.target_name,
        "features": list(preprocessor.feature_names),
        "inputs": list(preprocessor.output_names),
        "outputs": list(preprocessor.output_unit_names),
        "classes": list(preprocessor.classes),
        "dtype": bundle.parameters.dtype.name,
        "architecture": bundle.config.to_dict(),
        "preprocessing": preprocessor.to_dict(),
        "provenance": dict(bundle.provenance),
    }


@dataclass(frozen=True)
class Description:
    """What a valid document says: the room that the numbers must fill."""

    config: MLPConfig
    preprocessor: Preprocessor
    provenance: Mapping[str, str | int | float]
    dtype: np.dtype[Any]

    @property
    def shapes(self) -> Iterator[tuple[int, int]]:
        """The shapes (n_in, n_out) of the weight matrices, first layer first."""
        return pairwise(self.config.sizes)

    def bundle(self, layers: Sequence[tuple[FloatArray, FloatArray]]) -> ModelBundle:
        """Return the bundle of this description and of each layer's weights (n_in, n_out) and biases (n_out,)."""
        network = MLP(self.config, dtype=self.dtype.type)
        for weights, biases, (own_weights, own_biases) in zip(network.weights, network.biases, layers, strict=True):
            weights[...] = own_weights
            biases[...] = own_biases
        return ModelBundle(self.config, network.parameters, self.preprocessor, self.provenance)


def parse(document: object) -> Description:
    """Check a document and return what it says.

    Raises
    ------
    UserError
        If it is not one of nnviz's, is of a later version, or anything in it is missing, malformed, too large or at
        odds with the rest.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise UserError("It is not a model that nnviz wrote.", "Choose a file that nnviz exported.")
    version = document.get("version")
    if type(version) is not int or version < 1:
        raise UserError("Its version number is missing or malformed.")
    if version > VERSION:
        raise UserError(f"It was written by a later nnviz (file version {version}).", "Install the latest nnviz.")
    dtype = DTYPES.get(_text(document, "dtype"))
    if dtype is None:
        raise UserError(f"Its number type {document['dtype']!r} is neither float32 nor float64.")
    config = _built(MLPConfig.from_dict, document, "architecture")
    preprocessor = _built(Preprocessor.from_dict, document, "preprocessing")
    description = Description(config, preprocessor, _facts(_mapping(document, "provenance")), dtype)
    _check_names(document, preprocessor)
    return description


def to_text(value: object) -> str:
    """Return JSON text in ASCII, floats exact by repr; a float that is not finite raises ValueError."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def from_text(text: str | bytes, limit: int = MAX_TEXT) -> Any:
    """Parse JSON that nobody vouches for.

    Raises
    ------
    UserError
        If the text is too long, nested too deeply, not JSON, or holds NaN or Infinity.
    """
    if len(text) > limit:
        raise UserError(f"Its text is longer than {limit:,} characters.")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise UserError("Its text is nested too deeply.") from error
    except ValueError as error:  # malformed JSON, malformed UTF-8, an integer of thousands of digits
        raise UserError("Its text is damaged: it is not valid JSON.") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _text(document: Mapping[str, Any], key: str) -> str:
    value = document.get(key)
    if not isinstance(value, str):
        raise UserError(f"Its entry {key!r} is missing or not a text.")
    return value


def _built(build: Callable[[Mapping[str, Any]], Built], document: Mapping[str, Any], key: str) -> Built:
    """Return what ``build`` makes of an entry; whatever it trips over, the file is at fault and not the program."""
    try:
        return build(_mapping(document, key))
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
        raise UserError(f"Its entry {key!r} is malformed.", "Export the model again.") from error


def _mapping(document: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = document.get(key)
    if not isinstance(value, dict):
        raise UserError(f"Its entry {key!r} is missing or malformed.")
    return value


def _facts(provenance: Mapping[str, Any]) -> dict[str, str | int | float]:
    for key, value in provenance.items():
        if not isinstance(value, str | int | float):
            raise UserError(f"Its provenance entry {key!r} is neither a text nor a number.")
    return dict(provenance)


def _check_names(document: Mapping[str, Any], preprocessor: Preprocessor) -> None:
    """Refuse a file whose names for people differ from the names that the predictions will use."""
    own: dict[str, Sequence[str]] = {
        "features": preprocessor.feature_names,
        "inputs": preprocessor.output_names,
        "outputs": preprocessor.output_unit_names,
        "classes": preprocessor.classes,
    }
    for key in _NAMES:
        if document.get(key) != list(own[key]):
            raise UserError(
                f"Its entry {key!r} and its preprocessing disagree.",
                "If the file was edited, change both in the same way.",
            )
    if (document.get("task"), document.get("target")) != (preprocessor.task, preprocessor.target_name):
        raise UserError("Its task or target and its preprocessing disagree.", "Export the model again.")
