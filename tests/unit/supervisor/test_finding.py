"""What is said when there is no way to a supervisor, or none to a lane."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from statusquo import config as configuration
from statusquo.config import Config
from statusquo.core.errors import Busy, NoStack, StatusquoError
from statusquo.stack import ledger
from statusquo.supervisor import client, place
from statusquo.supervisor.broker import Broker
from statusquo.supervisor.place import Place
from statusquo.supervisor.slots import Client


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "statusquo.toml").write_text('[services.data]\ncommand = "true"\n')
    return configuration.load(tmp_path / "statusquo.toml", environ={})


def test_one_that_does_not_start_shows_its_log(config: Config) -> None:
    broken = {**os.environ, "PYTHONHOME": "/nowhere"}
    with pytest.raises(StatusquoError) as raised, client.opened(config, what="a test", environ=broken):
        pass
    assert raised.value.what == f"The supervisor of {config.state} did not start."
    assert raised.value.next == "Mend what its log says."
    assert "/nowhere" in raised.value.evidence


def test_one_on_another_machine_is_told_with_what_to_do(config: Config) -> None:
    config.state.mkdir()
    place.write(config.state, Place(ledger.identify(os.getpid()), "/nowhere.sock", "elsewhere"))
    said = (
        f"The stack of {config.state} runs on another machine, elsewhere (process {os.getpid()}). Machines that share "
        "this folder cannot share what runs: they reach neither its processes nor its socket. Stop it there with "
        "'statusquo down', or give this machine a folder of its own: --set stack.state=..."
    )
    for door in (client.found(config, what="a test"), client.opened(config, what="a test", environ=os.environ)):
        with pytest.raises(Busy) as raised, door:
            pass
        assert str(raised.value) == said


def test_a_client_without_a_lane_is_told_to_lease_one() -> None:
    with pytest.raises(NoStack) as raised:
        Broker().deaths(Client("pytest", 1))
    assert str(raised.value) == "This client has no lane. Lease one first."
