"""The microscope's texts: what each stage shows adds and multiplies to what it shows next, and to what is trained."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from nnviz.app.lenses import INPUTS, Place, position_of
from nnviz.app.microscope import TOO_MANY, Microscope, microscope
from nnviz.app.microscope_stage import Stage
from nnviz.data.dataset import Dataset
from nnviz.engine.explain import BIAS, EXPLAINED_OPTIMIZERS
from nnviz.engine.mlp import layer_blocks
from nnviz.engine.regularization import Regularization
from nnviz.engine.training import Trainer, TrainingConfig
from tests.app.lens_reading import Reader, half_unit, number
from tests.app.test_lenses import PLACES, SETS, data, trained

NOISY = Regularization(dropout=0.25, input_noise=0.1, l2=0.01, l1=0.001, clip_norm=0.1)


def looked_at(dataset: Dataset, trainer: Trainer, place: Place | None = None, row: int | None = None) -> Microscope:
    found = microscope(dataset, trainer.rehearse(), place, row)
    assert isinstance(found, Microscope)
    return found


def stage(found: Microscope, kind: str, layer: int = -1) -> Stage:
    (one,) = (s for s in found.stages if s.kind == kind and (layer < 0 or s.layer == layer))
    return one


def slope_line(one: Stage) -> str:
    return next(line.text for line in one.lines if line.text.startswith("dL/dz"))


def read(reader: Reader, found: Microscope) -> None:
    """Read every table and line, and that what one stage ends with is what the next begins with."""
    for one in found.stages:
        reader.lines([line.text for line in (*one.lines, *one.aside)])
        for table in one.tables:
            reader.sum(table.view)
    forward = [one for one in found.stages if one.kind == "forward"]
    for one, after in pairwise(forward):
        value = one.lines[-1].text.split()[-1]
        unit = after.light.path[after.layer]
        term = next(term for term in after.tables[0].view.terms if term.source == unit)
        assert term.value == value
    backward = [one for one in found.stages if one.kind == "backward"]
    assert stage(found, "loss").lines[-1].text.startswith(f"L = {stage(found, 'loss').tables[0].view.total} / ")
    for one in backward:
        rows = one.tables[-1]
        own = next(term for term in rows.view.terms if term.source == rows.chosen)
        slope = one.lines[-2].text.split()[-1]
        assert slope.lstrip("−") == (own.weight or own.product).lstrip("+−")
        assert rows.view.total in one.lines[-1].text
    for one, after in pairwise(backward):
        slope = slope_line(one).split()[-1]
        back = after.tables[0]
        assert next(term for term in back.view.terms if term.source == back.chosen).value == slope
        assert back.view.total == slope_line(after).split(" = ")[2].split(" × ")[0]


@pytest.mark.parametrize("name", SETS)
def test_every_stage_adds_and_multiplies_to_the_next(name: str) -> None:
    reader = Reader()
    dataset = data(name)
    for seed in range(10):
        training = TrainingConfig(optimizer="adam", learning_rate=0.02, batch_size=16, seed=seed)
        trainer = trained(dataset, training)
        found = looked_at(dataset, trainer, (None, *PLACES)[seed % 7])
        read(reader, found)
        gradient = next(s for s in found.stages if s.kind == "backward" and s.layer == found.place.layer)
        assert f"g = {gradient.lines[-1].text.split()[-1]}," in stage(found, "update").lines[0].text
        loss, after = stage(found, "loss").lines[-1].text.split()[-1], stage(found, "after").lines
        new = after[0].text.split()[-1]
        assert f"= {new} − {loss} " in after[1].text
    assert not reader.false
    assert reader.about < 0.12 * reader.exact


@pytest.mark.parametrize("name", ["iris", "spiral", "plane"])
def test_numbers_hold_with_dropout_noise_penalties_and_clipping(name: str) -> None:
    reader = Reader()
    dataset = data(name)
    for seed in range(4):
        training = TrainingConfig("nadam", 0.02, batch_size=16, seed=seed, regularization=NOISY)
        found = looked_at(dataset, trained(dataset, training))
        read(reader, found)
        texts = [line.text for one in found.stages for line in one.lines]
        assert any("with noise: " in text for text in texts)
        assert any(text.startswith("after dropout = ") for text in texts)
        assert any(text.startswith("l2 w = ") for text in texts) == (found.place.source != BIAS)
        assert "Dropout and noise are as before." in stage(found, "after").sentence
    assert not reader.false


@pytest.mark.parametrize("optimizer", EXPLAINED_OPTIMIZERS)
@pytest.mark.parametrize("parts", [Regularization(), NOISY], ids=["plain", "noisy"])
def test_weight_that_is_shown_afterwards_is_the_one_that_training_makes(optimizer: str, parts: Regularization) -> None:
    if optimizer == "lbfgs":
        parts = Regularization()
    momentum = 0.9 if optimizer in ("sgd", "nesterov", "rmsprop") else 0.0
    training = TrainingConfig(optimizer, 0.02, momentum, 16, regularization=parts)
    dataset = data("spiral")
    trainer = trained(dataset, training, 12)
    for place in (None, *PLACES):
        found = looked_at(dataset, trainer, place)
        rehearsal = trainer.rehearse()
        at = position_of(found.place, trainer.mlp.config)
        lines = stage(found, "update").lines
        line = next(line.text for line in lines if line.text.startswith(("w' =", "bias of", "h", "x ", "y ")))
        before, after = (line.split()[-3], line.split()[-1]) if "→" in line else ("", line.split()[-1])
        assert number(after) == pytest.approx(float(rehearsal.after[at]), abs=half_unit(after) + 3e-6)
        if before and optimizer != "lbfgs":
            assert number(before) == pytest.approx(float(rehearsal.before[at]), abs=half_unit(before) + 1e-7)
        assert found.place == place or place is None
    next(trainer.steps())
    np.testing.assert_array_equal(trainer.mlp.parameters, rehearsal.after)


def test_without_a_choice_it_follows_the_weight_that_moves_most_and_the_row_with_the_largest_loss() -> None:
    dataset = data("spiral")
    trainer = trained(dataset, TrainingConfig("sgd", batch_size=16), 9)
    found, rehearsal = looked_at(dataset, trainer), trainer.rehearse()
    change = np.abs(rehearsal.after.astype(float) - rehearsal.before)
    weights = max(float(block[:-1].max()) for block in layer_blocks(trainer.mlp.config, change))
    assert change[position_of(found.place, trainer.mlp.config)] == weights
    losses = [number(words.rpartition(" ")[2]) for _, words in found.rows]
    assert losses == sorted(losses, reverse=True)
    assert found.row == found.rows[0][0]
    assert {row for row, _ in found.rows} == set(dataset.train_rows[rehearsal.batch].tolist())
    assert found.note == ""


def test_chosen_row_is_followed_where_the_batch_holds_it_and_else_said_to_be_missing() -> None:
    dataset = data("spiral")
    trainer = trained(dataset, TrainingConfig("sgd", batch_size=16), 9)
    inside = looked_at(dataset, trainer).rows[-1][0]
    found = looked_at(dataset, trainer, row=inside)
    assert (found.row, found.note) == (inside, "")
    outside = next(row for row in range(dataset.n_rows) if row not in dict(found.rows))
    found = looked_at(dataset, trainer, row=outside)
    assert found.row != outside
    assert found.note == (
        f"Row {outside + 1} is not in this batch:"
        f" row {found.row + 1} is followed instead, the one with its largest loss."
    )


@pytest.mark.parametrize(
    ("chosen", "layer", "unit", "source"),
    [
        (Place(1, 3), 1, 3, None),
        (Place(INPUTS, 1), 0, None, 1),
        (Place(2, 1, BIAS), 2, 1, BIAS),
        (Place(9, 9), None, None, None),
    ],
)
def test_chosen_neuron_or_input_is_followed_through_its_weight_that_moves_most(
    chosen: Place, layer: int | None, unit: int | None, source: int | None
) -> None:
    dataset = data("spiral")
    found = looked_at(dataset, trained(dataset, TrainingConfig("sgd", batch_size=16), 9), chosen)
    wanted = (layer, unit, source)
    got = (found.place.layer, found.place.unit, found.place.source)
    assert all(b in (None, a) for a, b in zip(got, wanted, strict=True))
    if layer is not None:
        assert found.stages[0].light.path[found.place.layer + 1] == found.place.unit


def test_stages_go_forward_layer_by_layer_then_back_and_light_their_edges_in_that_direction() -> None:
    dataset = data("iris")
    found = looked_at(dataset, trained(dataset, TrainingConfig(batch_size=16), 5))
    assert [(one.kind, one.layer) for one in found.stages] == [
        ("batch", -1),
        *(("forward", layer) for layer in range(4)),
        ("loss", -1),
        *(("backward", layer) for layer in (3, 2, 1, 0)),
        ("update", -1),
        ("after", -1),
    ]
    lit = [([stream.layer for stream in one.light.streams], one.light.direction) for one in found.stages]
    everywhere = [0, 1, 2, 3]
    assert lit[1:5] == [([layer], 1) for layer in range(4)]
    assert lit[6:10] == [([3], -1), ([3, 2], -1), ([2, 1], -1), ([1, 0], -1)]
    assert lit[10:] == [(everywhere, 0), (everywhere, 1)]
    sizes = (4, 7, 5, 4, 3)
    for one in found.stages:
        assert all(stream.amounts.shape == sizes[stream.layer : stream.layer + 2] for stream in one.light.streams)
        assert len(one.light.path) == 5
    (products,) = found.stages[2].light.streams
    unit = found.stages[2].light.path[2]
    for term in found.stages[2].tables[0].view.terms:
        if term.source >= 0:
            assert float(products.amounts[term.source, unit]) == pytest.approx(term.amount)


def words_of(found: Microscope) -> str:
    return " ".join(one.sentence for one in found.stages)


def test_what_is_special_about_an_update_is_told_in_words() -> None:
    dataset = data("spiral")
    whole = looked_at(dataset, trained(dataset, TrainingConfig("lbfgs"), 3))
    assert "all 40 training rows at once" in words_of(whole)
    assert "L-BFGS chooses one direction for all weights" in words_of(whole)
    trainer = trained(dataset, TrainingConfig("sgd", batch_size=16), 3)
    held = np.ones(trainer.mlp.parameters.size, np.bool_)
    trainer.surgery.set_mask(held, np.zeros_like(held))
    found = looked_at(dataset, trainer, PLACES[0])
    assert "moves 0 of" in words_of(found)
    assert "Frozen: the next update leaves it as it is." in words_of(found)
    rehearsal = trainer.rehearse()
    assert microscope(dataset, replace(rehearsal, rows=None), None, None) == TOO_MANY.format(rows="16")
    balanced = trained(data("iris"), TrainingConfig(batch_size=16, class_weight="balanced"), 3)
    reader = Reader()
    read(reader, looked_at(data("iris"), balanced))
    assert not reader.false


def test_update_that_would_diverge_has_its_reason_instead_of_a_new_loss() -> None:
    dataset = data("plane")
    trainer = trained(dataset, TrainingConfig("adam", 1e25, batch_size=16), 0)
    steps = trainer.steps()
    for _ in range(200):
        found = looked_at(dataset, trainer)
        if found.diverges:
            break
        next(steps)
    assert found.stages[-1].kind == "update"
    assert found.stages[-1].sentence == f"This update cannot be made. {found.diverges}"
    assert isinstance(found.stages[-1].lines, Sequence)
    assert not found.stages[-1].lines


def test_everything_copies_as_text_and_latex() -> None:
    dataset = data("spiral")
    found = looked_at(dataset, trained(dataset, TrainingConfig("adam", batch_size=16), 5))
    formulas = found.formulas()
    assert [one.text for one in formulas if one.text.endswith(":")][:2] == ["Pick the batch:", "Forward: Hidden 1:"]
    for one in formulas:
        assert one.latex.count("{") == one.latex.count("}")
        assert "−" not in one.latex.replace(r"\text{", "") or r"\text{" in one.latex
