"""XML fixtures, read only. The parser is expat itself: it knows its line, and a DOCTYPE ends it before any entity."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from statusquo.assets.dataset import Json, Place, Record
from statusquo.assets.formats import entry

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,30})")
_DEEPEST = 8
"""The format has five levels."""
_NUMBERS = ("AutoField", "IntegerField")
"""Endings of the types that hold whole numbers."""


def read(text: str, file: str) -> Iterator[Record]:
    """The rows, each with its line. Raises DatasetError."""
    document = _Document(file)
    parser = expat.ParserCreate("utf-8")  # whatever it declares: the text was decoded already
    document.parser = parser
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = document.doctype
    parser.StartElementHandler = document.start
    parser.EndElementHandler = document.end
    parser.CharacterDataHandler = document.text
    try:
        parser.Parse(text.encode(errors="surrogatepass"), True)
    except expat.ExpatError as error:
        place = Place(file, error.lineno)
        raise entry.wrong(place, f"not XML: {expat.errors.messages[error.code]}") from None
    return iter(document.records)


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list[_Element] = field(default_factory=list)


@dataclass(slots=True)
class _Document:
    file: str
    records: list[Record] = field(default_factory=list)
    stack: list[_Element] = field(default_factory=list)
    parser: expat.XMLParserType = field(init=False)

    def doctype(self, *_: object) -> NoReturn:
        raise self._wrong("a fixture has no DOCTYPE", "Entities are not for data; write the values out.")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.stack and name != "django-objects":
            raise self._wrong(f"a fixture is <django-objects>, not <{name}>")
        if len(self.stack) >= _DEEPEST:
            raise self._wrong(f"elements are nested more than {_DEEPEST} deep")
        element = _Element(name, attributes, self.parser.CurrentLineNumber)
        if self.stack:
            self.stack[-1].children.append(element)
        self.stack.append(element)

    def end(self, _name: str) -> None:
        element = self.stack.pop()
        if len(self.stack) == 1:
            self.records.append(self._record(element))
            self.stack[0].children.clear()

    def text(self, text: str) -> None:
        if self.stack:
            self.stack[-1].text += text

    def _record(self, element: _Element) -> Record:
        if element.name != "object":
            raise self._wrong(f"a row is an <object>, not <{element.name}>")
        fields: dict[str, Json] = {}
        for child in element.children:
            name = child.attributes.get("name", "")
            if child.name != "field" or not name or name in fields:
                raise self._wrong(f"a row has one <field name=...> each, not <{child.name} name={name!r}>")
            fields[name] = self._value(child)
        row = {"model": element.attributes.get("model"), "pk": _key(element.attributes.get("pk")), "fields": fields}
        return entry.record(row, Place(self.file, element.line))

    def _value(self, element: _Element) -> Json:
        if element.attributes.get("rel") == "ManyToManyRel":
            return [_target(child) for child in element.children]
        if any(child.name == "None" for child in element.children):
            return None
        if "rel" in element.attributes:
            return _target(element)
        try:
            return _typed(element.text, element.attributes.get("type", ""))
        except ValueError:
            raise self._wrong(f"{element.text!r} is not what a {element.attributes.get('type')} holds") from None

    def _wrong(self, what: str, next: str = "") -> Exception:
        return entry.wrong(Place(self.file, self.parser.CurrentLineNumber), what, next)


def _target(element: _Element) -> Json:
    natural: list[Json] = [_key(child.text) for child in element.children if child.name == "natural"]
    return natural or _key(element.attributes.get("pk", element.text))


def _key(text: str | None) -> Json:
    """XML does not say what a key is: digits are taken for a number, as a database would."""
    return int(text) if text is not None and _INTEGER.fullmatch(text) else text


def _typed(text: str, kind: str) -> Json:
    if kind.endswith(_NUMBERS):
        return int(text)
    if kind in {"BooleanField", "NullBooleanField"}:
        return {"True": True, "False": False, "1": True, "0": False}.get(text, text)
    if kind == "FloatField":
        return float(text)
    if kind == "JSONField":
        value: Json = json.loads(text)
        return value
    return text
