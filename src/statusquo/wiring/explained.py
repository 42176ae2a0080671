"""What becomes of everything in the stores of the a lane, when they are rewound."""

from __future__ import annotations

from statusquo.config import Config, RewindSettings, StoreSettings
from statusquo.core.endpoint import Endpoint
from statusquo.core.fact import Fact
from statusquo.core.lane import Lane
from statusquo.wiring import storage

REDIS = (
    Fact("restored", "", "keys", "every key", "type, value and what is left of its life"),
    Fact("reported", "", "a lost connection", "", "then all keys are compared, not those that were touched"),
    Fact("reported", "", "FLUSHALL, SWAPDB", "", "then all keys are compared, not those that were touched"),
    Fact("left out", "", "functions, ACLs, CONFIG", "", "they belong to the server"),
    Fact("left out", "", "what clients hold", "", "subscriptions, blocked commands, transactions"),
)
FILES = (
    Fact("restored", "", "files", "every file", "content, mode and time of change; open ones stay open"),
    Fact("restored", "", "folders and links", "every folder and link", "also empty and broken ones, hard links too"),
    Fact("left out", "", "sockets, pipes, devices", "", "a service that listens goes on doing so"),
    Fact("left out", "", "times of access", "", "to look at a file changes them"),
)
SQLITE = (
    Fact("restored", "", "the file", "every page", "rows, schema, counters, virtual tables; connections stay open"),
    Fact("reported", "", "open transactions", "", "waited for; then the rewind fails and names who has the file open"),
    Fact("left out", "", "the journal mode", "", "the file keeps the one it has"),
    Fact("left out", "", "a file that was not there", "", "it comes to hold nothing, and stays"),
    Fact("left out", "", "what connections hold", "", "temporary tables, settings, databases in memory"),
)


def explain(config: Config, lane: Lane) -> tuple[Fact, ...]:
    """What is restored, what is reported and what is left out, store by store. Raises StoreError."""
    return tuple(
        fact
        for settings in config.stores
        if settings.name in lane.endpoints
        for fact in _facts(settings, lane.endpoints[settings.name], config.rewind)
    )


def _facts(settings: StoreSettings, endpoint: Endpoint, rewind: RewindSettings) -> tuple[Fact, ...]:
    match settings.kind:
        case "postgres":
            from statusquo.stores.postgres import explain as postgres  # noqa: PLC0415 - the driver is an extra

            return postgres.read(
                settings.name, storage.admin_of(endpoint), storage.way_back(settings, endpoint, rewind)
            )
        case "redis":
            kept = (
                Fact("left out", "", "kept keys", pattern, "keep names them in the configuration")
                for pattern in settings.keep
            )
            return _of(settings.name, (*REDIS, *kept))
        case "files":
            return _of(settings.name, FILES)
        case "sqlite":
            return _of(settings.name, SQLITE)


def _of(store: str, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    return tuple(Fact(fact.fate, store, fact.what, fact.where, fact.how) for fact in facts)
