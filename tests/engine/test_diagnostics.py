"""Each illness of a network, made on purpose, is found: its layer, its neurons, and a sentence of true numbers."""

import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from nnviz.engine.activations import HIDDEN_ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.diagnostics import FINDINGS, Finding, FindingKind, examine_network
from nnviz.engine.findings import number, percent
from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig, config_for_task

Case = tuple[MLP, FloatArray, FloatArray, FloatArray | None]  # network, rows, the parameters before the last update


def network(hidden: tuple[int, ...] = (8, 8), activation: str = "tanh", seed: int = 0) -> MLP:
    layers = [LayerConfig(units, activation) for units in hidden]
    return MLP.initialised(config_for_task("binary", 4, 1, layers), np.random.default_rng(seed))


def rows(n: int = 300) -> tuple[FloatArray, FloatArray]:
    inputs = np.random.default_rng(0).standard_normal((n, 4))
    return inputs, (inputs[:, :1] > 0).astype(np.float64)


def case(mlp: MLP, previous: FloatArray | None = None) -> Case:
    return mlp, *rows(), previous


def dead_relu() -> Case:
    mlp = network(activation="relu")
    mlp.biases[0][[1, 4, 6]] = -100
    return case(mlp)


def saturated_tanh() -> Case:
    mlp = network()
    mlp.weights[0][:, 2:] *= 50
    return case(mlp)


def eight_sigmoid_layers() -> Case:
    return case(network((8,) * 8, "sigmoid"))


def twins() -> Case:
    mlp = network()
    mlp.blocks[0][:, 3] = mlp.blocks[0][:, 1]
    return case(mlp)


def nearly_twins() -> Case:
    mlp = network()
    mlp.blocks[0][:, 3] = -1.1 * mlp.blocks[0][:, 1]
    return case(mlp)


def all_parameters_equal() -> Case:
    mlp = network()
    mlp.parameters[:] = 0.1
    return case(mlp)


def all_parameters_0() -> Case:
    mlp = network()
    mlp.parameters[:] = 0
    return case(mlp)


def column_of_years() -> Case:
    inputs, target = rows()
    inputs[:, 3] = 2000 + 500 * inputs[:, 3]
    return network(), inputs, target, None


def column_of_thousandths() -> Case:
    inputs, target = rows()
    inputs[:, 2] *= 0.001
    return network(), inputs, target, None


def output_weights_times_300() -> Case:
    mlp = network()
    mlp.weights[-1][:] *= 300
    return case(mlp)


def weights_of_1e30() -> Case:
    mlp = network(activation="relu")
    mlp.blocks[0][:] *= 1e30
    mlp.blocks[1][:] *= 1e30
    return case(mlp)


def gradient_of_1e40() -> Case:
    mlp = network(activation="relu")
    for layer, factor in enumerate((1.0, 1e-25, 1e25)):
        mlp.weights[layer][:] *= factor
    config = MLPConfig(4, (*mlp.config.hidden, LayerConfig(1, "identity")), "mean_squared_error")
    inputs, target = rows()
    return MLP(config, mlp.parameters), inputs, 1e15 * target, None


def relu_weights_times_8() -> Case:
    mlp = network((8,) * 8, "relu")
    mlp.parameters *= 8  # all biases are 0
    return case(mlp)


def small_weights_before_large_ones() -> Case:
    mlp = network((8, 8, 8), "identity")
    for layer, factor in enumerate((1e-3, 1e-3, 1e3, 1e2)):
        mlp.weights[layer][:] *= factor
    return case(mlp)


def update_of_seven_tenths() -> Case:
    mlp = network()
    before = mlp.parameters.copy()
    mlp.blocks[1][:] *= 1.7
    return case(mlp, before)


def no_update() -> Case:
    mlp = network()
    return case(mlp, mlp.parameters.copy())


def output_bias_of_5() -> Case:
    mlp = network()
    mlp.biases[-1][:] = 5
    return case(mlp)


# What is made -> kind, severity, layer, neurons.
EXPECTED: dict[Callable[[], Case], tuple[str, str, int | None, tuple[int, ...]]] = {
    dead_relu: ("dead_units", "warning", 0, (1, 4, 6)),
    saturated_tanh: ("saturated_units", "warning", 0, (2, 3, 4, 5, 6, 7)),
    eight_sigmoid_layers: ("vanishing_gradient", "serious", 0, ()),
    twins: ("identical_units", "warning", 0, (1, 3)),
    nearly_twins: ("look_alike_units", "note", 0, (1, 3)),
    all_parameters_equal: ("identical_units", "serious", 0, tuple(range(8))),
    all_parameters_0: ("constant_output", "serious", 2, ()),
    column_of_years: ("unscaled_inputs", "serious", None, (3,)),
    column_of_thousandths: ("unscaled_inputs", "serious", None, (2,)),
    output_weights_times_300: ("huge_logits", "warning", 2, ()),
    weights_of_1e30: ("overflow", "serious", 1, tuple(range(8))),
    gradient_of_1e40: ("overflow", "serious", 1, ()),
    relu_weights_times_8: ("huge_gradient", "serious", 8, ()),
    small_weights_before_large_ones: ("exploding_gradient", "warning", 1, ()),
    update_of_seven_tenths: ("large_updates", "serious", 1, ()),
    no_update: ("small_updates", "warning", 0, ()),
    output_bias_of_5: ("one_class", "warning", 2, ()),
}


def found(make: Callable[[], Case]) -> list[Finding]:
    mlp, inputs, target, previous = make()
    return examine_network(mlp, inputs, target, previous_parameters=previous)


