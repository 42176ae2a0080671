"""One question to a service that is starting, and its answer in words. ``ready`` asks until there is none.

SQL and Redis are asked through functions that the wiring hands in: this room has no drivers.
"""

from __future__ import annotations

import http.client
import socket
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.service import CommandProbe, HttpProbe, Launch, Probe, RedisProbe, Service, SqlProbe, TcpProbe

SECONDS = 2.0
"""How long a server may take to answer one question."""

SECONDS_OF_COMMAND = 10.0

Fill = Callable[[Service, tuple[str, ...], Mapping[str, Endpoint]], Launch]
"""From a service and the words of a command to what is started; see ``launch.resolve``."""


@dataclass(frozen=True, slots=True)
class Probers:
    """How databases are asked: the answer is empty when the probe holds."""

    sql: Callable[[Address, SqlProbe], str]
    redis: Callable[[Address, RedisProbe], str]


@dataclass(frozen=True, slots=True)
class Asking:
    """What is needed to put any question."""

    endpoints: Mapping[str, Endpoint]
    probers: Probers
    fill: Fill

    def address(self, name: str) -> Address:
        """Where a service is asked: how the tests reach it."""
        address = self.endpoints[name].host
        if address is None:
            raise TypeError(f"{name} has no address to ask")
        return address


def answer(service: Service, probe: Probe, asking: Asking) -> str:
    """Empty when *probe* holds, else what was answered instead."""
    match probe:
        case TcpProbe():
            return _tcp(asking.address(service.name))
        case HttpProbe():
            return _http(asking.address(service.name), probe)
        case CommandProbe():
            return _command(asking.fill(service, probe.argv, asking.endpoints))
        case SqlProbe():
            return asking.probers.sql(asking.address(probe.on or service.name), probe)
        case RedisProbe():
            return asking.probers.redis(asking.address(probe.on or service.name), probe)


def describe(service: Service, probe: Probe) -> str:
    """The question in words."""
    match probe:
        case TcpProbe():
            return "a connection to its port"
        case HttpProbe():
            return f"status {probe.status} for GET {probe.path}"
        case CommandProbe():
            return f"exit code 0 of {' '.join(probe.argv)}"
        case SqlProbe():
            return f"{probe.query} in {probe.on or service.name}"
        case RedisProbe():
            return f"{f'the key {probe.key}' if probe.key else 'PING'} in {probe.on or service.name}"


def _tcp(address: Address) -> str:
    try:
        with socket.create_connection((address.host, address.port), timeout=SECONDS):
            return ""
    except OSError as error:
        return _reason(error)


def _http(address: Address, probe: HttpProbe) -> str:
    is_secure = address.scheme == "https"
    connect = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
    connection = connect(address.host, address.port, timeout=SECONDS)
    try:
        connection.request("GET", probe.path)
        reply = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        return _reason(error)
    finally:
        connection.close()
    return "" if reply.status == probe.status else f"{reply.status} {reply.reason}"


def _command(launch: Launch) -> str:
    try:
        done = subprocess.run(
            launch.argv,
            cwd=launch.cwd,
            env=dict(launch.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS_OF_COMMAND,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"did not end within {SECONDS_OF_COMMAND:g} s"
    except OSError as error:
        return _reason(error)
    last = done.stdout.decode(errors="replace").strip().splitlines()[-1:]
    return ": ".join([f"exit code {done.returncode}", *last]) if done.returncode else ""


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.lower() or type(error).__name__
