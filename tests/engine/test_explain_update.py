"""One update, term by term: by hand, and against every optimiser of the registry."""

import numpy as np
import pytest

from nnviz.engine.explain import EXPLAINED_OPTIMIZERS, UpdateTrace, nadam_mu_product, trace_update
from nnviz.engine.optimizers import OPTIMIZERS

RULES = sorted(set(OPTIMIZERS) - {"lbfgs"})  # its direction comes from all parameters at once


def values(trace: UpdateTrace) -> dict[str, float]:
    assert len({term.symbol for term in trace.terms}) == len(trace.terms)
    return {term.symbol: term.value for term in trace.terms}


def test_every_optimiser_is_explained() -> None:
    assert set(EXPLAINED_OPTIMIZERS) == set(OPTIMIZERS)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("name", RULES)
def test_updates_are_those_of_the_optimiser(name: str, momentum: float, decay: float) -> None:
    rng = np.random.default_rng(4)
    parameters, gradient = rng.standard_normal(5), np.zeros(5)
    optimizer = OPTIMIZERS[name](parameters, gradient, learning_rate=0.05, momentum=momentum)
    calls = optimizer.update_calls(np.full(5, decay) if decay else None)
    start = parameters.copy()
    for updates in range(12):
        gradient[...] = rng.standard_normal(5) * 10.0 ** rng.integers(-6, 3, 5)
        remembered = optimizer.moments.copy()
        explained = [
            trace_update(
                name,
                parameter=parameters[i],
                gradient=gradient[i],
                rate=0.05,
                moments=remembered[:, i].tolist(),
                updates=updates,
                momentum=momentum,
                weight_decay=decay,
            )
            for i in range(5)
        ]
        assert [trace.before for trace in explained] == parameters.tolist()
        for call, arguments in calls:
            call(*arguments)
        np.testing.assert_allclose([trace.after for trace in explained], parameters, rtol=1e-13, atol=1e-15)
        for i, trace in enumerate(explained):
            assert len(trace.moments) == optimizer.n_moments
            np.testing.assert_allclose(trace.moments, optimizer.moments[:, i], rtol=1e-12)
    assert abs(parameters - start).max() > 1e-2


def test_momentum_adds_the_velocity_by_hand() -> None:
    trace = trace_update("sgd", parameter=1.0, gradient=0.5, rate=0.25, moments=(2.0,), momentum=0.75)
    assert values(trace) == {
        "p": 1.0,
        "g": 0.5,
        "rate": 0.25,
        "momentum": 0.75,
        "v": 2.0,
        "momentum v": 1.5,
        "v'": 2.0,
        "dp": -0.5,
        "p'": 0.5,
    }
    assert (trace.before, trace.after, trace.moments) == (1.0, 0.5, (2.0,))


def test_nesterov_steps_by_the_gradient_and_the_new_velocity_by_hand() -> None:
    trace = trace_update("nesterov", parameter=1.0, gradient=0.5, rate=0.25, moments=(2.0,), momentum=0.75)
    assert values(trace)["v'"] == 2.0
    assert values(trace)["d"] == 2.0  # 0.5 + 0.75 * 2
    assert trace.after == 0.5


@pytest.mark.parametrize("name", ["gradient_descent", "sgd", "nesterov"])
def test_without_momentum_the_change_is_rate_times_gradient_and_the_velocity_stays(name: str) -> None:
    trace = trace_update(name, parameter=1.0, gradient=0.5, rate=0.25, moments=(2.0,))
    assert values(trace) == {"p": 1.0, "g": 0.5, "rate": 0.25, "dp": -0.125, "p'": 0.875}
    assert trace.moments == (2.0,)


def test_adagrad_divides_by_the_root_of_the_sum_of_squares_by_hand() -> None:
    trace = trace_update("adagrad", parameter=1.0, gradient=3.0, rate=0.5, moments=(16.0,))
    assert values(trace)["s'"] == 25.0
    assert trace.after == pytest.approx(0.7, rel=1e-10)  # 1 - 0.5 * 3 / 5


def test_rmsprop_by_hand() -> None:
    trace = trace_update("rmsprop", parameter=1.0, gradient=10.0, rate=0.5, moments=(300 / 99, 4.0), momentum=0.5)
    terms = values(trace)
    assert terms["s'"] == pytest.approx(4.0)  # 0.99 * 300 / 99 + 0.01 * 100
    assert terms["u"] == pytest.approx(5.0)
    assert terms["v'"] == pytest.approx(7.0)
    assert trace.after == pytest.approx(-2.5)


