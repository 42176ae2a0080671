from __future__ import annotations

from pathlib import Path

from statusquo.core import logs


def test_the_end_of_a_log_is_its_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("\n".join(f"line {number}" for number in range(30_000)))
    assert logs.tail(log, 2) == ("line 29998", "line 29999")
    assert len(logs.tail(log)) == logs.LAST


def test_what_came_since_is_read_whatever_its_bytes(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"before\n")
    size = logs.size(log)
    log.write_bytes(log.read_bytes() + b"after \xff\n")
    assert logs.since(log, size) == "after \ufffd\n"


def test_a_log_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert (logs.size(log), logs.since(log, 0), logs.tail(log)) == (0, "", ())
