"""To ask a supervisor takes no more than the way to it: every command and every run of pytest pays for what is more."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "statusquo.wiring",
    "statusquo.assets.files",
    "statusquo.assets.rule",
    "statusquo.services",
    "psycopg",
    "httpx",
    "packaging",
    "rich",
)


def test_a_client_brings_neither_stores_nor_services() -> None:
    look = f"""
import sys
import statusquo.config, statusquo.supervisor.client
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
