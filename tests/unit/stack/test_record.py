from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusquo.core.endpoint import Address, Endpoint
from statusquo.core.processes import ProcessId
from statusquo.stack import record as records
from statusquo.stack.record import Entry, Record

addresses = st.none() | st.builds(Address, st.text(), st.text(), st.integers(0, 65535), st.text(), st.text(), st.text())
paths = st.none() | st.sampled_from([Path("/run/x"), Path("a b/ü")])
processes = st.builds(ProcessId, st.integers(1), st.floats(0, 2e9))
endpoints = st.none() | st.builds(Endpoint, st.text(), addresses, addresses, addresses, paths)
entries = st.builds(Entry, st.text(), st.none() | processes, endpoints, paths)
runs = st.builds(Record, st.text(), st.text(), processes, st.text(), st.lists(entries).map(tuple))


@given(runs)
def test_a_record_comes_back_as_it_was_written(record: Record) -> None:
    assert records.from_json(records.to_json(record)) == record


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"run": "a"}', "null", '{"run": 1, "services": [{}]}'])
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        records.from_json(text)
