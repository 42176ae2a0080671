"""What has to hold of the running system before any test: all that does not is told at once, with what to do."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from statusquo.core import ports
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import PrerequisiteFailed
from statusquo.core.service import Command, CommandProbe, Launch, Postgres, Prerequisite, Service, SqlProbe, TcpProbe
from statusquo.stack import prerequisites
from statusquo.stack.probes import Asking, Probers

WEB = Service("web", Command(("serve",), Path()))
DB = Service("db", Postgres("app"))


def fill(service: Service, argv: tuple[str, ...], _: object) -> Launch:
    return Launch(argv, Path.cwd(), (("WHO", service.name),))


def ask_sql(address: Address, probe: SqlProbe) -> str:
    return "" if probe.query == "SELECT 1" else "no row"


def check(*asked: Prerequisite, running: Sequence[str] = ("web", "db")) -> None:
    addresses = {
        "web": Address("http", ports.LOOPBACK, 9),  # "discard": nobody listens there
        "db": Address("postgresql", ports.LOOPBACK, 1),
    }
    endpoints = {name: Endpoint(name, host=addresses[name]) for name in running}
    asking = Asking(endpoints, Probers(sql=ask_sql, redis=lambda address, probe: ""), fill)
    prerequisites.check(asked, (WEB, DB), asking)


def refused(*asked: Prerequisite) -> str:
    with pytest.raises(PrerequisiteFailed) as caught:
        check(*asked)
    assert caught.value.exit_code == 9
    return str(caught.value)


ACCOUNT = Prerequisite("account", "db", SqlProbe("SELECT 1 FROM users"), "Run make users.")
FRONT = Prerequisite("front", "web", TcpProbe(), "Look at the log of web.")
VERSION = Prerequisite("version", "db", SqlProbe("SELECT 1"), "Never shown.")


def test_nothing_is_said_when_all_hold() -> None:
    check(VERSION)


def test_nothing_is_asked_without_prerequisites() -> None:
    check()


def test_one_that_does_not_hold_is_told_with_what_was_asked_what_was_said_and_what_to_do() -> None:
    assert refused(ACCOUNT) == (
        "1 of 1 prerequisite does not hold, so no test would mean much.\n"
        "    account: SELECT 1 FROM users in db: no row. Run make users."
    )


def test_all_that_do_not_hold_are_told_together() -> None:
    assert refused(ACCOUNT, VERSION, FRONT) == (
        "2 of 3 prerequisites do not hold, so no test would mean much.\n"
        "    account: SELECT 1 FROM users in db: no row. Run make users.\n"
        "    front: a connection to its port: connection refused. Look at the log of web."
    )


def test_a_command_runs_as_the_service_does() -> None:
    script = "import os, sys; sys.exit(os.environ['WHO'])"
    command = Prerequisite("shape", "web", CommandProbe((sys.executable, "-c", script)), "Run make shape.")
    assert "exit code 1: web. Run make shape." in refused(command)


def test_a_service_that_nobody_started_is_not_asked() -> None:
    check(ACCOUNT, running=["web"])
