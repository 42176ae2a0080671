"""``statusquo lint``: check test data, and mend what can be mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import click

from statusquo import __version__
from statusquo.assets import changes, declared, files, leaves, reported
from statusquo.assets import lint as linter
from statusquo.assets import trace as traces
from statusquo.assets.files import Stored
from statusquo.assets.labels import LabelError
from statusquo.assets.rule import Subject
from statusquo.assets.sidecar import Lock
from statusquo.assets.trace import Trace
from statusquo.cli import committed, projects, volumes
from statusquo.cli.console import Printer
from statusquo.cli.context import Context
from statusquo.config import LintSettings
from statusquo.core.errors import DatasetError
from statusquo.core.finding import Finding

Format = Literal["text", "json", "sarif", "github"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the data are seen beside."""

    base: str
    trace: Trace | None
    project: Path | None
    facts: Lock | None
    """What the project knows of its models, if it was asked and has answered."""


@click.command(short_help="Check test data.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--format", "shape", type=click.Choice(["text", "json", "sarif", "github"]), default="text")
@click.option("--fix", is_flag=True, help="Mend what can be mended without losing rows that somebody may want.")
@click.option("--prune", is_flag=True, help="With --fix: take dangling references away, with their rows if need be.")
@click.option("--base", default="HEAD", show_default=True, help="The branch or revision that changes are seen from.")
@click.option("--trace", type=click.Path(path_type=Path, exists=True), help="What pytest --trace-rows wrote, for F033.")
@click.option(
    "--project",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder of the Django project, which is imported for its models, migrations and receivers of signals.",
)
@click.pass_obj
def lint(
    context: Context,
    paths: tuple[Path, ...],
    *,
    shape: Format,
    fix: bool,
    prune: bool,
    base: str,
    trace: Path | None,
    project: Path | None,
) -> int:
    """Check the test data at PATHS, files or folders of files, or those that [lint] in statusquo.toml names.

    Needs no project, no Django and no database, but for --project. Exits with 1 if there is an error or a warning that
    is not waived, or a file that cannot be read; findings that only inform do not count.
    """
    said = context.lint()
    known = projects.facts(project) if project else None
    asked = Asked(base, traces.read(trace) if trace else None, project, known)
    wanted = tuple(dict.fromkeys(files.owner(_near(path)) for path in paths or said.paths))
    if not wanted:
        raise click.UsageError("Say which test data, or name them in the configuration: lint.paths.")
    read, unreadable = _read(wanted, said, known)
    subjects = _subjects(read, said, asked)
    if fix:
        _fix(subjects, context.printer, losing_rows=prune)
        read, unreadable = _read(wanted, said, known)
        subjects = _subjects(read, said, asked)
    outcome = linter.check(subjects, said.settings)
    idle = () if paths else linter.idle(outcome, context.file or "statusquo.toml")
    findings = (*unreadable, *outcome.findings, *idle)
    _print(context.printer, findings, shape)
    context.printer.note(f"Datasets: {len(read)}, findings: {len(findings)}, waived: {len(outcome.waived)}.")
    return 1 if any(each.level in linter.FAILING for each in findings) else 0


def _near(path: Path) -> Path:
    """The path from here, as annotations and people want it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _read(
    paths: Sequence[Path], said: LintSettings, known: Lock | None
) -> tuple[tuple[Stored, ...], tuple[Finding, ...]]:
    read: list[Stored] = []
    unreadable: list[Finding] = []
    for path in paths:
        try:
            read.append(_known(files.read(path, said.references), said, known))
        except DatasetError as error:
            place, _, what = error.what.partition(": ")
            unreadable.append(Finding(_rule(error), "error", place, what, error.next, str(path)))
    return tuple(read), tuple(unreadable)


def _known(stored: Stored, said: LintSettings, known: Lock | None) -> Stored:
    """The data with the facts of the project, if they have no lock."""
    if stored.lock or known is None:
        return stored
    facts = replace(known, schema=declared.apply(known.schema, said.references or {}))
    return replace(stored, dataset=files.known_by(facts, stored.dataset.records))


def _rule(error: DatasetError) -> str:
    return error.rule if isinstance(error, LabelError) else "F000"


def _subjects(read: Sequence[Stored], said: LintSettings, asked: Asked) -> tuple[Subject, ...]:
    models = {label for stored in read for label in stored.dataset.counts}
    receivers = projects.receivers(asked.project, models) if asked.project and models else None
    apps = {app for stored in read if stored.lock for app in stored.lock.migrations}
    now = asked.facts.migrations if asked.facts else leaves.read(said.project, apps) if apps else {}
    return tuple(
        Subject(
            stored,
            said.settings,
            base=committed.dataset(stored, since),
            base_size=committed.size(stored, since, said.settings.archives) if said.settings.growth else None,
            others=tuple(each for each in read if each is not stored),
            volumes=volumes.found(stored),
            trace=asked.trace,
            receivers=receivers,
            leaves=now,
        )
        for stored in read
        for since in (committed.start(stored, asked.base),)
    )


def _fix(subjects: Sequence[Subject], printer: Printer, *, losing_rows: bool) -> None:
    for subject in subjects:
        mended = linter.mend(subject, losing_rows=losing_rows)
        if mended is not None:
            for path in changes.apply(files.plan_rewrite(subject.stored, mended)):
                printer.note(f"{path} written.")


def _print(printer: Printer, findings: Sequence[Finding], shape: Format) -> None:
    match shape:
        case "json":
            printer.json(reported.plain(findings))
        case "sarif":
            printer.json(reported.sarif(findings, linter.all_rules(), __version__))
        case "github":
            printer.lines(reported.github(findings))
        case "text":
            printer.lines(reported.text(findings))
