"""F093: files of a volume that no row names: often what is left of rows that went."""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets.rule import Rule, Subject
from statusquo.core.finding import Finding

_SHOWN = 3


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each volume. Where no model of the data has a field for files, they are named in other ways."""
    fields = [
        (record, field.name) for record, model in subject.known() for field in model.fields if field.kind == "file"
    ]
    if not fields:
        return
    named = {record.fields.get(name) for record, name in fields}
    for name, volume in subject.held().items():
        rest = [path for path in volume.digests if path not in named]
        if rest:
            size = sum(volume.members[path].size for path in rest)
            message = (
                f"{name}: {len(rest)} of {len(volume.digests)} files are named by no row, {size / 1000:.0f} kB: "
                f"{', '.join(rest[:_SHOWN])}{' ...' if len(rest) > _SHOWN else ''}."
            )
            yield Finding("F093", "info", str(subject.place(name)), message, "Does a test need them?", name)


RULE = Rule("F093", "unnamed files", check)
