"""What a column gets for a value of a file, and what is refused."""

from __future__ import annotations

import pytest

from statusquo.assets.dataset import Json
from statusquo.assets.loading import clean
from statusquo.assets.schema import Field
from statusquo.core.rows import Kind

TAKEN: list[tuple[Kind, Json, Json]] = [
    ("integer", "7", 7),
    ("integer", True, 1),
    ("integer", 7.0, 7),
    ("text", 7, "7"),
    ("boolean", "f", False),
    ("boolean", 1, True),
    ("float", "1.5", 1.5),
    ("decimal", 1.5, "1.5"),
    ("date", "2026-01-05T10:00:00Z", "2026-01-05"),
    ("datetime", "2026-01-05T10:00:00.100+01:00", "2026-01-05T09:00:00.100000Z"),
    ("time", "10:00", "10:00:00"),
    ("duration", "3 04:05:06.7", "P3DT04H05M06.700000S"),
    ("duration", "-1 00:00:01", "-P0DT23H59M59S"),
    ("duration", "-P1DT1H", "-P1DT01H00M00S"),
    ("uuid", "A0EEBC999C0B4EF8BB6D6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    ("binary", "AP8=", "AP8="),
    ("array", '["a", null]', ["a", None]),
]
REFUSED: list[tuple[Kind, Json]] = [
    ("integer", 12.7),
    ("integer", "9" * 5000),
    ("integer", 2**63),
    ("integer", "²"),
    ("text", ["x"]),
    ("boolean", "yes"),
    ("boolean", []),
    ("float", "nan"),
    ("float", 10**400),
    ("decimal", "NaN"),
    ("decimal", "x"),
    ("date", "2026-02-30"),
    ("datetime", "may"),
    ("datetime", "2026-01-05T10:00:00"),
    ("datetime", "0001-01-01T00:00:00+10:00"),
    ("time", 5),
    ("duration", "P"),
    ("duration", "9" * 20 + " 00:00:01"),
    ("uuid", -1),
    ("uuid", {}),
    ("binary", "x"),
    ("array", "x"),
    ("array", 5),
]


@pytest.mark.parametrize(("kind", "value", "held"), TAKEN)
def test_what_django_takes_is_taken(kind: Kind, value: Json, held: Json) -> None:
    cleaned = clean.cleaner(Field("x", kind))(value)
    assert (cleaned, type(cleaned)) == (held, type(held))


@pytest.mark.parametrize(("kind", "value"), REFUSED)
def test_what_it_would_refuse_or_twist_is_refused(kind: Kind, value: Json) -> None:
    with pytest.raises(ValueError, match=r"^is .+, which "):
        clean.cleaner(Field("x", kind))(value)


def test_moments_of_a_zone_are_kept_without_it() -> None:
    berlin = clean.cleaner(Field("x", "datetime", zone="Europe/Berlin"))
    assert berlin("2026-01-05T10:00:00Z") == "2026-01-05T11:00:00"
    assert berlin("2026-01-05T10:00:00") == "2026-01-05T10:00:00"
    with pytest.raises(ValueError, match="which is no datetime in Europe/Berlin"):
        berlin("9999-12-31T23:59:59Z")
