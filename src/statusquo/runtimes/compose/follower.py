"""One started container: a thread writes what it prints to a file and learns how it ended. ``runtime`` makes them."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import requests
from docker.errors import APIError, DockerException
from docker.models.containers import Container

KILLED = 128
"""A container that was ended by a signal exits with that number and this."""

LOST = -9
"""How a container ended whose engine is gone, and it with it."""


class Follower:
    """Follows a container from its start to its end."""

    def __init__(self, container: Container, log: Path, *, since: float | None) -> None:
        self._container = container
        self._log = log
        self._since = since
        self._code: int | None = None
        log.parent.mkdir(parents=True, exist_ok=True)
        log.touch()
        self._thread = threading.Thread(target=self._follow, name=f"statusquo-log-{log.stem}", daemon=True)
        self._thread.start()

    @property
    def code(self) -> int | None:
        """How it ended, once the log holds all that it printed; ``None`` while it runs; negative for a signal."""
        return self._code

    def join(self, seconds: float) -> None:
        """Wait until a container that was stopped has been followed to its end."""
        self._thread.join(seconds)

    def _follow(self) -> None:
        try:
            printed = self._container.logs(stream=True, follow=True, since=self._since)
            with closing(printed), self._log.open("ab", buffering=0) as log:
                for chunk in printed:
                    log.write(chunk)
            code = int(self._container.wait()["StatusCode"])
            self._code = KILLED - code if code > KILLED else code
        except APIError:  # it was removed before it could be asked
            self._code = LOST
        except (DockerException, requests.RequestException, OSError) as error:
            with self._log.open("a") as log:
                log.write(f"statusquo: the engine does not answer any more: {error}\n")
            self._code = LOST
