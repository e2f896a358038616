"""Facts about the import sheet: what stands in a file is never interpreted, and every control can be reached."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QWidget

from nnviz.data.infer import guess
from nnviz.data.table import NO_DIALECT, Column, Rejected, Table
from nnviz.ui.dialogs.csv_import import CsvImportDialog

EVIL = ("<b>x</b>", "<img src='file:///etc/passwd'>", "&amp;", "a\nb")


def texts(values: list[str]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def evil_table() -> Table:
    n = 60
    columns = (
        Column(EVIL[0], "string", texts([EVIL[i % 4] for i in range(n)])),
        Column(EVIL[1], "float", np.arange(n) % 7.0, note="<i>note</i>"),
        Column("split", "string", texts(["train", "test"] * (n // 2))),
        Column(EVIL[2], "string", texts([EVIL[i % 3] for i in range(n)])),
    )
    rejected = (Rejected(3, "<b>2</b> fields", EVIL[1]),)
    return Table("<u>t</u>.csv", Path("/data/<u>t</u>.csv"), columns, n, NO_DIALECT, rejected, (f"{EVIL[0]} is odd.",))


def interpreted(widget: QWidget) -> list[str]:
    """Return the texts that Qt would take for rich text: labels that are not plain, and bare tooltips."""
    found = [
        label.text()
        for label in widget.findChildren(QLabel)
        if label.textFormat() is not Qt.TextFormat.PlainText and ("<" in label.text() or "&amp;" in label.text())
    ]
    tips = [part.toolTip() for part in (widget, *widget.findChildren(QWidget))]
    return found + [tip for tip in tips if "<b>" in tip or "<img" in tip or "<u>" in tip]


def test_names_cells_and_classes_are_never_interpreted(sheet: CsvImportDialog) -> None:
    sheet.set_reading("<u>t</u>.csv")
    table = evil_table()
    sheet.set_table(table, guess(table))
    sheet.review.offer_trial("<b>net</b>.csv")
    assert interpreted(sheet) == []
    assert sheet.review.pane.warnings.texts[0] == "<b>x</b> is odd."
    for model in (sheet.review.columns.columns, sheet.review.preview.preview, sheet.review.rejected.records):
        for row in range(model.rowCount()):
            for column in range(model.columnCount()):
                tip = str(model.index(row, column).data(Qt.ItemDataRole.ToolTipRole) or "")
                assert "<b>" not in tip
                assert "<img" not in tip
                assert "<i>" not in tip
    assert sheet.review.columns.columns.index(0, 0).data() == "<b>x</b>"
    assert sheet.title.text() == "Open <u>t</u>.csv"


def test_every_control_has_a_name_for_a_screen_reader(sheet: CsvImportDialog) -> None:
    table = evil_table()
    sheet.set_table(table, guess(table))
    controls = [w for w in sheet.findChildren(QWidget) if isinstance(w, QComboBox | QAbstractButton) and w.isVisible()]
    own = [w for w in controls if not w.objectName().startswith("qt_")]
    nameless = [w for w in own if not (w.accessibleName() or getattr(w, "text", str)())]
    assert nameless == []
    assert sheet.review.dialect.missing.accessibleName() == "Words that count as missing"


def test_controls_of_the_sheet_do_not_overlap(sheet: CsvImportDialog) -> None:
    table = evil_table()
    sheet.set_table(table, guess(table))
    for width, height in ((1120, 660), (1320, 860)):
        sheet.resize(width, height)
        QApplication.processEvents()
        inside = [
            w
            for w in (*sheet.review.dialect.combos.values(), sheet.review.dialect.skipped, sheet.review.dialect.missing)
            if w.isVisible()
        ]
        boxes = [w.rect().translated(w.mapTo(sheet, QPoint(0, 0))) for w in inside]
        assert all(sheet.rect().contains(box) for box in boxes)
        assert not [1 for i, a in enumerate(boxes) for b in boxes[:i] if a.intersects(b)]
