"""What the fixtures and tests of a drawn suite do, and what they have to see meanwhile."""

from collections import Counter
from dataclasses import dataclass

from django.db import connection
from shop.models import Tag


@dataclass
class Made:
    """What a fixture made: one row in each of its databases."""

    name: str
    rows: dict
    parents: list

    @property
    def all(self):
        """This and what it stands on, each once."""
        return {self.name: self, **{name: made for parent in self.parents for name, made in parent.all.items()}}


class Broken(Exception):
    """A fixture fails."""


def make(name, request, parents, aliases, *, fails=False):
    """Be a fixture."""
    name += getattr(request, "param", "")
    for parent in parents:
        assert_there(parent, aliases)
    made = Made(name, {alias: Tag.objects.using(alias).create(name=name) for alias in aliases}, parents)
    if fails:
        raise Broken
    return made


def last(*arguments):
    """Be a fixture that has something to do at its end, too."""
    made = make(*arguments)
    yield made
    assert_there(made, made.rows)
    for alias, row in made.rows.items():
        assert Tag.objects.using(alias).filter(pk=row.pk).delete()[0] == 1


def last_of_test(*arguments):
    """Be a fixture of one test that leaves something at its end; what the test has left of its row is not known."""
    made = make(*arguments)
    yield made
    for alias in made.rows:
        Tag.objects.using(alias).create(name="left")


def assert_there(made, aliases):
    """The objects are as they were made, and their rows are in these databases, once."""
    for each in made.all.values():
        for alias, row in [(alias, row) for alias, row in each.rows.items() if alias in aliases]:
            assert row.name == each.name
            assert Tag.objects.using(alias).get(name=each.name).pk == row.pk


def plain(values, *, what):
    """Be a test without a database."""
    made = {name: each for value in values for name, each in value.all.items()}
    for name, each in made.items():
        assert {row.name for row in each.rows.values()} == {name}
    if what == "change":
        for each in made.values():
            each.rows["default"].name = "changed"


def check(values, expected, possible, aliases):
    """See the rows of *values* and *expected* in the databases, each once, and at most those of *possible* besides."""
    made = {name: each for value in values for name, each in value.all.items()}
    for alias in aliases:
        rows = {name: each.rows[alias] for name, each in made.items() if alias in each.rows}
        assert [row.name for row in rows.values()] == list(rows)
        seen = Counter(Tag.objects.using(alias).exclude(name__in=possible).values_list("name", flat=True))
        assert seen == Counter({*rows, *expected[alias]})
        for row in rows.values():
            row.refresh_from_db()


def act(what, values, aliases):
    """Leave traces."""
    for alias in aliases:
        if what == "create":
            Tag.objects.using(alias).create(name="own")
        elif what == "delete":
            Tag.objects.using(alias).all().delete()
        elif what == "change":
            for value in values:
                if alias in value.rows:
                    value.rows[alias].name = "changed"
                    value.rows[alias].save()


def test(request, values, *, expected, possible, aliases, what, late, commits):
    """Be a test with a database."""
    assert connection.in_atomic_block is not commits
    check(values, expected, possible, aliases)
    act(what, values, aliases)
    for name in late:
        made = request.getfixturevalue(name)
        for alias in aliases:
            if alias in made.rows:
                assert Tag.objects.using(alias).filter(name=made.name, pk=made.rows[alias].pk).exists()
