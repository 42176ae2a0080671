"""F090: an archive or folder of files that the lock names is not there, or cannot be read without danger."""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets.rule import Rule, Subject
from statusquo.assets.volumes.volume import Volume
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each."""
    for name, held in subject.volumes.items():
        if not isinstance(held, Volume):
            yield Finding("F090", "error", str(subject.place(name)), str(held), subject=name)


RULE = Rule("F090", "volume cannot be read", check)
