"""``reset_sequences`` beside rows that stay: the next key follows the highest one, and is 1 where there is none.

Django resets all sequences to 1, which is right for tables that its flush has emptied. Here those of the migrations
still have their rows, and an INSERT would meet their keys. Only PostgreSQL lets a sequence stand below a key.
"""

from __future__ import annotations

from collections.abc import Container

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model


def models(tables: Container[str]) -> list[type[Model]]:
    """The models whose rows are in those of the tables that *tables* contains."""
    known = apps.get_models(include_auto_created=True)
    return [model for model in known if model._meta.db_table in tables and not model._meta.proxy]


def follow_rows(wrapper: BaseDatabaseWrapper) -> None:
    """Have the test cases that reset sequences over *wrapper* reset them behind the rows."""
    ops = wrapper.ops

    def statements(style: object, sequences: list[dict[str, str]]) -> list[str]:
        behind: list[str] = ops.sequence_reset_sql(style, models({each["table"] for each in sequences}))
        return behind

    if wrapper.vendor == "postgresql":
        ops.sequence_reset_by_name_sql = statements


def restore(wrapper: BaseDatabaseWrapper) -> None:
    """Undo ``follow_rows``."""
    vars(wrapper.ops).pop("sequence_reset_by_name_sql", None)
