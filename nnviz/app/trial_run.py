"""Begins an experiment as a second run, the way the time rail's "branch here" and the network's edits do."""

from nnviz.app.app_model import AppModel
from nnviz.app.experiment import Experiment
from nnviz.run import messages


def start(experiment: Experiment, model: AppModel) -> None:
    """Begin it, and train: a branch of this run, a run of another network, or one on other data."""
    runs = model.runs
    if experiment.training is not None:
        runs.send(messages.Branch(experiment.step, experiment.training))
    elif (edit := experiment.edit) is not None:
        runs.edit(lambda _config: edit)
    elif experiment.encodings is not None:
        model.rebuild(encodings=experiment.encodings)  # a run on other data waits until they are prepared


def begins(experiment: Experiment, model: AppModel) -> bool:
    """Let the run on an experiment's own data train, once it is the present one; return whether it is."""
    dataset = model.runs.dataset
    if experiment.encodings is None or dataset is None or dataset.choices.encodings != experiment.encodings:
        return False
    model.runs.send(messages.Run())
    return True
