"""The .json format: everything as text that a person can read, every number exact.

A float32 is written as the double of the same value, by repr, so any reader gets back exactly the number trained.
"""

from typing import Any

import numpy as np

from nnviz.errors import UserError
from nnviz.export.bundle import FloatArray, ModelBundle
from nnviz.export.document import describe, from_text, parse, to_text

# A parsed number takes several times the room of its text.
MAX_JSON = 64 * 2**20


def encode(bundle: ModelBundle) -> bytes:
    """Return the bytes of a .json file: the document, then the layers, one matrix row a line.

    Raises
    ------
    UserError
        If the network is so large that the text could not be read back.
    """
    document = describe(bundle)
    network = bundle.mlp()
    document["layers"] = [
        {
            "activation": layer.activation,
            "weights": weights.astype(np.float64).tolist(),
            "biases": biases.astype(np.float64).tolist(),
        }
        for layer, weights, biases in zip(bundle.config.layers, network.weights, network.biases, strict=True)
    ]
    payload = (_pretty(document) + "\n").encode("ascii")
    if len(payload) > MAX_JSON:
        raise UserError("The network is too large for a JSON file.", "Export it as .safetensors or .npz.")
    return payload


def decode(payload: bytes) -> ModelBundle:
    """Return the bundle in the bytes of a .json file.

    Raises
    ------
    UserError
        If the text is damaged, is not one of nnviz's, or its matrices do not fit its architecture.
    """
    document = from_text(payload.removeprefix(b"\xef\xbb\xbf"), MAX_JSON)
    description = parse(document)
    layers = document.get("layers")
    shapes = list(description.shapes)
    if not isinstance(layers, list) or len(layers) != len(shapes):
        raise UserError(f"Its entry 'layers' is not a list of {len(shapes)} layers.")
    result: list[tuple[FloatArray, FloatArray]] = []
    for index, (layer, (n_in, n_out)) in enumerate(zip(layers, shapes, strict=True), start=1):
        if not isinstance(layer, dict):
            raise UserError(f"Layer {index} is malformed.")
        if layer.get("activation") != description.config.layers[index - 1].activation:
            raise UserError(f"The activation of layer {index} and its architecture disagree.")
        rows = layer.get("weights")
        if not isinstance(rows, list) or len(rows) != n_in:
            raise UserError(f"The weights of layer {index} are not a list of {n_in} rows.")
        weights = [_numbers(row, n_out, f"weights of layer {index}", description.dtype) for row in rows]
        biases = _numbers(layer.get("biases"), n_out, f"biases of layer {index}", description.dtype)
        result.append((np.stack(weights), biases))
    return description.bundle(result)


def _numbers(value: object, length: int, name: str, dtype: np.dtype[Any]) -> FloatArray:
    """Return a list of JSON numbers as an array; anything else is a UserError."""
    if not isinstance(value, list) or len(value) != length:
        raise UserError(f"The {name} have a row that is not a list of {length} numbers.")
    if any(type(number) not in (float, int) for number in value):
        raise UserError(f"The {name} hold something that is not a number.")
    largest = float(np.finfo(dtype).max)
    if any(not -largest <= number <= largest for number in value):
        raise UserError(f"The {name} hold a number that is not finite or does not fit {dtype.name}.")
    array: FloatArray = np.array(value, dtype=np.float64).astype(dtype)
    return array


def _pretty(value: object, indent: str = "") -> str:
    """Return JSON text with one entry a line, and lists of plain values on one line."""
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        entries = [f"{to_text(key)}: {_pretty(entry, deeper)}" for key, entry in value.items()]
        brackets = "{}"
    elif isinstance(value, list) and any(isinstance(entry, list | dict) for entry in value):
        entries = [_pretty(entry, deeper) for entry in value]
        brackets = "[]"
    else:
        return to_text(value)
    body = f",\n{deeper}".join(entries)
    return f"{brackets[0]}\n{deeper}{body}\n{indent}{brackets[1]}"
