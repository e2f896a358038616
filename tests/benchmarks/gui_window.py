"""One network in the whole window, in a process of its own: the child of the benchmark of the window."""

import os
import time
from dataclasses import dataclass

import numpy as np

from nnviz.app.app_model import AppModel
from nnviz.app.preparing import prepare_dataset
from nnviz.app.settings import Settings
from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.training import Trainer, TrainingConfig
from nnviz.main import create_application
from nnviz.run import messages
from nnviz.run.recipe import network_config, new_trainer
from nnviz.run.state import RunState
from nnviz.run.worker import Channel, TrainingRun, TrainingThread
from nnviz.ui.main_window import MainWindow
from nnviz.ui.warm_up import spare_collections
from tests.benchmarks.gui_cases import Case
from tests.benchmarks.gui_watch import FrameWatch, Presser, memory_megabytes, wait, wait_until

RATES = {"sgd": 0.03, "adam": 0.001}


@dataclass(frozen=True)
class Options:
    """How long and how often things are measured, and by which update rule the network learns."""

    seconds: float = 8.0
    presses: int = 30
    optimizer: str = "sgd"


def training_of(case: Case, options: Options) -> TrainingConfig:
    """Return plain settings: what costs time besides the network is the window."""
    return TrainingConfig(
        optimizer=options.optimizer, learning_rate=RATES[options.optimizer], momentum=0.0, batch_size=case.batch
    )


def steps_without_window(case: Case, dataset: Dataset, training: TrainingConfig, seconds: float) -> float:
    """Return the updates a second of the same run on its own thread, asked for nothing."""
    hidden = [LayerConfig(units) for units in case.sizes[1:-1]]
    trainer = new_trainer(dataset, network_config(dataset, hidden), training)
    channel = Channel()
    thread = TrainingThread(TrainingRun(trainer, channel, 0), channel, 0)
    thread.start()
    channel.send(messages.Run())
    time.sleep(0.5)
    step, start = trainer.step, time.perf_counter()
    time.sleep(seconds)
    rate = (trainer.step - step) / (time.perf_counter() - start)
    thread.stop()
    return rate


def open_window(case: Case, dataset: Dataset, training: TrainingConfig) -> MainWindow:
    """Return the window on its first size, its default panels visible, with the network ready."""
    model = AppModel()
    window = MainWindow(model, Settings(theme="dark"))
    spare_collections(window.verbs.warm_up)  # as the application does
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    hidden = [LayerConfig(units) for units in case.sizes[1:-1]]
    model.runs.training = training

    def refused(error: BaseException) -> None:
        raise error

    model.prepare_by(
        "Preparing", lambda job: prepare_dataset(lambda: dataset, hidden, training, job.cancelled), refused
    )
    if not wait_until(lambda: window.live.snapshot is not None, 30.0):
        raise RuntimeError("the network was not ready in time")
    assert model.runs.config is not None
    assert model.runs.config.sizes == case.sizes
    return window


def trainer_of(window: MainWindow) -> Trainer:
    """Return the trainer of the present run, to read its counter."""
    handle = window.model.runs._handle
    assert handle is not None
    return handle._trainer


def run(window: MainWindow) -> None:
    """Begin to train and let it settle."""
    window.model.runs.send(messages.Run())
    if not wait_until(lambda: window.model.runs.state is RunState.RUNNING, 5.0):
        raise RuntimeError("the run did not start")
    wait(1.5)


def key_delays(window: MainWindow, presses: int) -> dict[str, list[float]]:
    """Return per key the milliseconds from the press to the reaction on the screen.

    While training at full speed: Up and Down choose another row, which the map rings; Space pauses and runs, which the
    button says; S trains one batch, which the diagram shows.
    """
    runs, strip, graph = window.model.runs, window.strip, window.network.graph
    delays: dict[str, list[float]] = {"Up / Down": [], "Space": [], "S": []}
    if not wait_until(window.isActiveWindow, 5.0):
        raise RuntimeError("the window has no keyboard")
    presser = Presser(os.environ["DISPLAY"])

    def press(kind: str, key: str) -> None:
        if kind == "Up / Down":
            row = runs.row
            delays[kind].append(presser.press(key, window.decision.surface, lambda: runs.row != row))
        elif kind == "Space":
            text = strip._run.text()
            delays[kind].append(presser.press(key, strip._run, lambda: strip._run.text() != text))
        else:
            window.network.flush(2.0)
            wait(0.05)
            drawn, step = graph._stage._pictures.values, trainer_of(window).step

            def newer() -> bool:
                values = graph._stage._pictures.values
                made = window.live.snapshot is not None and window.live.snapshot.step > step
                return made and values is not None and drawn is not None and not np.array_equal(values, drawn)

            delays[kind].append(presser.press(key, graph, newer))

    for number in range(presses):
        press("Up / Down", "Down" if number % 3 else "Up")
    for _ in range(max(1, presses // 3)):
        for kind, key in (("Space", "Space"), ("S", "S"), ("Space", "Space")):
            press(kind, key)
    presser.stop()
    return delays


def measure(case: Case, options: Options) -> dict[str, object]:
    """Return all figures of a network."""
    app = create_application()
    dataset, training = case.data(), training_of(case, options)
    alone = [steps_without_window(case, dataset, training, min(3.0, options.seconds))]
    window = open_window(case, dataset, training)
    run(window)
    watch = FrameWatch(window)
    trainer = trainer_of(window)
    step, start = trainer.step, time.perf_counter()
    figures: dict[str, object] = dict(watch.measure(options.seconds))
    figures["steps"] = (trainer.step - step) / (time.perf_counter() - start)
    watch.stop()
    delays = key_delays(window, options.presses)
    figures["memory_mb"] = memory_megabytes()
    window.close()
    alone.append(steps_without_window(case, dataset, training, min(3.0, options.seconds)))
    figures["steps_without"] = alone
    every = [delay for one in delays.values() for delay in one]
    figures["presses"] = len(every)
    figures["key_95_ms"] = float(np.percentile(every, 95, method="higher"))
    figures["key_median_ms"] = float(np.median(every))
    figures["keys_ms"] = {key: [round(delay, 1) for delay in one] for key, one in delays.items()}
    figures["rows"] = dataset.n_rows
    app.quit()
    return figures
