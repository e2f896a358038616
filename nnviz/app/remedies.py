"""Which experiment a finding offers, or in words why no setting answers it; pure, and nothing is done by it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np

from nnviz.app.experiment import Case, Experiment, layer_changes
from nnviz.app.network_edits import MAX_UNITS
from nnviz.data.features import DEFAULT_ENCODING, Encoding
from nnviz.engine.diagnostics_layers import has_two_ends
from nnviz.engine.findings import Finding, layer_name
from nnviz.engine.initializers import default_initializer
from nnviz.engine.losses import LOSSES
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.run.markers import Change
from nnviz.run.state import RunState

Remedy = Callable[[Finding, Case], Experiment | str]

LEAKY: Final = "leaky_relu"
_STRONG_L2: Final = 0.1  # a penalty beyond which more of it would only hold the network back
_FEW_UNITS: Final = 2
_CREEP: Final = 100  # entries of the curve


def experiment_for(finding: Finding, case: Case) -> Experiment | str:
    """Return what to try on a branch, or what to do instead, a sentence, where settings can't answer the finding."""
    if case.snapshot.state is RunState.DIVERGED and finding.kind in ("overflow", "rising_loss", "oscillation"):
        return _diverged(case)
    return REMEDIES[finding.kind](finding, case)


def _rate(case: Case, factor: float, epoch: float | None = None) -> Experiment | str:
    rule = OPTIMIZERS[case.training.optimizer]
    if rule.needs_objective:
        return f"{rule.label} finds the length of its steps by itself: try another optimiser, in the training settings."
    return case.rate_branch(factor, epoch)


def _diverged(case: Case) -> Experiment | str:
    """Return a branch with a tenth of the rate, from the last moment that was sound, as the banner offers it."""
    wanted = _rate(case, 0.1)
    step, epoch = case.snapshot.rail.sound or (0, 0)
    return wanted if isinstance(wanted, str) else replace(wanted, step=step, epoch=epoch, now=False)


def _overflow(_finding: Finding, case: Case) -> Experiment | str:
    return _rate(case, 0.1, 0)


def _dead(finding: Finding, case: Case) -> Experiment | str:
    layer = case.config.layers[finding.layer or 0]
    if finding.severity == "note" and "less in this layer" in finding.suggestion:
        return _fewer(finding, case, len(finding.units))
    if has_two_ends(layer.activation):
        return _soft_start(finding, case)
    if layer.activation == LEAKY:
        return _rate(case, 1 / 3, 0)
    return _activations(case, [layer.activation], LEAKY)


def _soft_start(finding: Finding, case: Case) -> Experiment | str:
    """Return a start with the initialisation that suits the activation, or with ReLU where it has that already."""
    index = finding.layer or 0
    layer = case.config.layers[index]
    if layer.resolved_initializer != default_initializer(layer.activation):
        return case.network(index, layer_name(index, len(case.config.layers)), initializer="")
    if index == len(case.config.layers) - 1:
        return _rate(case, 1 / 3, 0)
    return _activation(finding, case, "relu")


def _activation(finding: Finding, case: Case, activation: str) -> Experiment | str:
    index, layers = finding.layer or 0, case.config.layers
    if index == len(layers) - 1:
        return "The output's activation belongs to the loss: start again with a lower rate or other initial weights."
    return case.network(index, layer_name(index, len(layers)), activation=activation, initializer="")


def _fewer(finding: Finding, case: Case, by: int) -> Experiment | str:
    index, layers = finding.layer or 0, case.config.layers
    if layers[index].units - by < 1 or index == len(layers) - 1:
        return "No neuron of this layer could be spared: remove the layer by its caption, if the loss allows it."
    return case.network(index, layer_name(index, len(layers)), units=layers[index].units - by)


def _saturated(finding: Finding, case: Case) -> Experiment | str:
    if "low all the same" in finding.suggestion:
        return _penalty(case)
    return _soft_start(finding, case)


