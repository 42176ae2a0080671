"""Where somebody else runs the services: URLs and paths that are understood, and what is refused, in words."""

from pathlib import Path

import pytest

from statusquo import config
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import ConfigError

STACK = """
[stack]
platform = "external"

[services.db]
kind = "postgres"

[services.cache]
kind = "redis"

[services.server]
command = "serve {port}"
needs = ["db", "cache", "media", "policy"]

[services.policy]
command = "policy {port}"

[services.worker]
command = "work"
port = false

[stores.media]
kind = "files"

[stores.notes]
kind = "sqlite"

[api]
service = "server"
"""

EXTERNAL = """
[external]
db = "postgresql://ann:p%40ss@staging.example/shop"
cache = "redis://:secret@staging.example:6380"
server = "https://staging.example"
media = "/srv/media"
notes = "data/notes.sqlite3"
"""


def load(folder: Path, text: str, environ: dict[str, str] | None = None) -> config.Config:
    path = folder / "statusquo.toml"
    path.write_text(text)
    return config.load(path, environ=environ or {})


def test_urls_and_paths_become_endpoints_in_the_order_of_the_services(tmp_path: Path) -> None:
    db = Address("postgresql", "staging.example", 5432, "ann", "p@ss", "shop")
    cache = Address("redis", "staging.example", 6380, "", "secret", "0")
    server = Address("https", "staging.example", 443)
    loaded = load(tmp_path, STACK + EXTERNAL)
    assert loaded.platform == "external"
    assert loaded.external == (
        Endpoint("db", host=db, mesh=db, admin=db),
        Endpoint("cache", host=cache, mesh=cache),
        Endpoint("server", host=server, mesh=server),
        Endpoint("media", path=Path("/srv/media")),
        Endpoint("notes", path=tmp_path / "data" / "notes.sqlite3", scheme="sqlite"),
    )


def test_a_database_may_have_another_way_in_for_its_superuser(tmp_path: Path) -> None:
    both = EXTERNAL.replace('db = "postgresql', "#") + (
        '[external.db]\nurl = "postgres://app@[::1]/shop"\nadmin = "postgresql://root:r@[::1]:6000/postgres"\n'
    )
    (db, *_) = load(tmp_path, STACK + both).external
    assert db.host == Address("postgresql", "::1", 5432, "app", "", "shop")
    assert db.admin == Address("postgresql", "::1", 6000, "root", "r", "postgres")
    assert db.host.url == "postgresql://app@[::1]:5432/shop"


def test_a_value_may_come_from_a_variable_that_it_names(tmp_path: Path) -> None:
    named = EXTERNAL.replace("ann:p%40ss@staging.example/shop", "${LOGIN}@${HOST}/shop")
    (db, *_) = load(tmp_path, STACK + named, {"LOGIN": "bob:b", "HOST": "there", "DATABASE_URL": "x"}).external
    assert db.host == Address("postgresql", "there", 5432, "bob", "b", "shop")


def test_no_variable_is_looked_at_that_nobody_names(tmp_path: Path) -> None:
    elsewhere = {"DATABASE_URL": "postgresql://production/shop", "PGHOST": "production", "REDIS_URL": "redis://prod"}
    assert load(tmp_path, STACK + EXTERNAL, elsewhere).external == load(tmp_path, STACK + EXTERNAL).external


def test_what_is_external_is_not_looked_at_where_we_run_the_stack_ourselves(tmp_path: Path) -> None:
    loaded = load(tmp_path, (STACK + EXTERNAL).replace('platform = "external"', ""))
    assert (loaded.platform, loaded.external, loaded.rewind.on_ddl) == ("native", (), "swap")


def test_no_database_is_swapped_that_is_not_ours(tmp_path: Path) -> None:
    assert load(tmp_path, STACK + EXTERNAL + '[rewind]\non_ddl = "swap"').rewind.on_ddl == "fail"


def test_settings_are_shown_without_passwords(tmp_path: Path) -> None:
    shown = {each.key: each.value for each in load(tmp_path, STACK + EXTERNAL).settings}
    assert shown["external.db"] == "postgresql://ann:***@staging.example/shop"
    assert shown["external.cache"] == "redis://:***@staging.example:6380"
    assert shown["external.server"] == "https://staging.example"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            EXTERNAL,
            "",
            (
                "[external] does not say where to find db, cache, server, media, notes, which the tests need. "
                "Name each: a URL for a service, a path for a folder or a file."
            ),
        ),
        ("server = ", "sever = ", "external.sever: 'sever' is no service or folder here. Did you mean 'server'?"),
        (
            "ann:p%40ss",
            "${STAGING_LOGIN}",
            (
                "external.db asks for the environment variable STAGING_LOGIN, which is not set. "
                "Set it, or write the value itself instead of ${STAGING_LOGIN}."
            ),
        ),
        (
            "postgresql://",
            "mysql://",
            (
                "external.db is no URL that begins with postgresql:// or postgres://. "
                'For example: db = "postgresql://user:password@host:5432/name"'
            ),
        ),
        (
            "staging.example/shop",
            "staging.example:much/shop",
            'external.db is no URL. For example: db = "postgresql://user:password@host:5432/name"',
        ),
        (
            "/shop",
            "",
            'external.db names no database. For example: db = "postgresql://user:password@host:5432/name"',
        ),
        (
            "/shop",
            "/shop?sslmode=require",
            "external.db has parameters, which are not understood here. Leave them away.",
        ),
        (
            ":6380",
            ":6380/3",
            (
                "external.cache names database 3. A rewind puts back all of its databases, as many as "
                "services.cache.databases says. Leave the number away."
            ),
        ),
        (
            '"https://staging.example"',
            '"https://staging.example/app"',
            "external.server has a path. Leave it away: tests and probes bring theirs.",
        ),
        (
            'server = "',
            'worker = "http://there"\nserver = "',
            "external.worker: services.worker.port is false: it has no address. Leave it out.",
        ),
        (
            'cache = "redis://:secret@staging.example:6380"',
            'cache = { url = "redis://there", admin = "redis://there" }',
            "external.cache.admin: only a PostgreSQL has another way in for its superuser.",
        ),
        (
            'media = "/srv/media"',
            'media = { path = "/srv/media" }',
            "external.media: 'path' is no key here. Known: admin, url.",
        ),
        (EXTERNAL, "external = 5", "external must be a table. Write [external]."),
    ],
)
def test_what_cannot_be_used_is_refused_and_no_password_is_shown(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = STACK + EXTERNAL
    changed = f"{new}\n{STACK}" if new.startswith("external =") else text.replace(old, new)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, changed)
    assert str(caught.value) == f"statusquo.toml: {message}"
