"""The two roles of a private PostgreSQL and their passwords, kept beside the data folder."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

ADMIN = "statusquo"
OWNER = "app"


@dataclass(frozen=True, slots=True)
class Passwords:
    """The passwords of the two roles."""

    admin: str
    owner: str


def ensure_passwords(state: Path) -> Passwords:
    """The passwords kept in the state folder; random ones are made, readable by us alone, if there are none."""
    file = state / "passwords.json"
    if file.exists():
        return Passwords(**json.loads(file.read_text()))
    made = Passwords(admin=secrets.token_hex(16), owner=secrets.token_hex(16))
    file.touch(mode=0o600, exist_ok=False)
    file.write_text(json.dumps(asdict(made)))
    return made
