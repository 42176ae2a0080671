"""Who gets in: Basic authentication, tokens, and the throttle on guessing."""

import pytest

ME = "/api/users/self"


def with_token(api, key):
    return api.get(ME, headers={"Authorization": f"Token {key}"})


def login(api, username="worker1", password="annotate"):
    return api.post("/api/auth/login", json={"username": username, "password": password})


def test_a_password_tells_who_asks(api):
    assert api.as_user("worker1").get(ME).json()["username"] == "worker1"


@pytest.mark.parametrize("path", ["/api/projects", "/api/tasks/1", "/api/requests", "/api/functions", "/api/audit", ME])
def test_nobody_gets_in_without_signing_in(api, path):
    reply = api.get(path)
    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"] == 'Basic realm="api"'


def test_a_wrong_password_is_refused(api):
    reply = api.get(ME, headers={"Authorization": "Basic d29ya2VyMTp3cm9uZw=="})
    assert reply.status_code == 401
    assert reply.json() == {"detail": "Invalid username/password."}


def test_who_has_left_is_refused(api):
    assert api.as_user("gone1").get(ME).status_code == 401


def test_a_login_gives_a_token_that_works(api):
    key = login(api, "worker2").json()["key"]
    assert with_token(api, key).json()["username"] == "worker2"


def test_a_second_login_gives_the_same_token(api):
    assert login(api).json() == login(api).json()


def test_a_logout_takes_the_token_back(api):
    key = login(api).json()["key"]
    assert api.as_user("worker1").post("/api/auth/logout").status_code == 204
    assert with_token(api, key).status_code == 401


def test_an_unknown_token_is_refused(api):
    assert with_token(api, "0" * 40).status_code == 401


@pytest.mark.parametrize(
    ("username", "password"), [("worker1", "wrong"), ("nobody", "annotate"), ("gone1", "annotate")]
)
def test_a_login_with_wrong_credentials_is_refused(api, username, password):
    reply = login(api, username, password)
    assert reply.status_code == 400
    assert reply.json() == {"detail": "Wrong user name or password."}


def test_a_login_needs_both_fields(api):
    reply = api.post("/api/auth/login", json={"username": "worker1"})
    assert reply.status_code == 400
    assert reply.json() == {"password": ["This field is required."]}


class TestTheThrottle:
    """The count of guesses lives in Redis; each of these uses all of it up, and the next starts from nothing."""

    @pytest.mark.parametrize("username", ["worker1", "worker2", "admin1"])
    def test_ten_guesses_a_minute_are_enough(self, api, username):
        guesses = [login(api, username, f"guess {number}").status_code for number in range(11)]
        assert guesses == [400] * 10 + [429]
        assert login(api, username).status_code == 429
