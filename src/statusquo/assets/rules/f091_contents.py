"""F091: an archive or folder does not hold the files that the lock says: something is missing on one of the sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from statusquo.assets.rule import Rule, Subject
from statusquo.core.finding import Finding

_SHOWN = 3


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each volume, which says what is different."""
    locked = subject.stored.lock.volumes if subject.stored.lock else {}
    for name, volume in subject.held().items():
        wanted, found = locked[name], volume.digests
        if wanted != found:
            message = f"{name} is not the one of {subject.stored.lock_path.name}: {_told(wanted, found)}."
            hint = f"Take it from version control, or accept it: statusquo volume lock {subject.stored.path}"
            yield Finding("F091", "warning", str(subject.place(name)), message, hint, name)


def _told(wanted: Mapping[str, str], found: Mapping[str, str]) -> str:
    kinds = {
        "missing": [path for path in wanted if path not in found],
        "new": [path for path in found if path not in wanted],
        "changed": [path for path in found if wanted.get(path, found[path]) != found[path]],
    }
    return "; ".join(f"{kind} {_names(paths)}" for kind, paths in kinds.items() if paths)


def _names(paths: list[str]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more


RULE = Rule("F091", "volume does not match", check)
