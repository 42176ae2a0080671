"""Django's own ways back, done by Django itself: ``flush`` and the serialized data of ``serialized_rollback``."""
# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import django
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management.color import no_style
from django.db import connection, models

from bench import shop
from statusquo.core.endpoint import Address

LABEL = "bench"


class Django:
    """Django on one database of the shop."""

    def __init__(self, owner: Address, database: str) -> None:
        known = {
            "NAME": database,
            "USER": owner.user,
            "PASSWORD": owner.password,
            "HOST": owner.host,
            "PORT": owner.port,
        }
        settings.configure(
            DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", **known}},
            INSTALLED_APPS=[LABEL],
            USE_TZ=True,
        )
        django.setup()
        self._models = [_model(number) for number in range(shop.TABLES)]

    def close(self) -> None:
        """Hang up."""
        connection.close()

    def serialize(self, tables: int) -> str:
        """The rows of as many tables, as ``serialize_db_to_string`` has them."""
        rows = (row for model in self._models[:tables] for row in model.objects.order_by("pk").iterator())
        return str(serializers.serialize("json", rows))

    def flush(self) -> None:
        """What ``manage.py flush`` and ``TransactionTestCase`` execute."""
        tables = [f"shop_table_{number}" for number in range(shop.TABLES)]
        statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=False, allow_cascade=False)
        connection.ops.execute_sql_flush(statements)

    def load(self, serialized: str) -> None:
        """What ``serialized_rollback`` does before each test that asks for it."""
        connection.creation.deserialize_db_from_string(serialized)


def _model(number: int) -> type[models.Model]:
    table = f"shop_table_{number}"
    fields = {
        "id": models.BigAutoField(primary_key=True),
        "parent": models.BigIntegerField(null=True, db_column="parent"),
        "name": models.CharField(max_length=100),
        "email": models.CharField(max_length=254, null=True),
        "number": models.IntegerField(),
        "price": models.DecimalField(max_digits=10, decimal_places=2, null=True),
        "is_open": models.BooleanField(),
        "made": models.DateTimeField(),
        "body": models.TextField(null=True),
        "extra": models.JSONField(null=True),
    }
    meta = type("Meta", (), {"app_label": LABEL, "db_table": table, "managed": False, "apps": apps})
    return type(f"Table{number}", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})
