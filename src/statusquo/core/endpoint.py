"""Where a running service answers. The runtime makes endpoints; placeholders, probes and stores read them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Address:
    """One way to reach a service."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""
    name: str = ""
    """The database (``postgresql``) or its number (``redis``)."""

    @property
    def url(self) -> str:
        """The address as a URL, its parts percent-encoded (RFC 3986)."""
        login = quote(self.user, safe="")
        if self.password:
            login += ":" + quote(self.password, safe="")
        at = "@" if login else ""
        path = f"/{quote(self.name, safe='')}" if self.name else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{login}{at}{host}:{self.port}{path}"

    @property
    def without_password(self) -> Address:
        """The same address, fit to be shown."""
        return replace(self, password="")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one service of a running stack answers, from both sides.

    ``host`` is how the tests and the stores reach it, ``mesh`` how the other services do: the same
    for native processes, two networks for containers. ``admin`` is the way in for our own tools
    (a database's superuser) where that differs. A folder and a file have a ``path`` and no address.
    """

    name: str
    host: Address | None = None
    mesh: Address | None = None
    admin: Address | None = None
    path: Path | None = None
    scheme: str = ""
    """What the URL of a file begins with (``sqlite``); a folder has no URL."""

    @property
    def file_url(self) -> str:
        """The URL of a file, as SQLAlchemy and dj-database-url read it; empty if it is none."""
        return f"{self.scheme}:///{self.path}" if self.scheme else ""


def facts(endpoint: Endpoint, address: Address | None) -> Mapping[str, str]:
    """What a placeholder ``{name.fact}`` may ask of an endpoint seen at *address*, in the order we list them."""
    if address is None:
        known = {"path": str(endpoint.path or ""), "url": endpoint.file_url}
    else:
        known = {
            "url": address.url,
            "host": address.host,
            "port": str(address.port),
            "user": address.user,
            "password": address.password,
            "name": address.name,
        }
    return {fact: value for fact, value in known.items() if value}
