"""A process that takes a saved baseline up and rewinds to it, as often as it is told. The tests of faults kill it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from statusquo.core.endpoint import Address
from statusquo.stores.postgres.store import open_store
from tests.integration.stores.postgres.place import NONCE

ROOT = Path(__file__).parents[4]


def start(address: Address, saved: Path, *, times: int = 1) -> subprocess.Popen[bytes]:
    """The process; it rewinds at once."""
    where = {"host": address.host, "port": address.port, "user": address.user, "name": address.name}
    secret = {"scheme": address.scheme, "password": address.password}
    command = [sys.executable, "-m", __name__, json.dumps({**where, **secret}), str(saved), str(times)]
    return subprocess.Popen(command, cwd=ROOT)


def main(where: str, saved: str, times: str) -> None:
    store = open_store("db", Address(**json.loads(where)), nonce=NONCE, settle=30)
    baseline = store.resume(Path(saved))
    for _ in range(int(times)):
        store.rewind(baseline)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
