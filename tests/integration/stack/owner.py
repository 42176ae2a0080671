"""Starts a stack below the folder given, says what runs on one line, and stays until it is killed.

``python -m tests.integration.stack.owner FOLDER wait|boot``: killed when all is up, or while a service is starting.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from statusquo.core.service import HttpProbe, Postgres, Redis, RedisProbe, Service, SqlProbe, TcpProbe
from tests.integration.stack.stackbench import FOREVER, WEB, opened, python

SPAWNS = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
"""
"""A daemon of its own session: neither a child nor in the session of its service for long."""


def main(folder: Path, how: str) -> None:
    services = [
        Service("db", Postgres("app"), ready=(SqlProbe(),)),
        Service("cache", Redis(), ready=(RedisProbe(),)),
        python("web", SPAWNS + WEB, "{port}", needs=["db", "cache"], ready=[HttpProbe("/")]),
    ]
    if how == "boot":
        services.append(python("slow", "print('starting')\n" + FOREVER, "{port}", needs=["web"], ready=[TcpProbe()]))
    with opened(folder) as bench:
        say(bench.ledger.record.run)
        with bench.start(*services):
            say("up")
            time.sleep(60)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
