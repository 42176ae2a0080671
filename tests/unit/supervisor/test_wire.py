"""What goes over the socket comes out as it went in."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusquo.core import errors, events
from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.errors import StatusquoError
from statusquo.core.events import Event
from statusquo.core.lane import Lane, LaneService
from statusquo.supervisor import wire

WHILE_STARTING = (
    events.ServiceStarting,
    events.ServiceReady,
    events.ServiceStopped,
    events.ServiceReplaced,
    events.StepStarting,
    events.BaselineBuilt,
    events.BaselineReused,
    events.RunOpened,
    events.RunShared,
    events.RunSwept,
)
ERRORS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, StatusquoError)]

names = st.text(min_size=1)
paths = st.builds(lambda parts: Path("/", *parts), st.lists(st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)))
addresses = st.builds(Address, names, names, st.integers(1, 65535), names, names, names)
endpoints = st.builds(
    Endpoint, names, host=st.none() | addresses, mesh=st.none() | addresses, path=st.none() | paths, scheme=st.just("")
)
services = st.builds(LaneService, names, names, endpoints, st.none() | st.integers(1), st.none() | paths)
lanes = st.builds(Lane, names, st.integers(1), names, paths, paths, st.lists(services, max_size=3).map(tuple))


def over(message: wire.Message) -> wire.Message:
    text = wire.line(message)
    assert text.endswith(b"\n")
    assert text.count(b"\n") == 1
    return wire.message(text)


@given(st.one_of(*(st.from_type(kind) for kind in WHILE_STARTING)))
def test_an_event_of_a_start_comes_out_as_it_went_in(event: Event) -> None:
    assert repr(wire.to_event(over(wire.from_event(event)))) == repr(event)  # not every float equals itself


def test_every_event_has_a_name_of_its_own() -> None:
    kinds = get_args(Event)
    assert len({kind.__name__ for kind in kinds}) == len(kinds)


@given(kind=st.sampled_from(ERRORS), texts=st.tuples(st.text(), st.text(), st.text(), st.text()))
def test_an_error_comes_out_as_it_went_in(kind: type[StatusquoError], texts: tuple[str, str, str, str]) -> None:
    what, why, then, evidence = texts
    found = wire.to_error(over(wire.from_error(kind(what, why=why, next=then, evidence=evidence)))["error"])
    assert type(found) is kind
    assert (found.what, found.why, found.next, found.evidence) == texts


def test_an_error_that_we_do_not_know_is_one_of_ours_all_the_same() -> None:
    said = {**wire.from_error(StatusquoError("what"))["error"], "kind": "FromTheFuture"}
    assert type(wire.to_error(said)) is StatusquoError


@given(lanes)
def test_a_lane_comes_out_as_it_went_in(lane: Lane) -> None:
    assert wire.to_lane(over(wire.from_lane(lane))) == lane


@pytest.mark.parametrize("text", [b"", b"[]", b"nothing", b'{"half": '])
def test_what_is_no_message_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):
        wire.message(text)
