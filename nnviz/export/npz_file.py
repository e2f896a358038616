"""The .npz format: weights as plain NumPy arrays, names as text arrays, the rest as one JSON text; never a pickle.

``numpy.load(path, allow_pickle=False)`` reads it: ``weights_1`` (n_in, n_out), ``biases_1`` (n_out,), ``weights_2`` and
so on, ``activations``, ``features``, ``inputs``, ``outputs``, ``classes`` and ``nnviz`` (JSON: architecture,
preprocessing, provenance). The first layer's pre-activation is ``X @ weights_1 + biases_1``.
"""

import io
import math
import re
import zipfile
import zlib
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from nnviz.errors import UserError
from nnviz.export.bundle import FloatArray, ModelBundle
from nnviz.export.document import MAX_FILE, MAX_TEXT, describe, from_text, parse, to_text

_MAX_MEMBERS = 65_536
_ENTRY = b"PK\x01\x02"  # what each entry of a zip archive's directory begins with
_MAX_HEADER = 4096  # bytes; NumPy writes 128 for such arrays
_HEADER = re.compile(
    rb"\{'descr': '([<>](?:f[248]|U[0-9]{1,8}))', 'fortran_order': (True|False), "
    rb"'shape': \(([0-9]{0,18}(?:, ?[0-9]{0,18}){0,3})\), \} *\n"
)
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError)


def encode(bundle: ModelBundle) -> bytes:
    """Return the bytes of a .npz file."""
    document = describe(bundle)
    network = bundle.mlp()
    arrays: dict[str, NDArray[Any]] = {"nnviz": np.array(to_text(document))}
    for index, (weights, biases) in enumerate(zip(network.weights, network.biases, strict=True), start=1):
        arrays[f"weights_{index}"] = np.ascontiguousarray(weights)
        arrays[f"biases_{index}"] = np.ascontiguousarray(biases)
    arrays["activations"] = np.array([layer.activation for layer in bundle.config.layers], dtype=np.str_)
    for key in ("features", "inputs", "outputs", "classes"):
        arrays[key] = np.array(document[key], dtype=np.str_)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def decode(payload: bytes) -> ModelBundle:
    """Return the bundle in the bytes of a .npz file.

    Nothing is unpacked before its size, and no array is made before its shape and type, have been compared with what
    the architecture needs.

    Raises
    ------
    UserError
        If the archive is damaged, is not one of nnviz's, or asks for too much.
    """
    # Counted before zipfile makes an object of each entry.
    if payload.count(_ENTRY) > _MAX_MEMBERS:
        raise UserError("It holds far more arrays than a model has.", "Choose a file that nnviz exported.")
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            return _read(archive)
    except _DAMAGED as error:
        raise UserError("It is damaged: the archive does not unpack.", "Export the model again.") from error


def _read(archive: zipfile.ZipFile) -> ModelBundle:
    members = archive.infolist()
    if sum(member.file_size for member in members) > MAX_FILE:
        raise UserError(f"It would unpack to more than {MAX_FILE // 2**20} MB.", "Choose a file that nnviz exported.")
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise UserError("It is damaged: two arrays have the same name.")
    if "nnviz.npy" not in names:
        raise UserError("It holds arrays, but not a model that nnviz wrote.", "Choose a file that nnviz exported.")
    text = _array(archive, "nnviz", (), "U", 4 * MAX_TEXT)
    description = parse(from_text(str(text[()])))
    layers: list[tuple[FloatArray, FloatArray]] = []
    for index, shape in enumerate(description.shapes, start=1):
        size = description.dtype.itemsize * shape[0] * shape[1]
        pair = [
            _array(archive, f"weights_{index}", shape, "f", size),
            _array(archive, f"biases_{index}", shape[1:], "f", size),
        ]
        if any(array.dtype != description.dtype for array in pair):
            raise UserError(f"The numbers of layer {index} are not of the type {description.dtype.name}.")
        layers.append((pair[0], pair[1]))
    return description.bundle(layers)


def _array(archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], kind: str, limit: int) -> NDArray[Any]:
    """Return one array of at most ``limit`` bytes; its header is judged before its contents are read."""
    try:
        member = archive.getinfo(f"{name}.npy")
    except KeyError as error:
        raise UserError(f"It is damaged: the array {name!r} is missing.", "Export the model again.") from error
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UserError(f"The array {name!r} is packed in a way that NumPy does not use.")
    if member.file_size > limit + _MAX_HEADER:
        raise UserError(f"The array {name!r} is larger than the architecture says.")
    with archive.open(member) as file:
        found, fortran, dtype = _read_header(file, name)
        if dtype.kind != kind:
            raise UserError(
                f"The array {name!r} holds neither numbers nor text where it should; nnviz does not read it."
            )
        if found != shape:
            raise UserError(f"The array {name!r} has the shape {found}; the architecture needs {shape}.")
        data = file.read(min(member.file_size, limit) + 1)
    if math.prod(found) * dtype.itemsize != len(data):
        raise UserError(
            f"It is damaged: the array {name!r} is not as long as its header says.", "Export the model again."
        )
    return np.frombuffer(data, dtype=dtype).reshape(found, order="F" if fortran else "C")


def _read_header(file: IO[bytes], name: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return the shape, the Fortran flag and the type in an array's header.

    Layout: numpy.lib.format. NumPy evaluates the header as a Python literal; matching the one form that numpy.save
    writes leaves nothing to evaluate.
    """
    start = file.read(8)
    width = {b"\x01\x00": 2, b"\x02\x00": 4}.get(start[6:])
    if start[:6] != b"\x93NUMPY" or width is None:
        raise UserError(f"It is damaged: {name!r} is not an array.", "Export the model again.")
    length = int.from_bytes(file.read(width), "little")
    match = _HEADER.fullmatch(file.read(min(length, _MAX_HEADER)))
    if match is None:
        raise UserError(f"The array {name!r} is not a plain array of numbers or text; nnviz does not read it.")
    dtype, fortran, shape = (group.decode("ascii") for group in match.groups())
    return tuple(int(size) for size in shape.split(",") if size.strip()), fortran == "True", np.dtype(dtype)
