"""Users: made by admins, changed by themselves."""

import pytest

from world import USERS

NEW = {"username": "nina", "password": "secret enough", "email": "nina@example.org", "role": "user"}


def test_a_new_user_can_sign_in(api):
    assert api.as_user("admin1").post("/api/users", json=NEW).status_code == 201
    credentials = {"username": "nina", "password": "secret enough"}
    assert api.post("/api/auth/login", json=credentials).status_code == 200


def test_a_password_is_never_shown(api):
    assert "password" not in api.as_user("admin1").post("/api/users", json=NEW).json()


@pytest.mark.parametrize("who", ["owner1", "maintainer1", "worker1", "user1"])
def test_only_admins_make_users(api, who):
    assert api.as_user(who).post("/api/users", json=NEW).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"), [("username", "admin1"), ("password", "short"), ("email", "nowhere"), ("role", "king")]
)
def test_a_user_that_cannot_be_is_refused(api, field, value):
    reply = api.as_user("admin1").post("/api/users", json={**NEW, field: value})
    assert reply.status_code == 400
    assert list(reply.json()) == [field]


def test_users_change_themselves(api):
    reply = api.as_user("worker1").patch(f"/api/users/{USERS['worker1']}", json={"first_name": "Wanda"})
    assert reply.json()["first_name"] == "Wanda"
    assert api.as_user("worker1").get("/api/users/self").json()["first_name"] == "Wanda"


def test_users_change_nobody_else(api):
    reply = api.as_user("owner1").patch(f"/api/users/{USERS['worker1']}", json={"first_name": "Wanda"})
    assert reply.status_code == 403


@pytest.mark.parametrize("change", [{"role": "admin"}, {"is_active": False}])
def test_users_do_not_promote_themselves(api, change):
    assert api.as_user("owner1").patch(f"/api/users/{USERS['owner1']}", json=change).status_code == 403


def test_an_old_password_is_of_no_use(api):
    reply = api.as_user("worker1").patch(f"/api/users/{USERS['worker1']}", json={"password": "a new one"})
    assert reply.status_code == 200
    assert api.as_user("worker1").get("/api/users/self").status_code == 401


def test_who_is_locked_out_stays_out(api):
    admin = api.as_user("admin1")
    assert admin.patch(f"/api/users/{USERS['worker1']}", json={"is_active": False}).status_code == 200
    assert api.as_user("worker1").get("/api/users/self").status_code == 401


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("worker1", "owner1", 200),
        ("worker1", "worker3", 403),
        ("worker3", "supervisor1", 200),
        ("user1", "owner1", 403),
        ("admin1", "user1", 200),
    ],
)
def test_colleagues_may_look_one_another_up(api, who, whom, status):
    assert api.as_user(who).get(f"/api/users/{USERS[whom]}").status_code == status


def test_what_a_user_made_outlives_the_user(api):
    admin = api.as_user("admin1")
    assert admin.delete(f"/api/users/{USERS['maintainer1']}").status_code == 204
    assert admin.get("/api/projects/1").json()["owner"] is None


def test_who_owns_an_organization_cannot_be_deleted(api):
    reply = api.as_user("admin1").delete(f"/api/users/{USERS['owner1']}")
    assert reply.status_code == 409
    assert api.as_user("owner1").get("/api/users/self").status_code == 200
