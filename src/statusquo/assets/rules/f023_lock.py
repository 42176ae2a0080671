"""F023: the lock is not the one of these rows: somebody changed them by hand, or there is none."""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets import declared, sidecar
from statusquo.assets.rule import Rule, Subject, as_it_is
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """One finding, which says what is different."""
    lock, path = subject.stored.lock, subject.stored.lock_path
    if lock is None:
        message = f"there is no {path.name}: nothing is known of the models, so references and values are not checked."
        if subject.dataset.schema.models:
            message = f"there is no {path.name}: without the project nothing is known of the models."
        yield Finding("F023", "info", str(subject.stored.path), message, subject=path.name)
        return
    known, said = ({*declared.told(each)} for each in (lock.schema, subject.dataset.schema))
    if known != said:
        message = f"{path.name} has other references than assets.references: {', '.join(sorted(known ^ said))}."
        yield Finding("F023", "warning", str(path), message, subject=path.name, fixable=True)
    counts = subject.dataset.counts
    if lock.content == sidecar.content(subject.dataset) and dict(lock.counts) == counts:
        return
    names = sorted(name for name in {*counts, *lock.counts} if counts.get(name) != lock.counts.get(name))
    told = [f"{name} {lock.counts.get(name, 0)} → {counts.get(name, 0)}" for name in names]
    message = f"{path.name} is not the lock of these rows: {', '.join(told) or 'the same counts, other content'}."
    yield Finding("F023", "warning", str(path), message, subject=path.name, fixable=True)


RULE = Rule("F023", "lock does not match", check, as_it_is)
