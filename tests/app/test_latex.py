"""What a lens copies as LaTeX: true maths that compiles, for every optimiser and every lens."""

import re
from dataclasses import replace

import pytest

from nnviz.app.latex_maths import maths, named_constants
from nnviz.app.latex_rules import RULES
from nnviz.app.lens_sums import Formula, Name, formula
from nnviz.app.lenses import Place
from nnviz.engine.explain_forward import BIAS
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.regularization import Regularization
from nnviz.engine.training import TrainingConfig
from tests.app.latex_reading import LatexError, compiled, words_of
from tests.app.test_lenses import data, moment, trained
from tests.app.test_microscope import looked_at

PENALTIES = Regularization(l1=0.001, l2=0.01, weight_decay=0.01, clip_value=0.01, clip_norm=0.01)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("−rate m_hat / d", r"-\frac{\eta\,\hat{m}}{d}"),
        ("v' / (1 − beta2^t)", r"\frac{v'}{1 - \beta_2^{t}}"),
        ("√(v_hat) + epsilon", r"\sqrt{\hat{v}} + \epsilon"),
        ("momentum v + g", r"\mu\,v + g"),
        ("(1.2 − 3.4) / 50 ≈ 3", r"\frac{1.2 - 3.4}{50} \approx 3"),
        ("a / b / (c + d) e", r"\frac{a\,e}{b\,(c + d)}"),
        ("0.9 (1 − 0.96^(0.004 t) / 2)", r"0.9\,\left(1 - \frac{0.96^{0.004\,t}}{2}\right)"),
        ("1.2e−5^2", r"\left(1.2\times 10^{-5}\right)^{2}"),
        ("3 × (−1.2e−5) = −3.6e−5", r"3 \times \left(-1.2\times 10^{-5}\right) = -3.6\times 10^{-5}"),
        ("−ln 0.34 = 1.0788", r"-\ln 0.34 = 1.0788"),
        ("|0.3 − (−0.2)|", r"\left|0.3 - (-0.2)\right|"),
        ("(0.3 − 1)² = 0.49", r"(0.3 - 1)^{2} = 0.49"),
        ("max(0, 1 − 0.4)", r"\max (0, 1 - 0.4)"),
        ("dL/dw = da/dz", r"\frac{\partial L}{\partial w} = \frac{\partial a}{\partial z}"),
        ("Σ dL/db = 1,234.5 − ∞", r"\sum \frac{\partial L}{\partial b} = 1{,}234.5 - \infty"),
        ("(a + b) / ((c) + (d))", r"\frac{a + b}{(c) + (d)}"),
        ("(a)(b) / c", r"\frac{(a)\,(b)}{c}"),
        ("", ""),
        ("(", "()"),
        (") a", ") a"),
    ],
)  # fmt: skip
def test_formulas_are_maths(text: str, expected: str) -> None:
    assert maths(text) == expected


def test_names_stand_by_themselves_and_are_no_factors() -> None:
    line = formula(Name("petal_length:"), "(5.1", "−", "3.7)", "/", "1.7", "=", "0.79")
    assert line.latex == r"\text{petal\_length:} \frac{5.1 - 3.7}{1.7} = 0.79"
    assert (
        formula("a", "=", Name("leaky relu", is_function=True), "(−2)").latex == r"a = \operatorname{leaky~relu} (-2)"
    )
    assert formula(Name("y"), "−0.78", "×", "−2", "=", "1.56").latex == r"\text{y} \quad -0.78 \times (-2) = 1.56"
    assert formula(Name("P"), "−", "2").latex == r"\text{P} - 2"
    inner = Formula("0.9 m", ("beta1 m",))
    assert formula("m'", "=", inner, "=", "0.45") == Formula("m' = 0.9 m = 0.45", ("m'", "=", "beta1 m", "=", "0.45"))
    assert formula("m'", "=", inner, "=", "0.45").latex == r"m' = \beta_1\,m = 0.45"


@pytest.mark.parametrize(
    ("optimizer", "text", "expected"),
    [
        ("adam", "0.9 m + 0.1 g", "beta1 m + (1 − beta1) g"),
        ("adamw", "0.999 v + 0.001 g^2", "beta2 v + (1 − beta2) g^2"),
        ("rmsprop", "0.99 s + 0.01 g^2", "alpha s + (1 − alpha) g^2"),
        ("adagrad", "√(s') + 1e−10", "√(s') + epsilon"),
        ("sgd", "0.9 v + 0.1", "0.9 v + 0.1"),
    ],
)
def test_constants_have_the_names_that_papers_give_them(optimizer: str, text: str, expected: str) -> None:
    assert named_constants(text, optimizer) == expected


def test_every_optimiser_has_a_rule_in_true_maths() -> None:
    assert RULES.keys() == OPTIMIZERS.keys()
    for name, rule in RULES.items():
        compiled(rule)
        assert words_of(rule) == [], name
        assert r"\eta" in rule or name == "lbfgs"
    for constant in (r"\beta_1^{t}", r"\beta_2^{t}", r"\hat{m}", r"\sqrt{\hat{v}}", r"\frac{"):
        assert constant in RULES["adam"]
        assert constant in RULES["adamw"]


@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
@pytest.mark.parametrize("name", ["spiral", "iris", "hills"])
def test_all_that_the_lenses_and_the_microscope_copy_compiles(optimizer: str, name: str) -> None:
    dataset = data(name)
    momentum = 0.9 if OPTIMIZERS[optimizer].uses_momentum else 0.0
    penalties = (
        replace(PENALTIES, weight_decay=0.0, clip_value=0.0, clip_norm=0.0) if optimizer == "lbfgs" else PENALTIES
    )
    training = TrainingConfig(optimizer, learning_rate=0.01, batch_size=16, momentum=momentum, regularization=penalties)
    trainer = trained(dataset, training, 5)
    formulas = looked_at(dataset, trainer).formulas()
    for line in formulas:
        compiled(line.latex)
        for words in words_of(line.latex):
            assert not re.search(r"dL/|=\s*[\d−]|≈|√|\^\d|×\s*[\d(−]", words), line.latex
    update = [line for line in formulas if line.text.startswith("p' =")]
    assert all(words_of(line.latex) == [] for line in update)
    if optimizer != "lbfgs":
        assert update
        assert all(r"\Delta p" in line.latex for line in update)
    if optimizer in ("adam", "adamw", "nadam"):
        whole = "\n".join(line.latex for line in formulas)
        assert r"\hat{v} = \frac{v'}{1 - \beta_2^{t}} = \frac{" in whole
        assert r"\beta_1\,m + (1 - \beta_1)\,g" in whole
    assert moment(trainer, Place(0, 0, BIAS)).step == 5


@pytest.mark.parametrize(
    "broken",
    [
        "{a",
        "a}",
        r"\frac{a}",
        "a^",
        "^a",
        "a^2^3",
        r"\left(a",
        "sqrt a",
        "a − b",
        r"\text{a_b}",
        r"\unknown",
        r"\hat{}",
    ],
)
def test_the_reader_refuses_what_a_compiler_would(broken: str) -> None:
    with pytest.raises(LatexError):
        compiled(broken)
