"""F022: a moment with milliseconds only, which is what Django's JSON leaves of six digits, or one without a zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from statusquo.assets import moments
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each moment without a zone, and one for each field with milliseconds: a file has them everywhere.

    Milliseconds are spelt out, all of them, by whatever writes the file; which zone was meant nobody here can know.
    """
    told: set[tuple[str, str]] = set()
    for record in subject.dataset.records:
        model = subject.dataset.schema.get(record.model)
        for name, value in record.fields.items():
            field = model.field(name) if model else None
            is_moment = field is not None and field.kind == "datetime"
            if not isinstance(value, str) or (model is not None and not is_moment):
                continue
            if moments.has_milliseconds(value):
                if (record.model, name) in told:
                    continue
                told.add((record.model, name))
                message = f"is {value}: three digits of a second, where databases keep six."
                yield finding("F022", "info", record, message, field=name, fixable=is_moment)
            elif is_moment and moments.has_no_zone(value):
                message = f"is {value}, without a zone: it means another moment on another machine."
                yield finding("F022", "warning", record, message, field=name, hint="Write it in UTC, with Z.")


def mend(subject: Subject, about: frozenset[str]) -> Dataset:
    """With all six digits."""
    return subject.dataset.having(_mended(record, about) for record in subject.dataset.records)


def _mended(record: Record, about: frozenset[str]) -> Record:
    fields = {
        name: moments.canonical(value) if isinstance(value, str) and f"{record.subject}.{name}" in about else value
        for name, value in record.fields.items()
    }
    return replace(record, fields=fields)


RULE = Rule("F022", "moment without microseconds or zone", check, mend)
