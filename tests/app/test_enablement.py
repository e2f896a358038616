"""Commands are offered exactly where they make sense."""

import pytest

from nnviz.app.enablement import can_export, can_pause, can_reset, can_run, can_step, why_not_run
from nnviz.run.state import RunState


@pytest.mark.parametrize("state", [None, *RunState])
def test_a_reason_is_given_exactly_when_neither_run_nor_pause_is_possible(state: RunState | None) -> None:
    assert bool(why_not_run(state)) == (not can_run(state) and not can_pause(state))


def test_a_diverged_network_can_still_be_exported_and_reset() -> None:
    assert can_export(RunState.DIVERGED)
    assert can_reset(RunState.DIVERGED)
    assert not can_run(RunState.DIVERGED)


def test_without_data_nothing_is_possible() -> None:
    assert not any(check(None) for check in (can_run, can_pause, can_step, can_reset, can_export))


def test_single_steps_also_end_a_running_training() -> None:
    assert can_step(RunState.RUNNING)
