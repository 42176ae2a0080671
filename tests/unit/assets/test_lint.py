"""Every rule: what it reports and what not; mending leaves nothing that it can mend, and touches nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from statusquo.assets import canonical, compare, lint, references, schema, sidecar
from statusquo.assets.dataset import Dataset, Json, Place, Record
from statusquo.assets.files import Source, Stored
from statusquo.assets.formats import jsontext
from statusquo.assets.rule import Settings, Subject, Waiver
from statusquo.assets.schema import Field, Model
from tests.unit.assets.example_datasets import SHOP, loose, shops

RULES = {rule.id: rule for rule in lint.all_rules()}
SYSTEM = schema.of(
    Model("contenttypes.contenttype", fields=(Field("app_label", "text"), Field("model", "text"))),
    Model(
        "auth.permission",
        fields=(Field("codename", "text"), Field("content_type", "integer", to="contenttypes.contenttype")),
    ),
    Model(
        "x.y",
        fields=(
            Field("kind", "integer", to="contenttypes.contenttype"),
            Field("at", "datetime", null=True),
            Field("user", "integer", to="x.z", null=False),
            Field("size", "integer", minimum=0, maximum=9, optional=True),
            Field("color", "text", choices=("red", "blue"), max_length=6),
            Field("price", "decimal", optional=True),
            Field("uid", "uuid", optional=True, max_length=32),
            Field("on", "boolean", optional=True),
            Field("day", "date", optional=True),
            Field("code", "other", optional=True, null=True),
        ),
        many=(schema.Many("can", "auth.permission"),),
        unique=(("color", "size"), ("code",)),
    ),
    Model("x.z", fields=(Field("id", "integer", maximum=99, optional=True), Field("name", "text")), natural=("name",)),
)


def subject(records: Sequence[Record], known: schema.Schema = SYSTEM, **more: object) -> Subject:
    placed = tuple(replace(each, place=Place("d.json", at)) for at, each in enumerate(records, 1))
    dataset = Dataset(placed, known)
    source = Source(Path("d.json"), jsontext.write(canonical.arrange(dataset).records).encode(), placed)
    stored = Stored(Path("d.json"), (source,), dataset, sidecar.build(dataset))
    return Subject(stored, **more)  # type: ignore[arg-type]  # the tests know what a subject has


def found(rule: str, given: Subject) -> list[str]:
    return [each.message for each in RULES[rule].check(given)]


def mended(rule: str, given: Subject) -> list[tuple[str, dict[str, Json]]]:
    about = frozenset(each.subject for each in RULES[rule].check(given) if each.fixable)
    mend = RULES[rule].mend
    assert mend is not None
    return [(each.subject, dict(each.fields)) for each in mend(given, about).records]


def y(pk: int = 1, **fields: Json) -> Record:
    return Record("x.y", pk, {"kind": ["x", "y"], "at": None, "user": 1, "color": "red", "can": [], **fields})


Z = Record("x.z", 1, {"name": "ann"})
TYPE = Record("contenttypes.contenttype", 7, {"app_label": "x", "model": "y"})
MAY = Record("auth.permission", 9, {"codename": "add_y", "content_type": 7})


def test_what_is_in_order_has_no_findings() -> None:
    assert lint.check([subject([y(size=3), Z])], Settings()).findings == ()


@pytest.mark.parametrize(
    ("rule", "records", "expected"),
    [
        ("F002", [y(), y()], ["x.y:1 is there already, at d.json:1."]),
        (
            "F004",
            [y(1, size=1), y(2, size=1)],
            ['x.y:2.color,size has the same color "red", size 1 as the row at d.json:1.'],
        ),
        ("F004", [y(1, size=None), y(2, size=None)], []),
        ("F004", [y(1, code=""), y(2, code="")], []),
        ("F004", [y(1, code="a"), y(2, code="a")], ['x.y:2.code has the same code "a" as the row at d.json:1.']),
        ("F010", [y()], ["x.y:1.user refers to x.z 1, which is not there."]),
        ("F010", [y(user=["bob"]), Z], ['x.y:1.user refers to x.z ["bob"], which is not there.']),
        ("F011", [y(user=["ann"]), Z], ["x.y:1.user names x.z:1 by natural key, which comes later, at d.json:2."]),
        ("F011", [Z, y(user=["ann"])], []),
        ("F011", [y(user=1), Z], []),
        (
            "F012",
            [y(kind=7)],
            ["x.y:1.kind holds a number of contenttypes.contenttype, which differs from database to database."],
        ),
        (
            "F012",
            [y(can=[["add_y", "x", "y"], 9])],
            ["x.y:1.can holds a number of auth.permission, which differs from database to database."],
        ),
        ("F020", [Record("x.n", 1, {})], ["x.n:1 is of a model that the lock does not know."]),
        ("F020", [y(colour="red")], ["x.y:1.colour has a field 'colour' that its model has not."]),
        ("F020", [Record("x.y", 1, {"color": "red", "user": 1})], ["x.y:1.kind is missing."]),
        ("F020", [y(user=None)], ["x.y:1.user is empty, and may not be."]),
        ("F020", [y(uid="a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")], []),
        ("F020", [y(size=10)], ["x.y:1.size is 10, more than 9."]),
        ("F020", [y(size=-1)], ["x.y:1.size is -1, less than 0."]),
        ("F020", [y(size="x")], ['x.y:1.size is "x", which is no integer.']),
        ("F020", [y(size=True)], ["x.y:1.size is true, which is no integer."]),
        ("F020", [y(color="green")], ['x.y:1.color is "green", not one of red, blue.']),
        ("F020", [y(price="1,5")], ['x.y:1.price is "1,5", which is no decimal.']),
        ("F020", [y(uid="1")], ['x.y:1.uid is "1", which is no uuid.']),
        ("F020", [y(on=1)], ["x.y:1.on is 1, which is no boolean."]),
        ("F020", [y(day="today")], ['x.y:1.day is "today", which is no date.']),
        ("F020", [y(at="now")], ['x.y:1.at is "now", which is no datetime.']),
        ("F020", [y(can=1)], ["x.y:1.can is not a list of rows."]),
        ("F020", [y(price="1.5", day="2026-01-05", at="2026-01-05T09:00:00Z", on=False)], []),
        (
            "F022",
            [y(at="2026-01-05T09:00:00.123Z")],
            ["x.y:1.at is 2026-01-05T09:00:00.123Z: three digits of a second, where databases keep six."],
        ),
        (
            "F022",
            [y(at="2026-01-05T09:00:00")],
            ["x.y:1.at is 2026-01-05T09:00:00, without a zone: it means another moment on another machine."],
        ),
        ("F022", [y(color="2026-01-05T09:00:00.123Z")], []),
        (
            "F022",
            [y(at="2026-01-05T09:00:00.123Z"), y(2, at="2026-01-05T09:00:00.124Z")],
            ["x.y:1.at is 2026-01-05T09:00:00.123Z: three digits of a second, where databases keep six."],
        ),
        (
            "F030",
            [TYPE],
            ["contenttypes.contenttype:7 is noise: Django makes these rows itself, with numbers of its own."],
        ),
        ("F050", [y(color="AKIA" + "A" * 16)], ["x.y:1.color holds an access key of AWS."]),
        ("F050", [y(data=[{"a": "-----BEGIN RSA PRIVATE KEY-----"}])], ["x.y:1.data holds a private key."]),
        ("F050", [y(color="ann@gmail.com")], ["x.y:1.color holds an address that could be somebody's, ann@gmail.com."]),
        ("F050", [y(color="a@example.com b@shop.example c@x.test")], []),
        (
            "F050",
            [y(api_token="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"), y(2, token="token_of_the_first_shop")],
            ["x.y:1.api_token looks like a secret."],
        ),
        ("F050", [y(tokens="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b")], []),
        ("F050", [y(password="letmein")], ["x.y:1.password is no hash: nobody can sign in with it."]),
        ("F050", [y(password="pbkdf2_sha256$1$a$b")], ["x.y:1.password is hashed slowly on purpose."]),
        ("F050", [y(password="md5$a$b"), y(2, password="!x"), y(3, password="")], []),
        ("F050", [y(phone="+49 30 1234567"), y(2, phone="555-1234 567")], ["x.y:1.phone looks like somebody's phone."]),
        ("F070", [Record("x.z", 100, {}), Record("x.z", 99, {})], ["x.z:100 is more than its column holds, 99."]),
        ("F070", [Record("x.y", 5000, {})], ["x.y:5000 is the highest key of 1 rows: renumber to have small ones."]),
    ],
)
def test_a_rule_reports(rule: str, records: list[Record], expected: list[str]) -> None:
    assert found(rule, subject(records)) == expected


def tree(pk: int, path: str, depth: int, numchild: int) -> Record:
    return Record("t.page", pk, {"path": path, "depth": depth, "numchild": numchild})


def nested(pk: int, lft: int, rght: int) -> Record:
    return Record("t.node", pk, {"lft": lft, "rght": rght, "tree_id": 1, "level": 0})


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([tree(1, "0001", 1, 1), tree(2, "00010001", 2, 0)], []),
        ([tree(1, "0001", 2, 0)], ["t.page:1.depth is 2, and its path 0001 has 1 levels."]),
        ([tree(1, "0001", 1, 1)], ["t.page:1.numchild is 1, and it has 0."]),
        ([tree(1, "00010001", 2, 0)], ["t.page:1.path has no row above it at 0001."]),
        ([nested(1, 1, 4), nested(2, 2, 3)], []),
        ([nested(1, 4, 1)], ["t.node:1.rght is 1, not beyond lft 4."]),
    ],
)
def test_trees_are_checked(records: list[Record], expected: list[str]) -> None:
    assert found("F060", subject(records)) == expected


def test_nothing_is_said_of_references_and_values_without_facts() -> None:
    bare = subject([y(size="x", user=5)], schema.Schema())
    assert [each for rule in ("F004", "F010", "F011", "F020") for each in found(rule, bare)] == []


def test_a_file_in_another_form_is_reported_and_one_in_canonical_form_is_not() -> None:
    given = subject([y(), Z])
    assert found("F001", given) == []
    (source,) = given.stored.sources
    other = replace(source, content=source.content.replace(b'"kind": ["x"', b'"kind" : ["x"'))
    changed = replace(given, stored=replace(given.stored, sources=(other,)))
    assert found("F001", changed) == ["d.json is not in canonical form; line 9 is the first that differs."]


def test_rows_that_other_data_have_in_another_way_are_reported() -> None:
    one, two = subject([y()]), subject([y(color="blue"), Z])
    assert found("F003", replace(one, others=(two.stored,))) == ["x.y:1 is another row at d.json:1."]
    assert found("F003", replace(one, others=(one.stored,))) == []


def test_a_lock_of_other_rows_is_reported() -> None:
    given, other = subject([y(), Z]), subject([y()])
    assert found("F023", given) == []
    assert found("F023", replace(given, stored=replace(given.stored, lock=other.stored.lock))) == [
        "d.lock.json is not the lock of these rows: x.z 0 → 1."
    ]
    assert "there is no d.lock.json" in found("F023", replace(given, stored=replace(given.stored, lock=None)))[0]


def test_a_change_of_volatile_fields_alone_is_taken_back() -> None:
    note: dict[str, Json] = {
        "content_type": ["shop", "tag"],
        "object_id": 1,
        "data": {},
        "changed": "2026-01-05T09:00:00Z",
    }
    before = Record("shop.note", 1, note)
    given = subject(
        [Record("shop.note", 1, {**note, "changed": "2027-01-05T09:00:00Z"})], SHOP, base=Dataset((before,), SHOP)
    )
    assert found("F031", given) == ["shop.note:1 differs from what was committed only in changed."]
    assert mended("F031", given) == [("shop.note:1", note)]
    really = subject(
        [Record("shop.note", 1, {**note, "changed": "2027-01-05T09:00:00Z", "data": 1})],
        SHOP,
        base=Dataset((before,), SHOP),
    )
    assert found("F031", really) == []


def test_orphans_are_looked_for_where_roots_are_named() -> None:
    rows = [
        Record("shop.tag", 1, {"word": "a"}),
        Record("shop.tag", 2, {"word": "b"}),
        Record("shop.place", 1, {"tags": [1]}),
    ]
    assert found("F032", subject(rows, SHOP)) == []
    assert found("F032", subject(rows, SHOP, settings=Settings(roots=("shop.place",)))) == [
        "shop.tag: 1 of 2 rows are pointed to by no row, first shop.tag:2."
    ]


def test_data_have_a_budget() -> None:
    assert found("F040", subject([y()], settings=Settings(budget=100))) == [
        "d.json has 0 kB, more than the budget of 0 kB."
    ]
    assert found("F040", subject([y()])) == []


def test_reserved_numbers() -> None:
    assert found("F070", subject([y(5)], settings=Settings(reserved=1000))) == [
        "x.y:5 is below 1000, the first number for test data."
    ]


def test_rows_from_elsewhere_are_not_missed() -> None:
    assert found("F010", subject([y()], settings=Settings(elsewhere=("x.z",)))) == []


@pytest.mark.parametrize(
    ("rule", "records", "expected"),
    [
        ("F010", [y(), Z], [("x.y:1", dict(y().fields)), ("x.z:1", {"name": "ann"})]),
        ("F010", [y(user=3), Z], [("x.z:1", {"name": "ann"})]),
        (
            "F012",
            [y(kind=7, can=[9]), TYPE, MAY],
            [
                ("x.y:1", {**y().fields, "kind": ["x", "y"], "can": [["add_y", "x", "y"]]}),
                ("contenttypes.contenttype:7", dict(TYPE.fields)),
                ("auth.permission:9", dict(MAY.fields)),
            ],
        ),
        ("F012", [y(kind=8)], [("x.y:1", dict(y(kind=8).fields))]),
        ("F022", [y(at="2026-01-05T09:00:00.120Z")], [("x.y:1", dict(y(at="2026-01-05T09:00:00.120000Z").fields))]),
        (
            "F030",
            [y(kind=7), TYPE],
            [("x.y:1", dict(y(kind=7).fields)), ("contenttypes.contenttype:7", dict(TYPE.fields))],
        ),
        ("F030", [y(), TYPE, MAY], [("x.y:1", dict(y().fields))]),
    ],
)
def test_a_rule_mends(rule: str, records: list[Record], expected: list[tuple[str, dict[str, Json]]]) -> None:
    assert mended(rule, subject(records)) == expected


def test_a_count_that_was_declared_is_that_of_the_rows() -> None:
    known = schema.of(
        Model("a.order", fields=(Field("size", "integer"),)),
        Model("a.line", fields=(Field("order", "integer", to="a.order"),)),
    )
    rows = [Record("a.order", 1, {"size": 2}), Record("a.order", 2, {"size": 0}), Record("a.line", 1, {"order": 1})]
    said = Settings(counts={"a.Order.size": "a.Line.order"})
    assert found("F060", subject(rows, known, settings=said)) == [
        "a.order:1.size is 2, and 1 rows refer to it by a.Line.order."
    ]
    assert found("F060", subject(rows[1:], known, settings=said)) == []


def test_a_reference_that_the_database_does_not_check_only_informs() -> None:
    known = schema.of(Model("a.b", fields=(Field("of", "integer", to="a.b", constrained=False),)))
    (told,) = RULES["F010"].check(subject([Record("a.b", 1, {"of": 2})], known))
    assert (told.level, told.message) == (
        "info",
        "a.b:1.of refers to a.b 2, which is not there. The database does not ask.",
    )


def test_the_number_of_a_site_is_fine_where_the_site_is_in_the_data() -> None:
    known = schema.of(Model("a.b", fields=(Field("site", "integer", to="sites.site"),)), Model("sites.site"))
    row, site = Record("a.b", 1, {"site": 1}), Record("sites.site", 1, {})
    assert len(found("F012", subject([row], known))) == 1
    assert found("F012", subject([row, site], known)) == []


def test_references_by_natural_key_are_put_in_order() -> None:
    after = lint.mend(subject([y(user=["ann"]), Z]), losing_rows=False)
    assert after is not None
    assert (after.order, [each.model for each in after.records]) == ("loadable", ["x.z", "x.y"])
    assert found("F011", subject(after.records)) == []


def test_numbers_of_content_types_become_names_and_then_the_rows_go() -> None:
    after = lint.mend(subject([y(kind=7, can=[9]), Z, TYPE, MAY]), losing_rows=False)
    assert after is not None
    assert [each.subject for each in after.records] == ["x.y:1", "x.z:1"]
    assert after.records[0].fields["can"] == [["add_y", "x", "y"]]


def test_what_is_waived_is_neither_reported_nor_mended() -> None:
    waivers = (Waiver("F030", "auth.*", "tests count them"), Waiver("F001", "none.json", "gone"))
    given = subject([TYPE, MAY], settings=Settings(waivers=waivers))
    outcome = lint.check([given], given.settings)
    assert [each.subject for each in outcome.findings] == ["contenttypes.contenttype:7"]
    assert [each.subject for each in outcome.waived] == ["auth.permission:9"]
    assert outcome.idle == waivers[1:]
    after = lint.mend(given, losing_rows=True)
    assert after is not None
    assert "auth.permission:9" in [each.subject for each in after.records]


@given(loose | shops())
def test_what_lint_finds_nothing_to_mend_in_is_not_touched(dataset: Dataset) -> None:
    unnoisy = dataset.having(each for each in dataset.records if not each.model.startswith(("sessions.", "admin.")))
    clean = canonical.arrange(unnoisy)
    given = subject(clean.records, clean.schema)
    fixable = [each for each in lint.check([given], Settings()).findings if each.fixable]
    assert lint.mend(given, losing_rows=False) is None or fixable


@given(shops())
def test_mending_leaves_nothing_that_it_can_mend_and_loses_nothing(dataset: Dataset) -> None:
    given = subject(dataset.records, dataset.schema)
    after = lint.mend(given, losing_rows=False) or dataset
    again = subject(after.records, after.schema)
    assert [each for each in lint.check([again], Settings()).findings if each.fixable] == []
    assert compare.compare(dataset, after) == ()


@given(shops())
def test_pruning_leaves_nothing_dangling_and_nothing_that_was_whole_is_lost(dataset: Dataset) -> None:
    cut = dataset.having(each for each in dataset.records if each.model != "shop.place" or each.pk != 1)
    after = lint.mend(subject(cut.records, cut.schema), losing_rows=True) or cut
    assert references.dangling(after) == ()
    lost = {each.subject for each in cut.records} - {each.subject for each in after.records}
    assert lost <= {each.subject for each in cut.records if each.model in {"shop.cafe", "shop.note"}}
