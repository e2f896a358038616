"""How the gradient flows back through the layers, and whether the updates suit the weights."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from nnviz.engine.diagnostics_layers import LayerStatistics
from nnviz.engine.findings import FINDINGS, Finding, layer_name, number

_NO_GRADIENT = 1e-8  # per parameter; ratios of smaller gradients are ratios of rounding errors


def find_fading(layers: Sequence[LayerStatistics]) -> list[Finding]:
    """Return where single rows' gradients, per parameter, are far below those of a later layer."""
    sizes = [layer.row_gradient_rms for layer in layers]
    if len(sizes) < 2 or not _NO_GRADIENT < max(sizes) < math.inf:
        return []
    after = [max(sizes[index + 1 :]) for index in range(len(sizes) - 1)]
    ratios = [size / most if most > _NO_GRADIENT else 1.0 for size, most in zip(sizes, after, strict=False)]
    weakest = int(np.argmin(ratios))
    strongest = weakest + 1 + int(np.argmax(sizes[weakest + 1 :]))
    severity = FINDINGS["vanishing_gradient"].severity(ratios[weakest])
    evidence = _gradient_evidence(sizes, weakest, strongest)
    early, late = (layer_name(index, len(layers)) for index in (weakest, strongest))
    sentence = (
        f"A row's gradient fades on its way back from {number(sizes[strongest])} per parameter in {late} to"
        f" {number(sizes[weakest])} in {early}, a ratio of {number(evidence['ratio'])}."
    )
    suggestion = "Try fewer layers, ReLU in place of sigmoid or tanh, or initial weights that suit the activation."
    if any(layer.dead_share == 1 for layer in layers[weakest:]):
        suggestion = "A layer whose neurons are all dead lets no gradient through: mend that first."
    return _if_any("vanishing_gradient", severity, weakest, sentence, evidence, suggestion)


def find_growing(layers: Sequence[LayerStatistics]) -> list[Finding]:
    """Return where single rows' gradients, per parameter, are far above those of the output layer."""
    sizes = [layer.row_gradient_rms for layer in layers]
    last = len(sizes) - 1
    if last < 1 or not (sizes[last] > _NO_GRADIENT and max(sizes) < math.inf):
        return []
    largest = int(np.argmax(sizes))
    evidence = _gradient_evidence(sizes, largest, last)
    severity = FINDINGS["exploding_gradient"].severity(evidence["ratio"])
    early, late = (layer_name(index, len(layers)) for index in (largest, last))
    sentence = (
        f"A row's gradient grows on its way back from {number(sizes[last])} per parameter in {late} to"
        f" {number(sizes[largest])} in {early}, a ratio of {number(evidence['ratio'])}."
    )
    suggestion = "Try smaller initial weights, a limit on the gradient's norm (clipping), or fewer layers."
    return _if_any("exploding_gradient", severity, largest, sentence, evidence, suggestion)


def find_huge(layers: Sequence[LayerStatistics]) -> list[Finding]:
    """Return where the gradient is far larger than the weights."""
    known = [layer for layer in layers if layer.weight_norm > 0 and layer.gradient_norm < math.inf]
    if not known:
        return []
    worst = max(known, key=lambda one: one.gradient_norm / one.weight_norm)
    evidence = {
        "ratio": worst.gradient_norm / worst.weight_norm,
        "gradient_norm": worst.gradient_norm,
        "weight_norm": worst.weight_norm,
    }
    sentence = (
        f"The gradient of {layer_name(worst.layer, len(layers))} has a norm of {number(worst.gradient_norm)}, its"
        f" weights one of {number(worst.weight_norm)}: the gradient is {number(evidence['ratio'])} times as large."
    )
    suggestion = (
        "Standardise inputs and target; try smaller initial weights or a limit on the gradient's norm (clipping)."
    )
    severity = FINDINGS["huge_gradient"].severity(evidence["ratio"])
    return _if_any("huge_gradient", severity, worst.layer, sentence, evidence, suggestion)


def _gradient_evidence(sizes: Sequence[float], layer: int, reference: int) -> dict[str, float]:
    each = {f"row_gradient_rms_of_layer_{index + 1}": size for index, size in enumerate(sizes)}
    ratio = sizes[layer] / sizes[reference]
    return {"ratio": ratio, "row_gradient_rms": sizes[layer], "row_gradient_rms_reference": sizes[reference], **each}


def find_updates(layers: Sequence[LayerStatistics]) -> list[Finding]:
    """Return the layers whose last update was far too large or too small for their weights."""
    known = [layer for layer in layers if 0 <= layer.update_ratio < math.inf]  # leaves nan out
    if not known:
        return []
    largest = max(known, key=lambda one: one.update_ratio)
    smallest = min(known, key=lambda one: one.update_ratio)
    raise_rate = "If the loss is not yet low, try a learning rate three to ten times higher."
    if smallest.gradient_rms <= _NO_GRADIENT:
        raise_rate = "Hardly any gradient reaches this layer: look for dead or saturated neurons and fading first."
    findings = []
    for kind, worst, suggestion in (
        ("large_updates", largest, "Try a learning rate three to ten times lower."),
        ("small_updates", smallest, raise_rate),
    ):
        reached = [one for one in known if FINDINGS[kind].severity(one.update_ratio)]
        evidence = {
            "update_ratio": worst.update_ratio,
            "weight_norm": worst.weight_norm,
            "layers": float(len(reached)),
            "layers_in_all": float(len(layers)),
            "healthy_ratio": 1e-3,
        }
        name, ratio = layer_name(worst.layer, len(layers)), number(worst.update_ratio)
        sentence = (
            f"The last update changed the weights of {name} by {ratio} of their size, where about {number(1e-3)} is"
            f" healthy; so it is in {number(len(reached))} of {number(len(layers))} layers."
        )
        severity = FINDINGS[kind].severity(worst.update_ratio)
        findings += _if_any(kind, severity, worst.layer, sentence, evidence, suggestion)
    return findings


def _if_any(
    kind: str, severity: str, layer: int, sentence: str, evidence: Mapping[str, float], suggestion: str
) -> list[Finding]:
    return [Finding(kind, severity, layer, (), sentence, evidence, suggestion)] if severity else []
