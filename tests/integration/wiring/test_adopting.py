"""Nothing of somebody else's stack is rewound before it was adopted, and nothing of ours stays when it is released."""

import dataclasses
import json
from collections.abc import Sequence
from contextlib import ExitStack, closing

import psycopg
import pytest

from statusquo import wiring
from statusquo.core.errors import ConfigError, GuardError, StoreError
from statusquo.stores.postgres import mark
from statusquo.wiring import Candidate, adopted, storage
from tests.integration.wiring.somebody import Somebody


def adopt(somebody: Somebody, *names: str) -> None:
    config = somebody.write_config()
    candidates = wiring.look(config, names)
    wiring.adopt(config, candidates, consent=names_of(candidates))


def names_of(candidates: Sequence[Candidate]) -> dict[str, str]:
    return {each.settings.name: each.name for each in candidates}


def rewind(somebody: Somebody) -> None:
    """What a run does with an adopted stack."""
    config = somebody.write_config()
    found = adopted.read(config)
    endpoints = {each.name: each for each in config.external}
    with ExitStack() as undo:
        for settings in config.stores:
            scratch = somebody.folder / ".statusquo" / "scratch" / settings.name
            store = undo.enter_context(
                closing(
                    storage.open_store(
                        settings, endpoints[settings.name], nonce=found.nonce, scratch=scratch, rewind=config.rewind
                    )
                )
            )
            store.rewind(store.resume(found.roots / settings.name))


def test_looking_shows_what_there_is_and_changes_nothing(somebody: Somebody) -> None:
    before = somebody.digest()
    with psycopg.connect(somebody.admin.url):
        candidates = wiring.look(somebody.write_config())
    shown = {each.settings.name: (each.name, each.where, each.holding.items, each.state) for each in candidates}
    server, cache = (f"{each.host}:{each.port}" for each in (somebody.admin, somebody.redis))
    assert shown == {
        "db": (somebody.admin.name, server, "1 table, about 1 row", "not adopted"),
        "notes": ("notes.sqlite3", str(somebody.notes), "1 table", "not adopted"),
        "media": ("media", str(somebody.media), "1 file", "not adopted"),
        "cache": (cache, cache, "1 key in db0", "not adopted"),
    }
    assert candidates[0].holding.others == 1
    assert candidates[2].holding.bytes == 6
    assert somebody.digest() == before


def test_what_is_adopted_is_rewound_to_how_it_was_then(somebody: Somebody) -> None:
    adopt(somebody)
    before = somebody.digest()
    somebody.spoil()
    assert somebody.digest() != before
    rewind(somebody)
    after = somebody.digest()
    assert {key: after[key] for key in ("rows", "keys", "files", "notes")} == {
        key: before[key] for key in ("rows", "keys", "files", "notes")
    }
    assert {each.state for each in wiring.look(somebody.write_config())} == {"adopted"}


def test_released_everything_is_as_it_was_found(somebody: Somebody) -> None:
    before = somebody.digest()
    adopt(somebody)
    assert somebody.digest() != before, "there are marks and triggers"
    assert wiring.release(somebody.write_config()) == ("db", "notes", "media", "cache")
    assert somebody.digest() == before
    assert not (somebody.folder / ".statusquo" / "adopted").exists()
    assert wiring.release(somebody.write_config()) == (), "and again there is nothing to do"


def test_what_was_written_meanwhile_stays_when_it_is_released(somebody: Somebody) -> None:
    adopt(somebody)
    somebody.spoil()
    wiring.release(somebody.write_config())
    with psycopg.connect(somebody.admin.url) as database:
        assert database.execute("SELECT text FROM note ORDER BY id").fetchall() == [("theirs",), ("a test",)]
    assert (somebody.media / "test.txt").exists()


