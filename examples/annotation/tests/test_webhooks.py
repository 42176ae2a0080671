"""Webhooks: the worker delivers what happens in an organization to whom it concerns."""

import hashlib
import hmac
import json

import pytest

from matrix import cases, was_allowed
from waiting import idle
from world import ACME, BETA, BIRDS, CELLS, NORTH_1, SIGNS

pytestmark = pytest.mark.needs_services("worker", "hooks")

SECRET = "between us"


class Receiver:
    """An inbox of the receiver, with a webhook of acme that leads to it."""

    def __init__(self, api, web, stack, url, **options):
        self.api = api
        self.web = web
        self.inbox = url.partition("?")[0].replace(stack.mesh_url("hooks"), stack.url("hooks"))
        new = {"organization": ACME, "target_url": url, "secret": SECRET, "events": ["create:tasks"], **options}
        made = api.as_user("owner1").post("/api/webhooks", json=new)
        assert made.status_code == 201, made.text
        self.id = made.json()["id"]

    def received(self):
        """What arrived, once all that was sent has."""
        idle(self.api)
        return self.web.get(self.inbox).json()["deliveries"]

    def recorded(self):
        """What the platform says it delivered."""
        idle(self.api)
        return self.api.as_user("owner1").get(f"/api/webhooks/{self.id}/deliveries").json()


@pytest.fixture
def inbox(stack):
    """Where the worker delivers; the tests may reach the same place by another address."""
    return f"{stack.mesh_url('hooks')}/acme"


@pytest.fixture
def receive(api, web, stack, inbox):
    """Makes a receiver; options are those of its webhook."""
    return lambda url=inbox, **options: Receiver(api, web, stack, url, **options)


def make_task(api, who="owner1", project=BIRDS):
    made = api.as_user(who).post("/api/tasks", json={"project": project, "name": "Storks"})
    assert made.status_code == 201
    return made.json()


def test_an_event_is_delivered(api, receive):
    receiver = receive()
    task = make_task(api)
    [delivery] = receiver.received()
    assert delivery["event"] == "create:tasks"
    assert json.loads(delivery["body"]) == {
        "event": "create:tasks",
        "webhook": receiver.id,
        "id": task["id"],
        "data": task,
    }


def test_a_delivery_is_signed(api, receive):
    receiver = receive()
    make_task(api)
    [delivery] = receiver.received()
    digest = hmac.new(SECRET.encode(), delivery["body"].encode(), hashlib.sha256).hexdigest()
    assert delivery["signature"] == f"sha256={digest}"


def test_a_delivery_is_recorded(api, receive):
    receiver = receive()
    task = make_task(api)
    [delivery] = receiver.recorded()
    assert (delivery["event"], delivery["status_code"]) == ("create:tasks", 200)
    assert delivery["payload"]["id"] == task["id"]
    assert json.loads(delivery["response"]) == {"kept": True}


def test_events_are_delivered_in_their_order(api, receive):
    receiver = receive(events=["create:tasks", "update:tasks", "delete:tasks"])
    path = f"/api/tasks/{make_task(api)['id']}"
    api.as_user("owner1").patch(path, json={"name": "Herons"})
    api.as_user("owner1").delete(path)
    assert [delivery["event"] for delivery in receiver.received()] == ["create:tasks", "update:tasks", "delete:tasks"]


@pytest.mark.parametrize(
    ("event", "method", "path", "body"),
    [
        ("update:jobs", "PATCH", f"/api/jobs/{NORTH_1}", {"state": "completed"}),
        ("create:issues", "POST", "/api/issues", {"job": NORTH_1, "frame": 0, "position": [1, 1]}),
        ("update:issues", "PATCH", "/api/issues/1", {"resolved": True}),
        ("delete:issues", "DELETE", "/api/issues/1", None),
        ("create:comments", "POST", "/api/comments", {"issue": 1, "message": "Look."}),
        ("update:projects", "PATCH", f"/api/projects/{SIGNS}", {"name": "Renamed"}),
    ],
)
def test_changes_of_all_kinds_are_delivered(api, receive, *, event, method, path, body):
    receiver = receive(events=[event])
    assert api.as_user("owner1").request(method, path, json=body).is_success
    assert [delivery["event"] for delivery in receiver.received()] == [event]


