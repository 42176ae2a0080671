"""Findings as text, JSON, SARIF and annotations of GitHub. Pure; the command line prints them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from urllib.parse import quote

from statusquo.assets.rule import Rule
from statusquo.core.finding import Finding, Level

_SARIF: dict[Level, str] = {"error": "error", "warning": "warning", "info": "note", "ok": "none"}
_BESIDE = {"F000": "cannot be read", "F099": "idle waiver"}
"""What is no rule, and yet a finding."""
_GITHUB: dict[Level, str] = {"error": "error", "warning": "warning", "info": "notice", "ok": "notice"}


def text(findings: Sequence[Finding]) -> Iterator[str]:
    """A line each: place, level, rule, what is and what to do."""
    for each in findings:
        mended = "--fix mends it." if each.fixable and "--fix" not in each.hint else ""
        yield " ".join(filter(None, (f"{each.place}: {each.level} {each.id}", each.message, each.hint, mended)))


def plain(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """For a program."""
    return [asdict(each) for each in findings]


def github(findings: Sequence[Finding]) -> Iterator[str]:
    """A workflow command each, which shows the finding at its line."""
    for each in findings:
        file, line = _place(each)
        told = _escape(f"{each.message} {each.hint}".strip())
        yield f"::{_GITHUB[each.level]} file={_property(file)},line={line},title={each.id}::{told}"


def sarif(findings: Sequence[Finding], rules: Sequence[Rule], version: str) -> dict[str, object]:
    """One run of SARIF 2.1.0, which code hosts and editors read."""
    known = [*_BESIDE.items(), *((rule.id, rule.title) for rule in rules)]
    driver = {
        "name": "statusquo",
        "version": version,
        "rules": [{"id": rule, "shortDescription": {"text": title}} for rule, title in known],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(each) for each in findings]}],
    }


def _result(finding: Finding) -> dict[str, object]:
    file, line = _place(finding)
    location = {"artifactLocation": {"uri": quote(file)}, "region": {"startLine": line}}
    return {
        "ruleId": finding.id,
        "level": _SARIF[finding.level],
        "message": {"text": f"{finding.message} {finding.hint}".strip()},
        "locations": [{"physicalLocation": location}],
    }


def _place(finding: Finding) -> tuple[str, int]:
    file, _, line = finding.place.rpartition(":")
    return (file, int(line)) if line.isdecimal() else (finding.place, 1)


def _property(told: str) -> str:
    return _escape(told).replace(":", "%3A").replace(",", "%2C")


def _escape(told: str) -> str:
    return told.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
