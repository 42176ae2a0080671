"""One connection to a server: commands go out together, replies come back together."""

from __future__ import annotations

from collections.abc import Sequence

from redis.connection import Connection
from redis.exceptions import ConnectionError as DriverConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as DriverTimeoutError

from statusquo.core.endpoint import Address
from statusquo.core.errors import StoreError

Command = tuple[str | bytes | int, ...]
Reply = bytes | int | list["Reply"] | ResponseError | None
"""A reply of RESP2; an error is a value inside the list that EXEC returns, and raised everywhere else."""

SECONDS = 30.0
"""How long one answer may take."""


class Lost(StoreError):
    """The connection broke or timed out. It is not taken up again: what was announced meanwhile is not known."""


class Wire:
    """A connection that never reconnects by itself; ``trips`` counts how often it waited for the server."""

    def __init__(self, address: Address) -> None:
        """Connect. Raises StoreError."""
        self.trips = 0
        self._where = f"{address.host}:{address.port}"
        self._lost: Lost | None = None
        self._connection = Connection(  # type: ignore[no-untyped-call]  # the driver has no types here
            host=address.host,
            port=address.port,
            username=address.user or None,
            password=address.password or None,
            socket_timeout=SECONDS,
            protocol=2,
        )
        try:
            self._connection.connect()  # type: ignore[no-untyped-call]
        except RedisError as error:
            raise StoreError(
                f"The server at {self._where} cannot be talked to.",
                why=f"{str(error).rstrip('.')}.",
                next="Look at the end of its log: it is down, or does not take connections.",
            ) from error

    def ask(self, commands: Sequence[Command]) -> list[Reply]:
        """The replies to *commands*, in one round trip. Raises StoreError with the first error reply, Lost."""
        self.trips += 1
        self.send(commands)
        replies = [self.read() for _ in commands]  # all of them, or the next reader would get the rest
        for command, reply in zip(commands, replies, strict=True):
            if isinstance(reply, ResponseError):
                raise StoreError(f"The server at {self._where} refused {command[0]!s}.", why=f"It says: {reply}.")
        return replies

    def send(self, commands: Sequence[Command]) -> None:
        """Send and do not wait. Raises Lost."""
        if self._lost:
            raise self._lost  # the driver would connect again, to a server that tracks nothing for us
        try:
            packed = self._connection.pack_commands(commands)  # type: ignore[no-untyped-call]
            self._connection.send_packed_command(packed, check_health=False)  # type: ignore[no-untyped-call]
        except (DriverConnectionError, DriverTimeoutError) as error:
            raise self._lose(error) from error

    def read(self) -> Reply:
        """The next reply, an error too. Raises Lost."""
        try:
            reply: Reply = self._connection.read_response(disable_decoding=True)
        except ResponseError as error:
            return error
        except (DriverConnectionError, DriverTimeoutError) as error:
            raise self._lose(error) from error
        return reply

    def close(self) -> None:
        """Hang up."""
        self._connection.disconnect()  # type: ignore[no-untyped-call]

    def _lose(self, error: RedisError) -> Lost:
        self._lost = Lost(
            f"The connection to the server at {self._where} was lost.",
            why=f"{str(error).rstrip('.')}.",
            next="The next rewind connects again and compares everything.",
        )
        return self._lost


def data(reply: Reply) -> bytes:
    """A reply that is bytes."""
    if isinstance(reply, bytes):
        return reply
    raise StoreError("The server's answer cannot be understood.", why=f"Bytes were expected, not {reply!r}.")


def number(reply: Reply) -> int:
    """A reply that is a number."""
    return reply if isinstance(reply, int) else int(data(reply))


def many(reply: Reply) -> list[Reply]:
    """A reply that is a list."""
    if isinstance(reply, list):
        return reply
    raise StoreError("The server's answer cannot be understood.", why=f"A list was expected, not {reply!r}.")
