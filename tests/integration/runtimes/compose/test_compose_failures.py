"""What can be wrong with a project, a container, an engine: each says what, where, why and what to do."""

from __future__ import annotations

import re
import socket
import sysconfig
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from statusquo.core.errors import ConfigError, MissingProgram, ServiceFailed, StatusquoError
from statusquo.core.service import Container, Redis, Service, TcpProbe
from statusquo.runtimes.compose import client, engine
from tests.integration.runtimes.compose import composebench
from tests.integration.runtimes.compose.composebench import PYTHON, program

pytestmark = pytest.mark.integration

Fails = Callable[..., StatusquoError]

SLEEP = 'command: ["sleep", "600"]\n    init: true'


@pytest.fixture
def fails(tmp_path: Path, engine_environment: Mapping[str, str]) -> Fails:
    """Starts services of a project that is given as text, and returns the error."""

    def start(text: str, *services: Service) -> StatusquoError:
        with composebench.opened(tmp_path, engine_environment, services, f"services:\n  web:\n    {text}\n") as bench:
            with pytest.raises(StatusquoError) as caught, bench.start():
                pass
            return caught.value

    return start


def test_an_unhealthy_container_shows_its_check_and_its_log(fails: Fails) -> None:
    check = 'healthcheck: { test: ["CMD", "python", "-c", "raise SystemExit(\'no rows\')"] }'
    web = Service("web", program("web").spec, listens=False, within=4.0, patience=1.0)
    error = fails(f'{PYTHON}\n    command: ["sh", "-c", "echo booting; sleep 600"]\n    init: true\n    {check}', web)
    assert str(error) == (
        'Service "web" runs, but was not ready within 4 s. Waited for a healthy container; its health check ended with '
        "exit code 1: no rows. If it only needs longer, raise services.web.within.\n    web:\n      booting"
    )


def test_a_container_that_ends_at_once_shows_its_last_words(fails: Fails) -> None:
    text = f'{PYTHON}\n    command: ["python", "-c", "raise SystemExit(\'no settings\')"]\n    expose: ["8000"]'
    error = fails(text, program("web", TcpProbe()))
    assert isinstance(error, ServiceFailed)
    assert str(error) == 'Service "web" exited with code 1 before it was ready.\n    web:\n      no settings'


def worker() -> Service:
    return Service("web", program("web").spec, listens=False, within=20.0, patience=1.0)


def test_a_program_that_is_not_in_the_image(fails: Fails) -> None:
    error = fails(f'{PYTHON}\n    command: ["nonesuch"]', worker())
    assert error.what == 'Service "web": the engine refused to start its container.'
    assert "nonesuch" in error.evidence


def test_an_image_that_is_nowhere(fails: Fails) -> None:
    error = fails("image: local/nonesuch", worker())
    assert isinstance(error, MissingProgram)
    assert error.what == ('Service "web": its image local/nonesuch is not on this machine and could not be pulled.')


def test_an_image_that_cannot_be_built(fails: Fails, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM local/statusquo-python\nRUN cat nonesuch\n")
    error = fails("build: .", worker())
    assert error.what.startswith('Service "web": its image ')
    assert error.what.endswith("-web could not be built.")
    assert "cat: nonesuch: No such file or directory" in error.evidence


def test_a_service_that_the_files_do_not_have(fails: Fails) -> None:
    error = fails(f"{PYTHON}\n    {SLEEP}", Service("cache", Redis(), container=Container(service="wbe")))
    assert isinstance(error, ConfigError)
    assert str(error) == (
        "services.cache.compose.service: docker-compose.yml has no service 'wbe'. Did you mean 'web'?"
    )


def test_a_port_that_is_not_exposed(fails: Fails) -> None:
    web = Service("web", program("web").spec, container=Container(port=8080))
    error = fails(f'{PYTHON}\n    {SLEEP}\n    expose: ["8000"]', web)
    assert str(error) == (
        "services.web.compose.port is 8080, which its container does not expose; it exposes 8000. "
        'If it listens there, add the port to "expose" in the compose file.'
    )


def test_a_file_that_is_no_compose_file(tmp_path: Path, engine_environment: Mapping[str, str]) -> None:
    with (
        pytest.raises(ConfigError, match=r"Docker Compose cannot use docker-compose.yml.\n.*servces"),
        composebench.opened(tmp_path, engine_environment, (), "servces: {}\n"),
    ):
        pass


def test_no_engine_at_all(tmp_path: Path) -> None:
    with pytest.raises(MissingProgram) as caught:
        engine.connect({"DOCKER_HOST": f"unix://{tmp_path}/docker.sock"})
    assert str(caught.value) == (
        f"No container engine answers at unix://{tmp_path}/docker.sock: there is no such socket. "
        "Install Docker and start it, or set DOCKER_HOST."
    )


def test_a_context_that_does_not_exist() -> None:
    with pytest.raises(MissingProgram, match="There is no docker context 'nonesuch'"):
        engine.connect({"DOCKER_CONTEXT": "nonesuch"})


def test_an_engine_on_another_machine() -> None:
    with pytest.raises(MissingProgram, match=re.escape("tcp://build.example:2375 is on another machine")):
        engine.connect({"DOCKER_HOST": "tcp://build.example:2375"})


def test_compose_of_the_first_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "docker-compose"
    old.write_text("#!/bin/sh\necho 1.29.2\n")
    old.chmod(0o755)
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    with pytest.raises(MissingProgram) as caught:
        client.find({"PATH": str(tmp_path)})
    assert str(caught.value) == (
        "The stack runs on Docker Compose, and there is none of version 2.24.4 or newer. "
        "Install the plugin docker-compose-v2, or: pip install 'statusquo[compose]'\n"
        f"    {old}: 1.29.2 is Compose v1, which is no longer made"
    )


def test_a_port_that_somebody_took(tmp_path: Path, engine_environment: Mapping[str, str]) -> None:
    text = f'services:\n  web:\n    {PYTHON}\n    {SLEEP}\n    expose: ["8000"]\n'
    web = program("web", TcpProbe())
    with composebench.opened(tmp_path, engine_environment, [web], text) as bench:
        address = bench.runtime.address(web).host
        assert address
        with socket.create_server(("127.0.0.1", address.port)), pytest.raises(ServiceFailed) as caught, bench.start():
            pass
    assert str(caught.value).startswith(f'Service "web" cannot have port {address.port}. It is taken by process ')
