"""What is wrong at the two ends of a network: its inputs' scale, and the answers that it gives."""

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.diagnostics_rows import Rows
from nnviz.engine.findings import FINDINGS, Finding, number, percent
from nnviz.engine.losses import decision_scores
from nnviz.engine.mlp import MLP

_LEAST_ROWS = 10  # fewer may well have one answer


def find_unscaled_inputs(rows: Rows) -> list[Finding]:
    """Return the columns of the inputs that are far larger or smaller than standardised ones.

    Large is judged by the root of the mean square, small by the largest number, so that a column of 0 and 1 that is
    hardly ever 1 counts as neither. Columns of 0 alone are passed over.
    """
    kind = FINDINGS["unscaled_inputs"]
    inputs = rows.inputs
    size = np.sqrt(np.einsum("ij,ij->j", inputs, inputs, dtype=np.float64) / len(inputs))
    largest = np.maximum(inputs.max(axis=0), -inputs.min(axis=0)).astype(np.float64)
    factors = np.maximum(size, 1 / np.where(largest > 0, largest, 1))
    far_off = tuple(np.flatnonzero(factors >= kind.note).tolist())
    if not far_off:
        return []
    worst = int(np.argmax(factors))
    evidence = {
        "columns": float(len(far_off)),
        "columns_in_all": float(len(factors)),
        "worst_column": worst + 1.0,
        "mean": float(inputs[:, worst].mean(dtype=np.float64)),
        "standard_deviation": float(inputs[:, worst].std(dtype=np.float64)),
        "root_mean_square": float(size[worst]),
        "largest_magnitude": float(largest[worst]),
        "factor": float(factors[worst]),
        **rows.evidence,
    }
    sentence = (
        f"{number(evidence['columns'])} of {number(evidence['columns_in_all'])} input columns are far from standardised"
        f" over {rows}. Column {worst + 1} is the farthest, by a factor of {number(evidence['factor'])}: its mean is"
        f" {number(evidence['mean'])}, its standard deviation {number(evidence['standard_deviation'])}."
    )
    suggestion = "Standardise these columns to mean 0 and standard deviation 1; take logarithms of very skewed ones."
    severity = kind.severity(evidence["factor"])
    return [Finding(kind.name, severity, None, far_off, sentence, evidence, suggestion)]


def find_constant_output(mlp: MLP, rows: Rows, outputs: FloatArray) -> list[Finding]:
    """Return whether the outputs, (n, k), vary over rows hardly at all, although the targets do."""
    kind = FINDINGS["constant_output"]
    wanted = rows.target.std(axis=0, dtype=np.float64)
    varies = wanted > 0
    if not varies.any():
        return []
    spread = outputs.std(axis=0, dtype=np.float64)
    ratios = np.where(varies, spread / np.where(varies, wanted, 1), -1)
    best = int(np.argmax(ratios))
    severity = kind.severity(float(ratios[best]))
    if not severity:
        return []
    evidence = {
        "ratio": float(ratios[best]),
        "output_spread": float(spread[best]),
        "target_spread": float(wanted[best]),
        "mean_output": float(outputs[:, best].mean(dtype=np.float64)),
        **rows.evidence,
    }
    sentence = (
        f"The network answers nearly the same at {rows}: its output has a standard deviation of"
        f" {number(evidence['output_spread'])} around {number(evidence['mean_output'])}, the target one of"
        f" {number(evidence['target_spread'])}, a ratio of {number(evidence['ratio'])}."
    )
    suggestion = "See whether a layer is dead or saturated; start again with other initial weights or a lower rate."
    return [Finding(kind.name, severity, len(mlp.config.layers) - 1, (), sentence, evidence, suggestion)]


def find_one_class(mlp: MLP, rows: Rows, outputs: FloatArray) -> list[Finding]:
    """Return whether one class is answered at every row, for networks that classify."""
    target = rows.target
    if not _classifies(mlp, target) or len(target) < _LEAST_ROWS:
        return []
    scores = decision_scores(outputs, mlp.config.loss)
    if target.shape[1] == 1:
        answers, truth, classes = scores[:, 0] > 0.5, target[:, 0] > 0.5, 2
    else:
        answers, truth, classes = scores.argmax(axis=1), target.argmax(axis=1), target.shape[1]
    answered = int(answers[0])
    others = float((truth != answered).mean())
    severity = FINDINGS["one_class"].severity(others)
    if not severity or (answers != answered).any():
        return []
    evidence = {
        "class_number": answered + 1.0,
        "classes": float(classes),
        "other_classes_share": others,
        **rows.evidence,
    }
    sentence = (
        f"The network answers class {answered + 1} of {classes} at {rows}, although {percent(others)} of them belong to"
        " others."
    )
    suggestion = (
        "Train for longer or with a higher rate; if the classes are of very unequal size, balance them by weights."
    )
    return [Finding("one_class", severity, len(mlp.config.layers) - 1, (), sentence, evidence, suggestion)]


def find_huge_logits(mlp: MLP, rows: Rows, logits: FloatArray) -> list[Finding]:
    """Return whether the logits, (n, k), of a sigmoid or softmax output are huge."""
    layer = mlp.config.layers[-1]
    wide = logits.astype(np.float64)
    if layer.activation == "softmax":
        sizes = wide.max(axis=1) - wide.min(axis=1)  # softmax knows differences alone
        what = "distance between two logits of a row"
    elif layer.activation == "sigmoid":
        sizes = np.abs(wide).max(axis=1)
        what = "logit"
    else:
        return []
    kind = FINDINGS["huge_logits"]
    evidence = {
        "largest_logit": float(sizes.max()),
        "median_logit": float(np.median(sizes)),
        "share": float((sizes >= kind.note).mean()),
        "logit_limit": kind.note,
        **rows.evidence,
    }
    severity = kind.severity(evidence["largest_logit"])
    if not severity:
        return []
    sentence = (
        f"The largest {what} is {number(evidence['largest_logit'])} over {rows}, the median"
        f" {number(evidence['median_logit'])}; {percent(evidence['share'])} of the rows are above {number(kind.note)}."
    )
    suggestion = "Try weight decay, label smoothing or a lower learning rate, and standardised inputs."
    return [Finding(kind.name, severity, len(mlp.config.layers) - 1, (), sentence, evidence, suggestion)]


def _classifies(mlp: MLP, target: FloatArray) -> bool:
    """Whether the targets are classes: 0 or 1, one 1 per row, behind an output that decides between classes."""
    config = mlp.config
    decides = config.layers[-1].activation in {"sigmoid", "softmax"} or config.loss == "hinge"
    if not decides or not np.isin(target, (0, 1)).all():
        return False
    return target.shape[1] == 1 or bool((target.sum(axis=1) == 1).all())
