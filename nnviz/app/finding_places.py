"""Where in the picture a finding is to be seen, and when in the run, in words; pure."""

from dataclasses import dataclass
from typing import Final, Literal

from nnviz.app.experiment import Case
from nnviz.app.remedies import column_of, since
from nnviz.engine.findings import FINDINGS, Finding, layer_name
from nnviz.engine.losses import LOSSES

PlaceKind = Literal["neurons", "weights", "epoch", "rows", "columns"]
_WEIGHTS: Final = ("vanishing_gradient", "exploding_gradient", "huge_gradient", "large_updates", "small_updates")
_ROWS: Final = ("one_class", "huge_logits")
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class FindingPlace:
    """What lights up.

    Attributes
    ----------
    kind
        Neurons of the diagram, the weights into a layer, an epoch of the curves, rows of the table, columns of the
        inputs.
    words
        What that is: "neurons 1 and 3 of hidden layer 2".
    layer, units
        Index into ``config.layers`` and its neurons, all for (); -1 and inputs for columns.
    epoch
        An epoch of the curves; None for other kinds.
    names
        The table's columns.
    wrong
        Of rows: only those that are answered wrongly.
    """

    kind: PlaceKind
    words: str
    layer: int = 0
    units: tuple[int, ...] = ()
    epoch: int | None = None
    names: tuple[str, ...] = ()
    wrong: bool = False


def place_of(finding: Finding, case: Case) -> FindingPlace:
    """Return what to look at for a finding."""
    layers = len(case.config.layers)
    if finding.kind == "unscaled_inputs":
        names = tuple(dict.fromkeys(name for unit in finding.units if (name := column_of(case, unit))))
        return FindingPlace("columns", f"column{_s(names)} {listed(names)}", -1, finding.units, names=names)
    if finding.kind in _ROWS:
        wrong = finding.kind == "one_class"
        words = "the rows that are answered wrongly" if wrong else "the rows of the largest loss"
        return FindingPlace("rows", words, layers - 1, wrong=wrong)
    if finding.layer is None:
        epoch = epoch_of(finding, case)
        return FindingPlace("epoch", f"epoch {epoch:,} of the curves", epoch=epoch)
    name = layer_name(finding.layer, layers)
    if finding.kind in _WEIGHTS:
        return FindingPlace("weights", f"the weights into {name}", finding.layer)
    if not finding.units:
        return FindingPlace("neurons", name, finding.layer)
    units = tuple(str(unit + 1) for unit in finding.units)
    return FindingPlace("neurons", f"neuron{_s(units)} {listed(units)} of {name}", finding.layer, finding.units)


def epoch_of(finding: Finding, case: Case) -> int:
    """Return the epoch from which on the curves show it."""
    evidence = finding.evidence
    if "best_epoch" in evidence:
        return int(evidence["best_epoch"])
    if "window_epochs" in evidence:
        return round(since(finding, case))
    return int(evidence.get("last_epoch", case.snapshot.epoch))


def when(finding: Finding, case: Case) -> str:
    """Return the date in the run: "epoch 120", or the stretch that the finding is about."""
    now = case.snapshot.epoch
    if "update" in finding.evidence:  # a divergence, in the epoch that was under way
        return f"epoch {finding.evidence['epoch']:,.0f}"
    if finding.layer is None and finding.kind != "unscaled_inputs" and (first := epoch_of(finding, case)) < now:
        return f"epoch {first:,} to {now:,}"
    return f"epoch {now:,}"


def sound_words(case: Case, rows: tuple[int, int], *, update: bool) -> str:
    """Return that nothing was found, with what was looked at.

    ``rows`` are those seen, of all training rows; ``update`` tells whether an update was seen.
    """
    seen, total = rows
    epochs = len(case.snapshot.history)
    looked = f"{total:,} training rows" if seen == total else f"{seen:,} of {total:,} training rows"
    curves = (
        f"the curves of {case.snapshot.epoch:,} epochs"
        if epochs >= 10
        else f"no curves yet ({case.snapshot.epoch:,} epochs are too few to judge; train for 10)"
    )
    loss = LOSSES[case.config.loss].label
    signals = "activations, gradients and last update" if update else "activations and gradients"
    unseen = "" if update else " No update was seen: make one (S) with this page open, and its size is judged too."
    return (
        f"Nothing speaks against it: {looked} went through all {len(case.config.layers)} layers, whose weights,"
        f" {signals} look sound. Looked at too: the inputs' scale, the outputs, {curves}."
        f" {len(FINDINGS)} kinds of trouble were looked for. If the {loss} stands still, this may be as low as it gets"
        f" with these inputs.{unseen}"
    )


def listed(names: tuple[str, ...]) -> str:
    """Return "1, 4 and 9", with the count of those left out."""
    some, rest = names[:_NAMED], len(names) - _NAMED
    if rest > 0:
        return f"{', '.join(some)} and {rest:,} more"
    return f"{', '.join(some[:-1])} and {some[-1]}" if len(some) > 1 else some[0] if some else ""


def _s(names: tuple[str, ...]) -> str:
    return "s" if len(names) != 1 else ""
