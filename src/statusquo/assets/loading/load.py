"""A dataset into a database: read what is there, plan, carry the plan out. The transaction is the caller's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from statusquo.assets.dataset import Dataset
from statusquo.assets.loading import plan as planning
from statusquo.assets.loading import tables
from statusquo.assets.loading.plan import Plan, Terms
from statusquo.assets.loading.present import Present
from statusquo.assets.loading.project import Project
from statusquo.assets.loading.steps import Put, Remove, Step
from statusquo.assets.schema import Model
from statusquo.core.writing import Writer

Around = Callable[[Step], AbstractContextManager[Step]]
"""What happens around a step, and what is written in its place; for those who listen to signals."""


def load(
    dataset: Dataset,
    writer: Writer,
    terms: Terms,
    *,
    project: Project | None = None,
    exact: bool = False,
    around: Around = nullcontext,
) -> Plan:
    """Load the dataset, by the facts that it carries; what was done. *exact* is of counters, as ``settle`` has it.

    Raises DatasetError, with all that keeps rows from being loaded and nothing written; StoreError if the database
    refuses something nonetheless: then the transaction must be given up.
    """
    made = plan(dataset, writer, terms, project)
    for step in made.steps:
        with around(step) as meant:
            carry_out(meant, writer)
    writer.settle(made.counters, exact=exact)
    return made


def plan(dataset: Dataset, writer: Writer, terms: Terms, project: Project | None = None) -> Plan:
    """What ``load`` would do. Keys may be taken from counters."""

    def numbers(model: Model, count: int) -> tuple[int, ...]:
        return tuple(writer.numbers(tables.of(model, model.pk), count))

    present = Present(dataset.schema, writer)
    return planning.plan(dataset, present, terms, numbers=numbers, bounded=writer.bounded, project=project)


def carry_out(step: Step, writer: Writer) -> None:
    """Do one step."""
    match step:
        case Put(table=table, rows=rows, is_there=is_there):
            writer.put(table, rows, is_there=is_there)
        case Remove(table=table, rows=rows):
            writer.remove(table, rows)
