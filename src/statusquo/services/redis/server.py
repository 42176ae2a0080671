"""A private Redis or Valkey server without persistence. ``catalog.known`` makes one for each redis service."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.known import Again, Boot, Place, Program
from statusquo.core.ports import LOOPBACK
from statusquo.core.service import Redis


@dataclass(frozen=True, slots=True)
class RedisServer:
    """One redis service; ``find`` looks for the program."""

    name: str
    spec: Redis
    find: Callable[[], Program]

    def program(self) -> Program:
        """The server to run. Raises MissingProgram."""
        return self.find()

    def endpoint(self, place: Place) -> Endpoint:
        """Its first key space, without a password."""
        address = Address("redis", LOOPBACK, place.port, name="0")
        return Endpoint(self.name, host=address, mesh=address)

    def boot(self, program: Program, place: Place) -> Boot:
        """Start the server; what it may want to write goes to the data folder."""
        options = {
            "port": str(place.port),
            "bind": LOOPBACK,
            "save": "",
            "appendonly": "no",
            "set-proc-title": "no",  # it would be written over the environment, and with it the label of the run
            "databases": str(self.spec.databases),
            "dir": str(place.data),
        }
        argv = [word for key, value in options.items() for word in (f"--{key}", value)]
        return Boot(argv=(str(program.path), *argv), env=(("PATH", os.defpath), ("LC_ALL", "C")), steps=())

    def again(self, log: str) -> Again | None:
        """A taken port."""
        return Again.PORT_TAKEN if "Address already in use" in log else None
