"""The registry of model formats; saving by suffix, loading by content."""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from nnviz.errors import UserError
from nnviz.export import json_file, npz_file, safetensors_file
from nnviz.export.atomic import atomic_write
from nnviz.export.bundle import ModelBundle
from nnviz.export.document import FORMAT, MAX_FILE, MAX_TEXT
from nnviz.export.reading import opened, read_bytes

_HEAD = 4096  # bytes that are enough to recognise a file


@dataclass(frozen=True, slots=True)
class Format:
    """One model file format.

    Parameters
    ----------
    name, suffix, label
        The short name, the file suffix with its dot, and a line for people.
    encode, decode
        Bundle to bytes and back; ``decode`` raises UserError whose message begins with "It" or names a part.
    limit
        The largest file read, in bytes.
    """

    name: str
    suffix: str
    label: str
    encode: Callable[[ModelBundle], bytes]
    decode: Callable[[bytes], ModelBundle]
    limit: int

    def write(self, bundle: ModelBundle, path: Path) -> None:
        """Write ``bundle`` to ``path``, whole or not at all; raises UserError."""
        payload = self.encode(bundle)
        with atomic_write(path) as file:
            file.write(payload)

    def read(self, path: Path) -> ModelBundle:
        """Return the bundle in ``path``; raises UserError."""
        payload = read_bytes(path, self.limit)
        try:
            return self.decode(payload)
        except UserError as error:
            raise UserError(f"{path.name} could not be opened as a model. {error.message}", error.hint) from error
        except MemoryError as error:
            raise UserError(f"There is not enough memory to open {path.name}.") from error


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        form.suffix: form
        for form in (
            Format(
                "safetensors",
                ".safetensors",
                "Safetensors: loads into torch.nn.Sequential",
                safetensors_file.encode,
                safetensors_file.decode,
                MAX_FILE,
            ),
            Format("npz", ".npz", "NumPy arrays: numpy.load", npz_file.encode, npz_file.decode, MAX_FILE),
            Format("json", ".json", "JSON: readable text", json_file.encode, json_file.decode, json_file.MAX_JSON),
        )
    }
)


def format_for(path: Path) -> Format:
    """Return the format that the suffix of ``path`` names, in any case; raises UserError if it names none."""
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        suffixes = ", ".join(sorted(FORMATS))
        what = f"a {path.suffix} file" if path.suffix else "a file without a suffix"
        raise UserError(
            f"{path.name or path} could not be exported: nnviz does not write {what}.", f"Use one of {suffixes}."
        )
    return form


def save(bundle: ModelBundle, path: Path | str) -> None:
    """Write ``bundle`` to ``path`` in the format of its suffix; the old file stays if anything fails.

    Raises
    ------
    UserError
        If the suffix is unknown, or the operating system refuses.
    """
    place = Path(path)
    format_for(place).write(bundle, place)


def load(path: Path | str) -> ModelBundle:
    """Return the bundle in the file ``path``, whose content tells its format, whatever its name.

    Raises
    ------
    UserError
        If the file cannot be read, is not a model, or is damaged.
    """
    place = Path(path)
    form = _recognise(_read_head(place))
    if form is None:
        raise UserError(
            f"{place.name} is not a model that nnviz wrote.",
            f"Choose a file that nnviz exported ({', '.join(sorted(FORMATS))}).",
        )
    return form.read(place)


def is_model_file(path: Path | str) -> bool:
    """Tell by its first bytes whether ``path`` should be opened as a model rather than as data; never raises."""
    try:
        head = _read_head(Path(path))
    except UserError:
        return False
    form = _recognise(head)
    # A table may well begin with a brace; only nnviz's own JSON is taken for a model.
    return form is not None and (form.name != "json" or f'"{FORMAT}"'.encode() in head)


def _recognise(head: bytes) -> Format | None:
    if head.startswith(b"PK\x03\x04"):
        # The name of the first file in the archive: arrays, or a spreadsheet's folders?
        (length,) = struct.unpack_from("<H", head.ljust(30, b"\0"), 26)
        return FORMATS[".npz"] if head[30 : 30 + length].endswith(b".npy") else None
    if len(head) > 8 and head[8:9] == b"{" and struct.unpack_from("<Q", head)[0] <= MAX_TEXT:
        return FORMATS[".safetensors"]
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return FORMATS[".json"]
    return None


def _read_head(path: Path) -> bytes:
    with opened(path) as file:
        return file.read(_HEAD)
