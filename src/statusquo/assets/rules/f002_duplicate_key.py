"""F002: two rows of one dataset with one key. ``loaddata`` keeps the last, without a word."""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets.dataset import Record
from statusquo.assets.references import key_text
from statusquo.assets.rule import Rule, Subject, finding
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each row whose key an earlier one has."""
    seen: dict[tuple[str, str], Record] = {}
    for record in subject.dataset.records:
        key = (record.model, key_text(record.pk))
        if record.pk is not None and key in seen:
            hint = "One of them would be lost. Give it another number: statusquo renumber."
            yield finding("F002", "error", record, f"is there already, at {seen[key].place}.", hint=hint)
        seen.setdefault(key, record)


RULE = Rule("F002", "duplicate key", check)
