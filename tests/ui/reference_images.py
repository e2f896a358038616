"""Pictures compared with kept ones: at half size, and with a tolerance for how other machines smooth text and lines.

Set NNVIZ_WRITE_IMAGES=1 to keep what the tests paint now; look at every picture before committing it.
"""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from tests.ui.network_showing import channels, pixels

FOLDER = Path(__file__).resolve().parents[1] / "images"
MEAN, MOST, SHARE = 2.0, 48, 0.01  # of 255: on the whole, and beyond which only a hundredth of the pixels may be


def _halved(picture: NDArray[np.uint32]) -> NDArray[np.uint8]:
    rows, columns = (length // 2 * 2 for length in picture.shape)
    parts = channels(picture[:rows, :columns]).reshape(rows // 2, 2, columns // 2, 2, 3)
    halved: NDArray[np.uint8] = np.rint(parts.mean(axis=(1, 3))).astype(np.uint8)
    return halved


def assert_looks_like(widget: QWidget, name: str) -> None:
    """Compare what a widget paints with the picture kept under a name."""
    picture, path = _halved(pixels(widget)), FOLDER / f"{name}.png"
    rows, columns = picture.shape[:2]
    if os.environ.get("NNVIZ_WRITE_IMAGES"):
        QImage(np.ascontiguousarray(picture).data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).save(
            str(path)
        )
    kept = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    assert not kept.isNull(), f"{path.name} is missing; see {__name__}"
    expected = channels(np.frombuffer(kept.constBits(), np.uint32).reshape(kept.height(), kept.width()))
    assert expected.shape == picture.shape
    off = np.abs(picture.astype(np.int64) - expected).max(axis=-1)
    assert off.mean() <= MEAN, f"{name} differs by {off.mean():.2f} on average"
    share = np.count_nonzero(off > MOST) / off.size
    assert share <= SHARE, f"{name} differs in {100 * share:.1f} % of its pixels"
