"""A dump of rows in memory: what it takes, how it spells it, what it refuses, and where it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from statusquo.assets import canonical, changes, dump, dumped, files, formats, personal, reading, schema, selection
from statusquo.assets.dataset import Dataset, Json, Record
from statusquo.assets.dump import Plan, Wish
from statusquo.assets.schema import Field, Model, Schema
from statusquo.assets.selection import Selection
from statusquo.assets.sidecar import Lock
from statusquo.core.errors import DatasetError
from statusquo.core.rows import Table
from tests.unit.assets.example_datasets import CAFE, NOTE, PLACE, SHOP, TAG, USER, shops

_ID = Field("id", "integer", optional=True)
TYPE = Model(
    "contenttypes.contenttype",
    fields=(_ID, Field("app_label", "text"), Field("model", "text")),
    natural=("app_label", "model"),
)
SESSION = Model("sessions.session", fields=(_ID, Field("user", "integer", to="shop.user", null=True)))


def stocked(model: Model) -> Model:
    """The model with tables of its own."""
    table = model.label.replace(".", "_")
    many = (replace(each, table=f"{table}_{each.name}", source="from", target="to") for each in model.many)
    return replace(model, table=table, many=tuple(many))


MODELS = schema.of(*map(stocked, (USER, TAG, PLACE, CAFE, NOTE, TYPE, SESSION)))
PROJECT = Lock("", {}, {"shop": ("0002_more",), "sessions": ("0001_initial",)}, schema=MODELS)
MIGRATED = [("sessions", "0001_initial"), ("shop", "0001_initial"), ("shop", "0002_more")]


class Held:
    """Rows of a dataset, as a database has them in tables."""

    def __init__(self, dataset: Dataset, known: Schema = MODELS, migrated: list[tuple[str, str]] = MIGRATED) -> None:
        self._rows = {"django_migrations": list[tuple[Json, ...]](migrated)}
        self.asked: list[str] = []
        for label, model in known.models.items():
            records = dataset.by_model().get(label, ())
            names = [each.name for each in model.fields]
            self._rows[model.table] = [tuple(_held(each, name, model) for name in names) for each in records]
            for many in model.many:
                self._rows[many.table] = [(each.pk, to) for each in records for to in _list(each, many.name)]

    def tables(self) -> frozenset[str]:
        return frozenset(self._rows)

    def read(self, table: Table) -> Iterator[tuple[Json, ...]]:
        self.asked.append(table.name)
        return iter(self._rows[table.name])


def _held(record: Record, name: str, model: Model) -> Json:
    return record.pk if name == model.pk[0] else record.fields.get(name)


def _list(record: Record, name: str) -> list[Json]:
    held = record.fields.get(name)
    return held if isinstance(held, list) else []


def row(model: str, pk: Json, /, **fields: Json) -> Record:
    return Record(model, pk, fields)


ADA = row("shop.user", 1, name="ada")
TAGS = (row("shop.tag", 2, word="b"), row("shop.tag", 1, word="a"))
PLACES = (row("shop.place", 1, owner=1, up=None, tags=[2, 1]), row("shop.cafe", 1, opened="2026-01-05T10:00:00.123Z"))
KINDS = (row("contenttypes.contenttype", 9, app_label="shop", model="cafe"),)
NOTES = (row("shop.note", 1, content_type=9, object_id=1, data={"b": 1, "a": 2}, changed="2026-01-05T10:00:00Z"),)
ROWS = Dataset((ADA, *TAGS, *PLACES, *KINDS, *NOTES, row("sessions.session", 1, user=1)))


def planned(path: Path, rows: Dataset = ROWS, project: Lock = PROJECT, **wish: object) -> Plan:
    return dump.plan(Held(rows, project.schema), project, replace(Wish(path), **wish))  # type: ignore[arg-type]  # by name


def written(path: Path, rows: Dataset = ROWS, project: Lock = PROJECT, **wish: object) -> files.Stored:
    changes.apply(planned(path, rows, project, **wish).changes)
    return files.read(path)


@given(shops())
def test_what_is_in_tables_comes_out_as_it_is(dataset: Dataset) -> None:
    known = schema.of(*map(stocked, SHOP.models.values()))
    whole = canonical.arrange(replace(_whole(dataset, known), schema=known))
    choice = selection.choose(known, Selection(), Held(whole, known).tables())
    assert canonical.arrange(reading.read(Held(whole, known), known, choice)).records == whole.records


def _whole(dataset: Dataset, known: Schema) -> Dataset:
    """With each key once, as a table has it, and all fields in each row."""
    once = {(each.model, str(each.pk)): each for each in dataset.records if isinstance(each.pk, int)}
    return dataset.having(_filled(each, known.models[each.model]) for each in once.values())


def _filled(record: Record, model: Model) -> Record:
    names = (each.name for each in model.fields if each.name not in model.pk)
    lists = {many.name: canonical.spell(record, model).fields.get(many.name, []) for many in model.many}
    return replace(record, fields={**{name: record.fields.get(name) for name in names}, **lists})


def test_each_table_is_read_once(tmp_path: Path) -> None:
    rows = Held(ROWS)
    dump.plan(rows, PROJECT, Wish(tmp_path / "data.json"))
    assert sorted(rows.asked) == sorted({*rows.asked})
    assert "sessions_session" not in rows.asked


def test_noise_is_left_out_and_generic_references_survive(tmp_path: Path) -> None:
    found = written(tmp_path / "data.json")
    assert found.dataset.counts == {"shop.cafe": 1, "shop.note": 1, "shop.place": 1, "shop.tag": 2, "shop.user": 1}
    (note,) = found.dataset.by_model()["shop.note"]
    assert note.fields["content_type"] == ["shop", "cafe"]
    assert found.lock is not None
    assert found.lock.excluded["sessions.session"] == "a session is of one browser on one day"
    assert set(found.lock.schema.models) == {*found.dataset.counts, "contenttypes.contenttype"}


def test_what_is_noise_elsewhere_may_be_wanted_and_more_may_be_noise(tmp_path: Path) -> None:
    chosen = Selection(wanted=("sessions.*",), noise=("shop.note",))
    counts = written(tmp_path / "data.json", selection=chosen).dataset.counts
    assert "sessions.session" in counts
    assert "shop.note" not in counts


def test_models_of_the_project_are_referred_to_by_natural_key_on_request(tmp_path: Path) -> None:
    found = written(tmp_path / "data.json", selection=Selection(natural=("shop.user",)))
    assert found.dataset.by_model()["shop.place"][0].fields["owner"] == ["ada"]
    with pytest.raises(DatasetError, match=r"shop\.tag has no natural key\. It has no unique set of fields"):
        planned(tmp_path / "other.json", selection=Selection(natural=("shop.tag",)))


def test_a_word_that_means_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"'shop\.usr' is no model and no app here\. Did you mean 'shop\.user'\?"):
        planned(tmp_path / "data.json", selection=Selection(models=("shop.usr",)))


def test_a_table_that_is_not_there_is_refused_and_one_that_nobody_manages_left_out(tmp_path: Path) -> None:
    view = replace(stocked(TAG), label="shop.view", table="shop_view", managed=False)
    more = replace(PROJECT, schema=schema.of(*MODELS.models.values(), view))
    plan = dump.plan(Held(ROWS), more, Wish(tmp_path / "data.json"))
    assert plan.excluded["shop.view"] == "it has no table of its own"
    managed = replace(more, schema=schema.of(*MODELS.models.values(), replace(view, managed=True)))
    with pytest.raises(
        DatasetError, match=r'shop\.view: the database has no table "shop_view"\. Has it been migrated\?'
    ):
        dump.plan(Held(ROWS), managed, Wish(tmp_path / "data.json"))


def test_references_to_nothing_are_refused_taken_away_or_met_elsewhere(tmp_path: Path) -> None:
    orphans = ROWS.having(each for each in ROWS.records if each is not ADA)
    with pytest.raises(DatasetError, match=r"nothing was written") as caught:
        planned(tmp_path / "data.json", orphans)
    assert caught.value.evidence == "shop.place:1.owner → shop.user 1"
    pruned = planned(tmp_path / "data.json", orphans, prune=True)
    assert pruned.dataset.by_model()["shop.place"][0].fields["owner"] is None
    elsewhere = written(tmp_path / "data.json", selection=Selection(elsewhere=("shop.user",)))
    assert "shop.user" not in elsewhere.dataset.counts
    assert elsewhere.lock is not None
    assert elsewhere.lock.excluded["shop.user"] == "its rows come from somewhere else"


def test_taking_away_goes_on_until_nothing_refers_to_nothing(tmp_path: Path) -> None:
    note = replace(NOTES[0], fields={**NOTES[0].fields, "object_id": 5})
    rows = Dataset((row("shop.cafe", 5, opened=None), *KINDS, note))
    assert planned(tmp_path / "data.json", rows, prune=True).dataset.records == ()


def test_what_no_file_holds_is_refused(tmp_path: Path) -> None:
    price = Model("shop.price", table="shop_price", fields=(_ID, Field("value", "decimal"), Field("rate", "float")))
    project = replace(PROJECT, schema=schema.of(price))
    for wrong in (row("shop.price", 1, value="NaN", rate=1.0), row("shop.price", 1, value="1", rate=float("inf"))):
        with pytest.raises(DatasetError, match=r"shop\.price:1 cannot be written: .* is no number that"):
            planned(tmp_path / "data.json", Dataset((wrong,)), project)


def test_a_database_behind_the_models_is_refused(tmp_path: Path) -> None:
    rows = Held(ROWS, migrated=MIGRATED[:2])
    with pytest.raises(
        DatasetError, match=r"has not been through shop 0002_more, and the models have\. Migrate it first"
    ):
        dump.plan(rows, PROJECT, Wish(tmp_path / "data.json"))


def test_a_folder_has_a_file_for_each_app_or_model_and_stays_as_it_is(tmp_path: Path) -> None:
    by_model = written(tmp_path / "model", split=None)
    assert {each.path.name for each in by_model.sources} == {
        "shop.cafe.json",
        "shop.note.json",
        "shop.place.json",
        "shop.tag.json",
        "shop.user.json",
    }
    by_app = written(tmp_path / "app", split="app", format=formats.FORMATS[2])
    assert [each.path.name for each in by_app.sources] == ["shop.yaml"]
    assert planned(tmp_path / "app").changes == ()
    fewer = ROWS.having((ADA,))
    assert [each.path.name for each in written(tmp_path / "model", fewer).sources] == ["shop.user.json"]
    with pytest.raises(DatasetError, match=r"data\.json is a file, and a dataset that is split is a folder\."):
        planned(tmp_path / "data.json", split="app")


def test_a_folder_of_other_peoples_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "theirs.json").write_text("[]")
    with pytest.raises(
        DatasetError, match=r"is a folder with files of rows and no lock beside it\. What is not in the"
    ):
        planned(tmp_path)


def test_files_that_cannot_be_read_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_text('[{"model": "shop.user"')
    with pytest.raises(DatasetError, match=r"data\.json:1: .* the file ends in the middle of a row"):
        planned(path)


def test_what_the_lock_says_is_kept_where_nothing_else_is_said(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    first = written(path, order="loadable", selection=Selection(models=("shop",)), commit="a" * 40)
    assert first.lock is not None
    assert (first.lock.selected, first.lock.order) == (("shop",), "loadable")
    assert first.dataset.records[0].model == "shop.note"
    assert planned(path, commit="b" * 40).changes == ()
    newer = replace(PROJECT, migrations={**PROJECT.migrations, "shop": ("0001_initial",)})
    again = written(path, project=newer, commit="b" * 40, selection=Selection(models=("*",)))
    assert again.lock is not None
    assert (again.lock.selected, again.lock.commit) == ((), "b" * 40)


def known(lock: Lock, **held: object) -> bool:
    migrated = held.pop("migrated", MIGRATED)
    rows = Held(ROWS, migrated=migrated)  # type: ignore[arg-type]  # a list of pairs
    return dump.is_known(lock, rows, Wish(Path("data.json"), **held))  # type: ignore[arg-type]  # by name


def test_a_lock_is_enough_as_long_as_it_is_of_these_models(tmp_path: Path) -> None:
    stored = written(tmp_path / "data.json")
    lock = stored.lock
    assert lock is not None
    assert known(lock)
    assert not known(lock, migrated=[*MIGRATED, ("shop", "0003_newer")])
    assert not known(lock, migrated=[*MIGRATED, ("news", "0001_initial")])
    assert not known(lock, migrated=[])
    assert not known(lock, selection=Selection(models=("shop.user",)))
    assert not known(lock, selection=Selection(wanted=("sessions.*",)))
    assert known(lock, selection=Selection(noise=("shop.note",)))
    other = replace(stocked(TAG), fields=(_ID, Field("word", "other")))
    assert not known(replace(lock, schema=Schema({**lock.schema.models, "shop.tag": other})))


def test_a_dump_by_the_lock_is_the_dump_by_the_project(tmp_path: Path) -> None:
    lock = written(tmp_path / "data.json").lock
    assert lock is not None
    assert dump.plan(Held(ROWS), lock, Wish(tmp_path / "data.json")).changes == ()


def test_what_is_said_of_a_dump(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    written(path)
    changed = ROWS.having(replace(each, fields={"name": "bob"}) if each is ADA else each for each in ROWS.records)
    said = dumped.said(planned(path, changed), "check")
    assert (said.exit_code, said.result) == (1, "shop.user: ~1 (name)\n")
    assert said.notes[-1] == f"{path.with_name('data.lock.json')} not as the rows are."
    assert dumped.said(planned(path), "check").exit_code == 0
    printed = dumped.said(planned(path, format=formats.FORMATS[1]), "stdout")
    assert printed.result.count("\n") == 6


def test_a_dump_of_rows_without_people_is_the_same_dump(tmp_path: Path) -> None:
    people = personal.read({"shop.user.name": "fake", "shop.tag.word": "hash"}, salt="s")
    first = written(tmp_path / "data.json", people=people)
    assert "ada" not in first.sources[0].content.decode()
    again = planned(tmp_path / "data.json", first.dataset.having((*first.dataset.records, *KINDS)), people=people)
    assert again.changes == ()
    assert again.anonymised == ("Anonymised: shop.tag: word.", "Anonymised: shop.user: name.")


def test_rows_keep_their_labels_and_the_lock_the_declared_references(tmp_path: Path) -> None:
    said = {"shop.note.data.user": "shop.user"}
    first = written(tmp_path / "data.json", references=said)
    named = first.dataset.having(replace(each, label="ada") if each == ADA else each for each in first.dataset.records)
    changes.apply(files.plan_rewrite(first, named))
    note = replace(NOTES[0], fields={**NOTES[0].fields, "data": {"user": 1}})
    again = written(tmp_path / "data.json", ROWS.having((*ROWS.records[:-2], note)), references=said)
    text = again.sources[0].content.decode()
    assert '"label": "ada"' in text
    assert '"user": "@ada"' in text
    assert '"owner": "@ada"' in text
