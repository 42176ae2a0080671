"""``python -m goods.drawn``: drawn fixtures give the same rows by Django's ``loaddata`` and by ours, byte for byte."""

import datetime as dt
import json
import tempfile
from pathlib import Path
from uuid import UUID

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 - it reads the settings
from django.core.management import call_command  # noqa: E402 - it reads the settings
from django.core.management.color import no_style  # noqa: E402 - as above
from django.core.management.commands.loaddata import Command as Stock  # noqa: E402 - as above
from django.db import connection, transaction  # noqa: E402 - as above
from hypothesis import HealthCheck, Phase, given, settings  # noqa: E402 - as above
from hypothesis import strategies as st  # noqa: E402 - as above

from goods import models  # noqa: E402 - as above
from statusquo.django.loaddata.management.commands.loaddata import Command as Ours  # noqa: E402 - as above


class Alone(Ours):
    """Without Django's own to fall back to."""

    def loaddata(self, fixture_labels):
        """Load, or fail."""
        assert self.load_together(fixture_labels)


CODES, UUIDS = ["a", "b", "c", "d"], [UUID(int=number) for number in range(1, 4)]
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5)
FLOAT = st.floats(allow_nan=False, allow_infinity=False).map(lambda each: each + 0.0)
"""Without -0.0, which psycopg's client-side cursors, and so Django's loaddata, turn into 0.0."""
MOMENT = st.datetimes(dt.datetime(1900, 1, 1)).map(lambda each: each.isoformat() + "Z")
JSON = st.recursive(
    st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=4,
)
PERMISSION = st.sampled_from(["add_bin", "view_bin"]).map(lambda each: [each, "goods", "bin"])


def maybe(strategy):
    """The value, or nothing."""
    return st.none() | strategy


def row(model, pk, **fields):
    """A row; a field that is not said is left out."""
    said = {"pk": pk} if pk is not None else {}
    return {"model": model, **said, "fields": {name: value for name, value in fields.items() if value is not ...}}


@st.composite
def fixtures(draw, is_natural):
    """A few rows of every model, some without a key, in an order that Django's loaddata takes too."""
    numbers = {code: CODES.index(code) + 1 for code in draw(st.permutations(CODES))[:3]}

    def bin_of(code):
        return [code] if is_natural or draw(st.booleans()) else numbers[code]

    codes = st.sampled_from(sorted(numbers))
    near = draw(st.sets(st.frozensets(codes, min_size=1, max_size=2)))
    says_near = draw(st.booleans())
    bins = [
        row(
            "goods.bin",
            None if is_natural else number,
            code=code,
            inside=bin_of(draw(codes)) if draw(st.booleans()) else None,
            near=[bin_of(each) for each in numbers if frozenset((code, each)) in near] if says_near else ...,
        )
        for code, number in numbers.items()
    ]
    items = [
        row(
            "goods.item",
            str(pk),
            name=f"{draw(TEXT)}{number}",
            amount=draw(st.just(...) | st.integers(0, 32767)),
            is_fragile=draw(st.just(...) | st.booleans()),
            weight=draw(maybe(FLOAT)),
            price=draw(st.decimals(-99999, 99999, places=2).map(str)),
            made=draw(maybe(st.dates().map(str))),
            opens=draw(maybe(st.times().map(str))),
            lasts=draw(maybe(st.sampled_from(["P1DT00H00M01S", "3 04:05:06.7", "-P1DT00H00M00.000007S"]))),
            facts=draw(st.just(...) | JSON),
            seal=draw(maybe(st.sampled_from(["", "AP8=", "YQ=="]))),
            picture=draw(st.just(...) | st.just("a/b.png")),
            grade=["a", "b", "c"][number],
            added=draw(MOMENT),
            changed=draw(MOMENT),
            code=draw(maybe(st.sampled_from(["0x1f", 7]))),
            bin=draw(maybe(codes)),
            readers=draw(st.just(...) | st.lists(PERMISSION, max_size=2)),
        )
        for number, pk in enumerate(UUIDS)
    ]
    machines = [
        row("goods.machine", str(UUIDS[0]), volts=draw(st.integers(-9, 9))),
        row("goods.manual", str(UUIDS[0]), text=draw(TEXT)),
    ]
    people = [
        row("auth.group", 1, name="g", permissions=[]),
        row("auth.user", None, username="u", password="!", date_joined=draw(MOMENT)),
    ]
    others = [
        row(
            "goods.loan",
            1,
            item=str(draw(st.sampled_from(UUIDS))),
            group=draw(st.sampled_from([1, ["g"]])),
            user=draw(maybe(st.just(["u"]))),
        ),
        row("goods.note", 1, kind=["goods", "machine"], of=str(UUIDS[0])),
    ]
    counts = [
        row("goods.count", [numbers[code], "2026-01-05"], bin=numbers[code], day="2026-01-05", seen=1)
        for code in numbers
        if not is_natural
    ]
    tail = draw(st.permutations([*items, *machines, *counts]))
    return [*people, *draw(st.permutations(bins)), *tail, *others]


def tables():
    """All rows of all tables of the app as the database has them; pairs without their numbers."""
    found = {}
    every = [
        each
        for each in connection.introspection.table_names()
        if each.startswith(("goods_", "auth_user", "auth_group"))
    ]
    with connection.cursor() as cursor:
        for table in sorted(every):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [each[0] for each in cursor.description]
            is_pairs = table in {"goods_bin_near", "goods_item_readers", "auth_group_permissions", "auth_user_groups"}
            found[table] = sorted(
                repr([held for name, held in zip(names, one, strict=True) if not (is_pairs and name == "id")])
                for one in cursor.fetchall()
            )
    return found


def loaded(command, paths):
    """What the tables hold after these files."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [models.Bin, User]):
                cursor.execute(statement)
        for path in paths:
            call_command(command, str(path), verbosity=0)
        found = tables()
        transaction.set_rollback(True)
    return found


@settings(
    max_examples=20, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(st.booleans().flatmap(lambda natural: st.tuples(fixtures(natural), fixtures(natural))))
def check(both):
    """The second comes over the rows of the first."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "first.json", Path(folder) / "second.json"]
        for path, fixture in zip(paths, both, strict=True):
            path.write_text(json.dumps(fixture))
        expected, found = loaded(Stock(), paths), loaded(Alone(), paths)
        for table, rows in expected.items():
            assert [each for each in zip(rows, found[table], strict=True) if each[0] != each[1]] == [], table


call_command("migrate", verbosity=0)
check()
print("equal")
