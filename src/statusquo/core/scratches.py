"""How a database that a command makes for its own length is known on its server, by whoever drops what was left.

Its maker holds an advisory lock, which goes with its connection and so with its process, on whatever machine or in
whatever container that runs. So a database of ours whose lock nobody holds is nobody's any more. Django's door and the
wiring ask, each by a driver of its own; both hold and look for the lock in the database ``postgres``.
"""

from __future__ import annotations

from pathlib import Path

PREFIX = "statusquo_scratch_"
SPACE = 0x5351
"""The first number of our advisory locks; the second is the database's own."""
LEFT = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
"""Asks for the names of the databases that nobody needs."""


def name_of(key: int) -> str:
    """What the database with that number is called."""
    return f"{PREFIX}{key:08x}"


def comment_of(key: int, maker: str) -> str:
    """What the server says of it: for people too, who find one and wonder."""
    return f"statusquo scratch {key} for {maker}"
