"""Marks of frozen and silenced places: which parameters they mean, and what becomes of them in another network."""

import numpy as np
import pytest

from nnviz.app.lenses import INPUTS, Names, Place, position_of
from nnviz.app.marks import NO_MARKS, Marks, carried, held_words, listed, mask_of
from nnviz.app.network_edits import add_layer, remove_layer, set_units
from nnviz.engine.explain import BIAS
from nnviz.engine.masks import Mask
from nnviz.engine.mlp import LayerConfig, config_for_task, layer_blocks

CONFIG = config_for_task("multiclass", 2, 3, [LayerConfig(4), LayerConfig(5)])
BLOCKS = layer_blocks(CONFIG, np.arange(float(CONFIG.n_parameters)))
EVERYWHERE = Marks(
    frozenset({Place(0, 3), Place(1, 4, 2), Place(2, 2, BIAS)}),
    frozenset({Place(INPUTS, 1), Place(0, 2), Place(2, 1), Place(1, 0, 3), Place(1, 2, BIAS)}),
)


def numbers(marks: Marks) -> tuple[set[float], set[float]]:
    """The frozen and the silenced parameters' numbers."""
    frozen, silenced = mask_of(marks, CONFIG)
    return set(np.flatnonzero(frozen).astype(float)), set(np.flatnonzero(silenced).astype(float))


@pytest.mark.parametrize("place", [Place(0, 1, 0), Place(1, 4, 3), Place(2, 0, BIAS), Place(1, 2)])
def test_position_is_where_the_network_keeps_that_weight(place: Place) -> None:
    row = -1 if place.source is None else place.source
    assert position_of(place, CONFIG) == BLOCKS[place.layer][row, place.unit]


def test_frozen_neuron_freezes_its_weights_and_bias_and_an_edge_only_itself() -> None:
    assert numbers(Marks(frozen=frozenset({Place(1, 3)}))) == (set(BLOCKS[1][:, 3]), set())
    assert numbers(Marks(frozen=frozenset({Place(1, 3, 2)}))) == ({BLOCKS[1][2, 3]}, set())
    assert numbers(Marks(frozen=frozenset({Place(1, 3, BIAS)}))) == ({BLOCKS[1][-1, 3]}, set())


def test_silenced_neuron_silences_what_reads_it_and_stops_learning() -> None:
    assert numbers(Marks(silenced=frozenset({Place(0, 2)}))) == (set(BLOCKS[0][:, 2]), set(BLOCKS[1][2]))
    assert numbers(Marks(silenced=frozenset({Place(2, 1)}))) == (set(), set(BLOCKS[2][:, 1]))
    assert numbers(Marks(silenced=frozenset({Place(INPUTS, 1)}))) == (set(), set(BLOCKS[0][1]))
    assert numbers(Marks(silenced=frozenset({Place(1, 0, 3)}))) == (set(), {BLOCKS[1][3, 0]})


def test_no_marks_mean_no_parameters_and_no_words() -> None:
    assert numbers(NO_MARKS) == (set(), set())
    assert not NO_MARKS
    assert NO_MARKS.words == ""


def test_marks_are_counted_in_words() -> None:
    marks = NO_MARKS.with_("frozen", Place(0, 1), on=True).with_("silenced", Place(0, 2), on=True)
    assert marks.words == "1 frozen, 1 silenced"
    assert marks.with_("frozen", Place(0, 1), on=False).words == "1 silenced"


def test_marks_follow_their_layer_when_one_is_added_before_it() -> None:
    edit = add_layer(CONFIG, 1)
    kept, lost = carried(EVERYWHERE, CONFIG, edit.config, edit.sources)
    assert kept.frozen == {Place(0, 3), Place(3, 2, BIAS)}
    assert kept.silenced == {Place(INPUTS, 1), Place(0, 2), Place(3, 1), Place(2, 2, BIAS)}
    assert lost == 2  # edges into the layer behind the new one: their weights are drawn anew


def test_marks_of_a_removed_layer_go() -> None:
    edit = remove_layer(CONFIG, 0)
    kept, lost = carried(EVERYWHERE, CONFIG, edit.config, edit.sources)
    assert kept.frozen == {Place(1, 2, BIAS)}
    assert kept.silenced == {Place(INPUTS, 1), Place(1, 1), Place(0, 2, BIAS)}
    assert lost == 4


def test_marks_of_neurons_and_edges_that_are_gone_go() -> None:
    edit = set_units(CONFIG, 0, 3)
    kept, lost = carried(EVERYWHERE, CONFIG, edit.config, edit.sources)
    assert lost == 2  # neuron 4 of the first layer, and the edge that left it
    assert Place(0, 3) not in kept.frozen
    assert Place(1, 0, 3) not in kept.silenced
    assert Place(0, 2) in kept.silenced


def test_frozen_neuron_whose_weights_are_drawn_anew_is_frozen_no_more() -> None:
    edit = add_layer(CONFIG, 0)
    marks = Marks(frozen=frozenset({Place(0, 1), Place(1, 2)}), silenced=frozenset({Place(0, 3)}))
    kept, lost = carried(marks, CONFIG, edit.config, edit.sources)
    assert (kept, lost) == (Marks(frozenset({Place(2, 2)}), frozenset({Place(1, 3)})), 1)


def test_held_places_are_told_in_words() -> None:
    marks = Marks(
        frozenset({Place(0, 3), Place(1, 4, 0), Place(2, 2, BIAS)}),
        frozenset({Place(INPUTS, 1), Place(0, 2), Place(2, 1), Place(1, 0, 3), Place(1, 2, BIAS)}),
    )
    parameters = np.linspace(-2, 2, CONFIG.n_parameters)
    frozen, silenced = mask_of(marks, CONFIG)
    mask = Mask(frozen, silenced, np.where(silenced, parameters, 0))
    for place in marks.frozen - {Place(0, 3)}:
        assert held_words(mask, CONFIG, place) == "frozen"
    for place in marks.silenced:
        value = f"{parameters[position_of(place, CONFIG)]:+.4f}".replace("-", "−") if place.layer >= 0 else ""
        assert held_words(mask, CONFIG, place) == ("silenced" if place.source is None else f"silenced, keeps {value}")
    assert held_words(mask, CONFIG, Place(1, 1, 0)) == held_words(mask, CONFIG, Place(0, 0)) == ""
    assert held_words(None, CONFIG, Place(0, 3)) == ""
    alone = Mask(
        mask_of(Marks(frozenset({Place(0, 3)})), CONFIG)[0], np.zeros_like(silenced), np.zeros_like(parameters)
    )
    assert held_words(alone, CONFIG, Place(0, 3)) == "frozen"


def test_same_shape_keeps_every_mark() -> None:
    assert carried(EVERYWHERE, CONFIG, CONFIG, range(3)) == (EVERYWHERE, 0)


def test_marks_of_outputs_go_when_these_mean_something_else() -> None:
    kept, lost = carried(EVERYWHERE, CONFIG, CONFIG, range(3), same_outputs=False)
    assert lost == 2
    assert not any(place.layer == 2 for place in kept.frozen | kept.silenced)


def test_marks_are_listed_by_name_from_the_inputs_on() -> None:
    names = Names(("x", "y"), ("a", "b", "c"), 3)
    assert listed(NO_MARKS, names) == ""
    assert listed(EVERYWHERE, names) == (
        "Frozen: h1.4, h1.3 → h2.5, bias of c. Silenced: y, h1.3, h1.4 → h2.1, bias of h2.3, b."
    )
    assert listed(Marks(frozen=frozenset({Place(0, 1, 0)})), names) == "Frozen: x → h1.2."
