"""F040: the data are larger than the budget, or grew by more: each byte is loaded before every first test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from statusquo.assets.formats import jsonlines
from statusquo.assets.rule import Rule, Subject
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for the size, with the models that take most, and one for the growth, where that is limited."""
    size, name, place = _size(subject), subject.stored.path.name, str(subject.stored.path)
    budget, growth = subject.settings.budget, subject.settings.growth
    if size > budget:
        shares: Counter[str] = Counter()
        for record in subject.dataset.records:
            shares[record.model] += len(jsonlines.write([record]).encode())
        most = ", ".join(f"{label} {share // 1000} kB" for label, share in shares.most_common(3))
        message = f"{name} has {size / 1000:.0f} kB, more than the budget of {budget / 1000:.0f} kB."
        yield Finding("F040", "warning", place, message, f"Most is {most}.", name)
    if growth and subject.base_size is not None and size - subject.base_size > growth:
        grown = (size - subject.base_size) / 1000
        message = f"{name} grew by {grown:.0f} kB to {size / 1000:.0f} kB; it may grow by {growth / 1000:.0f} kB."
        yield Finding("F040", "warning", place, message, "Can rows go instead? statusquo prune", name)


def _size(subject: Subject) -> int:
    """The bytes of the data with their archives and folders, each counted once."""
    held = subject.held()
    archives = {Path(each).absolute() for each in subject.settings.archives}
    archives |= {subject.place(name).absolute() for name in held}
    size = sum(len(source.content) for source in subject.stored.sources)
    size += sum(each.stat().st_size for each in archives if each.is_file())
    return size + sum(volume.size for name, volume in held.items() if subject.place(name).is_dir())


RULE = Rule("F040", "size budget", check)
