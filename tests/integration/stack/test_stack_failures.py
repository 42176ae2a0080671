from __future__ import annotations

import dataclasses
import os
import signal
import socket

import pytest

from statusquo.core.errors import MissingProgram, ServiceFailed
from statusquo.core.service import Command, HttpProbe, Postgres, Redis, RedisProbe, Service, TcpProbe
from tests.integration.stack.stackbench import FOREVER, WEB, Bench, processes_of, python, soon, thief

pytestmark = pytest.mark.integration

EMPTY = """
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    client.recv(1000)
    client.sendall(b"HTTP/1.0 404 File not found\\r\\n\\r\\n")
    client.close()
"""
"""A web server without a page, which is there as soon as a program can be: nobody waits for its modules."""


def test_a_service_that_exits_at_boot_fails_with_its_last_lines_and_those_of_what_it_needs(bench: Bench) -> None:
    base = python("base", "print('base is up')\n" + WEB, "{port}", ready=[TcpProbe()])
    helper = python("helper", "print('helper is up')\n" + WEB, "{port}", needs=["base"], ready=[TcpProbe()])
    broken = python(
        "broken",
        "import time; time.sleep(0.3); print('no such setting'); raise SystemExit(3)",
        "{port}",
        needs=["helper"],
        ready=[HttpProbe("/")],
    )
    with pytest.raises(ServiceFailed) as failure, bench.start(base, helper, broken):
        pass
    assert str(failure.value) == (
        'Service "broken" exited with code 3 before it was ready.\n'
        "    broken:\n"
        "      no such setting\n"
        "    helper:\n"
        "      helper is up\n"
        "    base:\n"
        "      base is up"
    )
    assert bench.ledger.record.services == ()


def test_a_server_that_refuses_its_settings_is_told_with_its_last_words(bench: Bench) -> None:
    db = Service("db", Postgres("app", settings=(("no_such", "5"),)))
    with pytest.raises(ServiceFailed) as failure, bench.start(db):
        pass
    assert str(failure.value).startswith('Service "db" exited with code 1 before it was ready.')
    assert 'unrecognized configuration parameter "no_such"' in str(failure.value)


def test_a_service_that_is_killed_by_a_signal_is_told_by_the_signals_name(bench: Bench) -> None:
    with (
        pytest.raises(ServiceFailed, match=r'"web" was ended by SIGABRT before it was ready\.'),
        bench.start(python("web", "import os; os.abort()", "{port}", ready=[TcpProbe()])),
    ):
        pass


def test_a_service_that_ends_well_at_once_is_told_to_stay(bench: Bench) -> None:
    with (
        pytest.raises(
            ServiceFailed, match=r"exited with code 0 before it was ready\. A service has to stay in the foreground"
        ),
        bench.start(python("web", "pass", "{port}", ready=[TcpProbe()])),
    ):
        pass


def test_a_failure_stops_what_had_started_and_what_was_still_waiting(bench: Bench) -> None:
    never = python("never", FOREVER, "{port}", ready=[TcpProbe()])
    fine = python("fine", FOREVER)
    broken = python("broken", "import time; time.sleep(0.5); raise SystemExit(1)", "{port}", ready=[TcpProbe()])
    with pytest.raises(ServiceFailed, match='"broken" exited'), bench.start(never, fine, broken):
        pass
    assert processes_of(bench.ledger.record.run) == []


def test_a_server_that_never_becomes_ready_is_told_with_its_last_answer(bench: Bench) -> None:
    web = dataclasses.replace(python("web", EMPTY, "{port}", ready=[HttpProbe("/no-such-page")]), within=2.0)
    with pytest.raises(ServiceFailed) as failure, bench.start(web):
        pass
    assert failure.value.what == 'Service "web" runs, but was not ready within 2 s.'
    assert failure.value.why == "Waited for status 200 for GET /no-such-page; the last answer was: 404 File not found."
    assert failure.value.next == "If it only needs longer, raise services.web.within."


def test_a_command_that_does_not_exist_is_told_with_where_it_was_looked_for(bench: Bench) -> None:
    service = Service("web", Command(("no-such-program", "serve"), bench.project), listens=False)
    with pytest.raises(MissingProgram) as failure, bench.start(service):
        pass
    assert failure.value.what == f"Service \"web\": 'no-such-program' cannot be started in {bench.project}."
    assert failure.value.why == "No such file or directory."
    assert failure.value.next.startswith("Looked along PATH: ")


def test_a_fixed_port_that_is_taken_is_told_with_who_has_it(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as thief:
        port = thief.getsockname()[1]
        for service in (
            dataclasses.replace(python("web", WEB, "{port}"), port=port),
            Service("db", Postgres("app"), port=port),
        ):
            with pytest.raises(ServiceFailed) as failure, bench.start(service):
                pass
            assert failure.value.what == f'Service "{service.name}" cannot have port {port}.'
            assert failure.value.why.startswith(f"It is taken by process {os.getpid()} (")
            assert failure.value.next == "Stop it, or give the service another port."


def test_a_leased_port_that_a_thief_took_is_told_for_a_command_and_replaced_for_a_server(bench: Bench) -> None:
    web, cache = python("web", WEB, "{port}"), Service("cache", Redis(), ready=(RedisProbe(),))
    with thief(bench, web) as stolen, pytest.raises(ServiceFailed) as failure, bench.start(web):
        pass
    assert failure.value.what == f'Service "web" cannot have port {stolen}.'
    assert failure.value.why.startswith(f"It is taken by process {os.getpid()} (")
    assert failure.value.next == "Start again: another port will be chosen."
    with thief(bench, cache) as stolen, bench.start(cache) as stack:
        address = stack.endpoints["cache"].host
        assert address
        assert address.port != stolen


def test_a_service_that_dies_later_is_reported_with_how_and_its_last_lines(bench: Bench) -> None:
    with bench.start(python("worker", "print('at work')\n" + FOREVER)) as stack:
        soon(stack.logs["worker"].read_text)
        os.kill(stack.services["worker"].pid or 0, signal.SIGKILL)
        (died,) = soon(stack.check)
        assert (died.service, died.how, died.exit_code, died.log) == (
            "worker",
            "was ended by SIGKILL",
            -9,
            ("at work",),
        )


def test_ctrl_c_while_starting_rolls_everything_back(bench: Bench) -> None:
    never = python(
        "never", f"import os, signal; os.kill({os.getpid()}, signal.SIGINT)\n" + FOREVER, "{port}", ready=[TcpProbe()]
    )
    with pytest.raises(KeyboardInterrupt), bench.start(python("fine", FOREVER), never):
        pass
    assert processes_of(bench.ledger.record.run) == []
    assert bench.ledger.record.services == ()
