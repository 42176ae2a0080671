"""When a supervisor goes: with the last that says it leaves, though the others who did have not hung up yet."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from statusquo.supervisor import place, wire
from statusquo.supervisor.server import Supervisor
from tests.waiting import PATIENCE, eventually


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[list[socket.socket]]:
    supervisor = Supervisor(tmp_path)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    eventually(lambda: place.read(tmp_path))
    found = place.read(tmp_path)
    assert found
    with ExitStack() as undo:
        undo.callback(thread.join, PATIENCE)
        undo.callback(supervisor.stop, "the test is over")
        both = [undo.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(2)]
        for client in both:
            client.connect(found.socket)
            client.settimeout(PATIENCE)
        eventually(lambda: len(supervisor._clients) == len(both))
        yield both
    assert not thread.is_alive()


def leave(client: socket.socket) -> bool:
    client.sendall(wire.line({"do": "leave", "id": 1}))
    with client.makefile("rb") as lines:
        return bool(wire.message(lines.readline())["result"]["ends"])


def test_of_two_that_leave_at_once_one_waits_for_the_end(clients: list[socket.socket]) -> None:
    assert [leave(client) for client in clients] == [False, True]
