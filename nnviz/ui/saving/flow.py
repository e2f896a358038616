"""Saves and copies what a window shows: asks where to, takes the moment, has a worker write it, says how it went."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu

from nnviz.app.notices import AppNotice, notice_of
from nnviz.app.saved_numbers import Numbers
from nnviz.errors import UserError
from nnviz.export.atomic import atomic_write
from nnviz.export.csv_file import tabbed_text, write_rows
from nnviz.ui.saving.parts import Part, part_of
from nnviz.ui.saving.pictures import MOST_PIXELS, Paintable, png_bytes, take_image, take_svg

if TYPE_CHECKING:
    from nnviz.ui.main_window import MainWindow

TOPIC: Final = "saving"
PNG, FINE, SVG = "PNG picture", "PNG picture, twice as fine", "SVG drawing"
_MORE: Final = "\N{HORIZONTAL ELLIPSIS}"
NOTHING: Final = "There are no numbers here yet."


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file: its suffix, and what writes it, in any thread; raises UserError."""

    suffix: str
    write: Callable[[Path], None]


def _write(path: Path, data: bytes) -> None:
    with atomic_write(path) as file:
        file.write(data)


def _csv_writer(numbers: Numbers) -> Callable[[Path], None]:
    return lambda path: write_rows(path, numbers.header, numbers.rows())


