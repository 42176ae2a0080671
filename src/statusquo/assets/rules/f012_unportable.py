"""F012: a number for a row that Django makes itself; in the next database it is another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from statusquo.assets import references
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.assets.schema import Model
from statusquo.core.finding import Finding

_USUAL = {
    "content_type": "contenttypes.contenttype",
    "permissions": "auth.permission",
    "user_permissions": "auth.permission",
}
"""What these fields refer to where no facts say it."""
_OWN = "sites.site"
"""Its rows may be in the data, number and all."""


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each field that holds such a number."""
    natural = _natural(subject.dataset)
    for record in subject.dataset.records:
        if record.model in references.PROVIDED:
            continue
        for name, target in _fields(record, subject.dataset.schema.get(record.model)):
            if target == _OWN and _OWN in subject.dataset.counts:
                continue
            held = _listed(record.fields.get(name))
            if any(_is_number(each) for each in held):
                can = all((target, str(each)) in natural for each in held if _is_number(each))
                hint = "" if can else f"Dump with natural keys, or write what the row of {target} is called."
                message = f"holds a number of {target}, which differs from database to database."
                yield finding("F012", "warning", record, message, field=name, hint=hint, fixable=can)


def mend(subject: Subject, about: frozenset[str]) -> Dataset:
    """With the natural keys of the rows, which are in the data."""
    natural = _natural(subject.dataset)
    return subject.dataset.having(_mended(record, subject, natural, about) for record in subject.dataset.records)


def _mended(record: Record, subject: Subject, natural: Mapping[tuple[str, str], Json], about: frozenset[str]) -> Record:
    fields = dict(record.fields)
    for name, target in _fields(record, subject.dataset.schema.get(record.model)):
        if f"{record.subject}.{name}" in about:
            held = fields[name]
            new = [natural.get((target, str(each)), each) for each in _listed(held)]
            fields[name] = new if isinstance(held, list) else new[0]
    return replace(record, fields=fields)


def _fields(record: Record, model: Model | None) -> Iterator[tuple[str, str]]:
    targets = _USUAL if model is None else _targets(model)
    return ((name, to) for name, to in targets.items() if name in record.fields and to in references.PROVIDED)


def _targets(model: Model) -> dict[str, str]:
    return {each.name: each.to for each in model.fields} | {each.name: each.to for each in model.many}


def _natural(dataset: Dataset) -> dict[tuple[str, str], Json]:
    found: dict[tuple[str, str], Json] = {}
    for record in dataset.records:
        if record.model == references.CONTENT_TYPES:
            found[record.model, str(record.pk)] = [record.fields.get("app_label"), record.fields.get("model")]
    for record in dataset.records:
        if record.model == "auth.permission":
            kind = record.fields.get("content_type")
            names = kind if isinstance(kind, list) else found.get((references.CONTENT_TYPES, str(kind)))
            if isinstance(names, list):
                found[record.model, str(record.pk)] = [record.fields.get("codename"), *names]
    return found


def _listed(held: Json) -> list[Json]:
    return held if isinstance(held, list) and not all(isinstance(each, str) for each in held) else [held]


def _is_number(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


RULE = Rule("F012", "number of a row that Django makes", check, mend)
