"""Experiment: what a finding suggests, as settings that a branch of the run tries; all of it in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from nnviz.app.network_edits import NetworkEdit
from nnviz.app.rail import newest_of, step_of_epoch
from nnviz.data.dataset import Dataset
from nnviz.data.features import Encoding
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.initializers import INITIALIZERS
from nnviz.engine.mlp import LayerConfig, MLPConfig
from nnviz.engine.regularization import Regularization
from nnviz.engine.settings import TrainingConfig
from nnviz.run.markers import Change, changes
from nnviz.run.snapshot import Snapshot

ARROW: Final = "\N{RIGHTWARDS ARROW}"


@dataclass(frozen=True, slots=True)
class Experiment:
    """A second run that differs from the present one in ``changes`` and in nothing else.

    Attributes
    ----------
    changes
        The settings that differ, by name with both values, in words.
    step, epoch
        Updates and epochs at the moment where it begins; 0 where it begins anew.
    training
        The settings of a branch of the present run; None where the network or the data are others.
    edit
        The other network, which begins with fresh weights; None where it stays.
    encodings
        How every column is scaled, where other data are prepared; None where they stay.
    now
        Whether it begins at the moment that is shown.
    remark
        What else should be known of it, a sentence or "".
    """

    changes: tuple[Change, ...]
    step: int = 0
    epoch: int = 0
    training: TrainingConfig | None = None
    edit: NetworkEdit | None = None
    encodings: Mapping[str, Encoding] | None = None
    now: bool = False
    remark: str = ""

    @property
    def words(self) -> str:
        """The settings that differ, only those: "learning rate: 0.03 → 0.01"."""
        return words_of(self.changes)

    @property
    def since(self) -> str:
        """From which moment on it differs."""
        if self.training is None:
            return "from the start, with fresh weights"
        if not self.step:
            return "from the start, with the same initial weights"
        return f"from epoch {self.epoch:,} on{', the moment that is shown' if self.now else ''}"

    @property
    def sentence(self) -> str:
        """What will be done, and what will be left as it is."""
        stays = "The run as it is stays beside it as a curve in its own colour."
        if self.training is not None:
            stays = "The run as it is stays beside it, as a curve in its own colour, and can be gone back into."
        if self.encodings is not None:
            stays = "The data are prepared anew, so the curves begin anew; this run's losses are kept to compare with."
        parts = (f"A second run, {self.since}, differs in: {self.words}.", "Nothing else changes.", self.remark, stays)
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """The moment that a finding is about."""

    snapshot: Snapshot
    dataset: Dataset

    @property
    def config(self) -> MLPConfig:
        """The network."""
        return self.snapshot.config

    @property
    def training(self) -> TrainingConfig:
        """The settings in force."""
        return self.snapshot.training

    @property
    def parts(self) -> Regularization:
        """What holds the network back."""
        return self.training.regularization

    # A branch of this run

    def branch(self, epoch: float | None = None, *, remark: str = "", **settings: object) -> Experiment:
        """Return a branch at the end of an epoch, or at the moment that is shown, with other settings.

        Without memory for earlier moments it begins at the one that is shown.
        """
        snapshot = self.snapshot
        training = replace(self.training, **settings)  # type: ignore[arg-type]  # by name, checked by the class
        changed = changes(self.training, training)
        step, at = snapshot.step, snapshot.epoch
        newest = newest_of(snapshot)
        if epoch is not None:
            wanted = min(step_of_epoch(snapshot.history, round(epoch)), newest[0])
            if wanted >= newest[0] or snapshot.rail.kept:
                step, at = wanted, min(round(epoch), newest[1])
            else:
                remark = f"{remark} The time rail keeps no earlier moment, so it begins at this one.".strip()
        return Experiment(changed, step, at, training=training, now=step == snapshot.step, remark=remark)

    def parts_branch(self, epoch: float | None = None, **parts: object) -> Experiment:
        """Return a branch with other regularisation."""
        return self.branch(epoch, regularization=replace(self.parts, **parts))  # type: ignore[arg-type]

    def rate_branch(self, factor: float, epoch: float | None = None, *, remark: str = "") -> Experiment:
        """Return a branch with ``factor`` times the learning rate, to two digits."""
        rate = float(f"{self.training.learning_rate * factor:.2g}")
        return self.branch(epoch, remark=remark, learning_rate=rate)

    # A run of another network

    def network(self, index: int, name: str, **layer: object) -> Experiment:
        """Return a new run in which layer ``index`` is otherwise; ``name`` is what the layer is called."""
        old = self.config.layers[index]
        new: LayerConfig = replace(old, **layer)  # type: ignore[arg-type]  # by name, checked by the class
        layers = tuple(new if place == index else other for place, other in enumerate(self.config.layers))
        return self.fresh(replace(self.config, layers=layers), layer_changes(old, new, name))

    def fresh(self, config: MLPConfig, changed: tuple[Change, ...], seed: int | None = None) -> Experiment:
        """Return a new run of a network with as many layers."""
        sources: tuple[int | None, ...] = (None,) * len(config.layers)
        words = words_of(changed)
        sentence = f"{words[:1].upper()}{words[1:]}."
        return Experiment(changed, edit=NetworkEdit(config, sources, sentence, fresh=True, seed=seed, starts=True))


def words_of(changed: tuple[Change, ...]) -> str:
    """Return what differs: "learning rate: 0.03 → 0.01"."""
    return "; ".join(f"{one.name}: {one.before} {ARROW} {one.after}" for one in changed)


def layer_changes(old: LayerConfig, new: LayerConfig, name: str) -> tuple[Change, ...]:
    """Return in what a layer differs; another activation usually begins with other weights, too."""
    pairs = (
        ("neurons", str(old.units), str(new.units)),
        ("activation", ACTIVATIONS[old.activation].label, ACTIVATIONS[new.activation].label),
        ("initialisation", start_of(old), start_of(new)),
    )
    return tuple(Change(f"{what} of {name}", before, after) for what, before, after in pairs if before != after)


def start_of(layer: LayerConfig) -> str:
    """Return how a layer's weights begin, in words."""
    kind = INITIALIZERS[layer.resolved_initializer]
    return f"{kind.label} {layer.init_value:g}" if kind.takes_value else kind.label