def _penalty(case: Case, epoch: float | None = None) -> Experiment | str:
    """Return a branch with a stronger L2 penalty, or with dropout where that is strong already."""
    parts = case.parts
    if parts.l2 < _STRONG_L2:
        return case.parts_branch(epoch, l2=min(_STRONG_L2, 10 * parts.l2) if parts.l2 else 0.01)
    if not OPTIMIZERS[case.training.optimizer].needs_objective and parts.dropout < 0.5 and case.config.hidden:
        return case.parts_branch(epoch, dropout=0.2 if parts.dropout < 0.2 else 0.5)
    return "Penalty and dropout are strong already: fewer neurons or more rows are what is left."


def _new_seed(case: Case) -> Experiment:
    seed = case.training.seed
    return case.fresh(case.config, (Change("seed", str(seed), str(seed + 1)),), seed=seed + 1)


def _constant(finding: Finding, case: Case) -> Experiment | str:
    flat = next((place for place, layer in enumerate(case.config.hidden) if has_two_ends(layer.activation)), None)
    if any(layer.activation == "relu" for layer in case.config.hidden):
        return _activations(case, ["relu"], LEAKY)
    if flat is not None:
        return _soft_start(replace(finding, layer=flat), case)
    return _rate(case, 1 / 3, 0)


def _one_class(_finding: Finding, case: Case) -> Experiment | str:
    if case.training.class_weight == "none" and case.dataset.task != "regression":
        return case.branch(0, class_weight="balanced")
    return _rate(case, 3, 0)


def _activations(case: Case, old: Collection[str], new: str) -> Experiment:
    """Return a start with another activation in all hidden layers that have one of the old ones."""
    layers, hidden = case.config.layers, case.config.hidden
    changed = tuple(
        replace(layer, activation=new, initializer="") if layer.activation in old else layer for layer in hidden
    )
    words = tuple(
        one
        for place, (before, after) in enumerate(zip(hidden, changed, strict=True))
        for one in layer_changes(before, after, layer_name(place, len(layers)))
    )
    return case.fresh(replace(case.config, layers=(*changed, layers[-1])), words)


def _vanishing(finding: Finding, case: Case) -> Experiment | str:
    """Return a start with ReLU in all hidden layers whose activation has flat ends."""
    if "all dead" in finding.suggestion:
        return "What is found of dead neurons comes first."
    flat = {layer.activation for layer in case.config.hidden if has_two_ends(layer.activation)}
    if not flat:
        if case.config.layers[finding.layer or 0].initializer:
            return _soft_start(finding, case)
        return "Its activations have no flat ends: try fewer layers, by dragging a layer's caption off the diagram."
    return _activations(case, flat, "relu")


def _clip(_finding: Finding, case: Case) -> Experiment | str:
    if OPTIMIZERS[case.training.optimizer].needs_objective:
        return "Gradients can't be clipped with this optimiser: try another one, in the training settings."
    norm = case.parts.clip_norm
    return case.parts_branch(0, clip_norm=norm / 10 if norm else 1.0)


def _slower(finding: Finding, case: Case) -> Experiment | str:
    del finding
    return _rate(case, 1 / 3)


def _faster(finding: Finding, case: Case) -> Experiment | str:
    if "Hardly any gradient" in finding.suggestion:
        return "A higher rate is no help where no gradient arrives: what is found of dead layers or fading comes first."
    return _rate(case, 3)


def _identical(finding: Finding, case: Case) -> Experiment | str:
    index = finding.layer or 0
    layer = case.config.layers[index]
    if layer.resolved_initializer != default_initializer(layer.activation):
        return case.network(index, layer_name(index, len(case.config.layers)), initializer="")
    return _new_seed(case)


def _underfitting(finding: Finding, case: Case) -> Experiment | str:
    parts = case.parts
    if parts.dropout >= 0.2 or parts.l1 >= 0.01 or parts.l2 >= 0.01:
        return case.parts_branch(0, dropout=0.0, l1=0.0, l2=0.0)
    if _creeps(case):
        return _rate(case, 10, 0)
    return _more(finding, case)


def _creeps(case: Case) -> bool:
    """Whether the training loss falls and falls at one slow pace: the steps are too small, whatever the network."""
    falls = -np.diff(case.snapshot.history.train_loss[-_CREEP:])
    third = len(falls) // 3
    return third > 1 and bool((falls > 0).mean() > 0.95 and falls[-third:].mean() > falls[:third].mean() / 2)


