from __future__ import annotations

import dataclasses
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from statusquo.core import ports
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.service import (
    Command,
    CommandProbe,
    HttpProbe,
    Launch,
    Probe,
    RedisProbe,
    Service,
    SqlProbe,
    TcpProbe,
)
from statusquo.stack import probes
from statusquo.stack.probes import Asking, Probers

WEB = Service("web", Command(("serve",), Path()))


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health/" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer((ports.LOOPBACK, 0), Health) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def ask(probe: Probe, port: int) -> str:
    def fill(service: Service, argv: tuple[str, ...], _: object) -> Launch:
        return Launch(argv, Path.cwd(), (("WHO", service.name),))

    endpoints = {
        "web": Endpoint("web", host=Address("http", ports.LOOPBACK, port)),
        "db": Endpoint("db", host=Address("postgresql", "db", 1)),
    }
    probers = Probers(
        sql=lambda address, probe: f"{address.host} was asked {probe.query}",
        redis=lambda address, probe: f"{address.host} was asked for {probe.key}",
    )
    return probes.answer(WEB, probe, Asking(endpoints, probers, fill))


def test_what_holds_has_an_empty_answer(port: int) -> None:
    assert ask(TcpProbe(), port) == ""
    assert ask(HttpProbe("/health/"), port) == ""
    assert ask(HttpProbe("/", status=503), port) == ""
    assert ask(CommandProbe((sys.executable, "-c", "import os; assert os.environ['WHO'] == 'web'")), port) == ""


def test_another_status_is_answered_with_it(port: int) -> None:
    assert ask(HttpProbe("/"), port) == "503 Service Unavailable"


def test_a_closed_port_is_answered_with_the_systems_words() -> None:
    closed = ports.lease()
    assert ask(TcpProbe(), closed) == "connection refused"
    assert ask(HttpProbe("/"), closed) == "connection refused"


def test_a_server_that_does_not_answer_in_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as server:
        monkeypatch.setattr(probes, "SECONDS", 0.05)
        assert ask(HttpProbe("/"), server.getsockname()[1]) == "timed out"


def test_a_command_is_answered_with_its_code_and_last_line(port: int) -> None:
    probe = CommandProbe((sys.executable, "-c", "print('first'); print('last'); raise SystemExit(4)"))
    assert ask(probe, port) == "exit code 4: last"
    assert ask(CommandProbe(("no-such-program",)), port) == "no such file or directory"


def test_databases_are_asked_through_the_functions_handed_in(port: int) -> None:
    assert ask(SqlProbe("SELECT 2", on="db"), port) == "db was asked SELECT 2"
    assert ask(RedisProbe("rq:*", on="db"), port) == "db was asked for rq:*"
    assert ask(dataclasses.replace(SqlProbe(), on=""), port) == "127.0.0.1 was asked SELECT 1"


def test_each_question_can_be_told_in_words() -> None:
    asked = (
        TcpProbe(),
        HttpProbe("/h/", 204),
        CommandProbe(("check", "-q")),
        SqlProbe(on="db"),
        RedisProbe("rq:*", "r"),
    )
    assert [probes.describe(WEB, probe) for probe in asked] == [
        "a connection to its port",
        "status 204 for GET /h/",
        "exit code 0 of check -q",
        "SELECT 1 in db",
        "the key rq:* in r",
    ]
    assert probes.describe(WEB, RedisProbe()) == "PING in web"


def test_an_https_service_is_asked_over_tls(port: int) -> None:
    endpoints = {"web": Endpoint("web", host=Address("https", ports.LOOPBACK, port))}
    probers = Probers(sql=lambda *_: "", redis=lambda *_: "")
    said = probes.answer(WEB, HttpProbe("/health/"), Asking(endpoints, probers, lambda *_: Launch((), Path())))
    assert "ssl" in said, "the server, which knows no TLS, was spoken to in TLS"
