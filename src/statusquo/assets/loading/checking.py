"""What is different between a dataset and a database that should have its rows. Reads, and changes nothing."""

from __future__ import annotations

from dataclasses import replace

from statusquo.assets import compare, reading, references, selection
from statusquo.assets.compare import Difference
from statusquo.assets.dataset import Dataset
from statusquo.assets.loading import sheets, violations
from statusquo.assets.selection import Selection
from statusquo.core.rows import Rows


def differences(dataset: Dataset, rows: Rows) -> tuple[Difference, ...]:
    """How the models of the dataset differ in the database, from there to the data; what a row does not say is no
    difference. Raises StoreError, DatasetError.
    """
    wrong = sheets.sort(dataset.records, dataset.schema, dropping=False).violations
    if wrong:
        raise violations.error(wrong)
    labels = tuple(dataset.counts)
    wished = Selection(models=labels, wanted=("*",))
    choice = selection.choose(dataset.schema, wished, rows.tables())
    natural = {each.model for each in references.edges(dataset) if each.is_natural} - set(labels)
    found = reading.read(rows, dataset.schema, choice, natural)
    return tuple(each for one in compare.compare(found, dataset) for each in (_said(one),) if each)


def _said(difference: Difference) -> Difference | None:
    """The difference in fields that the data speak of."""
    if difference.before is None or difference.after is None:
        return difference
    fields = tuple(each for each in difference.fields if each.name in difference.after.fields)
    return replace(difference, fields=fields) if fields or difference.kind == "renumbered" else None
