"""The shell's PG* variables lead no connection of ours elsewhere."""

from pathlib import Path

import psycopg
import pytest

from statusquo.core.endpoint import Endpoint
from statusquo.core.service import SqlProbe
from statusquo.recipes.sql import SqlRecipe
from statusquo.services.postgres import probe
from statusquo.stores.postgres import connection
from tests.integration.stores.postgres.place import Place

ELSEWHERE = {
    "PGHOSTADDR": "127.0.0.99",
    "PGHOST": "production",
    "PGPASSWORD": "wrong",
    "PGOPTIONS": "-c bytea_output=no",
}


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ELSEWHERE.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("exported")
def test_store_probe_and_recipe_reach_the_database_that_they_were_given(place: Place, tmp_path: Path) -> None:
    seed = tmp_path / "seed.sql"
    seed.write_text("CREATE TABLE seed ()")
    SqlRecipe("seed", seed, "db").build({"db": Endpoint("db", host=place.owner)})
    assert probe.answer(place.owner, SqlProbe("SELECT FROM seed")) == "no row"
    with connection.open_ours(place.admin) as database:
        assert database.execute("SELECT to_regclass('public.seed')::text").fetchone() == ("public.seed",)
    with pytest.raises(psycopg.OperationalError, match=r"127\.0\.0\.99"):
        psycopg.connect(place.admin.url, connect_timeout=1)
