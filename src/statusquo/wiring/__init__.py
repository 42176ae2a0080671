"""The hall: the only place that knows every room. The doors call these and nothing behind them.

``rooms`` and ``storage`` choose which adapter serves what; ``baseline`` builds the first state and keeps it; ``open``
brings a stack up for the length of a ``with`` block; ``detached`` leaves one running and comes back to it; ``examine``
looks at the machine, ``explained`` at what a rewind does; ``witnesses`` reads past the stores; ``adopting`` takes, and
``adopted`` keeps, the consent to rewind what somebody else runs.
"""

from __future__ import annotations

from statusquo.wiring.adopting import Candidate, adopt, look, release
from statusquo.wiring.baseline import Wanted, cache, fingerprint, rebuild
from statusquo.wiring.detached import Attached, ServiceStatus, Status, attach, down, status, up
from statusquo.wiring.examine import examine
from statusquo.wiring.explained import explain
from statusquo.wiring.open import OpenStack, open_stack
from statusquo.wiring.prepared import check_prerequisites
from statusquo.wiring.witnesses import open_witnesses

__all__ = [
    "Attached",
    "Candidate",
    "OpenStack",
    "ServiceStatus",
    "Status",
    "Wanted",
    "adopt",
    "attach",
    "cache",
    "check_prerequisites",
    "down",
    "examine",
    "explain",
    "fingerprint",
    "look",
    "open_stack",
    "open_witnesses",
    "rebuild",
    "release",
    "status",
    "up",
]
