"""The .safetensors format: tensors named and shaped for torch.nn.Sequential, the rest as JSON text in the metadata.

``torch.nn.Sequential(Linear, Tanh, Linear, ...).load_state_dict(safetensors.torch.load_file(path))`` takes the tensors
as they are: ``0.weight`` (n_out, n_in), ``0.bias`` (n_out,), ``2.weight`` ... Every second module is an activation;
an identity hidden layer is a ``torch.nn.Identity``, so that layer l is always module 2 l.
"""

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from nnviz.errors import UserError
from nnviz.export.bundle import FloatArray, ModelBundle
from nnviz.export.document import DTYPES, MAX_TEXT, describe, from_text, parse, to_text

# The library has no annotation for it: name, then "dtype", "shape" and "data" of each tensor.
_deserialize: Callable[[bytes], list[tuple[str, dict[str, Any]]]] = safetensors.deserialize
_TYPE_NAMES = {"F32": DTYPES["float32"], "F64": DTYPES["float64"]}


def encode(bundle: ModelBundle) -> bytes:
    """Return the bytes of a .safetensors file."""
    network = bundle.mlp()
    tensors: dict[str, NDArray[Any]] = {}
    for index, (weights, biases) in enumerate(zip(network.weights, network.biases, strict=True)):
        # safetensors writes the memory as it lies: a transposed view would be stored scrambled, without an error.
        tensors[f"{2 * index}.weight"] = np.ascontiguousarray(weights.T)
        tensors[f"{2 * index}.bias"] = np.ascontiguousarray(biases)
    # The key "format" is taken: loaders of Hugging Face look there for the framework whose layout the tensors have.
    document = describe(bundle)
    metadata = {"format": "pt", "nnviz": to_text({key: document.pop(key) for key in ("format", "version")})}
    metadata |= {key: to_text(value) for key, value in document.items()}
    return safetensors.numpy.save(tensors, metadata)


def decode(payload: bytes) -> ModelBundle:
    """Return the bundle in the bytes of a .safetensors file.

    Raises
    ------
    UserError
        If the file is damaged, is not one of nnviz's, or its tensors do not fit its architecture.
    """
    header = _header(payload)
    metadata = header.get("__metadata__")
    if not isinstance(metadata, dict) or "nnviz" not in metadata:
        raise UserError("It holds tensors, but not a model that nnviz wrote.", "Choose a file that nnviz exported.")
    if not all(isinstance(value, str) for value in metadata.values()):
        raise UserError("It is damaged: its metadata is not all text.")
    marker = from_text(metadata["nnviz"])
    document = {key: from_text(value) for key, value in metadata.items() if key not in ("format", "nnviz")}
    if isinstance(marker, dict):
        document |= marker
    description = parse(document)
    try:
        # Checks that the tensors fill the file exactly, none over another.
        tensors = dict(_deserialize(payload))
    except safetensors.SafetensorError as error:
        raise UserError("It is damaged: its tensors do not fill the file.", "Export the model again.") from error
    layers: list[tuple[FloatArray, FloatArray]] = []
    for index, (n_in, n_out) in enumerate(description.shapes):
        weights = _tensor(tensors, f"{2 * index}.weight", (n_out, n_in), description.dtype)
        layers.append((weights.T, _tensor(tensors, f"{2 * index}.bias", (n_out,), description.dtype)))
    if len(tensors) != 2 * len(layers):
        raise UserError("It holds more tensors than its architecture has layers.")
    return description.bundle(layers)


def _header(payload: bytes) -> dict[str, Any]:
    """Return the JSON header: its length in 8 bytes, little-endian, then the text."""
    if len(payload) < 8:
        raise UserError("It is damaged: the file ends too early.", "Export the model again.")
    (length,) = struct.unpack_from("<Q", payload)
    if length > MAX_TEXT or 8 + length > len(payload):
        raise UserError("It is damaged: its header is longer than the file.", "Export the model again.")
    header = from_text(payload[8 : 8 + length])
    if not isinstance(header, dict):
        raise UserError("It is damaged: its header is not a table of tensors.")
    return header


def _tensor(tensors: dict[str, Any], name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> FloatArray:
    entry = tensors.get(name)
    if entry is None:
        raise UserError(f"It is damaged: the tensor {name!r} is missing.", "Export the model again.")
    if _TYPE_NAMES.get(entry["dtype"]) != dtype:
        raise UserError(f"The tensor {name!r} is of type {entry['dtype']}; the description says {dtype.name}.")
    if tuple(entry["shape"]) != shape:
        raise UserError(f"The tensor {name!r} has the shape {tuple(entry['shape'])}; the architecture needs {shape}.")
    array: FloatArray = np.frombuffer(entry["data"], dtype=dtype).reshape(shape)
    return array
