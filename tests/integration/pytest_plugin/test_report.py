"""What a failing test gets to show."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.pytest_plugin.project import Project

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.integration


@pytest.fixture
def project(pytester: pytest.Pytester, left_running: Path) -> Project:
    return Project(pytester, left_running)


def test_a_failing_test_shows_what_it_changed_asked_for_and_made_the_services_print(project: Project) -> None:
    result = project.test("""
        import pytest
        @pytest.fixture(scope="module")
        def shared(api):
            api.post("/items", json={"name": "shared"})
        def test_a(api, shared):
            api.post("/items", json={"name": "of an earlier test"})
        def test_b(api, shared):
            api.post("/items", json={"name": "x"})
            api.as_user("admin1").delete("/items/shared")
            assert 0
    """)
    result.stdout.re_match_lines(
        [
            r"-+ what the test changed -+",
            r"data: 2 changes",
            r" +deleted +shared\.json .*",
            r" +inserted +x\.json .*",
            r"-+ requests of the test -+",
            r"201  POST   -       /items +[\d.]+ m?s",
            r"200  DELETE admin1  /items/shared +[\d.]+ m?s",
            r"-+ log of app during the test -+",
            r"created x",
        ]
    )
    assert "earlier" not in result.stdout.str()


def test_a_rewind_that_was_put_off_is_told_from_the_changes_of_the_test(project: Project) -> None:
    result = project.test("""
        import pytest
        pytestmark = pytest.mark.rewind("module")
        def test_a(api):
            api.post("/items", json={"name": "x"})
        def test_b(api):
            assert 0
    """)
    result.stdout.fnmatch_lines(["-*- what changed in the module -*", "*inserted*x.json*"])


def test_a_test_that_passes_shows_nothing(project: Project) -> None:
    result = project.test(
        """
        def test_a(api):
            api.post("/items", json={"name": "x"})
    """,
        "-rA",
    )
    assert "what the test changed" not in result.stdout.str()


def test_a_failing_test_that_changed_nothing_has_no_such_section(project: Project) -> None:
    result = project.test("""
        def test_a(stack):
            assert 0
    """)
    for title in ("what the test changed", "requests of the test", "log of app", "services that died"):
        assert title not in result.stdout.str()


def test_a_failing_test_without_the_stack_has_no_section_of_ours(project: Project) -> None:
    result = project.test("""
        def test_a(api):
            api.post("/items", json={"name": "x"})
        def test_b():
            assert 0
    """)
    assert "requests of the test" not in result.stdout.str()


def test_a_fixture_that_fails_shows_what_it_had_changed(project: Project) -> None:
    result = project.test("""
        import pytest
        @pytest.fixture(scope="module")
        def broken(api):
            api.post("/items", json={"name": "half"})
            raise RuntimeError
        def test_a(broken): pass
    """)
    result.stdout.fnmatch_lines(["-*- what the test changed -*", "*inserted*half.json*"])


def test_a_long_log_is_cut_to_its_last_lines(project: Project) -> None:
    result = project.test("""
        def test_a(api):
            api.post("/chatter", json={"lines": 120})
            assert 0
    """)
    result.stdout.fnmatch_lines(["-*- log of app during the test (the last 50 of 120 lines) -*", "line 70", "line 119"])
    result.stdout.no_fnmatch_line("line 69")


def test_a_service_that_died_is_named_with_its_exit_code_and_its_last_lines(project: Project) -> None:
    result = project.test("""
        import httpx, pytest
        def test_a(api):
            with pytest.raises(httpx.TransportError):
                api.post("/die")
            assert 0
    """)
    result.stdout.fnmatch_lines(
        [
            "-*- services that died -*",
            "app exited with code 3 * before this failure. The last lines of its log:",
            "    about to die",
        ]
    )


def test_a_test_that_asks_in_its_body_gets_the_same_report(project: Project) -> None:
    result = project.test("""
        def test_a(request):
            request.getfixturevalue("api").post("/items", json={"name": "x"})
            assert 0
    """)
    result.stdout.fnmatch_lines(["-*- what the test changed -*", "*inserted*x.json*"])
