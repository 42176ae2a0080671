"""What counts as the code of a service: the files that it may import, not tests nor what tools put there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from statusquo.core.service import Command, Folder, Service
from statusquo.wiring import code


def service(folder: Path, *watch: str) -> Service:
    return Service("web", Command(("python", "main.py"), folder, (), watch))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("main.py", "app/models.py", "app/page.html"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("before")
    return tmp_path


def touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("another")


@pytest.mark.parametrize("name", ["main.py", "app/models.py", "new.py", "app/deep/er/new.py"])
def test_a_file_that_is_changed_or_new_counts(project: Path, name: str) -> None:
    before = code.of_service(service(project, "*.py"))
    touch(project / name)
    assert code.of_service(service(project, "*.py")) != before


def test_a_file_of_the_same_size_counts_by_its_time(project: Path) -> None:
    before = code.of_service(service(project, "*.py"))
    os.utime(project / "main.py", ns=(1, 1))
    assert code.of_service(service(project, "*.py")) != before


def test_a_file_that_is_gone_counts(project: Path) -> None:
    before = code.of_service(service(project, "*.py"))
    (project / "app" / "models.py").unlink()
    assert code.of_service(service(project, "*.py")) != before


@pytest.mark.parametrize(
    "name",
    [
        "app/page.html",
        ".venv/lib/module.py",
        ".git/hook.py",
        "node_modules/x/setup.py",
        "app/__pycache__/models.cpython-311.py",
        "tests/helper.py",
        "app/test/helper.py",
        "app/test_models.py",
        "app/models_test.py",
        "app/conftest.py",
    ],
)
def test_what_the_service_does_not_run_does_not_count(project: Path, name: str) -> None:
    before = code.of_service(service(project, "*.py"))
    touch(project / name)
    assert code.of_service(service(project, "*.py")) == before


def test_an_environment_counts_by_what_it_is_and_not_by_its_name(project: Path) -> None:
    touch(project / "python" / "pyvenv.cfg")
    before = code.of_service(service(project, "*.py"))
    touch(project / "python" / "lib" / "module.py")
    assert code.of_service(service(project, "*.py")) == before


def test_nothing_to_watch_is_always_the_same(project: Path) -> None:
    assert code.of_service(service(project)) == ""
    assert code.of_service(Service("media", Folder())) == ""


def test_a_link_to_nowhere_counts_for_nothing(project: Path) -> None:
    before = code.of_service(service(project, "*.py"))
    (project / ".#main.py").symlink_to("somebody@somewhere.1234")
    assert code.of_service(service(project, "*.py")) == before


def test_a_folder_that_is_not_there_has_no_code(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert code.of_service(service(tmp_path / "none", "*.py")) == code.of_service(service(tmp_path / "empty", "*.py"))
