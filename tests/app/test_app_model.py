"""The application model, driven by its own tick and watched through its signals."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.app.network_edits import add_layer, set_activation, set_units
from nnviz.data.csv_reader import read_csv
from nnviz.data.dataset import ImportChoices, choices_from_guess
from nnviz.data.table import Table
from nnviz.export.formats import load
from nnviz.run import messages
from nnviz.run.grids import GridProbe
from nnviz.run.state import RunState
from tests.app.watcher import Watcher

FLOWERS = "length,width,kind\n" + "".join(f"{i % 7}.5,{i % 5}.25,{'ab'[i % 2]}\n" for i in range(40))


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_toy_set_is_ready_with_two_hidden_layers_of_eight(watcher: Watcher) -> None:
    watcher.toy()
    config = watcher.model.runs.config
    assert config is not None
    assert config.sizes == (2, 8, 8, 1)
    assert watcher.model.runs.state is RunState.READY


def test_reading_happens_off_the_calling_thread(
    watcher: Watcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def spy(*args: Any, **kwargs: Any) -> Table:
        threads.append(threading.current_thread().name)
        return read_csv(*args, **kwargs)

    monkeypatch.setattr("nnviz.data.csv_reader.read_csv", spy)
    watcher.model.open(write(tmp_path / "flowers.csv", FLOWERS))
    watcher.until(lambda: bool(watcher.tables))
    assert threads[0].startswith("nnviz-job")


def test_accepted_table_becomes_the_data_set(watcher: Watcher, tmp_path: Path) -> None:
    watcher.toy()
    watcher.model.open(write(tmp_path / "flowers.csv", FLOWERS))
    watcher.until(lambda: bool(watcher.tables))
    assert watcher.model.dataset is not None
    assert watcher.model.dataset.name != "flowers.csv"
    watcher.model.accept(choices_from_guess(watcher.tables[0].guess))
    watcher.until(lambda: watcher.model.dataset is not None and watcher.model.dataset.name == "flowers.csv")
    assert watcher.look().config.n_inputs == 2


@pytest.mark.parametrize(
    ("content", "word"), [(b"", "empty"), (b"\x89PNG\r\n\x1a\n0000", "PNG"), (b"a,b\n", "a,b|header|row")]
)
def test_unusable_file_leaves_data_and_training_as_they_were(
    watcher: Watcher, tmp_path: Path, content: bytes, word: str
) -> None:
    watcher.toy()
    watcher.model.runs.send(messages.Run())
    watcher.until(lambda: watcher.model.runs.state is RunState.RUNNING)
    dataset = watcher.model.dataset
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    watcher.model.open(path)
    watcher.until(lambda: bool(watcher.tables) or any(n.kind == "error" for n in watcher.notices))
    if watcher.tables:
        if watcher.tables[0].guess.target is not None:
            watcher.model.accept(choices_from_guess(watcher.tables[0].guess))
        watcher.until(lambda: not watcher.model.jobs.busy)
    assert watcher.model.dataset is dataset
    assert watcher.model.runs.state is RunState.RUNNING


def test_absent_file_and_folder_are_refused_in_words(watcher: Watcher, tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.csv", tmp_path):
        count = len(watcher.notices)
        watcher.model.open(path)
        watcher.until(lambda n=count: len(watcher.notices) > n)  # type: ignore[misc]
        assert path.name in watcher.notices[-1].text
    assert not watcher.tables


def test_constant_target_is_refused_and_the_sheet_hears_of_it(watcher: Watcher, tmp_path: Path) -> None:
    watcher.toy()
    dataset = watcher.model.dataset
    watcher.model.open(write(tmp_path / "c.csv", "x,y\n" + "1.5,same\n2.5,same\n" * 5))
    watcher.until(lambda: bool(watcher.tables))
    watcher.model.accept(ImportChoices("y", "binary", {"x": "feature", "y": "target"}))
    watcher.until(lambda: bool(watcher.refusals))
    assert watcher.model.dataset is dataset


def test_edit_keeps_weights_that_fit_and_goes_on_running(watcher: Watcher) -> None:
    watcher.toy()
    watcher.model.runs.send(messages.StepEpoch())
    watcher.until(lambda: watcher.model.runs.state is RunState.PAUSED)
    before = watcher.look()
    watcher.edit(lambda config: set_units(config, 1, 9))
    after = watcher.look()
    np.testing.assert_array_equal(after.weights[0], before.weights[0])
    np.testing.assert_array_equal(after.weights[1][:, :8], before.weights[1])
    watcher.model.runs.send(messages.Run())
    watcher.until(lambda: watcher.model.runs.state is RunState.RUNNING)
    watcher.edit(lambda config: add_layer(config, 1))
    watcher.until(lambda: watcher.model.runs.state is RunState.RUNNING)
    assert watcher.look().config.sizes == (2, 8, 4, 9, 1)


def test_reset_after_an_edit_leads_to_the_fresh_network_of_that_shape(watcher: Watcher) -> None:
    watcher.toy()
    watcher.edit(lambda config: set_units(config, 0, 5))
    watcher.model.runs.send(messages.StepEpoch())
    watcher.until(lambda: watcher.model.runs.state is RunState.PAUSED)
    watcher.model.runs.send(messages.Reset())
    watcher.until(lambda: watcher.model.runs.state is RunState.READY)
    first = watcher.look().parameters
    watcher.toy("circle")
    watcher.toy("spiral")
    np.testing.assert_array_equal(watcher.look().parameters, first)


@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".json"])
def test_export_is_verified_and_opens_again_on_the_same_data(watcher: Watcher, tmp_path: Path, suffix: str) -> None:
    watcher.toy()
    watcher.model.runs.send(messages.StepEpoch())
    watcher.until(lambda: watcher.model.runs.state is RunState.PAUSED)
    weights = watcher.look().parameters
    path = tmp_path / f"model{suffix}"
    watcher.model.export(path)
    watcher.until(lambda: bool(watcher.exports))
    assert watcher.exports[0].sentence == "500 of 500 rows, largest difference 0"
    np.testing.assert_array_equal(load(path).parameters, weights)
    watcher.model.runs.send(messages.Reset())
    watcher.until(lambda: watcher.model.runs.state is RunState.READY)
    watcher.model.open(path)
    watcher.until(lambda: any("predicts the 500 rows" in n.text for n in watcher.notices))
    np.testing.assert_array_equal(watcher.look().parameters, weights)


def test_model_without_its_data_asks_for_a_file_and_uses_it(watcher: Watcher, tmp_path: Path) -> None:
    table = write(tmp_path / "flowers.csv", FLOWERS)
    watcher.model.open(table)
    watcher.until(lambda: bool(watcher.tables))
    watcher.model.accept(choices_from_guess(watcher.tables[0].guess))
    watcher.until(lambda: watcher.model.dataset is not None)
    watcher.model.export(tmp_path / "m.json")
    watcher.until(lambda: bool(watcher.exports))
    watcher.toy("circle")
    watcher.model.open(tmp_path / "m.json")
    watcher.until(lambda: any("length, width, kind" in n.text for n in watcher.notices))
    watcher.model.open(table)
    watcher.until(lambda: any("predicts the 40 rows" in n.text for n in watcher.notices))
    assert len(watcher.tables) == 1


def test_export_to_an_unwritable_place_is_refused_in_words(watcher: Watcher, tmp_path: Path) -> None:
    watcher.toy()
    watcher.model.export(tmp_path / "nowhere" / "model.npz")
    watcher.until(lambda: any(n.kind == "error" for n in watcher.notices))
    watcher.model.export(tmp_path / "model.xyz")
    assert "xyz" in watcher.notices[-1].text


def test_export_asked_for_just_before_an_edit_is_not_lost(watcher: Watcher, tmp_path: Path) -> None:
    watcher.toy()
    watcher.model.export(tmp_path / "m.npz")
    watcher.edit(lambda config: set_units(config, 0, 3))
    assert watcher.look().config.sizes == (2, 3, 8, 1)
    watcher.until(lambda: bool(watcher.exports))
    assert load(tmp_path / "m.npz").config.sizes == (2, 8, 8, 1)


def test_senseless_learning_rate_is_refused_and_the_old_one_stays(watcher: Watcher) -> None:
    watcher.toy()
    rate = watcher.model.runs.training.learning_rate
    watcher.model.runs.configure(learning_rate=-1.0)
    assert watcher.model.runs.training.learning_rate == rate
    assert watcher.notices[-1].kind == "error"


def test_divergence_offers_a_way_back_with_a_tenth_of_the_rate(watcher: Watcher) -> None:
    watcher.toy("hills")
    watcher.edit(lambda config: set_units(config, 0, 16))
    watcher.model.runs.configure(optimizer="sgd", learning_rate=1e8)
    for layer in (0, 1):
        watcher.edit(lambda config, i=layer: set_activation(config, i, "relu"))  # type: ignore[misc]
    watcher.model.runs.send(messages.Run())
    watcher.until(lambda: watcher.model.runs.state is RunState.DIVERGED)
    notice = next(n for n in watcher.notices if n.topic == "divergence")
    assert "learning rate 1e7" in notice.actions[0].label
    left = watcher.look()
    assert left.rail.sound is not None
    notice.actions[0].run()
    watcher.until(lambda: watcher.snapshots[-1].lineage != left.lineage)
    assert watcher.snapshots[-1].training.learning_rate == pytest.approx(1e7)
    assert watcher.snapshots[-1].rail.path == ((left.history.serial, left.rail.sound[0]),)


def test_split_can_be_changed(watcher: Watcher) -> None:
    watcher.toy()
    watcher.model.rebuild(validation_fraction=0.2)
    watcher.until(lambda: watcher.model.dataset is not None and len(watcher.model.dataset.validation_rows) == 100)


def test_role_change_rebuilds_with_fewer_inputs(watcher: Watcher) -> None:
    watcher.toy()
    watcher.model.change_role("y", "ignore")
    watcher.until(lambda: watcher.model.dataset is not None and watcher.model.dataset.feature_names == ("x",))
    watcher.model.change_role("x", "ignore")
    watcher.until(lambda: any("no feature" in n.text for n in watcher.notices))
    assert watcher.model.dataset is not None
    assert watcher.model.dataset.feature_names == ("x",)


def test_network_is_saved_for_a_crash(watcher: Watcher) -> None:
    assert watcher.model.save_for_crash() is None
    watcher.toy()
    path = watcher.model.save_for_crash()
    assert path is not None
    np.testing.assert_array_equal(load(path).parameters, watcher.snapshots[-1].parameters)


def test_a_failed_run_is_told_and_the_network_can_be_started_anew(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher.toy()
    monkeypatch.setattr("nnviz.run.worker.take_snapshot", lambda *_: 1 / 0)
    states: list[RunState] = []
    watcher.model.runs.state_changed.connect(states.append)
    watcher.model.runs.refresh()

    def failed() -> bool:
        watcher.model.tick()
        return bool(watcher.failures)

    watcher.qtbot.waitUntil(failed, timeout=5_000)
    assert isinstance(watcher.failures[0], ZeroDivisionError)
    assert states[-1] is RunState.STOPPED
    monkeypatch.undo()
    watcher.failures.clear()
    watcher.toy("circle")
    assert watcher.model.runs.state is RunState.READY


def test_edits_in_quick_succession_all_take_effect(watcher: Watcher) -> None:
    watcher.toy()
    for _ in range(3):
        watcher.model.runs.edit(lambda config: set_units(config, 0, config.hidden[0].units + 1))
    watcher.model.runs.edit(lambda config: add_layer(config, 2))
    watcher.until(lambda: watcher.look().config.sizes == (2, 11, 8, 4, 1))


def test_an_edit_is_dropped_when_other_data_is_opened_meanwhile(watcher: Watcher) -> None:
    watcher.toy()
    watcher.model.load_toy("rings")
    watcher.model.runs.edit(lambda config: set_units(config, 0, 3))
    watcher.until(lambda: watcher.model.dataset is not None and watcher.model.dataset.task == "multiclass")
    watcher.until(lambda: not watcher.model.jobs.busy)
    assert watcher.look().config.n_outputs == 3


def test_a_large_network_shows_its_numbers_before_its_map(watcher: Watcher) -> None:
    watcher.toy()
    for layer in (0, 1):
        watcher.edit(lambda config, layer=layer: set_units(config, layer, 64))  # type: ignore[misc]
    inputs = np.zeros(2, np.float32)
    probe = GridProbe(8, inputs, np.array([0, 1]), np.zeros((64, 2), np.float32))
    watcher.model.runs.grid_source = lambda _coarse: probe
    watcher.look()
    watcher.until(lambda: watcher.snapshots[-1].grid is not None)
    count = len(watcher.snapshots)
    watcher.model.runs.send(messages.StepBatch())
    watcher.until(lambda: watcher.snapshots[-1].step == 1)
    assert watcher.snapshots[-1].grid is None
    watcher.until(lambda: watcher.snapshots[-1].grid is not None)
    assert {snapshot.step for snapshot in watcher.snapshots[count:]} == {1}


@pytest.mark.parametrize(("units", "ticks"), [(8, 4), (128, 6)])
def test_the_map_of_a_large_network_is_asked_for_less_often_while_it_trains(
    watcher: Watcher, units: int, ticks: int
) -> None:
    watcher.toy()
    for layer in (0, 1):
        watcher.edit(lambda config, layer=layer: set_units(config, layer, units))  # type: ignore[misc]
    runs = watcher.model.runs
    asked: list[bool] = []
    runs.send(messages.Run())
    watcher.until(lambda: runs.state is RunState.RUNNING)
    runs.tick()  # of the change itself
    runs.grid_source = asked.append
    for _ in range(60):
        runs.tick()
    assert asked == [True] * (60 // ticks)
