"""Features as JSON values and back: files of earlier versions are read too, damaged ones refused."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from nnviz.data.date_parts import DATE_PARTS
from nnviz.data.features import CategoricalFeature, DateFeature, Feature, NumericFeature, Scale, Scaling
from nnviz.data.table import DATE_KINDS, KINDS, Kind
from nnviz.errors import UserError

# What a person who reads the file finds: what is subtracted, and what is divided by.
_KEYS: Final[Mapping[str, tuple[str, str]]] = {
    "standardise": ("mean", "std"),
    "min-max": ("min", "range"),
    "robust": ("center", "iqr"),
}


def feature_to_dict(feature: Feature) -> dict[str, Any]:
    """Return a feature as JSON values; floats are exact because JSON writes their shortest exact form."""
    if isinstance(feature, CategoricalFeature):
        return {
            "type": "categorical",
            "name": feature.name,
            "categories": feature.categories,
            "has_other": feature.has_other,
            "has_missing": feature.has_missing,
        }
    common = {"name": feature.name, "kind": feature.kind, "median": feature.median}
    if isinstance(feature, NumericFeature):
        return {"type": "numeric", **common, **_scale_to_dict(feature.scale), "missing_flag": feature.missing_flag}
    parts = [
        {"part": part} if scale is None else {"part": part, **_scale_to_dict(scale)}
        for part, scale in zip(feature.parts, feature.scales, strict=True)
    ]
    return {"type": "date", **common, "parts": parts, "missing_flag": feature.missing_flag}


def _scale_to_dict(scale: Scale) -> dict[str, Any]:
    center, divisor = _KEYS[scale.scaling]
    return {"scaling": scale.scaling, center: scale.center, divisor: scale.divisor}


def feature_from_dict(data: Mapping[str, Any]) -> Feature:
    """Return the feature that ``feature_to_dict`` wrote, now or before there was more than one scaling.

    Raises
    ------
    UserError
        If anything is missing or not of its type.
    """
    try:
        name = _text(data["name"])
        readers = {"categorical": _categorical, "numeric": _numeric, "date": _date}
        if data["type"] not in readers:
            raise UserError(f"The feature {name} is of an unknown type.")
        return readers[data["type"]](name, data)
    except (KeyError, TypeError, ValueError) as error:
        raise UserError("The description of a feature is damaged.") from error


def _categorical(name: str, data: Mapping[str, Any]) -> Feature:
    categories = tuple(_text(value) for value in data["categories"])
    if len(set(categories)) != len(categories):
        raise UserError(f"The categories of {name} repeat.")
    return CategoricalFeature(name, categories, _flag(data["has_other"]), _flag(data["has_missing"]))


def _numeric(name: str, data: Mapping[str, Any]) -> Feature:
    if data["kind"] not in KINDS:
        raise UserError(f"The feature {name} is of an unknown type.")
    scale = _scale(name, data)
    return NumericFeature(name, data["kind"], _number(data["median"]), scale, _flag(data["missing_flag"]))


def _date(name: str, data: Mapping[str, Any]) -> Feature:
    kind: Kind = data["kind"]
    entries = data["parts"]
    if kind not in DATE_KINDS or not isinstance(entries, list) or not entries:
        raise UserError(f"The parts of the date {name} are damaged.")
    parts = tuple(entry["part"] for entry in entries)
    if len(set(parts)) != len(parts) or not set(parts) <= set(DATE_PARTS):
        raise UserError(f"The parts of the date {name} repeat or are unknown.")
    scales = tuple(_scale(name, entry) if DATE_PARTS[entry["part"]].period is None else None for entry in entries)
    return DateFeature(name, kind, _number(data["median"]), parts, scales, _flag(data["missing_flag"]))


def _scale(name: str, data: Mapping[str, Any]) -> Scale:
    scaling: Scaling = data.get("scaling", "standardise")
    if scaling not in _KEYS:
        raise UserError(f"The column {name} is scaled in an unknown way.", "Install the latest nnviz.")
    center, divisor = (_number(data[key]) for key in _KEYS[scaling])
    if divisor <= 0:
        what = {"standardise": "standard deviation", "min-max": "range", "robust": "interquartile range"}[scaling]
        raise UserError(f"The {what} of {name} is not above 0.")
    return Scale(scaling, center, divisor)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise ValueError
    return float(value)
