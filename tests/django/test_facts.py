"""What is known of models, for every kind of field and every way in which rows depend on each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from statusquo.assets import sidecar
from statusquo.assets.schema import Field, Generic, Many, Model
from statusquo.assets.sidecar import Lock
from tests.django import goods

WITHOUT = """
import os
del os.environ["DJANGO_SETTINGS_MODULE"]
from statusquo.django import __main__ as door
door.main({})
"""


@pytest.fixture(scope="module")
def project() -> Lock:
    return sidecar.read(goods.ran("-m", "statusquo.django", "facts"), "facts")


def of(project: Lock, name: str) -> Model:
    model = project.schema.get(name)
    assert model is not None
    return model


def test_the_last_migrations_of_all_apps_are_known(project: Lock) -> None:
    assert project.migrations["goods"] == ("0001_initial",)
    assert {"auth", "contenttypes", "sessions"} < set(project.migrations)


def test_models_without_a_table_of_their_own_are_left_out(project: Lock) -> None:
    assert project.schema.get("goods.cheapitem") is None
    assert not of(project, "goods.report").managed


def test_each_kind_of_field_is_known(project: Lock) -> None:
    kinds = {each.name: each.kind for each in of(project, "goods.item").fields}
    assert kinds == {
        "id": "uuid",
        "name": "text",
        "amount": "integer",
        "is_fragile": "boolean",
        "weight": "float",
        "price": "decimal",
        "doubled": "integer",
        "made": "date",
        "opens": "time",
        "lasts": "duration",
        "facts": "json",
        "seal": "binary",
        "picture": "file",
        "grade": "text",
        "added": "datetime",
        "changed": "datetime",
        "code": "other",
        "bin": "text",
    }


def test_what_a_field_may_hold_is_known(project: Lock) -> None:
    fields = {each.name: each for each in of(project, "goods.item").fields}
    assert fields["amount"] == Field("amount", "integer", optional=True, minimum=0, maximum=32767)
    assert fields["price"].places == 2
    assert fields["grade"].choices == ("a", "b")
    assert fields["doubled"].generated
    assert (fields["added"].auto, fields["changed"].auto) == ("now_add", "now")
    assert fields["bin"] == replace(
        Field("bin", "text", column="bin_id"), null=True, to="goods.bin", to_field="code", max_length=0
    )


def test_keys_of_all_sorts_are_known(project: Lock) -> None:
    assert of(project, "goods.bin").natural == ("code",)
    assert of(project, "auth.user").natural == ("username",)
    assert of(project, "auth.permission").natural == ("codename", "content_type")
    assert of(project, "contenttypes.contenttype").natural == ("app_label", "model")
    assert of(project, "goods.item").unique == (("name", "made"),)
    assert of(project, "goods.count").pk == ("bin", "day")
    assert of(project, "goods.manual").pk == ("machine",)
    assert of(project, "goods.machine").parents == ("goods.item",)


def test_relations_of_all_sorts_are_known(project: Lock) -> None:
    assert of(project, "goods.item").many == (
        Many("readers", "auth.permission", table="goods_item_readers", source="item_id", target="permission_id"),
        Many("groups", "auth.group", through="goods.loan"),
    )
    assert of(project, "goods.bin").many == (
        Many("near", "goods.bin", table="goods_bin_near", source="from_bin_id", target="to_bin_id", symmetrical=True),
    )
    assert of(project, "goods.offer").fields[1].to == "goods.item"
    assert of(project, "goods.note").generics == (Generic("about", "kind", "of"),)


def test_without_settings_the_way_to_them_is_told(tmp_path: Path) -> None:
    done = goods.django("-c", WITHOUT.format([]), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Error: DJANGO_SETTINGS_MODULE is not set, and there is no manage.py in {tmp_path} that sets it.\n"
    )


def test_settings_are_found_in_the_syntax_of_manage_py(tmp_path: Path) -> None:
    (tmp_path / "manage.py").write_text(
        'import os\nraise SystemExit(1)\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n'
    )
    assert '"goods.item"' in goods.ran("-c", WITHOUT.format(["facts"]), cwd=tmp_path)
