"""The tests of a project as a Kubernetes Job, one pod per shard. Pure; ``commands/manifest`` prints it.

Each pod runs a shard by pytest-split on a stack of its own, all inside the pod; shards share the baseline, if anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Manifest = Mapping[str, object]

LONGEST_NAME = 52
"""A pod of an indexed job has the job's name, its index and five letters more as its name, in at most 63 letters."""
_STATE = "/var/lib/statusquo/state"
_BASELINES = "/var/lib/statusquo/baselines"
_MEMORY = "/dev/shm"  # noqa: S108 - the one in the pod
_SHARD = 'exec pytest --splits=%d --group=`expr "$JOB_COMPLETION_INDEX" + 1` "$@"'
"""From the pod's index, which begins with 0, to pytest-split's group, which begins with 1. In backticks, because
Kubernetes has a meaning of its own for ``$(``."""


def job(name: str, image: str, *, shards: int, claim: str = "", words: Sequence[str] = ()) -> Manifest:
    """The Job that runs the tests of *image* in so many *shards*; *words* are further arguments for pytest.

    Shards take the baseline from the volume that *claim* names, which has to be one that many pods may write to;
    without one each builds its own. A shard that fails is not run again and does not stop the others.
    """
    called = identifier(name)
    labels = {"app.kubernetes.io/name": called, "app.kubernetes.io/managed-by": "statusquo"}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": called, "labels": labels},
        "spec": {
            "completionMode": "Indexed",
            "completions": shards,
            "parallelism": shards,
            "backoffLimitPerIndex": 0,
            "template": {"metadata": {"labels": labels}, "spec": _pod(image, shards, claim, words)},
        },
    }


def identifier(name: str) -> str:
    """*name* as Kubernetes takes it (RFC 1123): lower-case letters, digits, and ``-`` only between them."""
    return re.sub(r"[^a-z0-9]+", "-", f"{name.lower()}-tests")[-LONGEST_NAME:].strip("-")


def _pod(image: str, shards: int, claim: str, words: Sequence[str]) -> Manifest:
    shared: Manifest = {"persistentVolumeClaim": {"claimName": claim}} if claim else {"emptyDir": {}}
    return {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "containers": [
            {
                "name": "tests",
                "image": image,
                "command": ["sh", "-c", _SHARD % shards, "pytest", *words],
                "env": [
                    {"name": "STATUSQUO__STACK__STATE", "value": _STATE},
                    {"name": "STATUSQUO__BASELINE__CACHE", "value": _BASELINES},
                ],
                "volumeMounts": [
                    {"name": "state", "mountPath": _STATE},
                    {"name": "baselines", "mountPath": _BASELINES},
                    {"name": "memory", "mountPath": _MEMORY},
                ],
            }
        ],
        "volumes": [
            {"name": "state", "emptyDir": {}},
            {"name": "baselines", **shared},
            # A container has 64 MB there, which is not enough for a PostgreSQL that works in parallel.
            {"name": "memory", "emptyDir": {"medium": "Memory"}},
        ],
    }
