"""Waiting for what happens in the background, always with a deadline. A test waits for all that it started."""

import time

DEADLINE = 10


def eventually(read, *, until, within=DEADLINE):
    """What *read* gives, once it is as *until* wants it; AssertionError with the last value after *within* seconds."""
    deadline = time.monotonic() + within
    while True:
        value = read()
        if until(value):
            return value
        assert time.monotonic() < deadline, f"not within {within} s; at last: {value}"
        time.sleep(0.02)


def finished(client, reply):
    """The request that *reply* accepted, once the worker is done with it."""
    assert reply.status_code == 202, reply.text
    path = f"/api/requests/{reply.json()['request']}"
    return eventually(lambda: client.get(path).json(), until=lambda one: one["status"] in {"finished", "failed"})


def idle(api):
    """Return once the worker has nothing left to do."""
    admin = api.as_user("admin1")
    eventually(lambda: admin.get("/api/server/queue").json(), until=lambda state: state["pending"] == 0)
