"""F040: the data are larger than the budget: each byte is loaded before every first test, and reviewed by nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from statusquo.assets.formats import jsonlines
from statusquo.assets.rule import Rule, Subject
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """One finding, with the models that take most."""
    size = sum(len(source.content) for source in subject.stored.sources)
    size += sum(Path(each).stat().st_size for each in subject.settings.archives if Path(each).is_file())
    if size > subject.settings.budget:
        shares: Counter[str] = Counter()
        for record in subject.dataset.records:
            shares[record.model] += len(jsonlines.write([record]).encode())
        most = ", ".join(f"{label} {share // 1000} kB" for label, share in shares.most_common(3))
        name = subject.stored.path.name
        message = f"{name} has {size / 1000:.0f} kB, more than the budget of {subject.settings.budget / 1000:.0f} kB."
        yield Finding("F040", "warning", str(subject.stored.path), message, f"Most is {most}.", name)


RULE = Rule("F040", "size budget", check)
