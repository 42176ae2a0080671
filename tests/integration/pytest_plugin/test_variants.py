"""Tests in variants of the stack, tests that need a part of it, and what has to hold before any test."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

from statusquo.core.errors import PrerequisiteFailed
from tests.integration.pytest_plugin.project import Project

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.integration

MORE = """
[services.side]
command = "python app.py {port}"
env = { DATA = "{data.path}" }
needs = ["data"]
ready = { http = "/" }

[variants.one-job]
env.app = { JOBS = "1" }
[variants.two-jobs]
env.app = { JOBS = "2" }
[variants.broken]
env.app = { JOBS = "none" }
"""
HELPERS = """
import json, os, urllib.request

def look(stack, name):
    with urllib.request.urlopen(stack.url(name) + "/self") as reply:
        return json.load(reply)

def note(stack):
    with open(f"seen-{os.environ.get('PYTEST_XDIST_WORKER', 'all')}", "a") as file:
        app = look(stack, "app")
        print(app["jobs"], app["pid"], look(stack, "side")["pid"], file=file)
"""
MIXED = """
import pytest
from helpers import note

@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("kind", [
    "plain",
    pytest.param("one", marks=pytest.mark.variant("one-job")),
    pytest.param("two", marks=pytest.mark.variant("two-jobs")),
])
def test_it(stack, kind, number):
    note(stack)
