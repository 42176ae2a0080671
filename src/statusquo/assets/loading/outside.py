"""What must hold for data that are loaded by their facts alone, without the project's code."""

from __future__ import annotations

from collections.abc import Mapping

from statusquo.assets import dump
from statusquo.assets.dataset import Dataset
from statusquo.assets.loading import violations
from statusquo.assets.loading.violations import Violation
from statusquo.core.errors import DatasetError
from statusquo.core.rows import Rows

_BY_ITSELF = "Run 'python -m statusquo.django load' by 'statusquo exec'."


def check_applied(migrations: Mapping[str, tuple[str, ...]], rows: Rows) -> None:
    """Return if the database is in the state that the data fit. Raises DatasetError."""
    done = dump.applied(rows)
    for app, names in migrations.items() if done else ():
        last = done.get(app, ("",))[-1]
        if last not in names:
            raise DatasetError(
                f"The data fit {app} {', '.join(names)}, and the database is at {last or 'no migration of it'}.",
                next="Carry the data through the migrations, or dump them again.",
            )


def check_fields(dataset: Dataset) -> None:
    """Return if all values can be written without the project. Raises DatasetError."""
    foreign = {
        label: [each.name for each in model.fields if each.kind == "other"]
        for label, model in dataset.schema.models.items()
    }
    wrong = [
        Violation(record, "can only be written by the project's own code", name, _BY_ITSELF)
        for record in dataset.records
        for name in foreign.get(record.model, ())
        if record.fields.get(name) is not None
    ]
    if wrong:
        raise violations.error(wrong)
