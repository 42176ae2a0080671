"""Values that look like somebody's and are nobody's: the same for the same seed, on every machine and version. Pure.

Addresses are those that are set aside for examples (RFC 2606, RFC 5737), phones those of films. No library draws
these: what it draws changes with its version, and each change would be a diff of the data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from statusquo.assets.schema import Field
from statusquo.core.rows import Json


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _words(
    "Ada Alan Amira Anton Bela Berta Carl Chen Dana Diego Edda Emil Fatou Femi Grete Hugo "
    "Ines Ivo Jana Jonas Kaya Kofi Lena Luis Mara Milo Nadia Noor Olga Omar Pia Rosa"
)
_LAST = _words(
    "Abel Arslan Baker Berg Costa Cruz Dahl Diaz Engel Farah Fischer Garcia Haas Hansen Ito Jansen "
    "Keller Kim Lang Lopez Maier Mori Novak Okoye Patel Rossi Sato Silva Tanaka Vogel Weber Young"
)
_CITIES = _words(
    "Ashford Birkdale Claremont Dunmore Eastvale Fairhaven Glenwood Hartley Ironbridge Kingsmere Millbrook"
)
_PLAIN_WORDS = _words(
    "amber birch cedar delta ember fjord grove harbor inlet juniper kelp lagoon meadow north orchard pebble"
)
_SUFFIX = 8
"""Hexadecimal digits that make a value one of its own."""


@dataclass(slots=True)
class Draw:
    """Choices that follow from a seed."""

    seed: bytes
    _count: int = 0

    def number(self, below: int) -> int:
        """A number from 0 on."""
        self._count += 1
        digest = hashlib.blake2b(self.seed, salt=self._count.to_bytes(4, "big"), digest_size=8).digest()
        return int.from_bytes(digest, "big") % below

    def of(self, some: Sequence[str]) -> str:
        """One of them."""
        return some[self.number(len(some))]

    def digits(self, count: int) -> str:
        """Decimal digits."""
        return str(self.number(10**count)).zfill(count)

    def mark(self) -> str:
        """What makes a value one of its own."""
        return f"{self.number(16**_SUFFIX):0{_SUFFIX}x}"


KINDS: dict[str, Callable[[Draw], str]] = {
    "email": lambda draw: f"{draw.of(_FIRST)}.{draw.of(_LAST)}".lower() + "@example.com",
    "first_name": lambda draw: draw.of(_FIRST),
    "last_name": lambda draw: draw.of(_LAST),
    "username": lambda draw: f"{draw.of(_FIRST)}_{draw.of(_PLAIN_WORDS)}".lower(),
    "name": lambda draw: f"{draw.of(_FIRST)} {draw.of(_LAST)}",
    "phone": lambda draw: f"+1 555 {draw.digits(3)} {draw.digits(4)}",
    "street": lambda draw: f"{1 + draw.number(200)} {draw.of(_PLAIN_WORDS).title()} Street",
    "city": lambda draw: draw.of(_CITIES),
    "postcode": lambda draw: draw.digits(5),
    "url": lambda draw: f"https://{draw.of(_PLAIN_WORDS)}.example.com/",
    "ip": lambda draw: f"192.0.2.{draw.number(256)}",
    "password": lambda draw: f"!{draw.mark()}{draw.mark()}",
    "text": lambda draw: " ".join(draw.of(_PLAIN_WORDS) for _ in range(3 + draw.number(5))),
}
_NAMED = (
    ("mail", "email"),
    ("first_name", "first_name"),
    ("last_name", "last_name"),
    ("surname", "last_name"),
    ("user", "username"),
    ("login", "username"),
    ("name", "name"),
    ("phone", "phone"),
    ("mobile", "phone"),
    ("fax", "phone"),
    ("street", "street"),
    ("address", "street"),
    ("city", "city"),
    ("zip", "postcode"),
    ("postcode", "postcode"),
    ("url", "url"),
    ("website", "url"),
    ("ip", "ip"),
    ("password", "password"),
)
"""Parts of the names of fields, and what such a field holds."""
_FIXED = ("postcode", "ip", "phone")
"""Nothing can be put behind these; there are more of them by drawing again."""
PLAIN = ("text", "integer", "date", "datetime")
"""Kinds of fields for which there are values."""


def value(field: Field, kind: str, seed: bytes, *, is_unique: bool) -> Json:
    """A value for a field: of a kind of ``KINDS``, or of the one that its name asks for."""
    draw = Draw(seed)
    if field.choices:
        return field.choices[draw.number(len(field.choices))]
    if field.kind == "integer":
        return draw.number(min(field.maximum or 10**6, 10**6))
    if field.kind in {"date", "datetime"}:
        day = (date(1960, 1, 1) + timedelta(days=draw.number(15_000))).isoformat()
        return day if field.kind == "date" else f"{day}T12:00:00{'' if field.zone else 'Z'}"
    chosen = kind or kind_of(field.name)
    text = KINDS[chosen](draw)
    return _fit(text, field.max_length, "" if not is_unique or chosen in _FIXED else draw.mark())


def kind_of(name: str) -> str:
    """What a field of that name holds."""
    words = name.lower().split("_")
    return next((kind for part, kind in _NAMED if (part in words if part == "ip" else part in name.lower())), "text")


def _fit(text: str, longest: int, mark: str) -> str:
    """The text with a mark, as long as the field allows; an address keeps its end."""
    local, sign, host = text.partition("@")
    end = (f".{mark}" if sign else f" {mark}" if " " in text else f"_{mark}") if mark else ""
    end += sign + host
    if not longest or len(local + end) <= longest:
        return local + end
    return (local[: max(longest - len(end), 0)] + end)[-longest:]
