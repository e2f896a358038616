"""Why did it stop learning? In the real window: found in words, lit in the picture, tried on a branch, compared."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnviz.app import network_edits
from nnviz.app.experiment import Case, Experiment
from nnviz.app.finding_items import items_of
from nnviz.app.finding_places import FindingPlace
from nnviz.app.rail import OTHER_DATA
from nnviz.data.dataset import ImportChoices, build_dataset
from nnviz.data.features import Encoding
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.engine.diagnostics import Finding
from nnviz.run import messages
from nnviz.run.markers import changes
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.data_table import DataTablePage
from nnviz.ui.panels.tabs_findings import FindingLine
from nnviz.ui.panels.tabs_gradients import GradientsPage
from nnviz.ui.plots.network_spot import Spot

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window()


def now(window: MainWindow) -> Snapshot:
    assert window.live.snapshot is not None
    return window.live.snapshot


def train(window: MainWindow, until: Until, epochs: int, **settings: object) -> None:
    runs = window.model.runs
    if settings:
        runs.configure(**settings)
    runs.send(messages.Run())
    until(lambda: runs.state is RunState.DIVERGED or now(window).epoch >= epochs)
    runs.send(messages.Pause())
    until(lambda: now(window).state in (RunState.PAUSED, RunState.DIVERGED))


def ask_why(window: MainWindow, until: Until) -> GradientsPage:
    """Press the key, and wait for the findings of the moment that is shown."""
    QTest.keyClick(window, Qt.Key.Key_W)
    page = window.tabs.panel.page
    assert isinstance(page, GradientsPage)
    until(lambda: page._shown is not None and page._shown.view.step == now(window).step)
    return page


def show_finding(window: MainWindow, page: GradientsPage, finding: Finding) -> FindingLine:
    snapshot, dataset = now(window), window.model.dataset
    assert dataset is not None
    run = (snapshot.run_id, snapshot.history.serial)
    page.findings.show_items(items_of([finding], Case(snapshot, dataset)), "", run)
    return page.findings.lines[0]


JUMPING = Finding("oscillation", "warning", None, (), "It jumps.", {"window_epochs": 10.0}, "Lower the rate.")


def test_a_real_run_is_explained_with_its_date_and_numbers_by_one_key(window: MainWindow, until: Until) -> None:
    train(window, until, 25, optimizer="sgd", learning_rate=1e-6)
    page = ask_why(window, until)
    until(lambda: any("no better than a constant" in text for text in page.findings.texts))
    text = next(text for text in page.findings.texts if "no better than a constant" in text)
    assert f"no better than a constant, epoch {now(window).epoch}" in text
    assert f"After {now(window).epoch} epochs the training loss is" in text
    assert "baseline loss\xa00.69" in text
    until(page.findings.lines[0].link.hasFocus)
    for line in page.findings.lines:
        if not line.isHidden():
            assert line.link.accessibleName().startswith("Show ")
            assert line.offers is False


def test_an_offer_changes_nothing_and_a_click_makes_the_branch_that_was_named(window: MainWindow, until: Until) -> None:
    train(window, until, 40)
    page = ask_why(window, until)
    line = show_finding(window, page, JUMPING)
    before, training = now(window), window.model.runs.training
    kept = before.history.values.copy()
    line.attempt.click()
    assert line.offers
    item = line.item
    assert item is not None
    assert isinstance(item.trial, Experiment)
    assert item.trial.words == "learning rate: 0.015 → 0.005"
    begun = item.trial.epoch
    assert f"from epoch {begun} on" in line.offer.text.text()
    assert "Nothing else changes." in line.offer.text.text()
    QTest.keyClick(line.offer.start, Qt.Key.Key_Escape)
    until(lambda: not line.offers)
    assert window.model.runs.training == training
    assert now(window).step == before.step
    np.testing.assert_array_equal(now(window).parameters, before.parameters)
    line.attempt.click()
    line.offer.start.click()
    until(lambda: now(window).history.serial == before.history.serial + 1 and now(window).epoch > begun + 3)
    assert window.model.runs.asked_to_run
    assert [one.name for one in changes(training, window.model.runs.training)] == ["learning rate"]
    assert now(window).training == replace(training, learning_rate=0.005)
    until(lambda: window.loss.options.compare.isChecked() and len(window.loss.plot.runs) == 1)
    (left,) = window.loss.plot.runs
    np.testing.assert_array_equal(left.history.values, kept)
    shared = int(np.searchsorted(before.history.epoch, begun, side="right"))
    np.testing.assert_array_equal(now(window).history.values[:, :shared], kept[:, :shared])
    until(lambda: f"Branch from epoch {begun} on" in page.findings.verdict.text())
    until(lambda: "validation loss is" in page.findings.verdict.text())
    assert page.findings.verdict.isVisible()
    window.verbs.reset()
    until(lambda: now(window).step == 0 and not page.findings.verdict.isVisible())


def test_another_network_begins_anew_trains_and_leaves_the_run_as_a_curve(window: MainWindow, until: Until) -> None:
    train(window, until, 20)
    page = ask_why(window, until)
    finding = Finding("saturated_units", "warning", 0, (1,), "It is saturated.", {"share": 0.1}, "Try ReLU.")
    line = show_finding(window, page, finding)
    before = now(window)
    line.attempt.click()
    assert "activation of hidden layer 1: tanh → ReLU" in line.offer.text.text()
    assert "from the start, with fresh weights" in line.offer.text.text()
    line.offer.start.click()
    until(lambda: window.model.runs.run_id == before.run_id + 1 and window.live.snapshot is not None)
    until(lambda: window.live.snapshot is not None and now(window).epoch >= 3)
    hidden = now(window).config.hidden
    assert (hidden[0].activation, hidden[1]) == ("relu", before.config.hidden[1])
    assert now(window).training == before.training
    until(lambda: "Branch from the start, with fresh weights" in page.findings.verdict.text())
    (left,) = window.loss.plot.runs
    np.testing.assert_array_equal(left.history.values, before.history.values)


def test_a_diverged_run_goes_on_from_a_finite_moment_with_a_lower_rate(window: MainWindow, until: Until) -> None:
    window.model.load_toy("hills")
    until(lambda: window.model.runs.dataset is not None and window.model.runs.dataset.task == "regression")
    window.model.runs.edit(lambda config: network_edits.set_activation(config, 0, "relu"))
    window.model.runs.edit(lambda config: network_edits.set_activation(config, 1, "relu"))
    until(lambda: not window.model.runs.editing)
    until(lambda: window.live.snapshot is not None)
    train(window, until, 10_000, optimizer="sgd", learning_rate=1e4)
    assert now(window).divergence is not None
    page = ask_why(window, until)
    until(lambda: page.findings.texts[0].startswith("Serious: overflow"))
    line, serial = page.findings.lines[0], now(window).history.serial
    assert "overflowed" in line.sentence.text()
    line.attempt.click()
    assert "learning rate: 1e4 → 1000" in line.offer.text.text()
    line.offer.start.click()
    until(lambda: window.model.runs.training.learning_rate == 1000.0)
    until(lambda: now(window).history.serial == serial + 1)
    assert np.isfinite(now(window).parameters).all()


def test_columns_are_standardised_in_data_prepared_anew(window: MainWindow, until: Until) -> None:
    rng = np.random.default_rng(0)
    wide = rng.normal(size=80)
    wide[:20] *= 1e4
    columns = (Column("wide", "float", wide), Column("plain", "float", rng.normal(size=80)))
    words = np.array(["no", "yes"], dtype=object)[np.arange(80) % 2]
    table = Table("wide.csv", None, (*columns, Column("answer", "string", words)), 80, NO_DIALECT)
    encodings = {"wide": Encoding("robust")}
    choices = ImportChoices("answer", "binary", {"wide": "feature", "plain": "feature"}, encodings=encodings)
    window.model.load("Making it", lambda: build_dataset(table, choices))
    until(lambda: window.model.dataset is not None and window.model.dataset.name == "wide.csv")
    until(lambda: window.live.snapshot is not None)
    train(window, until, 12, optimizer="sgd", learning_rate=1e-4)
    page = ask_why(window, until)
    until(lambda: any("inputs not standardised" in line.title.text() for line in page.findings.lines))
    line = next(line for line in page.findings.lines if "inputs not standardised" in line.title.text())
    before, dataset = now(window), window.model.dataset
    assert dataset is not None
    line.attempt.click()
    assert "scaling of wide: robust → standardise" in line.offer.text.text()
    assert "The data are prepared anew" in line.offer.text.text()
    line.offer.start.click()
    until(lambda: window.model.dataset is not dataset and window.model.runs.state is RunState.RUNNING)
    again = window.model.dataset
    assert again is not None
    assert again.choices == replace(dataset.choices, encodings={"wide": Encoding("standardise")})
    np.testing.assert_array_equal(again.train_rows, dataset.train_rows)
    until(lambda: window.live.snapshot is not None and now(window).training == before.training)
    until(lambda: "(scaling of wide: robust → standardise)" in page.findings.verdict.text())
    until(lambda: "validation loss is" in page.findings.verdict.text())


def test_an_offer_that_outlived_its_run_is_refused_in_words(window: MainWindow, until: Until) -> None:
    train(window, until, 5)
    page = ask_why(window, until)
    line = show_finding(window, page, JUMPING)
    line.attempt.click()
    item = line.item
    assert item is not None
    window.model.load_toy("rings")
    until(lambda: window.model.runs.run_id != item.run[0] and window.live.snapshot is not None)
    run_id, training = window.model.runs.run_id, window.model.runs.training
    page.branch_wanted.emit(item)
    assert OTHER_DATA in window.banner.texts
    assert (window.model.runs.run_id, window.model.runs.training) == (run_id, training)
    assert window.model.runs.state is RunState.READY


def test_hardly_any_memory_for_moments_branches_from_the_present_one(window: MainWindow, until: Until) -> None:
    window.model.runs.send(messages.KeepMoments(100))
    train(window, until, 20)
    until(lambda: now(window).rail.kept == 0)
    page = ask_why(window, until)
    line = show_finding(window, page, JUMPING)
    step = now(window).step
    line.attempt.click()
    assert "The time rail keeps no earlier moment, so it begins at this one." in line.offer.text.text()
    line.offer.start.click()
    until(lambda: now(window).step > step)
    assert window.model.runs.training.learning_rate == 0.005
    until(lambda: "proves no difference" in page.findings.verdict.text())


@pytest.mark.parametrize("kind", ["weights", "neurons"])
def test_places_in_the_diagram_are_lit_until_esc(window: MainWindow, until: Until, kind: str) -> None:
    train(window, until, 3)
    page = ask_why(window, until)
    window.network.toggle_matrix()
    dark = window.network.graph.grab().toImage()
    units = (0, 2) if kind == "neurons" else ()
    page.place_wanted.emit(FindingPlace(kind, "some", 1, units))  # type: ignore[arg-type]
    assert not window.network.shows_matrix, "the diagram shows it"
    assert isinstance(window.network.picker.stream, Spot)
    assert window.network.graph.grab().toImage() != dark
    assert page.accessibleDescription() == "The finding's place is lit: some."
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.network.picker.stream is None


def test_an_epoch_is_read_off_the_curves(window: MainWindow, until: Until) -> None:
    train(window, until, 30)
    page = ask_why(window, until)
    page.place_wanted.emit(FindingPlace("epoch", "epoch 12 of the curves", epoch=12))
    until(lambda: window.loss.plot.accessibleDescription().lower().startswith("epoch 12"))
    assert window.loss.plot.hasFocus()


def test_rows_that_are_answered_wrongly_are_listed(window: MainWindow, until: Until) -> None:
    train(window, until, 3)
    page = ask_why(window, until)
    page.place_wanted.emit(FindingPlace("rows", "rows", 2, wrong=True))
    rows = window.tabs.panel.page
    assert isinstance(rows, DataTablePage)
    until(lambda: rows.filter.text() == "wrong")


def test_columns_are_chosen_in_the_list_and_lit_among_the_inputs(window: MainWindow, until: Until) -> None:
    train(window, until, 3)
    page = ask_why(window, until)
    page.place_wanted.emit(FindingPlace("columns", "column y", -1, (1,), names=("y",)))
    assert window.data.columns.currentIndex().data() == "y"
    spot = window.network.picker.stream
    assert isinstance(spot, Spot)
    assert spot.place.units == (1,)


def test_a_sound_run_is_told_what_was_looked_at(window: MainWindow, until: Until) -> None:
    page = ask_why(window, until)
    page.findings.show_items((), page._shown.nothing if page._shown else "", (99, 0))
    (text,) = page.findings.texts
    assert text.startswith("Nothing speaks against it: 250 training rows")
    assert "epochs are too few to judge" in text


def test_in_a_low_window_the_map_makes_way_and_comes_back(window: MainWindow, until: Until) -> None:
    window.resize(1280, 720)
    until(lambda: window.height() == 720)
    ask_why(window, until)
    until(lambda: window.tabs.panel.height() > 200)
    assert not window.decision.isVisible()
    assert window.docks.is_shown("decision")
    window.tabs.choose("rows")
    until(window.decision.isVisible)


def test_the_list_stands_still_while_an_offer_waits(window: MainWindow, until: Until) -> None:
    train(window, until, 20)
    page = ask_why(window, until)
    line = show_finding(window, page, JUMPING)
    line.attempt.click()
    other = replace(JUMPING, sentence="Something else.")
    show_finding(window, page, other)
    assert line.sentence.text() == "It jumps."
    line.offer.leave.click()
    show_finding(window, page, other)
    assert line.sentence.text() == "Something else."
