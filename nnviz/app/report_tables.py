"""A report's tables as texts: what a sheet shows, a person copies, and a CSV file gets."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnviz.app.plain_numbers import DASH, plain_number
from nnviz.app.report import Report
from nnviz.engine.findings import number
from nnviz.engine.metrics import METRICS, Metric
from nnviz.engine.scores import Scores
from nnviz.run.cross_validation import CrossValidation, figure, in_words, interval_in_words

_CONSTANT = "Constant answer"
_LISTED = 500  # rows that flip or vary
_SHARES = (0.5, 0.9, 0.99)


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of texts.

    Attributes
    ----------
    headings
        One for each column.
    rows
        As many texts each.
    best
        Cells (row, column) that are better than the others of their row.
    tips
        A sentence or two for each row, or none at all.
    keys
        The row of ``dataset.X`` that each row is about, or none at all.
    words
        How many columns, from the left, hold words rather than figures.
    wide
        The column that takes spare room.
    shades
        Cells (row, column) that are painted: with the colour of which class, and how strongly, 0 to 1.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    best: frozenset[tuple[int, int]] = frozenset()
    tips: tuple[str, ...] = ()
    keys: tuple[int, ...] = ()
    words: int = 1
    wide: int = 0
    shades: Mapping[tuple[int, int], tuple[int, float]] = field(default_factory=dict)

    def csv(self) -> str:
        """Return the table as CSV, lines ended by a line feed."""
        file = io.StringIO()
        csv.writer(file, lineterminator="\n").writerows([self.headings, *self.rows])
        return file.getvalue()


@dataclass(frozen=True, slots=True)
class ReportTables:
    """All tables of a report; by set of rows how classes were taken for one another, or the errors of a regression."""

    scores: TextTable
    by_set: Mapping[str, TextTable]
    worst: TextTable


@dataclass(frozen=True, slots=True)
class ValidationTables:
    """The tables of a cross-validation: metrics, and rows about which the seeds disagree."""

    metrics: TextTable
    rows: TextTable


def report_tables(report: Report) -> ReportTables:
    """Return a report's tables."""
    if report.dataset.task == "regression":
        by_set = {"All rows": error_table(report)}
    else:
        parts = {"Validation rows": report.validation, "Training rows": report.training}
        by_set = {
            name: confusion_table(scores, report.dataset.classes) for name, scores in parts.items() if scores.n_rows
        }
    return ReportTables(score_table(report), by_set, worst_table(report))


def validation_tables(found: CrossValidation) -> ValidationTables:
    """Return a cross-validation's tables."""
    return ValidationTables(validation_table(found), flips_table(found))


def score_table(report: Report) -> TextTable:
    """Return every metric of the network on both sets of rows, and of the baselines on the rows they are judged by."""
    judged = 2 if report.has_validation else 1  # the network's column beside which the baselines stand
    headings = ["Metric", "Training rows", *(["Validation rows"] if report.has_validation else [])]
    headings += [_headline(report.baselines.linear.label), _CONSTANT]
    columns = [report.training, *([report.validation] if report.has_validation else [])]
    columns += [report.linear, report.constant]
    rows: list[tuple[str, ...]] = []
    best: set[tuple[int, int]] = set()
    tips: list[str] = []
    for name in report.training.values:
        metric = METRICS[name]
        values = [scores.values.get(name, math.nan) for scores in columns]
        own = values[judged - 1]
        cells = (figure(name, value, own) if math.isfinite(own) else figure(name, value) for value in values)
        place = _best(values[judged - 1 :], metric)
        if place is not None:
            best.add((len(rows), judged + place))
        rows.append((metric_label(metric), *(DASH if cell == "no value" else cell for cell in cells)))
        tips.append(metric_tip(metric))
    return TextTable(tuple(headings), tuple(rows), frozenset(best), tuple(tips))


def metric_label(metric: Metric) -> str:
    """Return the metric's name and which way is better: "Accuracy ↑"."""
    arrow = "\N{UPWARDS ARROW}" if metric.greater_is_better else "\N{DOWNWARDS ARROW}"
    return f"{_headline(metric.label)} {arrow}"


def metric_tip(metric: Metric) -> str:
    """Return formula, which way is better, and source."""
    better = "higher" if metric.greater_is_better else "lower"
    return f"{metric.formula}; {better} is better. {metric.source}"


def confusion_table(scores: Scores, classes: Sequence[str]) -> TextTable:
    """Return counts: true classes down, predicted ones across, and what was found of each class at the right."""
    headings = ("", *(f"as {name}" for name in classes), "Rows", "Precision", "Recall", "F1")
    rows = []
    for name, counts, found in zip(classes, scores.confusion.tolist(), scores.classes, strict=True):
        figures = (DASH if math.isnan(v) else f"{v:.3f}" for v in (found.precision, found.recall, found.f1))
        rows.append((f"is {name}", *(f"{count:,}" for count in counts), f"{found.support:,}", *figures))
    totals = np.maximum(scores.confusion.sum(axis=1, keepdims=True), 1)
    shades = {
        (true, guessed + 1): (guessed, share)
        for true, shares in enumerate((scores.confusion / totals).tolist())
        for guessed, share in enumerate(shares)
    }
    return TextTable(headings, tuple(rows), shades=shades)


