"""``python -m statusquo.supervisor STATE``: the process itself. ``client`` starts it, apart from its own terminal."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from statusquo.supervisor.server import Supervisor


def main(state: Path) -> None:
    """Serve until nobody needs it any more, or until it is told to end; then leave nothing running."""
    supervisor = Supervisor(state)
    for number in (signal.SIGINT, signal.SIGTERM):  # caught, not ignored: children would inherit that
        signal.signal(number, lambda number, _: supervisor.stop(f"got {signal.Signals(number).name}"))
    signal.signal(signal.SIGHUP, lambda *_: None)
    supervisor.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