"""


@pytest.fixture
def project(project: Project) -> Project:
    project.append(MORE)
    project.write(helpers=HELPERS)
    return project


def seen(project: Project, worker: str = "all") -> list[tuple[str, str, str]]:
    """What the tests saw, in their order: the variable of the service, its process, the process of the other one."""
    file = project.folder / f"seen-{worker}"
    rows = [line.split(" ") for line in file.read_text().splitlines()] if file.exists() else []
    return [(jobs, app, side) for jobs, app, side in rows]


def test_a_variant_starts_again_what_differs_and_nothing_else(project: Project) -> None:
    project.test(MIXED).assert_outcomes(passed=9)
    rows = seen(project)
    assert [jobs for jobs, _ in groupby(row[0] for row in rows)] == ["", "1", "2"]
    assert len({app for _, app, _ in rows}) == 3
    assert len({side for _, _, side in rows}) == 1


def test_each_worker_enters_each_variant_once(project: Project) -> None:
    project.write(test_it=MIXED)
    project.run_alone("-n2").assert_outcomes(passed=9)
    rows = {worker: seen(project, worker) for worker in ("gw0", "gw1")}
    assert sum(map(len, rows.values())) == 9
    for each in rows.values():
        assert len({app for _, app, _ in each}) == len({jobs for jobs, _, _ in each})
        assert len({side for _, _, side in each}) <= 1


def test_a_variant_begins_with_the_baseline_and_fixtures_are_set_up_anew(project: Project) -> None:
    result = project.test("""
        import pytest
        made = []
        @pytest.fixture(scope="module")
        def item(api):
            assert api.post("/items", json={"name": "shared"}).status_code == 201
            made.append(1)
        def test_a(api, item):
            assert api.get("/").json() == ["shared"]
        @pytest.mark.variant("one-job")
        def test_b(api):
            assert api.get("/").json() == []
            assert api.get("/self").json()["jobs"] == "1"
        @pytest.mark.variant("one-job")
        def test_c(api, item):
            assert api.get("/").json() == ["shared"]
            assert len(made) == 2
    """)
    result.assert_outcomes(passed=3)


def test_a_variant_that_does_not_start_fails_its_tests_with_the_reason_and_no_others(project: Project) -> None:
    result = project.test("""
        import pytest
        def test_a(api): pass
        @pytest.mark.variant("broken")
        def test_b(api): pass
        @pytest.mark.variant("broken")
        def test_c(api): pass
        @pytest.mark.variant("one-job")
        def test_d(api):
            assert api.get("/self").json()["jobs"] == "1"
    """)
    result.assert_outcomes(passed=2, errors=2)
    told = re.findall(r'^In the variant "broken": Service "app" exited with code 1', result.stdout.str(), re.MULTILINE)
    assert len(told) == 2
    result.stdout.fnmatch_lines(["*nothing to do without jobs"])
    assert "session.py" not in result.stdout.str()


def test_a_run_starts_in_the_variant_of_its_first_test(project: Project) -> None:
    result = project.test(MIXED, "-k", "one")
    result.assert_outcomes(passed=3, deselected=6)
    assert len({app for _, app, _ in seen(project)}) == 1
    assert {jobs for jobs, _, _ in seen(project)} == {"1"}


def test_a_stack_that_is_taken_as_it_runs_enters_no_variant_and_says_so(project: Project) -> None:
    statusquo = (str(Path(sys.executable).with_name("statusquo")), "-q")
    subprocess.run([*statusquo, "up"], check=True)
    try:
        result = project.test(MIXED, "--no-run-services", "-k", "plain or one")
        result.assert_outcomes(passed=3, errors=3, deselected=3)
        result.stdout.fnmatch_lines(['In the variant "one-job": It cannot be entered. With --no-run-services *'])
    finally:
        subprocess.run([*statusquo, "down"], check=True)


def test_a_stack_can_be_brought_up_in_a_variant_by_hand(project: Project) -> None:
    statusquo = (str(Path(sys.executable).with_name("statusquo")), "-q")
    wrong = subprocess.run([*statusquo, "up", "--variant", "one-jb"], capture_output=True, text=True, check=False)
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "Error: statusquo.toml has no variant 'one-jb'. Did you mean 'one-job'?\n",
    )
    subprocess.run([*statusquo, "up", "--variant", "one-job"], check=True)
    try:
        result = project.test("def test_a(api): assert api.get('/self').json()['jobs'] == '1'", "--no-run-services")
        result.assert_outcomes(passed=1)
    finally:
        subprocess.run([*statusquo, "down"], check=True)


def test_only_what_the_selected_tests_need_is_started(project: Project) -> None:
    result = project.test("""
        import pytest
        @pytest.mark.needs_services("app")
        def test_a(stack):
            with pytest.raises(Exception) as caught:
                stack.url("side")
            assert str(caught.value) == (
                'The service "side" was not started: no selected test needs it. '
                'Give the test the mark needs_services("side").')
        @pytest.mark.needs_services("side")
        def test_b(stack):
            stack.url("side")
    """, "-k", "test_a")  # fmt: skip
    result.assert_outcomes(passed=1, deselected=1)
    assert not re.search(r"^  side ", result.stdout.str(), re.MULTILINE)
    project.run("-k", "test_b").assert_outcomes(passed=1, deselected=1)


def test_a_service_that_nobody_knows_is_told_apart_from_one_that_was_not_started(project: Project) -> None:
    result = project.test("""
        import pytest
        @pytest.mark.needs_services("app")
        def test_a(stack):
            with pytest.raises(Exception, match="The stack has no service \\"sied\\". Did you mean 'side'?"):
                stack.url("sied")
    """)
    result.assert_outcomes(passed=1)


def test_the_configuration_says_what_tests_without_a_mark_need(project: Project) -> None:
    project.append('[stack]\nstart = ["app"]\n')
    result = project.test("def test_a(api): pass")
    result.assert_outcomes(passed=1)
    assert not re.search(r"^  side ", result.stdout.str(), re.MULTILINE)


PREREQUISITES = """
[prerequisites.page]
http = "/"
hint = "Never shown."
[prerequisites.account]
http = "/"
status = 418
hint = "Run make account."
[prerequisites.shape]
command = ["python", "-c", "import sys; sys.exit('it is round')"]
hint = "Run make square."
[prerequisites.side]
http = "/"
status = 404
on = "side"
hint = "Nobody asks: it does not run."
"""


@pytest.mark.parametrize("options", [[], ["-n1"]])
def test_what_does_not_hold_before_any_test_ends_the_run_with_all_of_it(project: Project, options: list[str]) -> None:
    project.append(PREREQUISITES)
    project.append('[stack]\nstart = ["app"]\n')
    result = project.test("def test_a(api): pass\ndef test_pure(): pass", *options)
    lines = [
        "*2 of 3 prerequisites do not hold, so no test would mean much.",
        "*account: status 418 for GET /: 200 OK. Run make account.",
        "*shape: exit code 0 of python *: exit code 1: it is round. Run make square.",
    ]
    result.stdout.fnmatch_lines(lines)
    assert "Never shown" not in result.stdout.str()
    if options:
        result.assert_outcomes(passed=1, errors=1)
    else:
        assert result.ret == PrerequisiteFailed.exit_code
        assert "passed" not in result.stdout.str()


def test_prerequisites_that_are_met_are_not_mentioned(project: Project) -> None:
    project.append('[prerequisites.page]\nhttp = "/"\nhint = "Never shown."\n')
    result = project.test("def test_a(api): pass")
    result.assert_outcomes(passed=1)
    assert "hold" not in result.stdout.str()
