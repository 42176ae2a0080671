"""Every format gives back what was written; whatever else is in a file is an error with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from statusquo.assets import canonical, formats, sidecar, values
from statusquo.assets.dataset import Dataset, Json, Place, Record
from statusquo.assets.formats import yamltext
from statusquo.core.errors import DatasetError
from tests.unit.assets.example_datasets import loose

DATA = Path(__file__).parents[2] / "data"
FIXTURES = sorted(each for each in DATA.glob("*.json") if not each.name.endswith(sidecar.SUFFIX))
WRITTEN = [each for each in formats.FORMATS if each.write]


def texts_of(dataset: Dataset) -> list[str]:
    return [values.compact([record.model, record.pk, dict(record.fields)]) for record in dataset.records]


@pytest.mark.parametrize("format", WRITTEN, ids=lambda each: each.name)
@given(dataset=loose)
def test_a_format_gives_back_what_was_written(format: formats.Format, dataset: Dataset) -> None:
    assert format.write is not None
    text = format.write(dataset.records)
    again = Dataset(tuple(format.read(text, "x")))
    assert texts_of(again) == texts_of(dataset)
    assert format.write(again.records) == text


@pytest.mark.parametrize("format", WRITTEN, ids=lambda each: each.name)
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_public_fixtures_survive_every_format(format: formats.Format, path: Path) -> None:
    dataset = canonical.arrange(Dataset(formats.read(path.read_bytes(), str(path))))
    assert format.write is not None
    again = Dataset(tuple(format.read(format.write(dataset.records), "x")))
    assert texts_of(again) == texts_of(dataset)


def test_a_record_knows_its_line() -> None:
    text = '[\n{"model": "a.B", "pk": 1, "fields": {}},\n\n{"model": "a.c",\n "fields": {}}]'
    assert [(each.model, each.place) for each in formats.read(text.encode(), "x.json")] == [
        ("a.b", Place("x.json", 2)),
        ("a.c", Place("x.json", 4)),
    ]


def test_json_is_written_for_review() -> None:
    record = Record("a.b", 1, {"z": [1, 2], "d": {"y": [], "x": [{"k": "ä"}]}})
    assert formats.SUFFIXES[".json"].write is not None
    assert formats.SUFFIXES[".json"].write([record]) == (
        '[\n  {\n    "model": "a.b",\n    "pk": 1,\n    "fields": {\n      "d": {\n        "x": [\n          {\n'
        '            "k": "ä"\n          }\n        ],\n        "y": []\n      },\n      "z": [1, 2]\n    }\n  }\n]\n'
    )


def test_yaml_is_read_as_django_reads_it() -> None:
    text = """
- &base
  model: a.b
  pk: 1
  fields: {on: yes, at: 2026-01-05 10:00:00+01:00, day: 2026-01-05, text: "yes", local: 2026-01-05 10:00:00}
- <<: *base
  pk: 2
"""
    with pytest.raises(DatasetError, match=r"x\.yaml:5: the key on is not text\. Put it in quotes"):
        formats.read(text.encode(), "x.yaml")
    first, second = formats.read(text.replace("{on:", "{'on':").encode(), "x.yaml")
    assert first.fields == {
        "on": True,
        "at": "2026-01-05T09:00:00Z",
        "day": "2026-01-05",
        "text": "yes",
        "local": "2026-01-05T10:00:00",
    }
    assert (second.pk, second.fields, second.place.line) == (2, first.fields, 6)


def test_yaml_holds_what_only_json_spells_easily() -> None:
    fields: dict[str, Json] = {
        "k" * 1500: {"x" * 1200: 1.5e-300, "on": [1e22, -0.0, 10**40]},
        "no": "\x85\u2028\U0001f600\t\x00",
        "": "yes",
    }
    written = yamltext.write([Record("a.b", 1, fields)])
    (again,) = formats.read(written.encode(), "x.yaml")
    assert values.compact(dict(again.fields)) == values.compact(fields)


def test_xml_is_read() -> None:
    text = """<?xml version="1.0" encoding="utf-8"?>
