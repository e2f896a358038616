"""In what two networks differ, in the words of settings; pure."""

from nnviz.engine.initializers import INITIALIZERS
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import LayerConfig, MLPConfig
from nnviz.run.markers import Change


def network_changes(first: MLPConfig, second: MLPConfig) -> tuple[Change, ...]:
    """Return every respect in which two networks differ: layers, activations, how they begin, the loss."""
    found = []
    if first.sizes != second.sizes:
        found.append(Change("layers", sizes_text(first), sizes_text(second)))
    same_depth = len(first.layers) == len(second.layers)
    if same_depth:
        for index, (one, other) in enumerate(zip(first.layers, second.layers, strict=True), start=1):
            name = f"layer {index}" if index < len(first.layers) else "the output"
            if one.activation != other.activation:
                found.append(Change(f"activation of {name}", _activation(one), _activation(other)))
            if _chosen(one) != _chosen(other):
                found.append(Change(f"initialisation of {name}", _begins(one), _begins(other)))
    else:
        for name, told in (("activations", _activation), ("initialisation", _begins)):
            before, after = (_together([told(layer) for layer in one.hidden]) for one in (first, second))
            chosen = told is _activation or any(_chosen(layer)[0] for layer in (*first.hidden, *second.hidden))
            if chosen and before and after and before != after:
                found.append(Change(name, before, after))
        one, other = first.layers[-1], second.layers[-1]
        if one.activation != other.activation:
            found.append(Change("activation of the output", _activation(one), _activation(other)))
    if first.loss != second.loss:
        found.append(Change("loss", LOSSES[first.loss].label, LOSSES[second.loss].label))
    return tuple(found)


def sizes_text(config: MLPConfig) -> str:
    """Return the sizes of a network's layers, the inputs first: "2-8-8-1"."""
    return "-".join(map(str, config.sizes))


def _activation(layer: LayerConfig) -> str:
    return layer.activation.replace("_", " ")


def _chosen(layer: LayerConfig) -> tuple[str, float]:
    """Return how a layer begins by choice; one without a choice begins as suits its activation."""
    takes_value = INITIALIZERS[layer.resolved_initializer].takes_value
    return layer.initializer, layer.init_value if takes_value else 0.0


def _begins(layer: LayerConfig) -> str:
    kind = INITIALIZERS[layer.resolved_initializer]
    return f"{kind.label} {layer.init_value:g}" if kind.takes_value else kind.label


def _together(texts: list[str]) -> str:
    """Return what layers have, once where all have the same; "" of none."""
    return texts[0] if len(set(texts)) == 1 else ", ".join(texts)