def test_first_update_of_adam_by_hand_is_the_rate_against_the_sign() -> None:
    terms = values(trace_update("adam", parameter=1.0, gradient=-4.0, rate=0.1, moments=(0.0, 0.0)))
    assert terms["t"] == 1
    assert terms["m'"] == pytest.approx(-0.4)
    assert terms["v'"] == pytest.approx(0.016)
    assert terms["m_hat"] == pytest.approx(-4.0)
    assert terms["v_hat"] == pytest.approx(16.0)
    assert terms["d"] == pytest.approx(4.0)
    assert terms["dp"] == pytest.approx(0.1)
    assert terms["p'"] == pytest.approx(1.1)


def test_weight_decay_of_adamw_is_a_term_of_its_own_and_not_divided() -> None:
    plain = trace_update("adam", parameter=2.0, gradient=-4.0, rate=0.1)
    decayed = trace_update("adamw", parameter=2.0, gradient=-4.0, rate=0.1, weight_decay=0.5)
    assert values(decayed)["dp_w"] == -0.1  # 0.1 * 0.5 * 2
    assert decayed.after == pytest.approx(plain.after - 0.1)
    assert decayed.moments == plain.moments


def test_nadam_states_its_momenta_and_their_product() -> None:
    terms = values(trace_update("nadam", parameter=1.0, gradient=2.0, rate=0.1, moments=(0.5, 1.0), updates=2))
    mus = [0.9 * (1 - 0.5 * 0.96 ** (0.004 * t)) for t in (1, 2, 3, 4)]
    assert (terms["mu"], terms["mu_next"]) == pytest.approx((mus[2], mus[3]))
    assert terms["mu_product"] == pytest.approx(mus[0] * mus[1] * mus[2])
    assert terms["dp"] == terms["dp_g"] + terms["dp_m"]
    assert nadam_mu_product(0) == 1
    assert nadam_mu_product(10**9) == 0  # and at once


def test_lbfgs_adds_the_step_length_times_the_direction() -> None:
    trace = trace_update("lbfgs", parameter=1.0, gradient=2.0, rate=0.1, direction=-3.0, step_length=0.5)
    assert values(trace) == {"p": 1.0, "g": 2.0, "d": -3.0, "a": 0.5, "dp": -1.5, "p'": -0.5}


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("name", EXPLAINED_OPTIMIZERS)
def test_last_term_is_the_parameter_afterwards_and_given_numbers_have_no_formula(name: str, decay: float) -> None:
    trace = trace_update(
        name,
        parameter=float(np.float32(0.1)),
        gradient=2.0,
        rate=0.1,
        momentum=0.5,
        weight_decay=decay,
        direction=1.0,
        step_length=0.1,
    )
    by_symbol = {term.symbol: term for term in trace.terms}
    assert trace.terms[-1].value == trace.after
    assert trace.before == by_symbol["p"].value == float(np.float32(0.1))
    assert all(type(term.value) is float for term in trace.terms)
    assert not by_symbol["p"].formula
    assert not by_symbol["g"].formula
    assert by_symbol["dp"].formula
    assert trace.after == trace.before + (by_symbol["dp_w"].value if decay else 0.0) + by_symbol["dp"].value


@pytest.mark.parametrize("name", [name for name in EXPLAINED_OPTIMIZERS if name != "lbfgs"])
@pytest.mark.parametrize("gradient", [0.0, 1e300, float("inf"), float("nan")])
def test_extreme_gradients_give_numbers_not_errors(name: str, gradient: float) -> None:
    trace = trace_update(name, parameter=1.0, gradient=gradient, rate=0.1, momentum=0.5)
    assert trace.after == 1.0 if gradient == 0 else trace.terms[-1].symbol == "p'"


def test_unknown_optimiser_and_negative_count_are_refused() -> None:
    with pytest.raises(ValueError, match="Unknown optimiser 'sgdd'"):
        trace_update("sgdd", parameter=1.0, gradient=1.0, rate=0.1)
    with pytest.raises(ValueError, match="-1 updates"):
        trace_update("adam", parameter=1.0, gradient=1.0, rate=0.1, updates=-1)
