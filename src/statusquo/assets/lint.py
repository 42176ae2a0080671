"""Checks datasets by all rules, leaves out what is waived, and mends what can be mended. Pure but for reading sizes."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from statusquo.assets import canonical, formats, rules
from statusquo.assets.dataset import Dataset
from statusquo.assets.rule import Rule, Settings, Subject, Waiver
from statusquo.core.finding import Finding

_ROUNDS = 5
"""Mending one thing may uncover another."""
FAILING = ("error", "warning")
"""The levels at which test data are not as they should be."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What lint has to say: findings, those that were waived, and waivers that met nothing."""

    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...] = ()
    idle: tuple[Waiver, ...] = ()


def all_rules() -> tuple[Rule, ...]:
    """Every rule there is, by id: the ``RULE`` of each module of ``rules``."""
    names = (each.name for each in pkgutil.iter_modules(rules.__path__))
    modules = (importlib.import_module(f"{rules.__name__}.{name}") for name in names)
    return tuple(sorted((module.RULE for module in modules), key=lambda rule: rule.id))


def check(subjects: Sequence[Subject], settings: Settings) -> Outcome:
    """The findings about some datasets, in the order of datasets, lines and rules."""
    found = [each for subject in subjects for each in _check(subject)]
    waived = tuple(each for each in found if _waiver(each, settings.waivers))
    idle = tuple(waiver for waiver in settings.waivers if not any(_waiver(each, (waiver,)) for each in waived))
    return Outcome(tuple(each for each in found if each not in waived), waived, idle)


def idle(outcome: Outcome, file: object) -> tuple[Finding, ...]:
    """A finding for each waiver in a *file* that met nothing, if all data were checked."""
    told = ((each, f"the waiver of {each.rule} at {each.at!r} meets nothing any more.") for each in outcome.idle)
    return tuple(Finding("F099", "info", str(file), what, "Take it out.", each.rule) for each, what in told)


def mend(subject: Subject, *, losing_rows: bool) -> Dataset | None:
    """The dataset without what can be mended, or None if there is nothing to mend; waived findings are left alone."""
    if not _is_writable(subject):
        return None
    mended, is_changed = subject, False
    for _ in range(_ROUNDS):
        due = [rule for rule in all_rules() if _due(rule, mended, losing_rows=losing_rows)]
        for rule in due:
            about = _due(rule, mended, losing_rows=losing_rows)
            if rule.mend and about:
                dataset = rule.mend(mended, about)
                mended = replace(mended, stored=replace(mended.stored, dataset=dataset))
        is_changed = is_changed or bool(due)
        if all(rule.id in WRITING for rule in due):
            break
    return canonical.arrange(mended.dataset) if is_changed else None


WRITING = ("F001", "F023")
"""Rules whose findings go away by writing files and lock anew."""


def _check(subject: Subject) -> Iterator[Finding]:
    found = (each for rule in all_rules() for each in rule.check(subject))
    if not _is_writable(subject):
        found = (replace(each, fixable=False) for each in found)
    return iter(sorted(found, key=lambda each: (_line(each), each.id)))


def _is_writable(subject: Subject) -> bool:
    return all(formats.of(source.path).write for source in subject.stored.sources)


def _due(rule: Rule, subject: Subject, *, losing_rows: bool) -> frozenset[str]:
    if rule.mend is None or (rule.loses_rows and not losing_rows):
        return frozenset()
    found = (each for each in rule.check(subject) if each.fixable)
    return frozenset(each.subject for each in found if not _waiver(each, subject.settings.waivers))


def _waiver(finding: Finding, waivers: Sequence[Waiver]) -> bool:
    file = finding.place.partition(":")[0]
    return any(
        waiver.rule == finding.id and (fnmatchcase(finding.subject, waiver.at) or fnmatchcase(file, waiver.at))
        for waiver in waivers
    )


def _line(finding: Finding) -> tuple[str, int]:
    file, _, line = finding.place.rpartition(":")
    return (file, int(line)) if line.isdecimal() else (finding.place, 0)
