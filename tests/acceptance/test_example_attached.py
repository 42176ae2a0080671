"""The example's suite against its own stack, attached to as one that somebody else runs."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.project import OPTIONS, PYTEST, STATUSQUO

pytestmark = pytest.mark.acceptance

VARIANT = "tests/test_one_request.py"
"""Asks for a variant of the environment, which only who runs the stack can enter: there it fails, and says so."""

EXAMPLE = Path(__file__).parents[2] / "examples" / "annotation"


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The stack as somebody else has it running: what the configuration is told of it."""
    own = {**os.environ, "STATUSQUO__STACK__STATE": str(tmp_path / "theirs")}
    try:
        statusquo("up", environ=own)
        said = json.loads(statusquo("env", "--format", "json", environ=own).stdout)
        yield {
            "STATUSQUO__STACK__STATE": str(tmp_path / "ours"),
            "STATUSQUO__STACK__PLATFORM": "external",
            "STATUSQUO__EXTERNAL__DB__URL": said["DB_URL"],
            "STATUSQUO__EXTERNAL__DB__ADMIN": admin(tmp_path / "theirs"),
            "STATUSQUO__EXTERNAL__REDIS": said["REDIS_URL"],
            "STATUSQUO__EXTERNAL__MEDIA": said["MEDIA_PATH"],
            "STATUSQUO__EXTERNAL__INBOX": said["INBOX_PATH"],
            **{f"STATUSQUO__EXTERNAL__{n}": said[f"{n}_URL"] for n in ("SERVER", "HOOKS", "POLICY", "FUNCTIONS")},
        }
    finally:
        statusquo("down", environ=own)


def statusquo(*words: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the command in the example's folder; it has to work."""
    done = subprocess.run(
        [STATUSQUO, *words], cwd=EXAMPLE, env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


def admin(state: Path) -> str:
    """The superuser's way into the database, which only who runs it knows."""
    records = [json.loads(each.read_text()) for each in state.glob("runs/*/record.json")]
    endpoints = [each["endpoint"] for record in records for each in record["services"] if each["name"] == "db"]
    way = endpoints[0]["admin"]
    return f"postgresql://{way['user']}:{way['password']}@{way['host']}:{way['port']}/{way['name']}"


def test_the_examples_suite_is_green_and_the_stack_is_theirs_again(theirs: dict[str, str]) -> None:
    environ = {**os.environ, **theirs}
    redis = theirs["STATUSQUO__EXTERNAL__REDIS"].removeprefix("redis://").removesuffix("/0")
    names = ("app", "media", "inbox", redis)
    statusquo("adopt", *(word for name in names for word in ("--confirm", name)), environ=environ)
    ran = subprocess.run(
        [PYTEST, *OPTIONS, "-q", "-pno:cacheprovider", f"--ignore={VARIANT}"],
        cwd=EXAMPLE,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert "1 skipped" in ran.stdout, "the one that reads the worker's log"
    assert "Released: db, media, inbox, redis." in statusquo("adopt", "--release", environ=environ).stderr