def error_table(report: Report) -> TextTable:
    """Return where the errors of a regression lie, in the target's own unit: prediction minus target."""
    parts = [errors for errors in report.errors if len(errors)]
    headings = ("Error", "Training rows", "Validation rows")[: 1 + len(parts)]
    rows = [
        ("Rows", *(f"{len(errors):,}" for errors in parts)),
        ("Mean error (bias)", *(plain_number(float(errors.mean())) for errors in parts)),
        ("Standard deviation of errors", *(plain_number(float(errors.std())) for errors in parts)),
    ]
    for share in _SHARES:
        cells = (plain_number(float(np.quantile(np.abs(errors), share))) for errors in parts)
        rows.append((f"{share:.0%} of the rows are within ±".replace("%", " %"), *cells))
    rows.append(("Most below the target", *(plain_number(float(errors.min())) for errors in parts)))
    rows.append(("Most above the target", *(plain_number(float(errors.max())) for errors in parts)))
    return TextTable(headings, tuple(rows))


def worst_table(report: Report) -> TextTable:
    """Return the rows of the largest losses."""
    rows = tuple(
        (
            f"{one.number:,}",
            "validation" if one.validates else "training",
            _answer(one.truth),
            _answer(one.answer),
            plain_number(one.loss, 3),
        )
        for one in report.worst
    )
    keys, words = tuple(one.row for one in report.worst), 4 if report.dataset.classes else 2
    return TextTable(("Row", "Set", "Target", "Network", "Loss"), rows, keys=keys, words=words, wide=words - 1)


def validation_table(found: CrossValidation) -> TextTable:
    """Return mean ± standard deviation of every metric of all three models, and the network's interval."""
    models = (found.network, found.linear, found.constant)
    rows: list[tuple[str, ...]] = []
    best: set[tuple[int, int]] = set()
    tips: list[str] = []
    for name, spread in found.network.metrics.items():
        place = _best([model.metrics[name].mean for model in models], METRICS[name])
        if place is not None:
            best.add((len(rows), (1, 3, 4)[place]))
        ours, *others = (in_words(name, model.metrics[name]) for model in models)
        rows.append((metric_label(METRICS[name]), ours, interval_in_words(name, spread), *others))
        tips.append(metric_tip(METRICS[name]))
    shown = tuple(tuple(DASH if cell == "no value" else cell for cell in row) for row in rows)
    headings = ("Metric", "Network", "95 % interval", _headline(found.linear.label), _CONSTANT)
    return TextTable(headings, shown, frozenset(best), tuple(tips))


def flips_table(found: CrossValidation) -> TextTable:
    """Return the rows about which the seeds disagree: classes by how many said what, numbers by their spread."""
    if found.task != "regression":
        rows = [
            (f"{flip.number:,}", flip.truth, _votes(flip.predictions), f"{right:.0%}".replace("%", " %"))
            for flip, right in zip(found.flips, found.right[found.row_spread > 0].tolist(), strict=True)
        ]
        keys = tuple(flip.row for flip in found.flips)
        return TextTable(
            ("Row", "Class", "Predicted", "Right"), tuple(rows[:_LISTED]), keys=keys[:_LISTED], words=3, wide=2
        )
    spread: NDArray[np.float64] = np.nan_to_num(found.row_spread, nan=-1.0)
    order = [at for at in np.argsort(-spread, kind="stable")[:_LISTED].tolist() if spread[at] > 0]
    means = found.predictions.mean(axis=0)
    lines = tuple(
        (
            f"{found.numbers[at]:,}",
            plain_number(float(found.truth[at])),
            plain_number(float(means[at])),
            plain_number(float(spread[at]), 3),
        )
        for at in order
    )
    return TextTable(
        ("Row", "Target", "Mean", "Spread"), lines, keys=tuple(int(found.rows[at]) for at in order), words=0, wide=3
    )


def evidence_text(evidence: Sequence[tuple[str, float]]) -> str:
    """Return a finding's numbers by name: "share 0.42 · neurons 1,200"; a line never breaks before a number."""
    space = "\N{NO-BREAK SPACE}"
    return " · ".join(f"{name.replace('_', ' ')}{space}{number(value, 4)}" for name, value in evidence)


def _votes(predictions: Sequence[str]) -> str:
    counts = {name: predictions.count(name) for name in dict.fromkeys(predictions)}
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} ({count}×)" for name, count in ordered)


def _best(values: Sequence[float], metric: Metric) -> int | None:
    """Return the place of the one best value; None where there is none or it is not alone."""
    sign = 1 if metric.greater_is_better else -1
    defined = sorted((sign * value for value in values if not math.isnan(value)), reverse=True)
    if len(defined) < 2 or math.isclose(defined[0], defined[1], rel_tol=1e-9):
        return None
    return next(place for place, value in enumerate(values) if sign * value == defined[0])


def _answer(value: str | float) -> str:
    return value if isinstance(value, str) else plain_number(value)


def _headline(text: str) -> str:
    return text[:1].upper() + text[1:]
