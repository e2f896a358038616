"""What the tabs, the list of columns and the inspector show, as tables to save or copy."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

from nnviz.app.column_summary import ColumnSummary
from nnviz.app.confusion_view import ConfusionView
from nnviz.app.errors_view import ErrorsView
from nnviz.app.gradient_view import GradientCurves, GradientView
from nnviz.app.histograms_view import LayerStrip
from nnviz.app.landscape_view import Landscape
from nnviz.app.lens_sums import Formula
from nnviz.app.roc_view import CalibrationView, RocView
from nnviz.app.saved_numbers import Numbers
from nnviz.app.table_contents import TableContents

_QUANTILES: Final = ("least", "5 %", "25 %", "median", "75 %", "95 %", "greatest")
Row = Sequence[Any]


def confusion_numbers(view: ConfusionView) -> Numbers:
    """Return a row a class: its name, its rows by predicted class, and its figures."""

    def rows() -> Iterator[Row]:
        for name, counts, found in zip(view.classes, view.counts.tolist(), view.reports, strict=True):
            yield name, *counts, found.precision, found.recall, found.f1, found.support

    header = ("class", *(f"predicted {name}" for name in view.classes), "precision", "recall", "F1", "rows")
    return Numbers("confusion matrix", header, rows)


def roc_numbers(view: RocView) -> Numbers:
    """Return every point of every class's curve, not only those that are drawn."""

    def rows() -> Iterator[Row]:
        for curve in view.curves:
            for point in zip(*(values.tolist() for values in curve.curve), strict=True):
                yield curve.name, *point, curve.area

    header = ("class", "false_positive_rate", "true_positive_rate", "threshold", "area_under_curve")
    return Numbers("ROC curves", header, rows)


def calibration_numbers(view: CalibrationView) -> Numbers:
    """Return a row a bin: what was stated, what came true and its interval of 95 %, and how many rows."""
    bins = view.bins
    columns = (bins.low, bins.high, bins.predicted, bins.observed, view.low, view.high, bins.counts)
    header = ("stated_from", "stated_to", "stated_mean", "came_true", "came_true_low", "came_true_high", "rows")
    return Numbers("calibration", header, lambda: zip(*(column.tolist() for column in columns), strict=True))


def error_numbers(view: ErrorsView) -> tuple[Numbers, ...]:
    """Return the points, a row each, and how the errors of all rows are spread."""
    points = (view.truth, view.predicted, view.errors)
    edges = view.edges.tolist()
    return (
        Numbers(
            "predictions and errors",
            ("row", view.name, f"predicted {view.name}", "error"),
            lambda: zip(view.numbers, *(values.tolist() for values in points), strict=True),
        ),
        Numbers(
            "spread of the errors",
            ("error_from", "error_to", "rows"),
            lambda: zip(edges, edges[1:], view.counts.tolist(), strict=False),
        ),
    )


def histogram_numbers(strips: Sequence[LayerStrip], kind: str) -> tuple[Numbers, ...]:
    """Return the quantiles of every layer and entry, and the bins, each a share of its entry's commonest."""

    def quantiles() -> Iterator[Row]:
        for strip in strips:
            for epoch, values in zip(strip.epochs.tolist(), strip.quantiles.tolist(), strict=True):
                yield strip.name, epoch, *values

    def bins() -> Iterator[Row]:
        for strip in strips:
            width = (strip.high - strip.low) / len(strip.shares)
            ends = [strip.low + place * width for place in range(len(strip.shares) + 1)]
            if strip.log:
                ends = [10.0**end for end in ends]
            for epoch, shares in zip(strip.epochs.tolist(), strip.shares.T.tolist(), strict=True):
                yield from ((strip.name, epoch, *bin_) for bin_ in zip(ends, ends[1:], shares, strict=False))

    return (
        Numbers(f"quantiles of {kind}", ("layer", "epoch", *_QUANTILES), quantiles),
        Numbers(f"histograms of {kind}", ("layer", "epoch", "from", "to", "share_of_commonest"), bins),
    )


def gradient_numbers(view: GradientView, curves: GradientCurves | None) -> tuple[Numbers, ...]:
    """Return each layer's gradient, its size over the epochs, and the findings in words."""

    def now() -> Iterator[Row]:
        return ((layer.name, layer.mean, layer.single, layer.ratio) for layer in view.layers)

    def words() -> Iterator[Row]:
        for found in view.findings:
            layer = "" if found.layer is None else view.layers[found.layer].name
            yield found.severity, layer, found.sentence, found.suggestion

    header = ("layer", "gradient_rms", "gradient_rms_of_single_rows", "last_update_per_weight")
    tables = [Numbers("gradients", header, now)]
    if curves is not None and len(curves.epochs):
        sizes = (curves.epochs, *curves.sizes.T)
        tables.append(
            Numbers(
                "gradients over epochs",
                ("epoch", *curves.names),
                lambda: zip(*(values.tolist() for values in sizes), strict=True),
            )
        )
    if view.findings:
        tables.append(Numbers("findings", ("severity", "layer", "what", "suggestion"), words))
    return tuple(tables)


def landscape_numbers(landscape: Landscape) -> tuple[Numbers, ...]:
    """Return the losses of every place of a landscape, and the moments of the path and the next steps on its plane."""
    kinds = tuple(landscape.losses)

    def losses() -> Iterator[Row]:
        for row, y in enumerate(landscape.y.tolist()):
            for column, x in enumerate(landscape.x.tolist()):
                yield x, y, *(float(landscape.losses[kind][row, column]) for kind in kinds)

    def places() -> Iterator[Row]:
        for epoch, at in zip(landscape.path_epochs, landscape.path.tolist(), strict=True):
            yield "path", epoch, *at, math.nan, math.nan
        for mark in landscape.marks:
            yield mark.kind, mark.epoch, *mark.at, mark.share, math.nan
        for arrow in landscape.arrows:
            yield f"next step, {arrow.label}", landscape.epoch, *arrow.at, arrow.share, arrow.length

    return (
        Numbers("loss landscape", ("x", "y", *kinds), losses),
        Numbers("path and steps", ("what", "epoch", "x", "y", "share_in_plane", "length"), places),
    )


def table_numbers(contents: TableContents) -> Numbers:
    """Return the rows as they are filtered and sorted, raw values and answers unrounded."""
    table = contents.table

    def rows() -> Iterator[Row]:
        for row in contents.rows.tolist():
            yield [table.cell(row, column, contents.answers) for column in table.columns]

    return Numbers("rows", tuple(column.title for column in table.columns), rows)


def column_numbers(summaries: Sequence[ColumnSummary], classes: Sequence[str]) -> tuple[Numbers, ...]:
    """Return what the list says of each column, and the shares of the classes."""
    found = next((summary for summary in summaries if summary.shares), None)
    tables = [
        Numbers(
            "columns",
            ("column", "kind", "role", "note", "about"),
            lambda: ((one.name, one.kind, one.role, one.note, one.detail) for one in summaries),
        )
    ]
    if found is not None:
        tables.append(
            Numbers("shares of the classes", ("class", "share"), lambda: zip(classes, found.shares, strict=True))
        )
    return tuple(tables)


def formula_numbers(formulas: Sequence[Formula]) -> Numbers:
    """Return the inspector's lines, as text and as LaTeX."""
    return Numbers("formulas", ("text", "LaTeX"), lambda: ((line.text, line.latex) for line in formulas))