def numbers_in(sentence: str) -> list[str]:
    """The figures of a sentence, without those that number layers and neurons or name a kind of number."""
    plain = re.sub(r"hidden layer \d+|neurons? \d+(, \d+)*( and \d+(?! more))?|\d+-bit", "", sentence)
    plain = plain.replace(", ", " , ").replace("−", "-")
    return re.findall(r"-?\d[\d,]*\.?\d*(?:e-?\d+)?(?:\xa0%)?", plain)


@pytest.mark.parametrize(("make", "expected"), EXPECTED.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_illness_is_found(make: Callable[[], Case], expected: tuple[str, str, int | None, tuple[int, ...]]) -> None:
    assert expected in [(one.kind, one.severity, one.layer, one.units) for one in found(make)]


@pytest.mark.parametrize("make", EXPECTED, ids=lambda make: make.__name__)
def test_numbers_of_a_sentence_are_those_of_the_evidence(make: Callable[[], Case]) -> None:
    for one in found(make):
        figures = numbers_in(one.sentence)
        assert figures
        for figure in figures:
            value = float(figure.removesuffix("\xa0%").replace(",", "")) / (100 if figure.endswith("%") else 1)
            close = [evidence for evidence in one.evidence.values() if value == pytest.approx(evidence, rel=6e-3)]
            assert close, f"{figure} of {one.sentence!r} is not in {dict(one.evidence)}"


@pytest.mark.parametrize("make", EXPECTED, ids=lambda make: make.__name__)
def test_examining_changes_nothing(make: Callable[[], Case]) -> None:
    mlp, inputs, target, previous = make()
    seen = [mlp.parameters, inputs, target, *([previous] if previous is not None else [])]
    before = [values.copy() for values in seen]
    examine_network(mlp, inputs, target, previous_parameters=previous)
    for values, old in zip(seen, before, strict=True):
        np.testing.assert_array_equal(values, old)


@pytest.mark.parametrize("make", EXPECTED, ids=lambda make: make.__name__)
def test_worst_findings_come_first(make: Callable[[], Case]) -> None:
    order = [["serious", "warning", "note"].index(one.severity) for one in found(make)]
    assert order == sorted(order)


@pytest.mark.parametrize("activation", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize("seed", range(3))
def test_fresh_network_of_two_layers_has_no_warning(activation: str, seed: int) -> None:
    inputs, target = rows()
    findings = examine_network(network((8, 8), activation, seed), inputs, target)
    assert [one for one in findings if one.severity != "note" and one.kind != "one_class"] == []


def test_dead_and_saturated_neurons_are_notes_where_the_rows_are_learned() -> None:
    mlp = network((8,), activation="relu")
    mlp.parameters[:] = 0
    mlp.weights[0][0, :2] = 100, -100  # the target is whether the first input is above 0
    mlp.weights[1][:2, 0] = 1, -1
    inputs, target = rows()
    mlp.biases[0][2:] = -1
    (dead,) = [one for one in examine_network(mlp, inputs, target) if one.kind == "dead_units"]
    assert (dead.severity, dead.evidence["share"]) == ("note", 0.75)
    wrong = examine_network(mlp, inputs, 1 - target)
    assert [one.severity for one in wrong if one.kind == "dead_units"] == ["serious"]


def test_evidence_is_read_only() -> None:
    one = found(dead_relu)[0]
    with pytest.raises(TypeError):
        one.evidence["rows"] = 1.0  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        one.severity = "note"  # type: ignore[misc]
    assert len({one, found(dead_relu)[0]}) == 1


def test_every_kind_that_a_network_can_have_was_made_here() -> None:
    of_curves = {"rising_loss", "underfitting", "overfitting", "oscillation", "plateau"}
    assert {kind for kind, *_ in EXPECTED.values()} == set(FINDINGS) - of_curves


@pytest.mark.parametrize("kind", FINDINGS.values(), ids=lambda kind: kind.name)
def test_limits_of_a_kind_are_in_order_and_decide_its_severity(kind: FindingKind) -> None:
    limits = {"note": kind.note, "warning": kind.warning, "serious": kind.serious}
    used = {name: limit for name, limit in limits.items() if 0 < limit < np.inf}
    assert used
    assert list(used.values()) == sorted(used.values(), reverse=kind.smaller_is_worse)
    worse, better = (0.999, 1.001) if kind.smaller_is_worse else (1.001, 0.999)
    for limit in used.values():
        same = [other for other in used if used[other] == limit]
        assert kind.severity(limit * worse) == same[-1]
        assert kind.severity(limit * better) not in same
    assert kind.severity(float("nan")) == ""


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown finding 'flu'"):
        Finding("flu", "note", None, (), "", {}, "")


@pytest.mark.parametrize(
    ("value", "text"),
    [(1412.0, "1,412"), (-2.0, "−2"), (-0.123456, "−0.123"), (2.5e-5, "2.5e−5"), (123456.7, "123,457"), (2e20, "2e20")],
)
def test_a_number_of_a_sentence_has_a_true_minus_and_commas(value: float, text: str) -> None:
    assert number(value) == text


def test_a_number_that_is_not_finite_is_told_in_a_word() -> None:
    assert (number(np.nan), number(np.inf), number(-np.inf)) == ("missing", "inf", "−inf")


def test_a_percentage_is_never_broken_over_two_lines() -> None:
    assert percent(0.485) == "48.5\N{NO-BREAK SPACE}%"
