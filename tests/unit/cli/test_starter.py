"""``statusquo init`` looks at a project and writes a file that loads."""

from pathlib import Path

import pytest

from statusquo import config
from statusquo.cli import starter

MANAGE = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'
SETTINGS = """
import os
DATABASES = parse(os.environ["DATABASE_URL"])
CACHES = os.environ.get("REDIS_URL")
MEDIA_ROOT = os.getenv("MEDIA_ROOT")
"""


def project(folder: Path, requirements: str = "django\nrq\ngunicorn\n") -> Path:
    (folder / "backend" / "shop").mkdir(parents=True)
    (folder / "backend" / "manage.py").write_text(MANAGE)
    (folder / "backend" / "shop" / "settings.py").write_text(SETTINGS)
    (folder / "requirements.txt").write_text(requirements)
    return folder


def test_it_sees_what_a_django_project_is_made_of(tmp_path: Path) -> None:
    assert starter.look(project(tmp_path / "my Shop")) == starter.Project(
        name="my-shop",
        folder="backend",
        settings="shop.settings",
        redis=True,
        worker="rq",
        gunicorn=True,
        variables=("DATABASE_URL", "MEDIA_ROOT", "REDIS_URL"),
    )


def test_without_a_manage_py_there_is_no_project(tmp_path: Path) -> None:
    assert starter.look(tmp_path) is None


def test_a_virtual_environment_is_no_project(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "x").mkdir(parents=True)
    (tmp_path / ".venv" / "x" / "manage.py").touch()
    assert starter.look(tmp_path) is None


@pytest.mark.parametrize("requirements", ["django", "django\nrq", "django\ncelery[redis]\ngunicorn", "django-redis"])
def test_what_it_writes_loads(tmp_path: Path, requirements: str) -> None:
    folder = project(tmp_path / "shop", requirements)
    file = folder / "statusquo.toml"
    file.write_text(starter.text(starter.look(folder)))
    loaded = config.load(file, environ={})
    has_redis = requirements != "django"
    assert ("redis" in {service.name for service in loaded.services}) == has_redis
    assert loaded.command("server") is not None


def test_the_server_gets_the_database_even_where_no_variable_was_seen(tmp_path: Path) -> None:
    folder = project(tmp_path / "shop")
    (folder / "backend" / "shop" / "settings.py").write_text('import os\nCACHES = os.environ["REDIS_URL"]\n')
    file = folder / "statusquo.toml"
    file.write_text(starter.text(starter.look(folder)))
    command = config.load(file, environ={}).command("server")
    assert command is not None
    assert dict(command.env) == {
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "DATABASE_URL": "{db.url}",
        "REDIS_URL": "{redis.url}",
        "MEDIA_ROOT": "{media.path}",
    }


def test_what_it_writes_for_an_empty_folder_loads_too(tmp_path: Path) -> None:
    file = tmp_path / "statusquo.toml"
    file.write_text(starter.text(None))
    assert config.load(file, environ={}).name == "project"