def test_without_it_nothing_is_rewound(somebody: Somebody) -> None:
    before = somebody.digest()
    with pytest.raises(GuardError) as refusal:
        rewind(somebody)
    assert str(refusal.value) == (
        'The external stack "theirs" is not adopted: db, notes, media, cache. '
        "Somebody else runs it: nothing there is rewound before somebody has said by hand that tests may. "
        "Run 'statusquo adopt': it shows what there is, and asks."
    )
    assert somebody.digest() == before


def test_a_part_is_adopted_by_itself_and_the_rest_later(somebody: Somebody) -> None:
    adopt(somebody, "db", "cache")
    with pytest.raises(GuardError, match=r'"theirs" is not adopted: notes, media\.'):
        rewind(somebody)
    adopt(somebody, "media", "notes")
    rewind(somebody)
    assert wiring.release(somebody.write_config(), ["cache"]) == ("cache",)
    with pytest.raises(GuardError, match=r'"theirs" is not adopted: cache\.'):
        rewind(somebody)


def test_adopted_again_it_goes_back_to_how_it_is_now(somebody: Somebody) -> None:
    adopt(somebody)
    with psycopg.connect(somebody.admin.url, autocommit=True) as database:
        database.execute("ALTER TABLE note ADD COLUMN done boolean")
        database.execute("UPDATE note SET done = true")
    adopt(somebody, "db")
    before = somebody.digest()
    somebody.spoil()
    rewind(somebody)
    assert somebody.digest()["rows"] == before["rows"]


def test_the_mark_of_another_checkout_is_refused_until_it_is_adopted_here(somebody: Somebody) -> None:
    adopt(somebody)
    mark.write(somebody.admin, "another")
    before = somebody.digest()
    assert wiring.look(somebody.write_config(), ["db"])[0].state == "adopted elsewhere"
    with pytest.raises(GuardError) as refusal:
        rewind(somebody)
    assert str(refusal.value) == (
        f'Store "db" at {somebody.admin.host}:{somebody.admin.port} is not ours to change. '
        "It carries the mark of another run. "
        "Only what this run made, or what carries its mark, is ever rewound, emptied or dropped. "
        "Get a fresh stack with 'statusquo down' and 'statusquo up'; if somebody else runs it: 'statusquo adopt'."
    )
    with pytest.raises(GuardError, match="is not ours to change"):
        wiring.release(somebody.write_config(), ["db"])
    assert somebody.digest() == before
    adopt(somebody, "db")
    rewind(somebody)


def test_a_name_that_was_not_typed_is_no_consent(somebody: Somebody) -> None:
    before = somebody.digest()
    config, name = somebody.write_config(), somebody.admin.name
    with pytest.raises(GuardError) as refusal:
        wiring.adopt(config, wiring.look(config), consent={"notes": "notes.sqlite3", "media": "media", "cache": name})
    assert str(refusal.value) == (
        f'Store "db" is not adopted: "{name}" was not confirmed. '
        "Every test will put it back to how it is now, whoever changed it since. "
        f"If that is what you want, type its name when asked, or say --confirm {name}."
    )
    assert somebody.digest() == before


@pytest.mark.parametrize(
    ("store", "where", "said"),
    [
        ("db", "postgresql://staging.example/shop_prod", ("shop_prod", "prod")),
        ("db", "postgresql://db.live.example/shop", ("db.live.example", "live")),
        ("db", "postgresql://staging.example/MAIN", ("MAIN", "MAIN")),
        ("cache", "redis://myproduction-7.example", ("myproduction-7.example", "production")),
        ("media", "/srv/prod2/media", ("prod2", "prod")),
        ("notes", "/srv/live.sqlite3", ("live.sqlite3", "live")),
    ],
)
def test_what_is_named_like_production_is_not_even_connected_to(
    somebody: Somebody, store: str, where: str, said: tuple[str, str]
) -> None:
    name, word = said
    config = somebody.write_config(**{store: where})
    with pytest.raises(GuardError) as refusal:
        wiring.look(config)
    assert str(refusal.value) == (
        f'Store "{store}" is never adopted: "{name}" is named like something that people need. '
        f'Tests change what they find and put back what they know of; "{word}" is no place for that. '
        f"Point external.{store} at a copy, under another name."
    )