class SaveFlow(QObject):
    """What the menus and keys about saving do; ``window`` is asked anew each time."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._model = window.model

    # Menus

    def add_to(self, menu: QMenu, key: str, keys: Callable[[str], str]) -> None:
        """Add what can be saved of a panel; ``keys`` gives the shortcut of a command as it is read."""
        part = part_of(self._window, key)
        self._add(menu, f"Copy picture\t{keys('copy_picture')}", partial(self.copy_picture, key))
        self._add(menu, f"Save picture as{_MORE}\t{keys('save')}", partial(self.save_picture, key))
        names = [table.name for table in part.numbers()]
        for index, name in enumerate(names or ["numbers"]):
            copy = f"Copy {name}\t{'' if index else keys('copy_numbers')}"
            self._add(menu, copy.rstrip("\t"), partial(self.copy_numbers, key, index), enabled=bool(names))
            self._add(menu, f"Save {name} as CSV{_MORE}", partial(self.save_numbers, key, index), enabled=bool(names))

    @staticmethod
    def _add(menu: QMenu, text: str, run: Callable[[], object], *, enabled: bool = True) -> None:
        action = menu.addAction(text)
        action.setEnabled(enabled)
        action.triggered.connect(lambda _checked=False: run())

    # Pictures

    def copy_picture(self, key: str) -> None:
        """Put the picture on the clipboard as it is on the screen."""
        part = part_of(self._window, key)
        self._try(lambda: self._copy_picture(part))

    def _copy_picture(self, part: Part) -> None:
        finish = take_image(self._picture(part))

        def done(image: QImage) -> None:
            QGuiApplication.clipboard().setImage(image)
            self._hint(f"Copied the picture of the {part.title}.")

        self._submit(f"Copying the {part.title}", finish, done)

    def save_picture(self, key: str) -> None:
        """Ask where the picture goes and write it."""
        self._try(lambda: self._save(key, pictures=True))

    def save(self, key: str) -> None:
        """Ask where a panel goes, as picture or as numbers, and write it."""
        self._try(lambda: self._save(key, pictures=True, numbers=True))

    def save_numbers(self, key: str, index: int = 0) -> None:
        """Ask where a panel's numbers go and write them."""
        self._try(lambda: self._save(key, numbers=True, first=index))

    def _save(self, key: str, *, pictures: bool = False, numbers: bool = False, first: int = 0) -> None:
        """Take everything before asking: what is written is of the moment at which it was asked for."""
        part = part_of(self._window, key)
        forms = self._picture_forms(part) if pictures else {}
        name = part.title
        if numbers:
            tables = part.numbers()
            if not (pictures or first < len(tables)):
                raise UserError(NOTHING, "Open data and train a little first.")
            for table in tables if pictures else tables[first : first + 1]:
                forms[f"CSV table: {table.name}"] = Form(".csv", _csv_writer(table))
            name = part.title if pictures else tables[first].name
        chosen = self._ask(f"Save the {name}", name, forms)
        if chosen is not None:
            path, form = chosen
            self._submit(
                f"Saving {path.name}", lambda: form.write(path), lambda _: self._hint(f"Saved {path.name}."), path
            )

    def _picture_forms(self, part: Part) -> "dict[str, Form]":
        what = self._picture(part)
        image, svg = take_image(what), take_svg(what, self._stem(part.title))
        forms = {PNG: Form(".png", lambda path: _write(path, png_bytes(image())))}
        if what.size.width() * what.size.height() * (2 * what.ratio) ** 2 <= MOST_PIXELS:
            fine = take_image(what, 2)
            forms[FINE] = Form(".png", lambda path: _write(path, png_bytes(fine())))
        forms[SVG] = Form(".svg", lambda path: _write(path, svg()))
        return forms

    def _picture(self, part: Part) -> Paintable:
        what = part.picture()
        if what.size.isEmpty():
            raise UserError(f"The {part.title} has no size now.", "Show the panel, then save it.")
        return what

    # Numbers

    def copy_numbers(self, key: str, index: int = 0) -> None:
        """Put a panel's numbers on the clipboard, as cells for a spreadsheet."""
        self._try(lambda: self._copy_numbers(key, index))

    def _copy_numbers(self, key: str, index: int) -> None:
        tables = part_of(self._window, key).numbers()
        if index >= len(tables):
            raise UserError(NOTHING, "Open data and train a little first.")
        numbers = tables[index]

        def work() -> tuple[str, int]:
            rows = list(numbers.rows())
            return tabbed_text(numbers.header, rows), len(rows)

        def done(found: tuple[str, int]) -> None:
            text, count = found
            QGuiApplication.clipboard().setText(text)
            self._hint(f"Copied {numbers.name}: {count:,} row{'' if count == 1 else 's'}.")

        self._submit(f"Copying {numbers.name}", work, done)

    # Files

    def _ask(self, title: str, name: str, forms: "dict[str, Form]") -> "tuple[Path, Form] | None":
        """Let the person choose a place and a form; the suffix decides between forms where it tells them apart."""
        labels = {f"{label} (*{form.suffix})": form for label, form in forms.items()}
        first = next(iter(forms.values()))
        verbs = self._window.verbs
        start = str(verbs.folder() / f"{self._stem(name)}{first.suffix}")
        found, label = QFileDialog.getSaveFileName(self._window, title, start, ";;".join(labels))
        if not found:
            return None
        path, form = Path(found), labels.get(label, first)
        fitting = [known for known in forms.values() if known.suffix == path.suffix.lower()]
        if not fitting:
            path = path.with_name(path.name + form.suffix)
        elif form not in fitting:
            form = fitting[0]
        verbs.remember_folder(path)
        return path, form

    def _stem(self, name: str) -> str:
        dataset = self._model.dataset
        words = "nnviz" if dataset is None else Path(dataset.name).stem
        return "-".join(f"{words} {name}".lower().split())

    def _submit(
        self, label: str, work: Callable[[], Any], done: Callable[[Any], None], path: Path | None = None
    ) -> None:
        def refused(error: BaseException) -> None:
            if not isinstance(error, UserError):
                what = "It could not be copied" if path is None else f"{path.name} could not be written"
                error = UserError(f"{what}: {error}.", "Try again, or choose another place.")
            self._model.notice.emit(notice_of(error, TOPIC))

        self._model.jobs.submit(label, lambda _: work(), done, refused)

    def _try(self, run: Callable[[], None]) -> None:
        try:
            run()
        except UserError as error:
            self._model.notice.emit(notice_of(error, TOPIC))

    def _hint(self, text: str) -> None:
        self._model.notice.emit(AppNotice("hint", text, topic=TOPIC))
