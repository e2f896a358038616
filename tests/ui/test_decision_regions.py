"""Names of classes on the map: in their own regions, out of the points' way, and steady."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF

from nnviz.ui.plots.decision_regions import crowd_of, kept_inside, region_anchors

NOBODY = np.zeros((32, 32), np.float32)


def _halves(resolution: int = 64, at: float = 0.5) -> NDArray[np.float32]:
    """Return two classes beside each other and a third that wins nowhere."""
    left = (np.arange(resolution) + 0.5) / resolution < at
    row = np.stack([left, ~left, np.zeros_like(left)], axis=1).astype(np.float32)
    return np.tile(row, (resolution, 1))


def test_each_name_stands_in_its_own_region() -> None:
    anchors = region_anchors(_halves(), 64, NOBODY, {})
    assert anchors.keys() == {0, 1}
    assert anchors[0][0] < 0.5 < anchors[1][0]


def test_class_without_room_has_no_name() -> None:
    assert region_anchors(_halves(at=0.08), 64, NOBODY, {}).keys() == {1}


@pytest.mark.parametrize("resolution", [24, 48, 64, 160])
def test_names_do_not_depend_on_the_resolution(resolution: int) -> None:
    anchors = region_anchors(_halves(resolution), resolution, NOBODY, {})
    assert anchors[0] == pytest.approx((0.25, 0.5), abs=0.06)


def test_name_keeps_out_of_the_points_way() -> None:
    rng = np.random.default_rng(0)
    crowd = crowd_of(np.stack([rng.uniform(0.0, 0.5, 300), rng.uniform(0.2, 0.8, 300)], axis=1))
    x, y = region_anchors(_halves(), 64, crowd, {})[0]
    assert not 0.2 < y < 0.8
    assert x < 0.5


def test_name_stays_where_it_is_while_the_border_moves_a_little() -> None:
    anchors = region_anchors(_halves(at=0.5), 64, NOBODY, {})
    for at in (0.52, 0.47, 0.55):
        assert region_anchors(_halves(at=at), 64, NOBODY, anchors) == anchors


def test_name_leaves_a_region_that_is_not_its_own_any_more() -> None:
    before = {0: (0.8, 0.5)}
    assert region_anchors(_halves(), 64, NOBODY, before)[0][0] < 0.5


def test_answers_that_are_not_finite_have_no_regions() -> None:
    assert region_anchors(np.full((64 * 64, 3), np.nan, np.float32), 64, NOBODY, {}) == {}


def test_names_are_kept_off_the_edge() -> None:
    square = QRect(10, 20, 200, 200)
    for middle in ((11.0, 21.0), (209.0, 219.0), (11.0, 219.0)):
        box = QRectF(0.0, 0.0, 80.0, 15.0)
        box.moveCenter(QPointF(*middle))
        moved = kept_inside(box, square)
        assert QRectF(square).contains(moved)
        assert moved.size() == box.size()
