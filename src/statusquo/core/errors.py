"""Every error a user can meet, and the exit code it ends a program with.

    StatusquoError                 1   something of ours failed
    ├── ConfigError                2   the configuration cannot be used as it is written
    ├── MissingProgram             3   a program or package that the stack needs is not on this machine
    ├── ServiceFailed              4   a service did not start, or died
    ├── RecipeFailed               5   a step that builds the baseline failed
    ├── StoreError                 6   a store could not be captured, compared or put back
    │   ├── StaleBaseline              the baseline was dropped by a rewind to an outer one
    │   ├── NotExact                   the result could not be proved equal to the baseline
    │   └── Busy                       somebody holds the store: a transaction, a lock
    ├── GuardError                 7   the target does not carry our mark: nothing was touched
    ├── NoStack                    8   there is no running stack to talk to
    ├── PrerequisiteFailed         9   the stack runs, and lacks what the tests count on
    └── DatasetError              10   test data cannot be read or used as they are written

The doors print ``str(error)`` and nothing else: a message says what, where, why and what to do next.
"""

from __future__ import annotations

from typing import ClassVar


class StatusquoError(Exception):
    """Something went wrong that a user can read about and act on.

    The message is one paragraph: *what* happened and *where*, then ``why``, then ``next``;
    ``evidence`` (log lines, an answer of a server) follows it as an indented block.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, why: str = "", next: str = "", evidence: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.next = next
        self.evidence = evidence

    def __str__(self) -> str:
        paragraph = " ".join(part for part in (self.what, self.why, self.next) if part)
        if not self.evidence:
            return paragraph
        block = "\n".join(f"    {line}" for line in self.evidence.rstrip().splitlines())
        return f"{paragraph}\n{block}"


class ConfigError(StatusquoError):
    """The configuration cannot be used as it is written."""

    exit_code = 2


class MissingProgram(StatusquoError):
    """A program or package that the stack needs is not on this machine."""

    exit_code = 3


class ServiceFailed(StatusquoError):
    """A service did not start, did not become ready, or died."""

    exit_code = 4


class RecipeFailed(StatusquoError):
    """A step that builds the baseline failed; the baseline is not kept."""

    exit_code = 5


class StoreError(StatusquoError):
    """A store could not be captured, compared or put back."""

    exit_code = 6


class StaleBaseline(StoreError):
    """The baseline was dropped by a rewind to an outer one, or belongs to another store."""


class NotExact(StoreError):
    """The store could not be proved equal to the baseline; it was left as it was found."""


class Busy(StoreError):
    """Somebody holds what a rewind needs and did not let go in time."""


class GuardError(StatusquoError):
    """The target of something destructive does not carry our mark. Nothing was touched."""

    exit_code = 7


class NoStack(StatusquoError):
    """There is no running stack to talk to."""

    exit_code = 8


class PrerequisiteFailed(StatusquoError):
    """The stack runs, and lacks what the tests count on."""

    exit_code = 9


class DatasetError(StatusquoError):
    """Test data cannot be read or used as they are written; nothing of them was loaded or changed."""

    exit_code = 10
