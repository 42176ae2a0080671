"""The fixture ``stack``: where things are."""

from __future__ import annotations

import pytest

from tests.integration.pytest_plugin.project import Project

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.integration


def test_it_knows_urls_endpoints_folders_stores_and_logs(project: Project) -> None:
    result = project.test("""
        import httpx
        def test_a(stack, api):
            assert httpx.get(stack.url("app")).status_code == 200
            assert stack.endpoint("app").host.url == stack.url("app")
            assert stack.store("data").name == "data"
            assert stack.logs("app") == ""
            api.post("/items", json={"name": "x"})
            assert (stack.folder("data") / "x.json").exists()
            assert stack.logs("app") == "created x\\n"
        def test_b(stack):
            assert stack.logs("app") == ""
    """)
    result.assert_outcomes(passed=2)


def test_a_name_that_is_not_in_the_stack_is_told_with_the_nearest_that_is(project: Project) -> None:
    result = project.test("""
        import pytest
        from statusquo.core.errors import StatusquoError
        @pytest.mark.parametrize("ask, message", [
            (lambda stack: stack.url("ap"), 'The stack has no service "ap". Did you mean \\'app\\'?'),
            (lambda stack: stack.store("dat"), 'The stack has no store "dat". Did you mean \\'data\\'?'),
            (lambda stack: stack.logs("data"), 'The stack has no log of a service "data". Known: app.'),
            (lambda stack: stack.url("data"), '"data" is a folder and has no URL. stack.folder("data") is its path.'),
            (lambda stack: stack.folder("app"), '"app" is not a folder. stack.url("app") is where it answers.'),
        ])
        def test_a(stack, ask, message):
            with pytest.raises(StatusquoError) as caught:
                ask(stack)
            assert str(caught.value) == message
    """)
    result.assert_outcomes(passed=5)
