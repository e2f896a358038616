"""Explaining the network with its own numbers: the forward pass, the chain rule, one weight, one update."""

from nnviz.engine.explain_batch import exact_gradient, numeric_gradient
from nnviz.engine.explain_difference import FiniteDifference, Kink
from nnviz.engine.explain_forward import BIAS, ForwardTrace, LayerTrace, NeuronTrace, trace_row
from nnviz.engine.explain_gradient import LayerGradient, LossTrace, NeuronGradient, trace_loss
from nnviz.engine.explain_losses import ACTIVATION_KINKS, LOSS_SLOPES, LossSlope
from nnviz.engine.explain_paths import Factor, PathColumn, PathsTrace
from nnviz.engine.explain_update import EXPLAINED_OPTIMIZERS, Term, UpdateTrace, nadam_mu_product, trace_update
from nnviz.engine.explain_weight import MAX_PATHS, ChainTrace, WeightTrace, trace_weight

__all__ = [
    "ACTIVATION_KINKS",
    "BIAS",
    "EXPLAINED_OPTIMIZERS",
    "LOSS_SLOPES",
    "MAX_PATHS",
    "ChainTrace",
    "Factor",
    "FiniteDifference",
    "ForwardTrace",
    "Kink",
    "LayerGradient",
    "LayerTrace",
    "LossSlope",
    "LossTrace",
    "NeuronGradient",
    "NeuronTrace",
    "PathColumn",
    "PathsTrace",
    "Term",
    "UpdateTrace",
    "WeightTrace",
    "exact_gradient",
    "nadam_mu_product",
    "numeric_gradient",
    "trace_loss",
    "trace_row",
    "trace_update",
    "trace_weight",
]
