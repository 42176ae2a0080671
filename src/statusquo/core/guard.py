"""The guard: nothing destructive touches a store that does not carry this run's mark. Stores call it first. Pure.

The mark holds a random nonce that the run's record also holds. A store that is merely *named* like ours, or
reached through a tunnel that makes production look local, does not carry it.
"""

from __future__ import annotations

import secrets

from statusquo.core.errors import GuardError


def new_nonce() -> str:
    """A nonce that nobody else has."""
    return secrets.token_hex(16)


def check(*, store: str, where: str, found: str | None, expected: str) -> None:
    """Return if the mark *found* in the store is the one *expected*, else raise GuardError with nothing touched."""
    if found == expected:
        return
    why = "It carries no mark of ours." if found is None else "It carries the mark of another run."
    raise GuardError(
        f'Store "{store}" at {where} is not ours to change.',
        why=f"{why} Only what this run made, or what carries its mark, is ever rewound, emptied or dropped.",
        next="Get a fresh stack with 'statusquo down' and 'statusquo up'; if somebody else runs it: 'statusquo adopt'.",
    )
