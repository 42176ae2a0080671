"""The app, which has no migrations: its rows come when its tables are there."""

import datetime as dt
from decimal import Decimal

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.models.signals import post_migrate

MYSQL = """
CREATE TABLE odd (
    id integer AUTO_INCREMENT PRIMARY KEY, single float, bits bit(5), spot point, word enum('a', 'b'),
    `per%cent` integer, never datetime, often time(3), stamp timestamp(6), twice integer AS (bits * 2) STORED
);
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
INSERT INTO odd (id, single, bits, spot, word, `per%cent`, never, often, stamp) VALUES
    (0, 0.1234567, 5, POINT(1.5, -2), 'b', 50, '0000-00-00', '-300:01:02.5', '2026-10-25 01:30:00.000001'),
    (1, 16777217, 0, NULL, NULL, NULL, NULL, NULL, NULL);
SET sql_mode = 'STRICT_TRANS_TABLES';
CREATE TRIGGER added AFTER INSERT ON kinds_node FOR EACH ROW INSERT INTO kinds_log (node) VALUES (NEW.id);
CREATE TRIGGER gone AFTER DELETE ON kinds_node FOR EACH ROW INSERT INTO kinds_log (node) VALUES (-OLD.id)
"""


def add_rows(sender: object, using: str, **others: object) -> None:
    """Have the rows, and what only MySQL and MariaDB can have."""
    from kinds.models import Kind, Node  # noqa: PLC0415 - it is loaded after this

    if Kind.objects.using(using).exists():
        return
    vendor = connections[using].vendor
    kind = Kind.objects.using(using).create(
        text="a 'quoted' \\ \"word\"\n%s ☃ 🚀" + ("" if vendor == "postgresql" else "\0"),
        number=2**61,
        ratio=0.1 + 0.2,
        price=Decimal("12345678901234567890.0123456789"),
        is_it=True,
        day=dt.date(1000, 1, 1),
        opens=dt.time(23, 59, 59, 999999),
        moment=dt.datetime(2026, 10, 25, 1, 30, 0, 123456, tzinfo=dt.UTC),
        lasts=dt.timedelta(days=-3, microseconds=1),
        facts={"list": [1, 1.5, None, True], "text": "☃ \\ \" '", "no": {}},
        seal=bytes(range(256)),
        address="2001:db8::1",
    )
    with transaction.atomic(using=using), connections[using].constraint_checks_disabled():
        Node.objects.using(using).bulk_create(
            [Node(pk=number, following_id=number % 3 + 1, kind=kind) for number in (1, 2, 3)]
        )
    if vendor == "mysql" and "odd" not in connections[using].introspection.table_names():
        with connections[using].cursor() as cursor:
            for statement in MYSQL.split(";\n"):
                cursor.execute(statement)


class KindsConfig(AppConfig):
    """Connects the receiver."""

    name = "kinds"

    def ready(self) -> None:
        post_migrate.connect(add_rows, sender=self)
