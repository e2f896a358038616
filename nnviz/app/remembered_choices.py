"""What a person decided about a file, kept by the file's content and offered again when the same bytes are opened."""

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final, get_args

from PySide6.QtCore import QStandardPaths

from nnviz.app.crash import LOG
from nnviz.data.choices import ImportChoices
from nnviz.data.features import Encoding
from nnviz.data.infer import Role
from nnviz.data.read_options import ReadOptions
from nnviz.data.table import KINDS
from nnviz.data.tasks import Task
from nnviz.errors import Cancelled, UserError
from nnviz.export.atomic import atomic_write
from nnviz.export.split_facts import split_from_json

VERSION: Final = 1
MOST_FILES: Final = 200
MOST_TEXT: Final = 4 * 2**20  # characters of the whole store: a table of 10,000 columns takes about 300,000
_PIECE: Final = 2**20
_WHOLE: Final = 256 * 2**20
_PART: Final = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Remembered:
    """How a file was read and what was decided about it; ``when`` is the day, as ISO text."""

    options: ReadOptions
    choices: ImportChoices
    when: str

    @classmethod
    def today(cls, options: ReadOptions, choices: ImportChoices) -> "Remembered":
        """Return what is decided now."""
        return cls(options, choices, datetime.now().astimezone().date().isoformat())


def content_key(path: Path, cancelled: Callable[[], bool] = lambda: False) -> str:
    """Return a hash (BLAKE2b, 128 bits) of a file's bytes; "" if it cannot be read.

    Of more than 256 MB the size and the first, middle and last 64 MB are hashed.

    Raises
    ------
    Cancelled
        If ``cancelled`` says so.
    """
    digest = hashlib.blake2b(digest_size=16)
    try:
        size = path.stat().st_size
        starts = [0] if size <= _WHOLE else [0, (size - _PART) // 2, size - _PART]
        length = size if size <= _WHOLE else _PART
        digest.update(size.to_bytes(8, "little"))
        with path.open("rb") as file:
            for start in starts:
                file.seek(start)
                left = length
                while left > 0 and (piece := file.read(min(_PIECE, left))):
                    if cancelled():
                        raise Cancelled
                    digest.update(piece)
                    left -= len(piece)
    except OSError:
        return ""
    return digest.hexdigest()


class RememberedStore:
    """A small JSON file, the oldest entries first; any thread may ask it.

    A store that is damaged, or cannot be written, is as good as an empty one: nothing but convenience is lost.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()

    @property
    def path(self) -> Path:
        """Where the store is; it may not exist yet."""
        if self._path is None:
            base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
            return Path(base) / "nnviz" / "remembered.json"
        return self._path

    def get(self, key: str) -> Remembered | None:
        """Return what was decided about a file of that content, if anything."""
        with self._lock:
            entry = self._read().get(key) if key else None
        return _from_json(entry)

    def put(self, key: str, remembered: Remembered) -> None:
        """Keep what was decided; the oldest entries go where there are too many."""
        if not key:
            return
        with self._lock:
            entries = self._read()
            entries.pop(key, None)
            entries[key] = _to_json(remembered)
            sizes = {name: len(json.dumps(entry)) for name, entry in entries.items()}
            while len(entries) > MOST_FILES or sum(sizes.values()) > MOST_TEXT:
                oldest = next(iter(entries))
                del entries[oldest], sizes[oldest]
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with atomic_write(self.path) as file:
                    file.write(json.dumps({"version": VERSION, "files": entries}).encode("ascii"))
            except (OSError, UserError) as error:
                LOG.warning("the choices were not kept: %s", error)

    def _read(self) -> dict[str, Any]:
        try:
            if self.path.stat().st_size > 4 * MOST_TEXT:
                return {}
            document = json.loads(self.path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        sound = isinstance(document, dict) and document.get("version") == VERSION
        entries = document.get("files") if sound else None
        return entries if isinstance(entries, dict) else {}


def _to_json(remembered: Remembered) -> dict[str, Any]:
    choices = remembered.choices
    split = choices.split
    options = asdict(remembered.options)
    if remembered.options.missing_words is not None:
        options["missing_words"] = sorted(remembered.options.missing_words)
    return {
        "when": remembered.when,
        "options": options,
        "target": choices.target,
        "task": choices.task,
        "roles": dict(choices.roles),
        "kinds": dict(choices.kinds),
        "validation_fraction": choices.validation_fraction,
        "seed": choices.seed,
        "encodings": {name: asdict(encoding) for name, encoding in choices.encodings.items()},
        "split": None if split is None else json.dumps({"column": split.column, "parts": dict(split.parts)}),
        "grouped": choices.grouped,
    }


def _from_json(entry: object) -> Remembered | None:
    """Return what an entry says; None for what no nnviz wrote."""
    if not isinstance(entry, dict):
        return None
    try:
        known = {field.name for field in fields(ReadOptions)}
        given = {name: value for name, value in entry["options"].items() if name in known}
        if (words := given.get("missing_words")) is not None:
            given["missing_words"] = frozenset(map(str, words))
        options = ReadOptions(**given)
        choices = ImportChoices(
            str(entry["target"]),
            _one_of(entry["task"], get_args(Task)),
            {str(name): _one_of(role, get_args(Role)) for name, role in entry["roles"].items()},
            {str(name): _one_of(kind, KINDS) for name, kind in entry["kinds"].items()},
            float(entry["validation_fraction"]),
            int(entry["seed"]),
            {str(name): _encoding(encoding) for name, encoding in entry["encodings"].items()},
            split_from_json(entry["split"]),
            _one_of(entry["grouped"], (None, True, False)),
        )
        return Remembered(options, choices, str(entry["when"]))
    except (KeyError, TypeError, ValueError, AttributeError, UserError):
        return None


def _encoding(entry: Mapping[str, Any]) -> Encoding:
    parts = entry["date_parts"]
    return Encoding(entry["scaling"], int(entry["top"]), None if parts is None else tuple(parts))


def _one_of(value: Any, allowed: tuple[Any, ...]) -> Any:
    if value not in allowed:
        raise ValueError(value)
    return value
