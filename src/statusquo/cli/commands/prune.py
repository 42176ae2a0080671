"""``statusquo prune``: test data without the rows that nobody needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from statusquo.assets import changes, closing, files, pruning, trace
from statusquo.assets.closing import Cut
from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.files import Stored
from statusquo.assets.trace import Trace
from statusquo.cli import proving
from statusquo.cli.context import Context
from statusquo.cli.proving import Trial
from statusquo.config import LintSettings
from statusquo.core.errors import DatasetError

_PARTS = 16
"""Into how many chunks the rows of a model are taken apart at most, where not all of them can go."""


@click.command(short_help="Take out rows of test data that nobody needs.")
@click.argument("path", metavar="DATA", type=click.Path(path_type=Path))
@click.argument("command", metavar="[-- TEST COMMAND]", nargs=-1, type=click.UNPROCESSED)
@click.option("--model", "models", multiple=True, metavar="GLOB", help="All rows of these models. Repeatable.")
@click.option("--noise", is_flag=True, help="Rows that a running system makes by itself, as lint finds them (F030).")
@click.option("--orphans", is_flag=True, help="Rows that no row points to, as lint finds them (F032, lint.roots).")
@click.option("--dangling", is_flag=True, help="References to rows that are not there, with their rows if need be.")
@click.option(
    "--unused",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="TRACE",
    help="Rows that a traced run (pytest --trace-rows) did not read, as far as TEST COMMAND passes without them.",
)
@click.option("--runs", type=int, default=40, show_default=True, help="With --unused: how often TEST COMMAND may run.")
@click.option("--dry-run", is_flag=True, help="Write nothing.")
@click.pass_obj
def prune(
    context: Context,
    path: Path,
    command: tuple[str, ...],
    *,
    models: tuple[str, ...],
    noise: bool,
    orphans: bool,
    dangling: bool,
    unused: Path | None,
    runs: int,
    dry_run: bool,
) -> None:
    """Take rows out of DATA, and say how many of each model and how many bytes.

    References to them go too: out of a list, to empty, or with the row that cannot be without. Needs the lock of DATA.

    A trace is evidence and no proof: a count reads rows without loading one. So --unused tries: it writes the data
    without them and runs TEST COMMAND; where that fails it looks for those that can go, by model and then by halves.
    """
    stored = context.stored(path)
    closing.refuse_unknown(stored.dataset)
    if unused:
        if not command or models or noise or orphans or dangling:
            raise click.UsageError("--unused goes alone, and with a test command: --unused TRACE -- pytest -q")
        cut = _unused(context, Trial(stored, command, runs), trace.read(unused))
    elif command or not (models or noise or orphans or dangling):
        raise click.UsageError("Say which rows: --model, --noise, --orphans, --dangling, or --unused with a command.")
    else:
        kinds = {"model": bool(models), "noise": noise, "dangling": dangling, "orphans": orphans}
        wanted = Wanted(stored, context.lint(), models)
        cut = wanted.without([kind for kind, is_asked in kinds.items() if is_asked])
    context.printer.lines(pruning.told(cut))
    context.printer.note(f"{path}: {len(cut.gone)} of {len(stored.dataset.records)} rows.")
    if cut.gone or cut.dataset != stored.dataset:
        changes.apply(() if dry_run else files.plan_rewrite(stored, cut.dataset))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Kinds of rows that were asked for, as the project means them."""

    stored: Stored
    said: LintSettings
    models: Sequence[str]

    def without(self, kinds: Sequence[str]) -> Cut:
        """The data without them, one kind after the other: what goes may leave orphans."""
        cut = Cut(self.stored.dataset, (), ())
        for kind in kinds:
            more = self._cut(kind, cut.dataset)
            cut = Cut(more.dataset, (*cut.gone, *more.gone), (*cut.also, *more.also))
        return cut

    def _cut(self, kind: str, dataset: Dataset) -> Cut:
        settings = self.said.settings
        match kind:
            case "model":
                return closing.without(dataset, pruning.of_models(dataset, self.models))
            case "noise":
                return closing.without(dataset, pruning.noisy(dataset, settings.noise, settings.wanted))
            case "dangling":
                excluded = self.stored.lock.excluded if self.stored.lock else {}
                return pruning.without_dangling(dataset, [*excluded, *settings.elsewhere])
            case _ if settings.roots:
                return closing.without(dataset, pruning.orphans(dataset, settings.roots))
            case _:
                what = "Which models need nobody who points to them is not known."
                raise DatasetError(what, next="Name them in the configuration: lint.roots.")


def _unused(context: Context, trial: Trial, read: Trace) -> Cut:
    """The data without those rows that were not read and are not missed. The files are put back as they were."""
    rows = pruning.unused(trial.stored.dataset, read)
    context.printer.note(f"{len(rows)} of {len(trial.stored.dataset.records)} rows were not read.")
    if not rows:
        return trial.cut(())
    groups = [*Dataset(rows).by_model().values()]
    with proving.as_it_was(trial.stored):
        trial.start()
        whole = pruning.together(groups, lambda some: trial.is_fine(_joined(some)))
        gone = [*_joined(whole)]
        for group in (each for each in groups if each not in whole):
            part = pruning.together(group, lambda some: trial.is_fine([*gone, *some]), len(group) // _PARTS)  # noqa: B023 - asked at once
            gone += part
    told = "" if trial.runs < trial.most else "; it may not run more often: --runs"
    context.printer.note(f"The tests ran {trial.runs} times{told}.")
    return trial.cut(gone)


def _joined(groups: Sequence[Sequence[Record]]) -> list[Record]:
    return [each for group in groups for each in group]