def test_other_events_are_not_delivered(api, receive):
    receiver = receive(events=["delete:tasks"])
    make_task(api)
    assert receiver.received() == []


def test_events_of_other_organizations_are_not_delivered(api, receive):
    receiver = receive()
    make_task(api, "owner2", CELLS)
    assert receiver.received() == []


def test_a_webhook_can_be_switched_off(api, receive):
    receiver = receive(is_active=False)
    make_task(api)
    assert receiver.received() == []


def test_what_was_refused_is_not_delivered(api, receive):
    receiver = receive()
    reply = api.as_user("worker1").post("/api/tasks", json={"project": BIRDS, "name": "Storks"})
    assert reply.status_code == 403
    assert receiver.received() == []


def test_a_receiver_that_fails_is_recorded(api, inbox, receive):
    receiver = receive(f"{inbox}?status=503")
    make_task(api)
    assert [delivery["status_code"] for delivery in receiver.recorded()] == [503]
    assert [delivery["status"] for delivery in receiver.received()] == [503]


def test_a_receiver_that_is_not_there_is_recorded(api, receive):
    receiver = receive("http://127.0.0.1:9/nobody")
    make_task(api)
    [delivery] = receiver.recorded()
    assert delivery["status_code"] is None
    assert "refused" in delivery["response"]


def test_two_webhooks_get_an_event_each(api, stack, receive):
    first, second = (receive(f"{stack.mesh_url('hooks')}/{name}") for name in ("first", "second"))
    make_task(api)
    assert len(first.received()) == len(second.received()) == 1


def test_a_ping_arrives(api, receive):
    receiver = receive(events=[])
    assert api.as_user("owner1").post(f"/api/webhooks/{receiver.id}/ping").status_code == 202
    assert [delivery["event"] for delivery in receiver.received()] == ["ping"]


def test_the_secret_is_never_shown(api, receive):
    receiver = receive()
    assert "secret" not in api.as_user("owner1").get(f"/api/webhooks/{receiver.id}").json()


@pytest.mark.parametrize(
    ("change", "field"), [({"events": ["create:unicorns"]}, "events"), ({"target_url": "nowhere"}, "target_url")]
)
def test_a_webhook_that_cannot_be_is_refused(api, inbox, change, field):
    new = {"organization": ACME, "target_url": inbox, "events": ["create:tasks"], **change}
    reply = api.as_user("owner1").post("/api/webhooks", json=new)
    assert reply.status_code == 400
    assert list(reply.json()) == [field]


@pytest.mark.parametrize(
    ("who", "action", "may"),
    cases(
        {
            "create": "admin1 owner1 maintainer1",
            "view": "admin1 owner1 maintainer1",
            "update": "admin1 owner1 maintainer1",
            "delete": "admin1 owner1 maintainer1",
        },
        people=["admin1", "owner1", "maintainer1", "supervisor1", "worker1", "owner2"],
    ),
)
def test_webhooks_are_for_maintainers(api, who, action, may):
    client, path = api.as_user(who), "/api/webhooks/1"
    match action:
        case "create":
            reply = client.post("/api/webhooks", json={"organization": ACME, "target_url": "http://example.org/"})
        case "view":
            reply = client.get(f"{path}/deliveries")
        case "update":
            reply = client.patch(path, json={"events": []})
        case "delete":
            reply = client.delete(path)
    assert was_allowed(reply) == may


def test_maintainers_list_the_webhooks_of_their_organizations(api):
    webhooks = api.as_user("maintainer2").get("/api/webhooks").json()["results"]
    assert [webhook["organization"] for webhook in webhooks] == [BETA]
