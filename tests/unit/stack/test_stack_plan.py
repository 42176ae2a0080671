from __future__ import annotations

from pathlib import Path

from statusquo.core.service import Command, Launch, Service
from statusquo.stack.plan import Asked, Plan, plan_replacement, plan_start


def service(name: str, *needs: str) -> Service:
    return Service(name, Command((name,), Path()), needs=needs)


def test_each_service_comes_after_what_it_needs() -> None:
    plan = plan_start([service("web", "db", "media"), service("media"), service("db", "disk"), service("disk")])
    assert plan.order == ("disk", "db", "media", "web")


def test_behind_a_service_stands_all_that_it_needs_directly_or_not() -> None:
    plan = plan_start([service("web", "db"), service("db", "disk"), service("disk"), service("mail")])
    assert plan.behind("web") == ("disk", "db")
    assert plan.behind("mail") == ()


def test_nothing_to_start_is_a_plan_too() -> None:
    assert plan_start([]) == Plan((), {})


def test_what_needs_a_service_directly_or_not_comes_in_the_order_of_starting() -> None:
    plan = plan_start([service("web", "db"), service("db", "disk"), service("disk"), service("mail")])
    assert plan.dependants(["disk"]) == ("db", "web")
    assert plan.dependants(["db", "mail"]) == ("web",)
    assert plan.dependants([]) == ()


def asked(name: str, *argv: str, env: tuple[tuple[str, str], ...] = (), code: str = "", needs: str = "") -> Asked:
    return Asked(service(name, *needs.split()), Launch(argv or (name,), Path("/srv"), env), code)


def test_what_runs_as_it_is_asked_for_is_left_alone() -> None:
    assert plan_replacement({"web": asked("web")}, {"web": asked("web"), "db": asked("db")}) == {}


def test_what_differs_has_to_go_and_the_difference_is_told_without_values() -> None:
    running = {
        "web": asked("web", "serve"),
        "worker": asked("worker", env=(("TOKEN", "secret"), ("A", "1"))),
        "mail": asked("mail", code="before"),
        "hooks": asked("hooks"),
        "old": asked("old"),
    }
    now = {
        "web": asked("web", "serve", "--fast"),
        "worker": asked("worker", env=(("A", "1"), ("MODE", "x"))),
        "mail": asked("mail", code="after"),
        "hooks": asked("hooks", needs="mail"),
    }
    assert plan_replacement(running, now) == {
        "web": "command: serve --fast",
        "worker": "environment: MODE, TOKEN",
        "mail": "its code",
        "hooks": "configuration",
        "old": "it is not in the configuration any more",
    }
