"""The witnesses of folders and of Redis tell what differs, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import redis

from statusquo.core.endpoint import Endpoint
from statusquo.stores.files.verify import FilesWitness
from statusquo.stores.redis import mark
from statusquo.stores.redis.verify import RedisWitness

pytestmark = pytest.mark.integration


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def test_a_folder_is_read_to_its_last_byte(tmp_path: Path) -> None:
    root = tmp_path / "media"
    (root / "empty").mkdir(parents=True)
    for name in ("same", "written", "behind the clock", "mode"):
        (root / name).write_bytes(b"12345678")
    (root / "link").symlink_to("same")
    witness = FilesWitness("media", root)
    before = witness.digest()
    assert before == witness.digest()
    (root / "written").write_bytes(b"123456789")
    past = (root / "behind the clock").stat()
    (root / "behind the clock").write_bytes(b"87654321")
    os.utime(root / "behind the clock", ns=(past.st_atime_ns, past.st_mtime_ns))
    (root / "mode").chmod(0o600)
    (root / "link").unlink()
    (root / "link").symlink_to("mode")
    (root / "empty").rmdir()
    assert _changed(before, witness.digest()) == {"written", "behind the clock", "mode", "link", "empty"}


def test_a_folder_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    assert FilesWitness("media", tmp_path / "gone").digest() == {}


@pytest.fixture
def server(redis_server: Endpoint) -> Iterator[redis.Redis]:
    assert redis_server.host is not None
    client = redis.Redis.from_url(redis_server.host.url)
    client.flushall()
    yield client
    client.flushall()
    client.close()


def test_a_redis_is_read_key_by_key(redis_server: Endpoint, server: redis.Redis) -> None:
    assert redis_server.host is not None
    mark.write(redis_server.host, "nonce")
    server.mset({"same": "1", "changed": "1", "kept:1": "1"})
    server.sadd("in another order", *range(600))
    server.set("expires", "1", px=100_000)
    witness = RedisWitness("redis", redis_server.host, keep=["kept:*"], databases=16)
    before = witness.digest()
    assert "kept:1" not in " ".join(before)
    server.set("changed", "2")
    server.delete("in another order")
    server.sadd("in another order", *reversed(range(600)))
    server.set("kept:1", "2")
    server.persist("expires")
    server.lpush("new", "x")
    assert _changed(before, witness.digest()) == {"db0 changed", "db0 expires", "db0 new"}
    witness.close()