def _more(_finding: Finding, case: Case) -> Experiment | str:
    """Return a start with twice the neurons in the smallest hidden layer."""
    hidden = case.config.hidden
    if not hidden:
        return "There is no hidden layer: add one (Ctrl L), then train again."
    index = min(range(len(hidden)), key=lambda place: hidden[place].units)
    units = hidden[index].units
    if units >= MAX_UNITS:
        return "The layers are as wide as they can be here: inputs that tell more are what is left."
    wider = min(MAX_UNITS, max(2 * units, _FEW_UNITS))
    return case.network(index, layer_name(index, len(case.config.layers)), units=wider)


def _overfitting(finding: Finding, case: Case) -> Experiment | str:
    return _penalty(case, finding.evidence["best_epoch"])


def _oscillation(finding: Finding, case: Case) -> Experiment | str:
    return _rate(case, 1 / 3, since(finding, case))


def _plateau(finding: Finding, case: Case) -> Experiment | str:
    evidence = finding.evidence
    begin = since(finding, case)
    if "jumps about" in finding.suggestion:
        return _rate(case, 1 / 3, begin)
    if evidence.get("relative_gradient", 0.0) >= evidence.get("small_gradient", 1.0):
        return _rate(case, 3, begin)
    return _new_seed(case) if finding.severity == "warning" else _more(finding, case)


def since(finding: Finding, case: Case) -> float:
    """Return the epoch at which the stretch begins that a finding of the curves is about."""
    epochs = case.snapshot.history.epoch
    last = float(epochs[-1]) if len(epochs) else 0.0
    return max(0.0, last - finding.evidence["window_epochs"])


def _logits(_finding: Finding, case: Case) -> Experiment | str:
    if not LOSSES[case.config.loss].takes_smoothing or case.parts.l2 < _STRONG_L2:
        return _penalty(case)
    return case.parts_branch(label_smoothing=min(0.5, case.parts.label_smoothing + 0.1))


def _unscaled(finding: Finding, case: Case) -> Experiment | str:
    """Return the data with those columns standardised that are scaled otherwise."""
    dataset = case.dataset
    names = [column for unit in finding.units if (column := column_of(case, unit))]
    otherwise = [name for name in dict.fromkeys(names) if encoding_of(case, name).scaling != "standardise"]
    if not otherwise:
        return "These columns are standardised already: their rare or extreme values are what is left to look at."
    encodings = dict(dataset.choices.encodings)
    changed = []
    for name in otherwise:
        before = encoding_of(case, name)
        encodings[name] = replace(before, scaling="standardise")
        changed.append(Change(f"scaling of {name}", before.scaling, "standardise"))
    return Experiment(tuple(changed), encodings=encodings)


def encoding_of(case: Case, column: str) -> Encoding:
    """Return how a column is encoded."""
    return case.dataset.choices.encodings.get(column, DEFAULT_ENCODING)


def column_of(case: Case, unit: int) -> str:
    """Return the table's column that an input comes from, "" for none."""
    place = 0
    for feature in case.dataset.preprocessor.features:
        place += len(feature.output_names)
        if unit < place:
            return feature.name
    return ""


REMEDIES: Mapping[str, Remedy] = MappingProxyType(
    {
        "overflow": _overflow,
        "rising_loss": _overflow,
        "dead_units": _dead,
        "constant_output": _constant,
        "one_class": _one_class,
        "vanishing_gradient": _vanishing,
        "exploding_gradient": _clip,
        "huge_gradient": _clip,
        "saturated_units": _saturated,
        "large_updates": _slower,
        "small_updates": _faster,
        "identical_units": _identical,
        "underfitting": _underfitting,
        "overfitting": _overfitting,
        "oscillation": _oscillation,
        "plateau": _plateau,
        "huge_logits": _logits,
        "unscaled_inputs": _unscaled,
        "look_alike_units": lambda finding, case: _fewer(finding, case, int(finding.evidence["spare_neurons"])),
    }
)
