"""From one entry of a file, whatever its format, to a record: the shape is checked once, here."""

from __future__ import annotations

import functools
import re

from statusquo.assets import values
from statusquo.assets.dataset import Json, Place, Record
from statusquo.core import graph
from statusquo.core.errors import DatasetError

_KEYS = ("model", "pk", "label", "fields")
_NAME = re.compile(r"\w[\w.@+-]*")
"""What a row may be called: what Django allows as the name of a user, but with a letter or a digit first."""
_LABEL = re.compile(r"[A-Za-z_]\w*\.[A-Za-z_]\w*")


def record(entry: object, place: Place) -> Record:
    """The record that an entry is. Raises DatasetError, which says what it is instead."""
    if not isinstance(entry, dict):
        raise wrong(place, f"a row is a table with model, pk and fields, not {_kind(entry)}")
    for key in entry:
        if key not in _KEYS:
            raise wrong(place, f"a row has no {key!r}", graph.did_you_mean(str(key), _KEYS))
    model, pk, fields = entry.get("model"), entry.get("pk"), entry.get("fields")
    if not isinstance(model, str) or not _is_label(model):
        raise wrong(place, f"a row's model is 'app.model', not {model!r}")
    if not is_key(pk):
        raise wrong(place, f"the pk of a row is text, a number or a list of these, not {_kind(pk)}")
    name = entry.get("label", "")
    if not isinstance(name, str) or ("label" in entry and not is_name(name)):
        raise wrong(place, f"a row's label is a word of letters, digits and . @ + - _, not {name!r}")
    if not isinstance(fields, dict):
        raise wrong(place, f"a row's fields are a table, not {_kind(fields)}")
    reason = values.trouble(pk) or values.trouble(fields)
    if reason:
        raise wrong(place, reason)
    return Record(label(model), pk, fields, place, name)


@functools.lru_cache(1024)
def _is_label(model: str) -> bool:
    return _LABEL.fullmatch(model) is not None


@functools.lru_cache(1024)
def label(model: str) -> str:
    """The label as Django's registry spells it: the model in lower case, the app as it is."""
    app, _, name = model.partition(".")
    return f"{app}.{name.lower()}"


def is_name(name: str) -> bool:
    """True for what a row may be called."""
    return _NAME.fullmatch(name) is not None


def is_key(pk: Json) -> bool:
    """True for what can name a row: nothing at all, a plain value, or a list of plain values."""
    if pk is None or type(pk) in {int, str}:
        return True
    parts = pk if isinstance(pk, list) and pk else [pk]
    return all(part is None or (isinstance(part, str | int | float) and not isinstance(part, bool)) for part in parts)


def wrong(place: Place, what: str, next: str = "") -> DatasetError:
    """The error for something at a place."""
    return DatasetError(f"{place}: {what}.", next=next)


def _kind(value: object) -> str:
    names = {dict: "a table", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else type(value).__name__)
