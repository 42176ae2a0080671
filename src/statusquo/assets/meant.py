"""Which rows somebody means by ``app.model:query``. Pure; ``subset`` asks."""

from __future__ import annotations

from fnmatch import fnmatchcase

from statusquo.assets import references, values
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.formats import entry
from statusquo.core import graph
from statusquo.core.errors import DatasetError


def rows(dataset: Dataset, text: str) -> tuple[Record, ...]:
    """The rows of a model with one of the keys ``1,2``, or with all of ``field=value,other=value``; values are globs.

    Raises DatasetError if there is none: somebody thought there was.
    """
    model, _, query = text.partition(":")
    label = entry.label(model)
    known = dataset.by_model()
    if label not in known:
        raise DatasetError(f"There are no rows of {model!r}.", next=graph.did_you_mean(label, known))
    found = tuple(each for each in known[label] if _is_meant(each, query or "*"))
    if not found:
        raise DatasetError(f"{text}: none of the {len(known[label])} rows of {label} is like that.")
    return found


def _is_meant(record: Record, query: str) -> bool:
    if "=" not in query:
        return any(fnmatchcase(references.key_text(record.pk), each) for each in query.split(","))
    pairs = (each.partition("=") for each in query.split(","))
    return all(name in record.fields and fnmatchcase(_text(record.fields[name]), value) for name, _, value in pairs)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else "" if value is None else values.compact(value)
