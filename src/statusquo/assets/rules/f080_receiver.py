"""F080: a receiver of signals does for rows of test data what it does for rows that somebody saves: it ignores ``raw``.

``loaddata`` sends the signals of each row; what such a receiver writes is there twice, or differs from the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets.rule import Rule, Subject
from statusquo.core.finding import Finding

_HINT = "Let it return if raw is true, or load without signals: statusquo load."


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each model that one listens to; one if the project was asked, and does not say."""
    said = subject.receivers
    if isinstance(said, str):
        path = str(subject.stored.path)
        yield Finding("F080", "info", path, f"receivers of signals cannot be checked: {said}", subject=path)
        return
    for each in said or ():
        if each.model in subject.dataset.counts:
            message = f"{each.name} hears {each.signal} of {each.model} and does not look at raw."
            yield Finding("F080", "info", each.place, message, _HINT, f"{each.model}:{each.name}")


RULE = Rule("F080", "receiver that ignores raw", check)
