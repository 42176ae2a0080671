"""The lock beside a dataset, ``NAME.lock.json``: what its files cannot say, and proof that they are the ones it means.

It is a file of its own because every entry of a fixture is inserted as a row. With it everything in this room works
without Django and without a database. Whoever writes a dataset writes its lock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Literal, TypeVar, cast, get_args

from statusquo.assets import canonical, labels, schema, values
from statusquo.assets.dataset import Dataset, Order
from statusquo.assets.formats import jsonlines
from statusquo.assets.labels import How, Numbers
from statusquo.assets.schema import Schema
from statusquo.core.errors import DatasetError

FORMAT = 1
SUFFIX = ".lock.json"
Facts = Literal["", "database"]
"""Who said what the models are: the project, or the tables of its database themselves."""
_KEYS = (
    "format",
    "order",
    "facts",
    "content",
    "counts",
    "migrations",
    "selected",
    "excluded",
    "commit",
    "volumes",
    "numbers",
    "labels",
    "models",
)


@dataclass(frozen=True, slots=True)
class Lock:
    """What is known of a dataset besides its rows."""

    content: str
    """``sha256:`` and the digest of the canonical rows, whatever format or files they are in."""
    counts: Mapping[str, int]
    migrations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By app, the last migrations of the state that the rows fit."""
    excluded: Mapping[str, str] = field(default_factory=dict)
    """Models that were left out, each with the reason; references to their rows are not dangling."""
    commit: str = ""
    """The revision of the project that had these migrations."""
    order: Order = "alphabetical"
    schema: Schema = field(default_factory=Schema)
    volumes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The archives and folders of files that belong to the rows, from the lock's folder on; of each file the digest."""
    selected: tuple[str, ...] = ()
    """The models and apps that were asked for; empty: all."""
    labels: Numbers = field(default_factory=dict)
    """The numbers of the rows that have a label in place of one."""
    numbers: How = "next"
    """How the next label gets its number."""
    facts: Facts = ""


def path_of(dataset: Path) -> Path:
    """Where the lock of a dataset stands: beside its file or folder."""
    return dataset.with_name((dataset.stem if dataset.suffix else dataset.name) + SUFFIX)


def content(dataset: Dataset) -> str:
    """The digest of the rows: equal for equal datasets, whatever order and format they are written in."""
    return _digest(canonical.arrange(replace(dataset, order="alphabetical")))


def build(dataset: Dataset, like: Lock | None = None) -> Lock:
    """The lock of a dataset as it is now; what rows do not tell is taken from *like*."""
    return of_arranged(canonical.arrange(dataset), like)


def of_arranged(arranged: Dataset, like: Lock | None = None) -> Lock:
    """The same, of a dataset that is in its one form already: half of the work."""
    held = _digest(arranged) if arranged.order == "alphabetical" else content(arranged)
    base = like or Lock("", {})
    return replace(
        base,
        content=held,
        counts=arranged.counts,
        order=arranged.order,
        schema=arranged.schema,
        labels=labels.numbers(arranged),
    )


def _digest(arranged: Dataset) -> str:
    text = jsonlines.write(arranged.records)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def write(lock: Lock) -> str:
    """The lock as text: canonical, so that two locks merge by line."""
    raw = {
        "format": FORMAT,
        "order": lock.order,
        "facts": lock.facts,
        "content": lock.content,
        "counts": dict(lock.counts),
        "migrations": {app: list(names) for app, names in lock.migrations.items()},
        "selected": list(lock.selected),
        "excluded": dict(lock.excluded),
        "commit": lock.commit,
        "volumes": {name: dict(files) for name, files in lock.volumes.items()},
        "numbers": "" if lock.numbers == "next" else lock.numbers,
        "labels": {model: dict(known) for model, known in lock.labels.items()},
        "models": schema.to_json(lock.schema),
    }
    kept = {key: raw[key] for key in _KEYS if raw[key] or key == "counts"}
    return values.pretty(json.loads(json.dumps(kept))) + "\n"


def read(text: str, file: str) -> Lock:
    """The lock that a text is. Raises DatasetError."""
    try:
        raw = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise DatasetError(f"{file}{line}: the lock is not JSON.", next=_NEXT) from None
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise DatasetError(f"{file}: this is no lock of format {FORMAT}, the one that this version reads.", next=_NEXT)
    unknown = set(raw) - set(_KEYS)
    if unknown:
        raise DatasetError(f"{file}: a lock has no {min(unknown)!r}.", next=_NEXT)
    tables = _Tables(raw, file)
    return Lock(
        content=tables.text("content"),
        counts=tables.table("counts", int),
        migrations={app: tuple(map(str, names)) for app, names in tables.table("migrations", list).items()},
        excluded=tables.table("excluded", str),
        commit=tables.text("commit"),
        order=tables.word("order", Order, "alphabetical"),
        schema=schema.from_json(raw.get("models", {}), file=file),
        volumes=tables.volumes(),
        selected=tables.texts("selected"),
        labels=tables.tables("labels", int),
        numbers=tables.word("numbers", How, "next"),
        facts=tables.word("facts", Facts, ""),
    )


_NEXT = "Take it from version control, or dump the data again."


_Held = TypeVar("_Held")
_Word = TypeVar("_Word", bound=str)


@dataclass(frozen=True, slots=True)
class _Tables:
    raw: Mapping[str, object]
    file: str

    def text(self, key: str) -> str:
        held = self.raw.get(key, "")
        if isinstance(held, str):
            return held
        raise self.wrong(key)

    def texts(self, key: str) -> tuple[str, ...]:
        held = self.raw.get(key, [])
        if isinstance(held, list) and all(isinstance(each, str) for each in held):
            return tuple(held)
        raise self.wrong(key)

    def table(self, key: str, kind: type[_Held]) -> dict[str, _Held]:
        held = self.raw.get(key, {})
        if isinstance(held, dict) and all(isinstance(each, kind) for each in held.values()):
            return held
        raise self.wrong(key)

    def tables(self, key: str, kind: type[_Held]) -> dict[str, dict[str, _Held]]:
        found: dict[str, dict[str, _Held]] = self.table(key, dict)
        if all(isinstance(each, kind) for table in found.values() for each in table.values()):
            return found
        raise self.wrong(key)

    def volumes(self) -> dict[str, dict[str, str]]:
        found = self.tables("volumes", str)
        if not any(PurePosixPath(name).is_absolute() for name in found):
            return found
        raise self.wrong("volumes")

    def word(self, key: str, words: object, usual: _Word) -> _Word:
        """One of the words of a Literal."""
        found = self.text(key) or usual
        if found in get_args(words):
            return cast("_Word", found)
        raise self.wrong(key)

    def wrong(self, key: str) -> DatasetError:
        return DatasetError(f"{self.file}: {key} is not what a lock has there.", next=_NEXT)
