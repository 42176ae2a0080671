"""F001: the file is not in the canonical form, so the next tool that writes it makes a diff that says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets import files
from statusquo.assets.rule import Rule, Subject, as_it_is
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each file that is not as it would be written."""
    now = {source.path: source.content for source in subject.stored.sources}
    for change in files.plan_rewrite(subject.stored, subject.dataset):
        text = (change.text or "").encode()
        if change.path in now and now[change.path] != text:
            line = _first_difference(now[change.path], text)
            place, name = f"{change.path}:{line}", change.path.name
            message = f"{name} is not in canonical form; line {line} is the first that differs."
            yield Finding("F001", "warning", place, message, subject=name, fixable=True)


def _first_difference(one: bytes, two: bytes) -> int:
    pairs = zip(one.splitlines(keepends=True), two.splitlines(keepends=True), strict=False)
    return 1 + sum(1 for _ in iter(lambda: _equal(next(pairs, None)), False))


def _equal(pair: tuple[bytes, bytes] | None) -> bool:
    return pair is not None and pair[0] == pair[1]


RULE = Rule("F001", "not canonical", check, as_it_is)
