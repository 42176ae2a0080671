"""F021: the project has migrations that the data have not been through."""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets.rule import Rule, Subject
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each app whose last migrations are not those of the lock, where both are known."""
    lock, path = subject.stored.lock, subject.stored.lock_path
    for app, names in (lock.migrations if lock else {}).items():
        now = subject.leaves.get(app, names)
        if set(now) != set(names):
            message = f"the data are of {app} {', '.join(names)}, and the project is at {', '.join(now) or 'nothing'}."
            hint = "'statusquo migrate-data' carries them forward."
            yield Finding("F021", "warning", str(path), message, hint, app)


RULE = Rule("F021", "older than the migrations", check)
