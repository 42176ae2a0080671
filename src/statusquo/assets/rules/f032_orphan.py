"""F032: rows that nobody points to, of models that others do point to and that are no roots: often dead weight."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from statusquo.assets import references
from statusquo.assets.rule import Rule, Subject
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each model. Nobody looks where no roots are named: every row could be one."""
    roots, dataset = subject.settings.roots, subject.dataset
    if not roots:
        return
    found = references.index(dataset)
    edges = tuple(references.edges(dataset))
    met = {id(found.resolve(each)) for each in edges}
    pointed = {each.model for each in edges}
    for label, records in dataset.by_model().items():
        orphans = [each for each in records if id(each) not in met]
        if orphans and label in pointed and not any(fnmatchcase(label, root) for root in roots):
            message = (
                f"{label}: {len(orphans)} of {len(records)} rows are pointed to by no row, first {orphans[0].subject}."
            )
            yield Finding("F032", "info", str(orphans[0].place), message, "Does a test need them?", label)


RULE = Rule("F032", "orphans", check)
