"""F092: a row names a file that no volume of the lock has."""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets.rule import Rule, Subject, finding
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each. Where the lock has no volume, or one cannot be read, nobody knows which files there are."""
    held = subject.held()
    if not held or len(held) < len(subject.volumes):
        return
    files = {path for volume in held.values() for path in volume.digests}
    for record, model in subject.known():
        for field in model.fields:
            path = record.fields.get(field.name)
            if field.kind == "file" and isinstance(path, str) and path and path not in files:
                message = f"names {path}, which is not in {', '.join(held)}."
                yield finding("F092", "error", record, message, field=field.name, hint="Add the file.")


RULE = Rule("F092", "missing file", check)
