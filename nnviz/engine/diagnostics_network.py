"""What is wrong with a network as it stands: its rows, signals, gradients and updates examined one by one."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.diagnostics_answers import (
    find_constant_output,
    find_huge_logits,
    find_one_class,
    find_unscaled_inputs,
)
from nnviz.engine.diagnostics_gradients import find_fading, find_growing, find_huge, find_updates
from nnviz.engine.diagnostics_layers import (
    DEAD_SLOPE,
    FLAT_SLOPE,
    SATURATED_ROWS,
    LayerStatistics,
    Signals,
    checked,
    forward,
    has_two_ends,
    statistics_of,
)
from nnviz.engine.diagnostics_rows import ROW_LIMIT, Gradients, Rows, choose_rows, constant_answer_loss, gradients
from nnviz.engine.diagnostics_units import CORRELATION, identical_units, look_alikes
from nnviz.engine.findings import FINDINGS, Finding, by_severity, counted, layer_name, milder, number, percent
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP, layer_blocks

LEARNED = 0.2  # loss over that of a constant answer; below it, dead and saturated neurons did no harm: notes at most
_NAMED = 8  # neurons that a sentence counts out


@dataclass(frozen=True, slots=True)
class _Case:
    """A network, the rows looked at, and what was measured."""

    mlp: MLP
    rows: Rows
    signals: list[Signals]
    layers: tuple[LayerStatistics, ...]
    seed: int

    def name(self, layer: int) -> str:
        return layer_name(layer, len(self.layers))


def examine_network(
    mlp: MLP,
    inputs: FloatArray,
    target: FloatArray,
    *,
    gradient: FloatArray | None = None,
    previous_parameters: FloatArray | None = None,
    row_limit: int = ROW_LIMIT,
    seed: int = 0,
) -> list[Finding]:
    """Return what is wrong with a network in its present state, worst first.

    Parameters
    ----------
    mlp
        The network; unchanged. It must not be trained meanwhile: give a copy.
    inputs, target
        (n, d) and (n, k), n at least 1.
    gradient
        (n_parameters,), for instance the trainer's last; None: that of the rows looked at.
    previous_parameters
        (n_parameters,), those before the last update; None: updates are not judged.
    row_limit, seed
        Of more rows than this (fewer for a network of over a million parameters), as many are drawn, from this seed.

    Returns
    -------
    list of Finding
        Empty when nothing was found. When numbers overflow, only that is told: all that follows from them is void.

    Raises
    ------
    ValueError
        For arrays whose shapes do not go with the network, or inputs and targets that are not finite.
    """
    rows = choose_rows(mlp, inputs, target, row_limit, seed)
    flow = gradients(mlp, rows.inputs, rows.target)
    return examine_rows(mlp, rows, flow, gradient=gradient, previous_parameters=previous_parameters, seed=seed)


def examine_rows(
    mlp: MLP,
    rows: Rows,
    flow: Gradients,
    *,
    gradient: FloatArray | None,
    previous_parameters: FloatArray | None,
    seed: int,
) -> list[Finding]:
    """Return what `examine_network` returns, for rows chosen and gradients computed before."""
    given, previous = checked(mlp, gradient, "gradient"), checked(mlp, previous_parameters, "previous_parameters")
    signals = forward(mlp, rows)
    findings = find_unscaled_inputs(rows)
    overflow = _find_overflow(mlp, rows, signals) or _find_gradient_overflow(mlp, flow.mean if given is None else given)
    if overflow:
        return by_severity(overflow + findings)
    case = _Case(mlp, rows, signals, statistics_of(mlp, signals, flow, given, previous), seed)
    constant = find_constant_output(mlp, rows, signals[-1].a)
    findings += constant or find_one_class(mlp, rows, signals[-1].a)
    findings += find_huge_logits(mlp, rows, signals[-1].z)
    learned = _has_learned(case)
    for layer in case.layers:
        findings += _find_dead(case, layer, learned=learned) + _find_saturated(case, layer, learned=learned)
    for index in range(len(case.layers) - 1):
        findings += _find_same(case, index)
    for find in (find_fading, find_growing, find_huge, find_updates):
        findings += find(case.layers)
    return by_severity(findings)


def _find_overflow(mlp: MLP, rows: Rows, signals: list[Signals]) -> list[Finding]:
    for index, layer in enumerate(signals):
        finite = np.isfinite(layer.z) & np.isfinite(layer.a)
        bad = ~finite.all(axis=1)
        if bad.any():
            evidence = {"rows_overflowing": float(bad.sum()), "share": float(bad.mean()), **rows.evidence}
            sentence = (
                f"The outputs of {layer_name(index, len(signals))} leave the range of {mlp.dtype.itemsize * 8}-bit"
                f" numbers at {percent(evidence['share'])} of {rows}."
            )
            evidence["bits"] = mlp.dtype.itemsize * 8.0
            severity = FINDINGS["overflow"].severity(evidence["share"])
            suggestion = "Reset the network and train with a learning rate ten times lower."
            units = tuple(np.flatnonzero(~finite.all(axis=0)).tolist())
            return [Finding("overflow", severity, index, units, sentence, evidence, suggestion)]
    return []


def _find_gradient_overflow(mlp: MLP, gradient: FloatArray) -> list[Finding]:
    blocks = layer_blocks(mlp.config, gradient)
    for index in range(len(blocks) - 1, -1, -1):  # it comes from the output
        share = float((~np.isfinite(blocks[index])).mean())
        if share > 0:
            bits = mlp.dtype.itemsize * 8
            sentence = (
                f"The gradient of {layer_name(index, len(blocks))} leaves the range of {bits}-bit numbers for"
                f" {percent(share)} of its {number(blocks[index].size)} parameters."
            )
            evidence = {"share": share, "parameters": float(blocks[index].size), "bits": float(bits)}
            suggestion = (
                "Reset the network and train with a learning rate ten times lower, or limit the gradient's norm."
            )
            severity = FINDINGS["overflow"].severity(share)
            return [Finding("overflow", severity, index, (), sentence, evidence, suggestion)]
    return []


def _has_learned(case: _Case) -> bool:
    """Whether the loss on these rows is far below that of a constant answer."""
    config = case.mlp.config
    loss = LOSSES[config.loss].value(case.signals[-1].z, case.rows.target, config.layers[-1].activation)
    return loss < LEARNED * constant_answer_loss(config, case.rows.target)


def _count(units: tuple[int, ...], of: LayerStatistics, name: str, one: str, many: str) -> str:
    """Return "3 of 16 neurons of hidden layer 1 (18.8 %) are": the verb is `one` or `many`."""
    share, verb = percent(len(units) / of.n_units), one if len(units) == 1 else many
    return f"{number(len(units))} of {counted(of.n_units, 'neuron', 'neurons')} of {name} ({share}) {verb}"


def _listed(units: tuple[int, ...]) -> str:
    """Return "neurons 1, 4 and 9"."""
    some = [str(unit + 1) for unit in units[:_NAMED]]
    rest = len(units) - len(some)
    if rest:
        return f"neurons {', '.join(some)} and {number(rest)} more"
    return f"neurons {', '.join(some[:-1])} and {some[-1]}" if some[1:] else f"neuron {some[0]}"


def _unit_evidence(units: tuple[int, ...], of: LayerStatistics, rows: Rows) -> dict[str, float]:
    return {
        "neurons": float(len(units)),
        "neurons_in_layer": float(of.n_units),
        "share": len(units) / of.n_units,
        "neurons_not_named": float(max(0, len(units) - _NAMED)),
        **rows.evidence,
    }


def _find_dead(case: _Case, layer: LayerStatistics, *, learned: bool) -> list[Finding]:
    severity = FINDINGS["dead_units"].severity(layer.dead_share)
    if not severity:
        return []
    outputs = case.signals[layer.layer].a[:, list(layer.dead)]
    evidence = _unit_evidence(layer.dead, layer, case.rows) | {
        "largest_output": float(np.abs(outputs).max()),
        "slope_limit": DEAD_SLOPE,
    }
    name, label = case.name(layer.layer), ACTIVATIONS[layer.activation].label
    answer = "always 0" if evidence["largest_output"] == 0 else f"of size {number(evidence['largest_output'])} at most"
    sentence = (
        f"{_count(layer.dead, layer, name, 'is', 'are')} dead at {case.rows}: {_listed(layer.dead)}. The output is"
        f" {answer}, the slope of {label} below {number(DEAD_SLOPE)} of its largest."
    )
    suggestion = (
        "Start again with smaller initial weights and standardised inputs."
        if has_two_ends(layer.activation)
        else "Start again with a lower learning rate, or with an activation that leaks, such as leaky ReLU or ELU."
    )
    if learned:
        severity = milder(severity, "note")
        suggestion = "The loss is low all the same: try as many neurons less in this layer."
    return [Finding("dead_units", severity, layer.layer, layer.dead, sentence, evidence, suggestion)]


def _find_saturated(case: _Case, layer: LayerStatistics, *, learned: bool) -> list[Finding]:
    severity = FINDINGS["saturated_units"].severity(layer.saturated_share)
    if not severity:
        return []
    evidence = _unit_evidence(layer.saturated, layer, case.rows) | {
        "flat_share": layer.flat_share,
        "slope_limit": FLAT_SLOPE,
        "rows_share_limit": SATURATED_ROWS,
    }
    name, label = case.name(layer.layer), ACTIVATIONS[layer.activation].label
    sentence = (
        f"{_count(layer.saturated, layer, name, 'is', 'are')} saturated at {percent(SATURATED_ROWS)} or more of"
        f" {case.rows}: {_listed(layer.saturated)}. There the slope of {label} is below {number(FLAT_SLOPE)} of its"
        f" largest; over the whole layer that is so in {percent(layer.flat_share)} of cases."
    )
    suggestion = "Try smaller initial weights, a lower learning rate, weight decay, or ReLU in its place."
    if learned:
        severity = milder(severity, "note")
        suggestion = "The loss is low all the same; weight decay would keep the weights smaller."
    return [Finding("saturated_units", severity, layer.layer, layer.saturated, sentence, evidence, suggestion)]


def _find_same(case: _Case, index: int) -> list[Finding]:
    """Return identical and look-alike neurons of a hidden layer."""
    layer, name = case.layers[index], case.name(index)
    findings = []
    groups = identical_units(case.mlp.blocks[index], case.seed)
    twins = tuple(sorted(unit for group in groups for unit in group))
    copies = tuple(sorted(unit for group in groups for unit in group[1:]))
    if copies:
        evidence = _unit_evidence(twins, layer, case.rows)
        evidence |= {"copies": float(len(copies)), "copies_share": len(copies) / layer.n_units}
        severity = FINDINGS["identical_units"].severity(evidence["copies_share"])
        sentence = (
            f"{_count(twins, layer, name, 'has', 'have')} the incoming weights of another one: {_listed(twins)}."
            f" {number(len(copies))} of the layer ({percent(evidence['copies_share'])}) are copies."
        )
        suggestion = "Start again from random initial weights: equal ones get equal gradients and stay equal."
        findings.append(Finding("identical_units", severity, index, twins, sentence, evidence, suggestion))
    alike = look_alikes(case.signals[index].a, (*copies, *layer.dead))
    if alike is not None:
        evidence = _unit_evidence(alike.units, layer, case.rows) | {
            "pairs": float(alike.pairs),
            "spare_neurons": float(alike.spare),
            "largest_correlation": alike.correlation,
            "correlation_limit": CORRELATION,
            "rows_correlated": float(alike.rows),
        }
        first, second = alike.closest
        pairs = f"{counted(alike.pairs, 'pair of outputs has', 'pairs of outputs have')} a |correlation|"
        sentence = (
            f"{_count(alike.units, layer, name, 'looks', 'look')} alike: {_listed(alike.units)}. {pairs} above"
            f" {number(CORRELATION)} over {number(alike.rows)} rows; the closest, neurons {first + 1} and {second + 1},"
            f" have {number(alike.correlation)}. {number(alike.spare)} could be left out."
        )
        severity = FINDINGS["look_alike_units"].severity(alike.spare / layer.n_units)
        suggestion = "Try as many neurons less in this layer: the loss should hardly change."
        findings.append(Finding("look_alike_units", severity, index, alike.units, sentence, evidence, suggestion))
    return findings
