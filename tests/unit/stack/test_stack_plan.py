from __future__ import annotations

from pathlib import Path

from statusquo.core.service import Command, Service
from statusquo.stack.plan import Plan, plan_start


def service(name: str, *needs: str) -> Service:
    return Service(name, Command((name,), Path()), needs=needs)


def test_each_service_comes_after_what_it_needs() -> None:
    plan = plan_start([service("web", "db", "media"), service("media"), service("db", "disk"), service("disk")])
    assert plan.order == ("disk", "db", "media", "web")
    assert plan.waves == (("disk", "media"), ("db",), ("web",))


def test_behind_a_service_stands_all_that_it_needs_directly_or_not() -> None:
    plan = plan_start([service("web", "db"), service("db", "disk"), service("disk"), service("mail")])
    assert plan.behind("web") == ("disk", "db")
    assert plan.behind("mail") == ()


def test_nothing_to_start_is_a_plan_too() -> None:
    assert plan_start([]) == Plan((), {})
    assert plan_start([]).waves == ()
