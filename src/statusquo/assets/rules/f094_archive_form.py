"""F094: an archive is not in canonical form: its bytes change although no file does."""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets.rule import Rule, Subject
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each such archive."""
    for name, volume in subject.held().items():
        if not volume.is_canonical:
            place = subject.place(name)
            message = f"{name} has other orders, times, owners or modes than statusquo gives."
            yield Finding("F094", "warning", str(place), message, f"statusquo volume pack {place} {place}", name)


RULE = Rule("F094", "archive not canonical", check)
