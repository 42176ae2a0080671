"""The server as operators see it: health, queue, schema, the policy and function services behind it."""

import pytest


def test_a_healthy_server_says_so_to_anybody(api):
    reply = api.get("/api/server/health/")
    assert reply.status_code == 200
    assert reply.json() == {"database": "ok", "redis": "ok", "policy": "ok"}


def test_an_admin_sees_the_queue(api):
    assert api.as_user("admin1").get("/api/server/queue").json() == {"pending": 0}


@pytest.mark.parametrize("who", ["owner1", "worker1", "user1"])
def test_others_do_not_see_the_queue(api, who):
    assert api.as_user(who).get("/api/server/queue").status_code == 403


def test_the_schema_describes_every_resource(api):
    reply = api.get("/api/schema/", params={"format": "json"})
    resources = {path.split("/")[2] for path in reply.json()["paths"]}
    assert resources == {
        "audit",
        "auth",
        "comments",
        "functions",
        "issues",
        "jobs",
        "labels",
        "memberships",
        "organizations",
        "projects",
        "requests",
        "schema",
        "server",
        "tasks",
        "users",
        "webhooks",
    }


def test_the_schema_never_shows_a_secret(api):
    schemas = api.get("/api/schema/", params={"format": "json"}).json()["components"]["schemas"]
    assert "secret" in schemas["WebhookRequest"]["properties"]
    assert "secret" not in schemas["Webhook"]["properties"]
    assert "password" not in schemas["User"]["properties"]


def test_an_unknown_path_is_not_found(api):
    assert api.as_user("admin1").get("/api/unicorns").status_code == 404


def test_the_functions_are_listed(api):
    names = [function["name"] for function in api.as_user("worker1").get("/api/functions").json()["results"]]
    assert names == ["detector"]


class TestThePolicyService:
    """Asked directly, as the server asks it."""

    @pytest.fixture
    def ask(self, stack, web):
        return lambda rule, question: web.post(f"{stack.url('policy')}/v1/data/{rule}", json={"input": question})

    def test_the_rules_are_loaded(self, stack, web):
        assert web.get(f"{stack.url('policy')}/health?bundles").status_code == 200

    def test_a_rule_is_evaluated(self, ask):
        admin = {"id": 1, "role": "admin", "memberships": []}
        reply = ask("annotation/projects/allow", {"scope": "delete", "user": admin, "resource": {}})
        assert reply.json() == {"result": True}

    def test_a_stranger_is_denied(self, ask):
        stranger = {"id": 1, "role": "user", "memberships": []}
        question = {"scope": "view", "user": stranger, "resource": {"organization": 1}}
        assert ask("annotation/projects/allow", question).json() == {"result": False}

    def test_an_unknown_rule_is_undefined(self, ask):
        assert ask("annotation/unicorns/allow", {}).json() == {}

    def test_what_is_not_the_path_of_a_rule_is_refused(self, ask):
        reply = ask("annotation/x;y", {})
        assert reply.status_code == 400
        assert reply.json()["message"] == "ValueError: 'annotation.x;y' is not the path of a rule"
