"""A service dies in the middle of a run: who is told, what is started again, what the next tests see."""

from __future__ import annotations

import pytest

from tests.integration.pytest_plugin.project import Project
from tests.integration.pytest_plugin.test_end import left_running

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.integration

MORE = """
[services.cache]
kind = "redis"

[services.worker]
command = "sh -c 'echo at work; sleep 1000'"
needs = ["app", "cache"]
port = false
"""
TIME = r"[\d.]+ m?s"


@pytest.fixture
def project(project: Project) -> Project:
    project.append(MORE)
    return project


def test_a_test_that_would_pass_fails_when_a_service_that_nobody_calls_died(project: Project) -> None:
    result = project.test("""
        from killing import kill
        def test_a(api):
            api.post("/items", json={"name": "x"})
            kill("worker")
        def test_b(api):
            assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.re_match_lines(
        [
            rf"worker was ended by SIGKILL {TIME} before this test's end\. The last lines of its log:",
            r"    at work",
            r"-+ what the test changed -+",
        ],
        consecutive=True,
    )
    assert result.stdout.str().count("was ended by SIGKILL") == 2, "in the report and in the short summary"


def test_a_service_that_printed_nothing_is_said_to_have_printed_nothing(project: Project) -> None:
    result = project.test("""
        from killing import kill
        def test_a(api):
            kill("app")
    """)
    result.stdout.re_match_lines(
        [rf"app was ended by SIGKILL {TIME} before this test's end\. It has printed nothing\."]
    )


def test_a_test_that_failed_for_another_reason_shows_the_death_in_a_section(project: Project) -> None:
    result = project.test("""
        from killing import kill
        def test_a(api):
            kill("worker")
            assert 0
    """)
    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines(
        [
            r"E +assert 0",
            r"-+ services that died -+",
            rf"worker was ended by SIGKILL {TIME} before this failure\. The last lines of its log:",
            r"    at work",
        ]
    )


def test_what_needs_a_dead_service_is_started_again_after_it(project: Project) -> None:
    result = project.test("""
        from killing import kill, leader
        seen = {}
        def test_a(stack):
            seen.update({name: leader(name) for name in ("app", "cache", "worker")})
            kill("app")
        def test_b(api, stack):
            now = {name: leader(name) for name in seen}
            assert [name for name in seen if seen[name] != now[name]] == ["app", "worker"]
            assert now["app"].create_time() <= now["worker"].create_time()
            assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=1, failed=1)


def test_the_address_of_a_service_and_the_client_of_it_stay(project: Project) -> None:
    result = project.test("""
        import pytest
        from killing import kill
        @pytest.fixture(scope="session")
        def url(stack):
            return stack.url("app")
        def test_a(api, url):
            assert api.as_user("u").get("/items").status_code == 200
            kill("app")
        def test_b(api, stack, url):
            assert api.as_user("u").get("/items").json() == []
            assert stack.url("app") == url
    """)
    result.assert_outcomes(passed=1, failed=1)


def test_shared_fixtures_are_set_up_anew(project: Project) -> None:
    result = project.test("""
        import pytest
        from killing import kill
        made = []
        @pytest.fixture(scope="module")
        def shared(api):
            made.append(api.post("/items", json={"name": "shared"}).status_code)
            yield
            assert api.delete("/items/shared").status_code == 200
        def test_a(api, shared):
            kill("app")
        def test_b(api, shared):
            assert api.get("/items").json() == ["shared"]
            assert made == [201, 201]
    """)
    result.assert_outcomes(passed=1, failed=1)


