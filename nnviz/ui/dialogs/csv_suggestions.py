"""What a button beside a doubt does to the draft of the import sheet, and how it is undone."""

from dataclasses import dataclass, replace
from typing import Final

from nnviz.data.doubt import Doubt
from nnviz.data.features import Scaling
from nnviz.data.infer import Role
from nnviz.ui.dialogs.csv_draft import ImportDraft
from nnviz.ui.text_parts import one_line

_ROBUST: Final[Scaling] = "robust"
_PLAIN: Final[Scaling] = "standardise"
_LONGEST_NAME: Final = 18


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The label of a button, and whether what it offers is done already; then it takes it back."""

    label: str
    done: bool


def suggestion_of(draft: ImportDraft, doubt: Doubt) -> Suggestion | None:
    """Return what can be done about a doubt, or None."""
    if doubt.suggestion == "class_weight=balanced":
        return _made("Balance the class weights", done=draft.balanced)
    if doubt.suggestion == "scaling=robust":
        done = all(draft.encoding(name).scaling == _ROBUST for name in doubt.columns)
        return _made("Scale robustly", done=done)
    if doubt.suggestion.startswith("split=") and draft.offer is not None:
        name = one_line(draft.offer.split.column, _LONGEST_NAME)
        return _made(f"Split by {name}", done=draft.split is not None)
    if rereads(doubt):
        what, value = doubt.suggestion.split("=", 1)
        return Suggestion(f"Count {value} as missing" if what == "missing" else f"Read {value}", done=False)
    if doubt.kind == "leak" and (names := _usable(draft, doubt)):
        what = one_line(names[0], _LONGEST_NAME) if len(names) == 1 else f"{len(names):,} columns"
        return _made(f"Leave out {what}", done=all(draft.role(name) == "ignore" for name in names))
    return None


def rereads(doubt: Doubt) -> bool:
    """Tell whether what a doubt's button offers is to read the file again; the draft has nothing to do with it.

    A day that stands for missing may be spelled in many ways: the person must type it as the file has it.
    """
    what, _, value = doubt.suggestion.partition("=")
    return what == "date_order" or (what == "missing" and "-" not in value[1:])


def follow_suggestion(draft: ImportDraft, doubt: Doubt) -> None:
    """Do what a doubt's button offers, or take it back where it is done."""
    offered = suggestion_of(draft, doubt)
    if offered is None:
        return
    if doubt.suggestion == "class_weight=balanced":
        draft.balanced = not offered.done
    elif doubt.suggestion == "scaling=robust":
        for name in doubt.columns:
            scaling = _PLAIN if offered.done else _ROBUST
            draft.set_encoding(name, replace(draft.encoding(name), scaling=scaling))
    elif doubt.suggestion.startswith("split=") and draft.offer is not None:
        draft.set_split(None if offered.done else draft.offer.split)
    else:
        role: Role = "feature" if offered.done else "ignore"
        for name in _usable(draft, doubt):
            draft.set_role(name, role)


def _usable(draft: ImportDraft, doubt: Doubt) -> list[str]:
    return [name for name in doubt.columns if name in draft.table and name != draft.target]


def _made(label: str, *, done: bool) -> Suggestion:
    return Suggestion(f"Undo: {label[:1].lower()}{label[1:]}" if done else label, done)