def test_names_that_only_contain_such_a_word_are_none_of_them(somebody: Somebody) -> None:
    media = somebody.folder / "delivery-maintenance"
    media.mkdir()
    assert wiring.look(somebody.write_config(media=str(media)), ["media"])[0].name == "delivery-maintenance"


def test_one_that_cannot_be_captured_leaves_none_adopted(somebody: Somebody) -> None:
    before = somebody.digest()
    config = somebody.write_config()
    candidates = wiring.look(config)
    lost = dataclasses.replace(candidates[3].endpoint, host=dataclasses.replace(somebody.redis, port=1))
    broken = (*candidates[:3], dataclasses.replace(candidates[3], endpoint=lost))
    with pytest.raises(StoreError, match="cannot be talked to"):
        wiring.adopt(config, broken, consent=names_of(broken))
    assert somebody.digest() == before
    assert adopted.find(config) is None


def test_a_schema_of_that_name_which_is_not_ours_is_left_alone(somebody: Somebody) -> None:
    with psycopg.connect(somebody.admin.url, autocommit=True) as database:
        database.execute("CREATE SCHEMA statusquo CREATE TABLE theirs ()")
    with pytest.raises(GuardError, match="has a schema statusquo that is not ours"):
        wiring.look(somebody.write_config(), ["db"])


def test_a_folder_that_is_none_and_a_file_that_is_not_there_are_told(somebody: Somebody) -> None:
    with pytest.raises(StoreError, match="is no folder"):
        wiring.look(somebody.write_config(media=str(somebody.notes)), ["media"])
    with pytest.raises(StoreError, match="is no file"):
        wiring.look(somebody.write_config(notes=str(somebody.media / "none")), ["notes"])


def test_only_an_external_stack_has_anything_to_adopt(somebody: Somebody) -> None:
    config = dataclasses.replace(somebody.write_config(), platform="native")
    with pytest.raises(ConfigError, match="there is nothing to adopt"):
        wiring.look(config)
    with pytest.raises(ConfigError, match=r"'dbb' is no store here\. Did you mean 'db'?"):
        wiring.look(somebody.write_config(), ["dbb"])


def test_the_owner_of_the_database_needs_one_grant_and_no_more(somebody: Somebody) -> None:
    owner = dataclasses.replace(somebody.admin, user="landlord", password="of the house")
    with psycopg.connect(somebody.admin.url, autocommit=True) as admin:
        admin.execute("CREATE ROLE landlord LOGIN PASSWORD 'of the house'")
        admin.execute(f"ALTER DATABASE {owner.name} OWNER TO landlord".encode())
        admin.execute("ALTER TABLE note OWNER TO landlord")
        try:
            config, before = somebody.write_config(db=owner.url), somebody.digest()
            candidates = wiring.look(config, ["db"])
            with pytest.raises(StoreError, match="GRANT SET ON PARAMETER session_replication_role TO"):
                wiring.adopt(config, candidates, consent={"db": owner.name})
            assert somebody.digest() == before
            admin.execute("GRANT SET ON PARAMETER session_replication_role TO landlord")
            wiring.adopt(config, candidates, consent={"db": owner.name})
            assert wiring.look(config, ["db"])[0].state == "adopted"
            assert wiring.release(config, ["db"]) == ("db",)
            assert somebody.digest() == before
        finally:
            admin.execute("REASSIGN OWNED BY landlord TO statusquo")
            admin.execute("DROP OWNED BY landlord; REVOKE ALL ON PARAMETER session_replication_role FROM landlord")
            admin.execute("DROP ROLE landlord")


def test_only_we_may_read_what_is_kept(somebody: Somebody) -> None:
    adopt(somebody)
    folder = somebody.folder / ".statusquo" / "adopted"
    assert folder.stat().st_mode & 0o077 == 0
    assert set(json.loads((folder / "record.json").read_text())) == {"nonce"}
