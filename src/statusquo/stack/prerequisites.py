"""What has to hold of the running system before any test, asked once. The wiring hands in whom and how to ask."""

from __future__ import annotations

from collections.abc import Sequence

from statusquo.core.errors import PrerequisiteFailed
from statusquo.core.service import Prerequisite, Service
from statusquo.stack import probes
from statusquo.stack.probes import Asking


def check(prerequisites: Sequence[Prerequisite], services: Sequence[Service], asking: Asking) -> None:
    """Return if everything holds that is asked of a service which runs.

    Raises PrerequisiteFailed with all that does not, each with its hint.
    """
    known = {service.name: service for service in services}
    asked = [each for each in prerequisites if each.service in asking.endpoints]
    wrong = [_line(each, known[each.service], said) for each in asked if (said := _ask(each, known, asking))]
    if wrong:
        raise PrerequisiteFailed(_count(len(wrong), len(asked)), evidence="\n".join(wrong))


def _ask(each: Prerequisite, known: dict[str, Service], asking: Asking) -> str:
    return probes.answer(known[each.service], each.probe, asking)


def _line(each: Prerequisite, service: Service, said: str) -> str:
    return f"{each.name}: {probes.describe(service, each.probe)}: {said}. {each.hint}"


def _count(wrong: int, asked: int) -> str:
    verb = "does" if wrong == 1 else "do"
    noun = "prerequisite" if asked == 1 else "prerequisites"
    return f"{wrong} of {asked} {noun} {verb} not hold, so no test would mean much."
