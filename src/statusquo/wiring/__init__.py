"""The hall: the only place that knows every room. The doors call these and nothing behind them.

``rooms`` and ``storage`` choose which adapter serves what; ``baseline`` builds the first state and keeps it; ``base``
and ``lane`` run what the supervisor leases out, ``opened`` is how a client works with it; ``examine`` looks at the
machine, ``explained`` at what a rewind does; ``witnesses`` reads past the stores; ``adopting`` takes, and ``adopted``
keeps, the consent to rewind what somebody else runs, and ``borrowed`` is a lane of that.
"""

from __future__ import annotations

from statusquo.wiring.adopting import Candidate, adopt, look, release
from statusquo.wiring.base import Base, end_run, open_base, sweep
from statusquo.wiring.baseline import Wanted, cache, fingerprint, made, rebuild, wanted
from statusquo.wiring.borrowed import BorrowedLane, borrow, borrowed_identity
from statusquo.wiring.examine import examine
from statusquo.wiring.explained import explain
from statusquo.wiring.lane import OpenLane, open_lane
from statusquo.wiring.opened import Opened, open_stores
from statusquo.wiring.prepared import check_prerequisites
from statusquo.wiring.records import reading, writing
from statusquo.wiring.rooms import Rooms, rooms
from statusquo.wiring.scratches import drop_left
from statusquo.wiring.witnesses import open_witnesses

__all__ = [
    "Base",
    "BorrowedLane",
    "Candidate",
    "OpenLane",
    "Opened",
    "Rooms",
    "Wanted",
    "adopt",
    "borrow",
    "borrowed_identity",
    "cache",
    "check_prerequisites",
    "drop_left",
    "end_run",
    "examine",
    "explain",
    "fingerprint",
    "look",
    "made",
    "open_base",
    "open_lane",
    "open_stores",
    "open_witnesses",
    "reading",
    "rebuild",
    "release",
    "rooms",
    "sweep",
    "wanted",
    "writing",
]
