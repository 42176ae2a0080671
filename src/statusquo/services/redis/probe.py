"""Asking a Redis whether it is ready. The wiring hands ``answer`` to the stack."""

from __future__ import annotations

import redis

from statusquo.core.endpoint import Address
from statusquo.core.service import RedisProbe


def answer(address: Address, probe: RedisProbe) -> str:
    """Empty when PING is answered, or a key of the probe's pattern exists; else what is the matter."""
    try:
        with redis.Redis.from_url(address.url, socket_timeout=2, socket_connect_timeout=2) as client:
            if not probe.key:
                client.ping()
            elif next(client.scan_iter(match=probe.key, count=1000), None) is None:
                return f"there is no key {probe.key}"
    except redis.RedisError as error:
        return str(error)
    return ""
