"""Labels for rows that have numbers, from the fields that tell people which row is which. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from statusquo.assets import closing, selection
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.formats import entry
from statusquo.assets.labelling import names
from statusquo.core import graph
from statusquo.core.errors import DatasetError

USUAL = ("slug", "username", "codename", "code", "name", "title", "email")
"""What rows are called by, the best first."""
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Adopted:
    """The rows with labels, those that got one now, and why rows of a model got none."""

    dataset: Dataset
    named: tuple[Record, ...]
    skipped: Mapping[str, str]


def adopt(dataset: Dataset, models: Sequence[str] = (), fields: Mapping[str, str] | None = None) -> Adopted:
    """The rows of some models, or of all, with labels from the first usual field that tells them apart, or from the
    one of *fields*. Rows that have a label keep it.

    Raises DatasetError for a model or field that is not there, and where references are not known.
    """
    closing.refuse_unknown(dataset)
    chosen = fields or {}
    known = dataset.by_model()
    _check(known, models, chosen)
    found: dict[int, str] = {}
    skipped: dict[str, str] = {}
    for label, records in known.items():
        if not (models or chosen) or selection.matches(label, (*models, *chosen)):
            reason = _reason(records[0], dataset)
            looked = (chosen[label],) if label in chosen else USUAL
            given = {} if reason else _names(records, looked)
            if not given:
                skipped[label] = reason or f"none of {', '.join(looked)} tells all rows apart"
            found |= given
    rows = [replace(each, label=found.get(id(each), each.label)) for each in dataset.records]
    now = (new for new, old in zip(rows, dataset.records, strict=True) if new.label != old.label)
    return Adopted(dataset.having(rows), tuple(now), skipped)


def _reason(record: Record, dataset: Dataset) -> str:
    """Why rows like this one need no label."""
    if names.shares(record, dataset.schema):
        return "its rows have the keys of others, whose labels are theirs too"
    return "" if isinstance(record.pk, int) else "its keys are no numbers"


def _names(records: Sequence[Record], fields: Sequence[str]) -> dict[int, str]:
    """The label of each row that has none, by the first field that gives every row one of its own."""
    for name in fields:
        words = [each.label or _word(each.fields.get(name)) for each in records]
        if all(words) and len(set(words)) == len(words):
            return {id(each): word for each, word in zip(records, words, strict=True) if not each.label}
    return {}


def _word(value: Json) -> str:
    """What a row may be called that has this value; empty if nothing."""
    if not isinstance(value, str) or entry.is_name(value):
        return value if isinstance(value, str) else ""
    word = re.sub(r"[^\w.@+-]+", "_", value.lower()).strip("_.@+-")[:_LONGEST]
    return word if entry.is_name(word) else ""


def _check(known: Mapping[str, Sequence[Record]], models: Sequence[str], fields: Mapping[str, str]) -> None:
    for word in (*models, *fields):
        if not any(selection.matches(label, (word,)) for label in known):
            raise DatasetError(f"There are no rows of {word!r}.", next=graph.did_you_mean(word, known))
    for label, name in fields.items():
        held = {each for record in known[label] for each in record.fields}
        if name not in held:
            raise DatasetError(f"{label} has no field {name!r}.", next=graph.did_you_mean(name, held))