def test_a_death_while_a_fixture_is_set_up_fails_the_test(project: Project) -> None:
    result = project.test("""
        import pytest
        from killing import kill
        @pytest.fixture
        def deadly(api):
            kill("app")
        def test_a(deadly): pass
        def test_b(api):
            assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.re_match_lines([rf"app was ended by SIGKILL {TIME} before this test's end\..*"])


def test_a_death_that_fails_the_set_up_is_shown_there(project: Project) -> None:
    result = project.test("""
        import pytest
        from killing import kill
        @pytest.fixture(scope="module")
        def deadly(api):
            kill("app")
            api.get("/items")
        def test_a(deadly): pass
        def test_b(api):
            assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.re_match_lines([rf"app was ended by SIGKILL {TIME} before this failure\..*"])


def test_a_death_in_the_teardown_is_an_error_of_the_teardown(project: Project) -> None:
    result = project.test("""
        import pytest
        from killing import kill
        @pytest.fixture
        def deadly(api):
            yield
            kill("app")
        def test_a(deadly): pass
        def test_b(api):
            assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.re_match_lines(
        [
            r".*ERROR at teardown of test_a.*",
            rf"app was ended by SIGKILL {TIME} before the stack was put back\..*",
        ]
    )


def test_a_death_in_a_test_that_skips_is_an_error_of_its_teardown(project: Project) -> None:
    result = project.test("""
        import pytest
        from killing import kill
        def test_a(api):
            kill("app")
            pytest.skip("never mind")
        def test_b(api): pass
    """)
    result.assert_outcomes(passed=1, skipped=1, errors=1)


def test_a_death_between_tests_is_nobodys_failure_and_is_told_in_the_summary(project: Project) -> None:
    result = project.test("""
        from killing import kill
        def test_a(api): pass
        def test_pure():
            kill("app")
        def test_b(api):
            assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=3)
    result.stdout.re_match_lines(
        [
            r"-+ statusquo -+",
            (
                r"app was ended by SIGKILL between test_it\.py::test_a and test_it\.py::test_b, and was started anew\. "
                r"It has printed nothing\."
            ),
        ]
    )


@pytest.mark.parametrize("scope", ["class", "module"])
def test_in_a_group_that_is_rewound_together_the_rest_finds_the_baseline(project: Project, scope: str) -> None:
    result = project.test(
        """
        import pytest
        from killing import kill
        @pytest.fixture(scope="class")
        def made(api):
            api.post("/items", json={"name": "made"})
        @pytest.mark.rewind("class")
        @pytest.mark.usefixtures("made")
        class Test:
            def test_a(self, api):
                api.post("/items", json={"name": "x"})
                kill("app")
            def test_b(self, api):
                assert api.get("/items").json() == ["made"]
                api.post("/items", json={"name": "y"})
            def test_c(self, api):
                assert api.get("/items").json() == ["made", "y"]
    """.replace('rewind("class")', f'rewind("{scope}")')
    )
    result.assert_outcomes(passed=2, failed=1)


def test_two_deaths_at_once_are_both_told_and_mended_once(project: Project) -> None:
    result = project.test("""
        from killing import kill
        def test_a(api):
            kill("cache")
            kill("app")
        def test_b(api, stack):
            assert api.get("/items").json() == []
    """)
    result.assert_outcomes(passed=1, failed=1)
    for name in ("cache", "app"):
        result.stdout.re_match_lines([rf"{name} was ended by SIGKILL .*"])


MANY = """
    import pytest
    from killing import kill
    @pytest.fixture(scope="session", autouse=True)
    def shared(api):
        api.post("/items", json={"name": "shared"})
        yield
        assert api.delete("/items/shared").status_code == 200
    @pytest.mark.parametrize("n", range(40))
    def test_a(api, stack, n):
        assert api.get("/items").json() == ["shared"]
        if n in (3, 6, 7, 8, 9):
            kill("app", stack)
"""
SECOND = r'.*Service "app" was ended by SIGKILL again, after it had been started anew\.'


def test_the_second_death_of_a_service_is_the_end_of_the_run(project: Project) -> None:
    result = project.test(MANY, "--verify=end")
    assert result.ret == 4
    result.stdout.fnmatch_lines(["--verify=end: nothing was verified, because the run ended before its end."])
    outcomes = result.parseoutcomes()
    assert (outcomes["passed"], outcomes["failed"], outcomes["errors"]) == (5, 2, 1)
    result.stdout.re_match_lines(
        [
            rf"{SECOND} Mend the service, or what makes it die\. No more tests are run\.",
            rf"!+ Interrupted: {SECOND[2:]} !+",
        ]
    )
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    assert left_running(project.folder) == []


def test_the_second_death_ends_a_run_of_xdist_with_one_message(project: Project) -> None:
    project.write(test_it=MANY)
    result = project.run_alone("-n2", "--dist=loadscope")
    assert result.ret == 4
    assert result.parseoutcomes()["passed"] == 5
    result.stdout.re_match_lines([rf"!+ .*Interrupted: {SECOND[2:]} !+"])
    assert left_running(project.folder) == []


def test_a_service_that_cannot_be_started_again_is_the_end_of_the_run(project: Project) -> None:
    result = project.test("""
        import pathlib, pytest
        from killing import kill
        @pytest.mark.parametrize("n", range(10))
        def test_a(api, n):
            if n == 1:
                pathlib.Path("app.py").write_text("raise SystemExit('not today')")
                kill("app")
    """)
    assert result.ret == 4
    result.assert_outcomes(passed=1, failed=1, errors=1)
    result.stdout.re_match_lines([r'.*Service "app" exited with code 1 before it was ready\.', r".*not today"])
    assert left_running(project.folder) == []


def test_a_supervisor_that_is_gone_is_the_end_of_the_run_and_the_next_one_sweeps(project: Project) -> None:
    project.write(
        test_it="""
        import json, os, pathlib, pytest, time
        @pytest.fixture(scope="session")
        def shared(api):
            yield api.post("/items", json={"name": "shared"})
        @pytest.mark.parametrize("n", range(10))
        def test_a(api, shared, n):
            if n == 2:
                record = json.loads(pathlib.Path(".statusquo/supervisor.json").read_text())
                os.kill(record["process"]["pid"], 9)
    """
    )
    result = project.run_alone()
    assert result.ret == 8
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.re_match_lines([r"!+ .*Interrupted: The supervisor of the stack is gone, and with it the stack\. !+"])
    assert "Traceback" not in result.stdout.str() + result.stderr.str()

    project.write(test_it="def test_a(api): assert api.get('/items').json() == []")
    again = project.run_alone()
    again.assert_outcomes(passed=1)
    again.stdout.re_match_lines([r"statusquo: removed what run \w+ had left \(processes: [1-9]\d*\)"])
    assert left_running(project.folder) == []
