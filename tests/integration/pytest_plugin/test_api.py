"""The fixture ``api``: requests as nobody and as somebody."""

from __future__ import annotations

import pytest

from tests.integration.pytest_plugin.project import Project

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.integration


def test_it_is_nobody_until_it_is_told_who_to_be(project: Project) -> None:
    result = project.test("""
        import base64
        def test_a(api):
            assert "authorization" not in api.get("/headers").json()
            said = api.as_user("admin1").get("/headers").json()["authorization"]
            assert base64.b64decode(said.removeprefix("Basic ")) == b"admin1:secret"
            assert "authorization" not in api.get("/headers").json()
    """)
    result.assert_outcomes(passed=1)


def test_every_method_sends_what_it_is_given(project: Project) -> None:
    result = project.test("""
        def test_a(api):
            assert api.post("/items", json={"name": "x"}).status_code == 201
            assert api.patch("/items/x", json={"name": "y"}).status_code == 200
            assert api.put("/items/x", json={"name": "y"}).status_code == 200
            assert api.delete("/items/x").status_code == 200
            assert api.request("DELETE", "/items/x").status_code == 404
            assert api.get("/headers", headers={"X-Trace": "7"}).json()["x-trace"] == "7"
            assert api.get("/headers", params={"a": [1, 2]}).url.query == b"a=1&a=2"
    """)
    result.assert_outcomes(passed=1)


def test_no_cookie_is_kept_from_one_request_to_the_next(project: Project) -> None:
    result = project.test("""
        def test_a(api):
            assert api.get("/headers").headers["set-cookie"] == "visited=yes"
            assert "cookie" not in api.get("/headers").json()
    """)
    result.assert_outcomes(passed=1)


TOKEN = 'service = "app"\nauth = "token"\nlogin = "/login"'


def test_a_token_is_asked_for_once_and_forgotten_when_it_is_put_back(project: Project) -> None:
    project.configure('service = "app"', TOKEN)
    result = project.test("""
        import pytest
        def token(client):
            return client.get("/headers").json()["authorization"]
        seen = []
        @pytest.fixture(scope="module")
        def admin(api):
            return api.as_user("admin1")
        def test_a(api, admin):
            assert token(admin).startswith("Token token-admin1-")
            assert token(admin) == token(api.as_user("admin1"))
            assert token(admin) != token(api.as_user("user2"))
            seen.append(token(admin))
        def test_b(api, admin):
            assert token(admin) != seen[0]
            assert [name + ".json" for name in api.get("/items").json()] == [token(admin).split()[1] + ".json"]
    """)
    result.assert_outcomes(passed=2)


def test_a_token_of_a_layer_is_forgotten_with_the_layer(project: Project) -> None:
    project.configure('service = "app"', TOKEN)
    source = """
        import pytest
        @pytest.fixture(scope="module")
        def client(api):
            client = api.as_user("admin1")
            client.get("/items")
            return client
        def test_a(client):
            token = client.get("/headers").json()["authorization"].split()[1]
            assert client.get("/items").json() == [token]
    """
    project.write(test_a=source, test_b=source)
    project.run().assert_outcomes(passed=2)


def test_a_login_that_is_refused_says_who_and_where(project: Project) -> None:
    project.configure('service = "app"', TOKEN)
    project.configure('password = "secret"', 'password = "guess"')
    result = project.test("""
        def test_a(api):
            api.as_user("admin1").get("/items")
    """)
    result.stdout.fnmatch_lines(
        [
            'E *User "admin1" could not log in at http://127.0.0.1:*/login: status 400. The data of the baseline *',
            'E * "wrong password"',
        ]
    )


def test_a_login_that_answers_without_the_token_says_which_field_was_expected(project: Project) -> None:
    project.configure('service = "app"', f'{TOKEN}\ntoken_field = "key"')
    result = project.test("""
        def test_a(api):
            api.as_user("admin1").get("/items")
    """)
    result.stdout.fnmatch_lines(['E *The login at * answered without a field "key". Set [[]api[]] token_field *'])


def test_the_way_to_authenticate_can_be_redefined(project: Project) -> None:
    project.write(
        conftest="""
        import httpx, pytest
        class Signed(httpx.Auth):
            def __init__(self, user):
                self.user = user
            def auth_flow(self, request):
                request.headers["X-User"] = self.user
                yield request
        @pytest.fixture(scope="session")
        def api_auth():
            return Signed
    """
    )
    result = project.test("""
        def test_a(api):
            assert api.as_user("admin1").get("/headers").json()["x-user"] == "admin1"
    """)
    result.assert_outcomes(passed=1)


def test_without_the_table_the_fixture_says_what_to_add(project: Project) -> None:
    project.configure('[api]\nservice = "app"\npassword = "secret"\n', "")
    result = project.test("""
        def test_a(api): pass
        def test_b(stack): pass
    """)
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines(["statusquo.toml has no table [[]api[]]. *"])


def test_an_answer_that_never_comes_is_an_error_of_the_transport_and_is_on_the_list(project: Project) -> None:
    result = project.test("""
        def test_a(api):
            api.post("/die")
    """)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["-*- requests of the test -*", "*Error*POST */die *"])
