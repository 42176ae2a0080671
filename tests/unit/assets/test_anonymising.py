"""What is known of people goes when rows are taken: the same result each time, and nothing else changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusquo.assets import anonymising, declared, fakes, files, formats, lint, personal, schema, sidecar
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.rule import Settings, Subject
from statusquo.assets.schema import Field, Model
from statusquo.cli import main
from statusquo.core.errors import ConfigError, DatasetError

ID = Field("id", "integer", optional=True)
PERSON = Model(
    "crm.person",
    fields=(
        ID,
        Field("username", "text", max_length=20),
        Field("email", "text", max_length=40),
        Field("phone", "text", null=True),
        Field("note", "text"),
        Field("born", "date", null=True),
        Field("level", "text", choices=("a", "b")),
        Field("is_active", "boolean"),
        Field("boss", "integer", to="crm.person", null=True),
    ),
    unique=(("username",), ("email",)),
    natural=("username",),
)
CALL = Model(
    "crm.call",
    fields=(
        ID,
        Field("by", "integer", to="crm.person"),
        Field("mail", "text"),
        Field("nick", "text", to="crm.person", to_field="username"),
    ),
)
CRM = declared.apply(schema.of(PERSON, CALL), {"crm.call.mail": "crm.person.email"})


def person(pk: int, **fields: Json) -> Record:
    held: dict[str, Json] = {
        "username": f"user{pk}",
        "email": f"somebody{pk}@company.org",
        "phone": None,
        "note": "likes tea",
        "born": "1970-05-05",
        "level": "a",
        "is_active": True,
        "boss": None,
    }
    return Record("crm.person", pk, {**held, **fields})


DATA = Dataset(
    (
        person(1),
        person(2, boss=["user1"], phone="+49 30 1234567"),
        Record("crm.call", 1, {"by": 2, "mail": "somebody2@company.org", "nick": "user2"}),
    ),
    CRM,
)


def rules(**said: object) -> personal.Rules:
    return personal.read({f"crm.person.{name}": rule for name, rule in said.items()}, salt="pepper")


def after(dataset: Dataset = DATA, **said: object) -> list[dict[str, Json]]:
    return [dict(each.fields) for each in anonymising.apply(dataset, rules(**said)).records]


def test_without_rules_nothing_changes() -> None:
    assert anonymising.apply(DATA, personal.Rules()) is DATA
    assert after(email="keep", note="keep") == [dict(each.fields) for each in DATA.records]


def test_each_rule_does_what_it_says() -> None:
    one, two, _ = after(phone="null", note={"const": "-"}, email="fake", born="fake", level="fake")
    assert (one["phone"], two["phone"], one["note"], two["note"]) == (None, None, "-", "-")
    assert str(one["email"]).endswith("@example.com")
    assert one["born"] != "1970-05-05"
    assert {one["level"], two["level"]} <= {"a", "b"}
    assert one["username"] == "user1"


def test_what_is_empty_stays_empty() -> None:
    one, *_ = after(DATA.having([person(1, note="")]), phone="fake", note="hash")
    assert (one["phone"], one["note"]) == (None, "")


def test_references_follow() -> None:
    _, two, call = after(username="hash", email="fake")
    assert two["boss"] == [after(username="hash")[0]["username"]]
    assert (call["mail"], call["nick"], call["by"]) == (two["email"], two["username"], 2)


def test_equal_values_stay_equal_by_their_hash_alone() -> None:
    same = DATA.having([person(1), person(2)])
    one, two = after(same, note="hash")
    assert one["note"] == two["note"] != "likes tea"
    one, two = after(same, note="fake")
    assert one["note"] != two["note"]


def test_another_salt_is_another_result() -> None:
    said = {"crm.person.email": "fake", "crm.person.note": "hash"}
    one, two = (anonymising.apply(DATA, personal.read(said, salt=each)).records[0].fields for each in ("a", "b"))
    assert (one["email"], one["note"]) != (two["email"], two["note"])


@given(st.lists(st.integers(1, 10**6), unique=True, max_size=40), st.randoms())
def test_the_result_is_stable_unique_and_a_second_time_no_change(keys: list[int], random: object) -> None:
    said = {"username": "fake", "email": "fake", "phone": "fake", "note": "hash", "born": "fake"}
    rows = [person(pk, phone="1") for pk in keys]
    once = anonymising.apply(DATA.having(rows), rules(**said))
    random.shuffle(rows)  # type: ignore[attr-defined]  # Hypothesis draws a Random
    again = anonymising.apply(DATA.having(rows), rules(**said))
    assert {each.pk: each.fields for each in once.records} == {each.pk: each.fields for each in again.records}
    assert anonymising.apply(once, rules(**said)) == once
    for name, longest in (("username", 20), ("email", 40)):
        held = [str(each.fields[name]) for each in once.records]
        assert len(set(held)) == len(held)
        assert all(len(each) <= longest for each in held)


def test_made_up_values_are_no_finding() -> None:
    said = {"username": "fake", "email": "fake", "phone": "fake", "note": "fake", "born": "fake"}
    dataset = anonymising.apply(DATA, rules(**said))
    records = tuple(each for each in dataset.records if each.model == "crm.person")
    subject = Subject(files.Stored(Path("d.json"), (), dataset.having(records)), Settings())
    found = [
        each for rule in lint.all_rules() if rule.id in {"F004", "F010", "F020", "F050"} for each in rule.check(subject)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("home_phone", "phone"),
        ("ip_address", "street"),
        ("client_ip", "ip"),
        ("zip_code", "postcode"),
        ("description", "text"),
    ],
)
def test_a_field_holds_what_its_name_says(name: str, kind: str) -> None:
    assert fakes.kind_of(name) == kind


@pytest.mark.parametrize("kind", fakes.KINDS)
@pytest.mark.parametrize("longest", [0, 3, 12, 80])
def test_made_up_values_fit(kind: str, longest: int) -> None:
    own = Field("x", "text", max_length=longest)
    made = {str(fakes.value(own, kind, bytes([number]), is_unique=True)) for number in range(20)}
    assert all(0 < len(each) <= (longest or 99) for each in made)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"crm.person.emial": "fake"}, r"crm.person has no field 'emial'. Did you mean 'email'\?"),
        ({"crm.persona.email": "fake"}, r"there is no model crm.persona. Did you mean 'crm.person'\?"),
        ({"cmr.person.email": "fake"}, r"there is no model cmr.person. Did you mean 'crm.person'\?"),
        ({"crm.person": "fake"}, "expected app.model.field"),
        ({"crm.person.email": "fak"}, r"'fak' is no rule. Did you mean 'fake'\?"),
        ({"crm.person.email": {"fake": "emial"}}, r"Did you mean 'email'\?"),
        ({"crm.person.email": {"fake": "email", "x": 1}}, "a rule is"),
        ({"crm.person.email": "null"}, "may not be empty"),
        ({"crm.person.email": {"const": "x"}}, "is unique"),
        ({"crm.person.born": "hash"}, "a hash is a text"),
        ({"crm.person.is_active": "fake"}, "no made-up values for a boolean"),
        ({"crm.person.boss": "fake"}, "a key or a reference"),
        ({"crm.person.id": "fake"}, "a key or a reference"),
    ],
)
def test_a_rule_that_cannot_be_is_an_error(said: dict[str, object], why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        anonymising.apply(DATA, personal.read(said))


def test_every_text_of_a_personal_model_needs_a_rule() -> None:
    said = personal.read({"crm.person.username": "keep", "crm.person.email": "fake"}, ["crm.person"])
    with pytest.raises(DatasetError, match=r"texts of people: crm.person.phone, crm.person.note\."):
        anonymising.apply(DATA, said)


def test_a_personal_model_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"'crm.persn' is no model here. Did you mean 'crm.person'\?"):
        anonymising.apply(DATA, personal.read({}, ["crm.persn"]))
    assert anonymising.apply(DATA, personal.read({"sales.deal.note": "hash"}, ["sales.*"])) is DATA


def test_a_subset_has_nobody_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d.json").write_text(formats.FORMATS[0].write(DATA.records))  # type: ignore[misc]  # it has one
    Path("d.lock.json").write_text(sidecar.write(sidecar.build(DATA)))
    Path("statusquo.toml").write_text(
        '[assets]\npersonal = ["crm.person"]\nsalt = "s"\n[assets.anonymise]\n"crm.person.username" = "hash"\n'
        '"crm.person.email" = "fake"\n"crm.person.note" = { const = "" }\n"crm.person.phone" = "null"\n'
        '[assets.references]\n"crm.call.mail" = "crm.person.email"\n'
    )
    assert main.main(["subset", "d.json", "small.json", "--root", "crm.call"]) == 0
    assert "Anonymised: crm.person: email, note, phone, username.\n" in capsys.readouterr().err
    text = Path("small.json").read_text()
    assert not any(word in text for word in ("company.org", "likes tea", "user1", "user2", "1234567"))
    assert len(json.loads(text)) == 3
    assert main.main(["-q", "lint", "small.json"]) == 0
