"""All known services: which configuration makes which, and what this machine has for them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from statusquo.core.known import Known
from statusquo.core.service import Postgres, Redis, Service
from statusquo.services.found import Candidate
from statusquo.services.postgres import binaries as postgres
from statusquo.services.redis import binaries as redis
from statusquo.services.redis.server import RedisServer


def known(environment: Mapping[str, str], *, postgres_provider: str = "") -> Callable[[Service], Known | None]:
    """What turns a service into its known kind (``None``: a command or a folder).

    Programs are looked for along the PATH of *environment*; *postgres_provider* narrows the chain to the
    providers whose name contains it.
    """
    postgreses = tuple(one for one in postgres.providers(environment) if postgres_provider in one.name)
    find_postgres = functools.cache(functools.partial(postgres.find, chain=postgreses))
    find_redis = functools.cache(functools.partial(redis.find, redis.providers(environment)))

    def of(service: Service) -> Known | None:
        match service.spec:
            case Postgres() as spec:
                from statusquo.services.postgres.server import PostgresServer  # noqa: PLC0415  # the driver is an extra

                return PostgresServer(service.name, spec, find_postgres)
            case Redis() as spec:
                return RedisServer(service.name, spec, find_redis)
            case _:
                return None

    return of


def listing(environment: Mapping[str, str]) -> Mapping[str, tuple[Candidate, ...]]:
    """Everything that each chain would try here, by the kind of service."""
    return {
        "postgres": tuple(postgres.candidates(Postgres(database=""), postgres.providers(environment))),
        "redis": tuple(redis.candidates(redis.providers(environment))),
    }
