"""What all tables of the shop's databases hold, as any connection reads it, and how a test makes a mess of it."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from shop.models import Category, Product, Rate

FIRST: dict[str, object] = {}
"""How the databases were when the first test asked."""


def look(*aliases: str) -> dict[str, object]:
    """The rows of all tables, managed or not."""
    return {f"{alias}.{table}": rows for alias in aliases or ("default",) for table, rows in _look(alias).items()}


def is_as_at_first(*aliases: str) -> bool:
    """Compare with what the first to ask has seen; say what is different."""
    seen = look(*aliases)
    first = {name: FIRST.setdefault(name, rows) for name, rows in seen.items()}
    assert {name: rows for name, rows in seen.items() if first[name] != rows} == {}
    return True


def mess(alias: str = "default") -> int:
    """Change, remove and add rows of all kinds; the key of one that is new."""
    Category.objects.using(alias).filter(name="tea").update(name="coffee")
    Category.objects.using(alias).get(name="books").delete()
    Product.objects.using(alias).create(name="cup", category=Category.objects.using(alias).create(name="cups"))
    Rate.objects.using(alias).update(value=99)
    Rate.objects.using(alias).create(currency="USD", value=1)
    Permission.objects.using(alias).all().delete()
    ContentType.objects.using(alias).all().delete()
    Group.objects.using(alias).all().delete()
    return Category.objects.using(alias).latest("pk").pk


def _look(alias: str) -> dict[str, list[str]]:
    tables = (*connections[alias].introspection.django_table_names(), "shop_rate", "django_migrations")
    with connections[alias].cursor() as cursor:
        return {name: _rows(cursor, name) for name in tables}


def _rows(cursor: object, name: str) -> list[str]:
    cursor.execute(f"SELECT * FROM {name}")
    return sorted(map(repr, cursor.fetchall()))