<django-objects version="1.0">
  <object model="shop.place" pk="7">
    <field name="title" type="CharField">12 &amp; 3</field>
    <field name="size" type="PositiveIntegerField">12</field>
    <field name="open" type="BooleanField">True</field>
    <field name="data" type="JSONField">{"a": [1]}</field>
    <field name="gone" type="DateTimeField"><None></None></field>
    <field name="owner" rel="ManyToOneRel" to="shop.user">3</field>
    <field name="kind" rel="ManyToOneRel" to="x.y"><natural>shop</natural><natural>place</natural></field>
    <field name="tags" rel="ManyToManyRel" to="shop.tag"><object pk="2"></object><object pk="1"></object></field>
  </object>
</django-objects>"""
    (record,) = formats.read(text.encode(), "x.xml")
    assert (record.pk, record.place.line) == (7, 3)
    assert record.fields == {
        "title": "12 & 3",
        "size": 12,
        "open": True,
        "data": {"a": [1]},
        "gone": None,
        "owner": 3,
        "kind": ["shop", "place"],
        "tags": [2, 1],
    }


ROW = '{"model": "a.b", "pk": 1, "fields": {"x": %s}}'
BOMB = "- &a0 {model: a.b, pk: 1, fields: {x: [1, 1, 1, 1, 1, 1, 1, 1, 1]}}\n" + "".join(
    f"- &a{n} {{model: a.b, fields: {{x: [{', '.join([f'*a{n - 1}'] * 9)}]}}}}\n" for n in range(1, 12)
)
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>\n<django-objects>&b;</django-objects>'
BAD = {
    "truncated": (
        "json",
        '[\n  {"model": "a.b",\n   "pk": 1, "fie',
        ":3: column 13: the file ends in the middle of a row",
    ),
    "cut after a row": ("json", "[\n" + ROW % 1 + "\n", ":3: the file ends before the list of rows does"),
    "empty": ("json", "", ":1: a fixture is a list of rows"),
    "no list": ("json", '\n{"model": "a.b"}', ":2: a fixture is a list of rows"),
    "more": ("json", "[]\n[]", ":2: there is something after the end of the list"),
    "no comma": ("json", f"[{ROW % 1} {ROW % 2}]", ":1: expected ',' or ']' after a row, not '{'"),
    "last comma": ("json", f"[{ROW % 1},\n]", ":2: column 1: not JSON"),
    "duplicate key": (
        "json",
        '[\n{"model": "a.b", "pk": 1, "pk": 2, "fields": {}}]',
        ":2: the key 'pk' stands there twice",
    ),
    "duplicate field": ("json", "[" + ROW % '1, "x": 2' + "]", ":1: the key 'x' stands there twice"),
    "NaN": ("json", "[" + ROW % "NaN" + "]", ":1: NaN is no number"),
    "too large": ("json", "[" + ROW % "1e999" + "]", ":1: inf is no number"),
    "digits": ("json", "[" + ROW % ("9" * 5000) + "]", ":1: a number has more digits"),
    "surrogate": ("json", "[" + ROW % r'"\ud800"' + "]", ":1: half of a surrogate pair is no character"),
    "nested": ("json", "[" + ROW % ("[" * 150 + "]" * 150) + "]", ":1: lists and tables are nested more than 100 deep"),
    "nested rows": ("json", "[" * 1000, ":1: lists and tables are nested more than 100 deep"),
    "row is a list": ("json", "[[]]", ":1: a row is a table with model, pk and fields, not a list"),
    "row is text": ("json", '["x"]', ":1: a row is a table with model, pk and fields, not text"),
    "model is a number": ("json", '[{"model": 1, "fields": {}}]', ":1: a row's model is 'app.model', not 1"),
    "model is half": ("json", '[{"model": "a", "fields": {}}]', ":1: a row's model is 'app.model', not 'a'"),
    "pk is a table": ("json", '[{"model": "a.b", "pk": {}, "fields": {}}]', ":1: the pk of a row is text"),
    "pk is true": ("json", '[{"model": "a.b", "pk": true, "fields": {}}]', "not true or false"),
    "no fields": ("json", '[{"model": "a.b", "pk": 1}]', ":1: a row's fields are a table, not nothing"),
    "other key": ("json", '[{"model": "a.b", "field": {}}]', ":1: a row has no 'field'. Did you mean 'fields'?"),
    "jsonl cut": ("jsonl", ROW % 1 + "\n" + (ROW % 2)[:20], ":2: column 18: the file ends in the middle of a row"),
    "jsonl two": ("jsonl", ROW % 1 + ROW % 2, ":1: there is something after the row"),
    "yaml bomb": ("yaml", BOMB, "aliases add more than 100,000 values to the file"),
    "yaml object": ("yaml", "- !!python/object:os.system {}\n", ":1: the tag python/object:os.system is not for data"),
    "yaml tag": ("yaml", "- !x 1\n", ":1: the tag !x is not for data"),
    "yaml set": ("yaml", "- {model: a.b, fields: !!set {a}}\n", ":1: the tag set is not for data"),
    "yaml alias": ("yaml", "- *x\n", ":1: there is no &x above"),
    "yaml duplicate": ("yaml", "- model: a.b\n  fields: {}\n  fields: {}\n", ":3: the key 'fields' stands there twice"),
    "yaml documents": ("yaml", "- 1\n--- 2\n", ":1: a row is a table"),
    "yaml second": ("yaml", "[]\n---\n[]\n", ":2: there is a second document"),
    "yaml table": ("yaml", "a: 1\n", ":1: a fixture is a list of rows"),
    "yaml cut": ("yaml", "- {model: a.b\n", "not YAML"),
    "yaml nested": (
        "yaml",
        "- model: a.b\n  fields: {x: " + "[" * 150,
        ":2: lists and tables are nested more than 100 deep",
    ),
    "yaml nan": ("yaml", "- {model: a.b, fields: {x: .nan}}\n", ":1: nan is no number"),
    "yaml date": ("yaml", "- {model: a.b, fields: {x: 2026-99-99}}\n", ":1: '2026-99-99' cannot be read"),
    "yaml control": ("yaml", "- {model: a.b, fields: {x: \x01}}\n", "not YAML"),
    "yaml key": ("yaml", "- {? [1] : 2}\n", ":1: a key is text"),
    "xml laughs": ("xml", LAUGHS, ":1: a fixture has no DOCTYPE"),
    "xml cut": ("xml", "<django-objects>\n<object", ":2: not XML: unclosed token"),
    "xml other": ("xml", "<html/>", ":1: a fixture is <django-objects>, not <html>"),
    "xml nested": ("xml", "<django-objects>" + "<a>" * 99, ":1: elements are nested more than 8 deep"),
    "xml number": (
        "xml",
        '<django-objects><object model="a.b"><field name="x" type="IntegerField">a</field></object></django-objects>',
        ":1: 'a' is not what a IntegerField holds",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_data_is_refused_with_its_place(case: str) -> None:
    suffix, text, message = BAD[case]
    with pytest.raises(DatasetError) as caught:
        formats.read(text.encode(), f"bad.{suffix}")
    assert str(caught.value).startswith(f"bad.{suffix}")
    assert message in str(caught.value)


@pytest.mark.parametrize("suffix", ["json", "jsonl", "yaml", "xml"])
def test_what_is_not_utf8_is_refused_with_its_place(suffix: str) -> None:
    with pytest.raises(DatasetError) as caught:
        formats.read(b"[\n\n\xff]", f"bad.{suffix}")
    assert str(caught.value) == f"bad.{suffix}:3: byte 0xff at offset 3 is not UTF-8. Save the file as UTF-8."


@pytest.mark.parametrize(
    ("suffix", "head", "line"),
    [("json", b"[" + (ROW % "").encode()[:-2], 1), ("jsonl", (ROW % "").encode()[:-2], 1), ("yaml", b"- ", 1)],
)
def test_two_hundred_megabytes_of_nesting_are_refused(suffix: str, head: bytes, line: int) -> None:
    with pytest.raises(DatasetError, match=rf"bad\.{suffix}:{line}: lists and tables are nested more than 100 deep"):
        formats.read(head + b"[" * 200_000_000, f"bad.{suffix}")


def test_a_file_of_no_format_is_refused() -> None:
    with pytest.raises(DatasetError, match=r"x\.json\.zip: '\.zip' is no format of test data\. Unpack it first"):
        formats.of(Path("x.json.zip"))
    with pytest.raises(DatasetError, match=r"x\.jsn: '\.jsn' is no format of test data\. Did you mean '\.json'\?"):
        formats.read(b"", "x.jsn")
