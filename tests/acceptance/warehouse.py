"""The warehouse of ``tests/django/warehouse`` as the stack of a project whose process says when it is asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.project import Project
from tests.django.goods import FOLDER

CONFIG = """
[stack]
name = "warehouse"

[services.keeper]
command = "python keeper.py"
port = false
env = { WAREHOUSE_DATABASE = "{db.path}", DJANGO_SETTINGS_MODULE = "settings" }
needs = ["db"]

[stores.db]
kind = "sqlite"

[baseline]
recipe = ["python -m goods.fill"]

[assets]
dataset = "data.json"
models = ["auth", "goods.bin"]
"""
KEEPER = "import time\nprint('the warehouse is open')\ntime.sleep(600)\n"
SETTINGS = """
if Path("closed").exists():
    raise RuntimeError("The warehouse is closed.")
print("settings are read")
"""
NEW = "import django; django.setup(); from goods.models import Bin; Bin.objects.create(code='new')"


@contextmanager
def opened(place: Path) -> Iterator[Project]:
    """The project in a folder of its own; its stack is down at the end. A file ``closed`` lets nobody ask it."""
    folder = place / "warehouse"
    shutil.copytree(FOLDER, folder)
    with (folder / "settings.py").open("a") as settings:
        settings.write(f"from pathlib import Path\n{SETTINGS}")
    project = Project(folder)
    project.write(statusquo_toml=CONFIG, keeper_py=KEEPER)
    yield project
    project.run("down")
