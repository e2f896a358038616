"""What screen readers hear of the diagram and the matrices, each one widget with many parts."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.mlp import MLPConfig

KEYS = (
    "Left or right arrow chooses a neuron, arrows walk the neurons, Tab walks the weights of one, "
    "Enter opens the inspector of a neuron and the editor of a weight, K freezes, X silences, Escape lets go."
)
_SPOKEN = (
    (" → ", " to "),
    ("Σ|w|", "sum of magnitudes"),
    ("Σw", "sum of weights"),
    ("Σ", "sum of "),
    ("dL/d", "gradient of "),
    ("Δ", "change of "),
    (" × ", " times "),
    ("  ", ", "),
)


def say(widget: QWidget, words: str) -> None:
    """Make ``words`` the description of the widget, and have them read out where a screen reader listens."""
    widget.setAccessibleDescription(words)
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


def spoken(words: str) -> str:
    """Return the words of a label with its signs written out."""
    for sign, word in _SPOKEN:
        words = words.replace(sign, word)
    return f"weight{words[1:]}" if words.startswith("w ") and not words.startswith("w times") else words


def structure(config: MLPConfig) -> str:
    """Return the network in a sentence."""
    parts = [f"{config.n_inputs} {'input' if config.n_inputs == 1 else 'inputs'}"]
    for number, layer in enumerate(config.hidden, start=1):
        parts.append(f"hidden layer {number} of {layer.units} {ACTIVATIONS[layer.activation].label}")
    parts.append(f"{config.n_outputs} {'output' if config.n_outputs == 1 else 'outputs'}")
    return f"{', '.join(parts)}."
