"""Folds for cross-validation: stratified, identical rows together, each with a preprocessing fitted without it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnviz.data.column_split import ColumnSplit
from nnviz.data.dataset import Dataset, build_dataset
from nnviz.data.duplicates import row_groups
from nnviz.data.infer import Role
from nnviz.data.row_parts import keeps_together
from nnviz.data.splitting import split_rows
from nnviz.data.table import Column
from nnviz.errors import UserError

Rows = NDArray[np.intp]
INNER_SHARE = 0.2  # of a fold's training rows that early stopping watches
_FOLDING, _INNER = 3, 4  # keys of streams of random numbers, shared with nothing else that is drawn from one seed
_LEARN, _WATCH, _HOLD = "learn", "watch", "hold out"


@dataclass(frozen=True, slots=True, eq=False)
class FoldPlan:
    """Which rows are held out together.

    Attributes
    ----------
    dataset
        What is cross-validated.
    folds
        How many folds.
    rows
        Indices into ``dataset.X`` of the rows that take part, ascending: all but test rows.
    fold
        For each of them the fold that holds it out, (n,); -1 for a row that trains in every fold.
    classes
        The class of each, (n,), counted over the classes that occur; None for regression.
    groups
        A number for each, (n,): rows with the same number stay together; None if no two need to.
    note
        A sentence about rows that are never held out, or "".
    """

    dataset: Dataset
    folds: int
    rows: Rows
    fold: Rows
    classes: Rows | None
    groups: Rows | None
    note: str


def plan_folds(dataset: Dataset, folds: int) -> FoldPlan:
    """Share the rows out to folds, seeded by the seed of the data set's own split.

    Rows that are marked for testing take no part. Rows with the same inputs stay in one fold if the data set's split
    keeps them together. A class whose rows would all be in one fold trains in every fold: nobody can be asked about a
    class that was never shown.

    Raises
    ------
    UserError
        If there are not enough rows for so many folds.
    """
    rows = np.sort(np.concatenate([dataset.train_rows, dataset.validation_rows]))
    classes = None
    if dataset.target_codes is not None:
        classes = np.unique(dataset.target_codes[rows], return_inverse=True)[1].reshape(-1)
    features = [dataset.table.column(name) for name in dataset.feature_names]
    groups = row_groups(features, dataset.table_rows[rows])
    if groups is not None and not keeps_together(groups, dataset.choices):
        groups = None
    fold = fold_numbers(len(rows), folds, _generator(dataset, _FOLDING), classes, groups)
    kept = int(np.count_nonzero(fold < 0))
    note = f"{kept:,} of {len(rows):,} rows train in every fold: their classes are too rare to be held out."
    return FoldPlan(dataset, folds, rows, fold, classes, groups, note if kept else "")


def fold_numbers(
    n_rows: int, folds: int, rng: np.random.Generator, classes: Rows | None = None, groups: Rows | None = None
) -> Rows:
    """Return for each row the fold, 0 to ``folds`` - 1, that holds it out; -1 for rows that always train.

    Parameters
    ----------
    n_rows
        How many rows.
    folds
        At least 2.
    rng
        The only source of chance.
    classes
        Class of each row, (n_rows,), 0, 1, ...: every fold then gets the same share of each, as nearly as can be.
    groups
        A number for each row, (n_rows,): rows with the same number stay together. A group counts as its first row's
        class.

    Raises
    ------
    UserError
        If a fold would be empty.
    """
    if folds < 2:
        raise UserError(f"Cross-validation needs at least 2 folds, not {folds}.", "5 or 10 are usual.")
    first, place, sizes = np.arange(n_rows), np.arange(n_rows), np.ones(n_rows, dtype=np.intp)
    if groups is not None:
        _, first, place, sizes = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)
        place = place.reshape(-1)
    of_unit = np.zeros(len(first), dtype=np.intp) if classes is None else classes[first]
    chosen = np.full(len(first), -1, dtype=np.intp)
    totals = np.zeros(folds, dtype=np.intp)
    for label in np.unique(of_unit).tolist():
        units = rng.permutation(np.flatnonzero(of_unit == label))
        units = units[np.argsort(-sizes[units], kind="stable")]  # large ones first: the small ones even it out
        if len(units) > 1:
            chosen[units] = _dealt(sizes[units], totals)
            np.add.at(totals, chosen[units], sizes[units])
    result = chosen[place]
    if classes is not None:
        for label in np.unique(classes).tolist():
            where = np.unique(result[classes == label])
            if len(where) == 1 and where[0] >= 0:
                result[np.isin(place, place[classes == label])] = -1
    if len(np.unique(result[result >= 0])) < folds:
        different = "" if groups is None else " different"
        raise UserError(f"{n_rows:,}{different} rows are too few for {folds:,} folds.", "Use fewer folds.")
    return result


def make_fold(plan: FoldPlan, number: int, *, inner: bool) -> Dataset:
    """Return a fold as a data set of its own, encoded by what its training rows tell.

    The table's rows go through the same steps as at the import: the preprocessing is fitted on ``train_rows``;
    ``validation_rows`` are an inner split of the fold's training rows, empty without ``inner``; ``test_rows`` are held
    out. Row j of it is row ``plan.rows[j]`` of the data set.

    Raises
    ------
    UserError
        If nothing can be learned from the fold's training rows, such as a constant target.
    """
    dataset = plan.dataset
    parts = np.full(len(plan.rows), _LEARN, dtype=object)
    held = plan.fold == number
    parts[held] = _HOLD
    if inner:
        parts[np.flatnonzero(~held)[_watched(plan, ~held, number)]] = _WATCH
    labels = np.full(dataset.table.n_rows, None, dtype=object)
    labels[dataset.table_rows[plan.rows]] = parts
    name = "part of cross-validation"
    while name in dataset.table:
        name += "'"
    table = replace(dataset.table, columns=(*dataset.table.columns, Column(name, "string", labels)))
    roles: dict[str, Role] = dict(dataset.choices.roles)
    if dataset.choices.split is not None:
        roles[dataset.choices.split.column] = "ignore"
    split = ColumnSplit(name, {_LEARN: "train", _WATCH: "validation", _HOLD: "test"})
    return build_dataset(table, replace(dataset.choices, roles=roles, split=split))


def _watched(plan: FoldPlan, trains: NDArray[np.bool_], number: int) -> NDArray[np.bool_]:
    """Return which of a fold's training rows are watched instead of learned; every class stays among those learned."""
    classes = None if plan.classes is None else plan.classes[trains]
    groups = None if plan.groups is None else plan.groups[trains]
    count = int(np.count_nonzero(trains))
    _, validation = split_rows(count, INNER_SHARE, _generator(plan.dataset, _INNER, number), classes, groups)
    mask = np.zeros(count, dtype=np.bool_)
    mask[validation] = True
    if classes is not None:
        for label in np.setdiff1d(classes, classes[~mask]).tolist():
            mask[(classes == label) if groups is None else np.isin(groups, groups[classes == label])] = False
    return mask


def _dealt(sizes: Rows, totals: Rows) -> Rows:
    """Deal units, large ones first, to the folds that hold fewest rows of their class, then fewest rows in all."""
    if sizes[0] == 1:
        return np.resize(np.argsort(totals, kind="stable"), len(sizes))
    rows, everything = [0] * len(totals), totals.tolist()
    chosen = []
    for size in sizes.tolist():
        fold = min(range(len(totals)), key=lambda f: (rows[f], everything[f]))
        rows[fold] += size
        everything[fold] += size
        chosen.append(fold)
    return np.array(chosen, dtype=np.intp)


def _generator(dataset: Dataset, *key: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(dataset.choices.seed, spawn_key=key))
