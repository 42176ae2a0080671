"""F033: rows that no test has read, nor refers a row to them that one has: the trace of a run says so."""

from __future__ import annotations

from collections.abc import Iterator

from statusquo.assets import pruning
from statusquo.assets.dataset import Dataset
from statusquo.assets.rule import Rule, Subject
from statusquo.core.finding import Finding


def check(subject: Subject) -> Iterator[Finding]:
    """A finding for each model. Nobody looks without a trace, or where it is not known what rows refer to."""
    counts = subject.dataset.counts
    if subject.trace is None or any(subject.dataset.schema.get(label) is None for label in counts):
        return
    for label, rows in Dataset(pruning.unused(subject.dataset, subject.trace)).by_model().items():
        message = f"{label}: {len(rows)} of {counts[label]} rows were read by no test, first {rows[0].subject}."
        hint = f"Try without: statusquo prune {subject.stored.path} --unused TRACE -- TEST COMMAND"
        yield Finding("F033", "info", str(rows[0].place), message, hint, label)


RULE = Rule("F033", "rows never read", check)
