"""The rewind engine: layers over any stores, what changed and what it cost. The doors call it; it knows only core."""
