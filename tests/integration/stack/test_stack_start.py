from __future__ import annotations

import dataclasses
import shutil
import sys
import urllib.request

import pytest

from statusquo.core.events import ServiceReady, ServiceReplaced, ServiceStarting, ServiceStopped
from statusquo.core.protocols import Running
from statusquo.core.service import (
    CommandProbe,
    Folder,
    HttpProbe,
    Postgres,
    Redis,
    RedisProbe,
    Service,
    SqlProbe,
    TcpProbe,
)
from tests.integration.stack.stackbench import FOREVER, WEB, Bench, connect, python, soon

pytestmark = pytest.mark.integration


def test_a_whole_stack_comes_up_in_order_and_goes_down_in_reverse(bench: Bench) -> None:
    services = (
        python("web", WEB, "{port}", needs=["db", "cache", "media"], ready=[HttpProbe("/")]),
        Service("db", Postgres("app"), ready=(SqlProbe(),)),
        Service("cache", Redis(), ready=(RedisProbe(),)),
        Service("media", Folder()),
    )
    with bench.start(*services) as stack:
        assert urllib.request.urlopen(f"{stack.endpoints['web'].host.url}").status == 200  # type: ignore[union-attr]
        assert stack.check() == ()
        assert stack.endpoints["media"].path.is_dir()  # type: ignore[union-attr]
        assert stack.stop(["db", "media", "cache"], emit=bench.events.append)[-1] == "web"
    starting = [event.service for event in bench.events if isinstance(event, ServiceStarting)]
    stopped = [event.service for event in bench.events if isinstance(event, ServiceStopped)]
    assert starting[-1] == "web"
    assert stopped[0] == "web"
    assert {event.service for event in bench.events if isinstance(event, ServiceReady)} == {
        "web",
        "db",
        "cache",
        "media",
    }
    assert bench.ledger.record.services == ()


def test_a_service_is_prepared_when_it_is_ready_and_before_those_that_need_it_start(bench: Bench) -> None:
    events = bench.events
    prepared: list[tuple[str, bool]] = []

    def prepare(service: Service, _: Running) -> None:
        prepared.append((service.name, ServiceStarting("second") in events))

    first, second = python("first", FOREVER), python("second", FOREVER, needs=["first"])
    with bench.start(second, first, prepare=prepare):
        assert prepared == [("first", False), ("second", True)]


def test_nothing_to_start_starts_nothing(bench: Bench) -> None:
    with bench.start() as stack:
        assert (stack.endpoints, stack.check()) == ({}, ())
    assert bench.events == []


def test_a_service_sees_the_others_where_they_answer(bench: Bench) -> None:
    show = "import os, time; print(os.environ['DB'], os.environ['MEDIA'], flush=True)\n" + FOREVER
    services = (
        Service("db", Postgres("app"), ready=(SqlProbe(),)),
        Service("media", Folder()),
        dataclasses.replace(
            python("show", show, needs=["db", "media"], DB="{db.url}", MEDIA="{media.path}"),
            ready=(CommandProbe((sys.executable, "-c", "import os; os.environ['DB'].index('{db.port}')")),),
        ),
    )
    with bench.start(*services) as stack:
        shown = soon(stack.logs["show"].read_text).strip()
        db = stack.endpoints["db"].mesh
        assert shown == f"{db.url if db else None} {stack.endpoints['media'].path}"


def test_services_that_need_nothing_of_each_other_may_still_name_each_other(bench: Bench) -> None:
    one = python("one", WEB, "{port}", ready=[TcpProbe()], OTHER="{two.url}")
    two = python("two", WEB, "{port}", ready=[TcpProbe()], OTHER="{one.url}")
    with bench.start(one, two) as stack:
        assert stack.check() == ()


def test_a_copied_state_folder_starts_as_the_same_server_without_initdb(bench: Bench) -> None:
    db = Service("db", Postgres("app"), ready=(SqlProbe(),))
    with bench.start(db) as stack, connect(stack.endpoints["db"]) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    twin = dataclasses.replace(db, name="twin")
    shutil.copytree(bench.runtime.state("db"), bench.runtime.state("twin"))
    (bench.runtime.state("twin") / "data" / "postmaster.pid").write_text("1\n/nowhere\n")
    with bench.start(twin) as stack, connect(stack.endpoints["twin"]) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    assert "initdb" not in bench.runtime.log("twin").read_text()


def test_only_what_is_asked_for_otherwise_is_started_anew(bench: Bench) -> None:
    first, second, third = (python(name, FOREVER) for name in ("first", "second", "third"))
    with bench.start(first, second, third) as stack:
        before = {name: running.pid for name, running in stack.services.items()}
        changed = python("second", FOREVER, MODE="x")
        stack.ensure((first, changed), emit=bench.events.append)
        after = {name: running.pid for name, running in stack.services.items()}
        assert after["first"] == before["first"]
        assert after["second"] != before["second"]
        assert "third" not in after
    replaced = [event for event in bench.events if isinstance(event, ServiceReplaced)]
    assert {event.service: event.difference for event in replaced} == {
        "second": "environment: MODE",
        "third": "it is not in the configuration any more",
    }


def test_each_service_is_stopped_before_what_it_needs(bench: Bench) -> None:
    slow = "import signal, time\nsignal.signal(signal.SIGINT, lambda *_: (time.sleep(0.3), exit()))\n" + FOREVER
    services = [python("base", FOREVER), *(python(name, slow, needs=["base"]) for name in ("a", "b", "c"))]
    with bench.start(*services) as stack:
        assert stack.stop(["base"], emit=bench.events.append) == ("base", "a", "b", "c")
    stopped = [event.service for event in bench.events if isinstance(event, ServiceStopped)]
    assert (set(stopped[:3]), stopped[3]) == ({"a", "b", "c"}, "base")
