"""What a lint rule is: what it looks at, what it reports, and how it mends what can be mended.

Each module of ``rules`` holds one, named ``RULE``; ``lint`` finds it because it is there. Rules are strangers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from statusquo.assets.dataset import Dataset, Record
from statusquo.assets.files import Stored
from statusquo.assets.schema import Model
from statusquo.assets.trace import Trace
from statusquo.assets.volumes.volume import Volume
from statusquo.core.errors import DatasetError
from statusquo.core.finding import Finding, Level


@dataclass(frozen=True, slots=True)
class Waiver:
    """Findings that are accepted: of one rule, where a pattern matches what they are about or their file."""

    rule: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What the table ``[lint]`` says."""

    budget: int = 300_000
    """Bytes that a dataset may have, with its archives."""
    growth: int = 0
    """Bytes that it may grow by since the base; 0: any number."""
    archives: tuple[str, ...] = ()
    """Files that belong to the data; the caller has found them, as paths."""
    elsewhere: tuple[str, ...] = ()
    """Models whose rows come from somewhere else; references to them need not be met."""
    noise: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    """Models whose rows are test data here, though they are noise elsewhere."""
    counts: Mapping[str, str] = field(default_factory=dict)
    """Fields that hold how many rows refer to theirs, and by which field: both as ``app.model.field``."""
    roots: tuple[str, ...] = ()
    """Models whose rows need nobody who points to them; where it is empty nobody looks."""
    volatile: tuple[str, ...] = ()
    reserved: int = 0
    """Keys below this belong to rows that the project makes itself."""
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class Receiver:
    """A function of the project that hears a signal of a model and does not look at ``raw``."""

    model: str
    signal: str
    name: str
    place: str
    """File and line."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule looks at: one dataset, and what there is beside it."""

    stored: Stored
    settings: Settings = Settings()
    base: Dataset | None = None
    """The dataset as it was committed, if that is known."""
    base_size: int | None = None
    """The bytes that it had then, with its archives."""
    others: tuple[Stored, ...] = ()
    """Other datasets that may be loaded together with this one."""
    volumes: Mapping[str, Volume | DatasetError] = field(default_factory=dict)
    """What the volumes of the lock hold, or why that cannot be read; by their names there."""
    trace: Trace | None = None
    """Which rows a run of tests has read, if one was recorded."""
    receivers: tuple[Receiver, ...] | str | None = None
    """What the project says of its receivers of signals; why it says nothing; None: nobody has asked it."""
    leaves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The last migrations that the project has now, by app, of those apps where they are known."""

    @property
    def dataset(self) -> Dataset:
        """The rows."""
        return self.stored.dataset

    def place(self, name: str) -> Path:
        """Where a volume of the lock is."""
        return self.stored.volumes[name]

    def held(self) -> dict[str, Volume]:
        """The volumes that can be read."""
        return {name: each for name, each in self.volumes.items() if isinstance(each, Volume)}

    def known(self) -> Iterable[tuple[Record, Model]]:
        """The rows of whose model something is known."""
        for record in self.dataset.records:
            model = self.dataset.schema.get(record.model)
            if model is not None:
                yield record, model


Check = Callable[[Subject], Iterable[Finding]]
Mend = Callable[[Subject, frozenset[str]], Dataset]
"""Takes what the findings to mend are about, and leaves everything else as it is."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Where ``loses_rows``, its mending is done only when that is asked for by name."""

    id: str
    title: str
    check: Check
    mend: Mend | None = None
    loses_rows: bool = False


def as_it_is(subject: Subject, _about: frozenset[str]) -> Dataset:
    """The mending of what goes away by writing the files anew."""
    return subject.dataset


def finding(
    id: str, level: Level, record: Record, message: str, *, field: str = "", hint: str = "", fixable: bool = False
) -> Finding:
    """A finding about a row, or about a field of it."""
    subject = f"{record.subject}.{field}" if field else record.subject
    return Finding(id, level, str(record.place), f"{subject} {message}", hint, subject, fixable)
