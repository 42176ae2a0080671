from collections.abc import Callable, Iterator
from itertools import count

import pytest

from statusquo.core.baseline import Baseline, Rewound
from statusquo.core.errors import Busy, GuardError, StoreError
from statusquo.core.events import Event, LateWrite, LayerPushed, StackChecked, StackRewound
from statusquo.rewind.rewinder import Rewinder
from statusquo.stores.memory import MemoryStore


class StuckStore(MemoryStore):
    """A store that somebody holds."""

    error: Exception | None = None

    def rewind(self, to: Baseline) -> Rewound:
        if self.error is not None:
            raise self.error
        return super().rewind(to)


class TellingStore(MemoryStore):
    """A store that knows who wrote."""

    def writers(self) -> tuple[str, ...]:
        return (f"a worker of {self.name}",)


@pytest.fixture
def db() -> StuckStore:
    store = StuckStore("db")
    store.put("issue", "id=1", {"title": "first"})
    return store


@pytest.fixture
def cache() -> StuckStore:
    return StuckStore("cache")


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def rewinder(db: MemoryStore, cache: MemoryStore, events: list[Event]) -> Rewinder:
    made = Rewinder((db, cache), emit=events.append, clock=ticking())
    made.push("baseline")
    return made


def ticking() -> Callable[[], float]:
    ticks: Iterator[int] = count()
    return lambda: float(next(ticks))


def insert(store: MemoryStore, item: str) -> None:
    store.put("issue", item, {"title": "new"})


def items(store: MemoryStore) -> list[str]:
    return sorted(store.groups.get("issue", {}))


def test_what_was_written_since_the_innermost_layer_is_gone_after_a_rewind(rewinder: Rewinder, db: MemoryStore) -> None:
    insert(db, "id=2")
    rewinder.rewind("test_a")
    assert items(db) == ["id=1"]


def test_all_stores_are_put_back_in_the_order_given(rewinder: Rewinder, db: MemoryStore, cache: MemoryStore) -> None:
    insert(cache, "k")
    insert(db, "id=2")
    event = rewinder.rewind("test_a")
    assert [(store.store, store.items) for store in event.stores] == [("db", 1), ("cache", 1)]


def test_a_rewind_with_nothing_to_do_touches_nothing_and_says_so(rewinder: Rewinder, events: list[Event]) -> None:
    rewinder.rewind("test_a")
    assert isinstance(events[-1], StackRewound)
    assert all(store.is_clean for store in events[-1].stores)


def test_the_event_of_a_rewind_names_its_reason_and_its_cost(rewinder: Rewinder, events: list[Event]) -> None:
    event = rewinder.rewind("test_a")
    assert (event.because, event.seconds) == ("test_a", 1.0)
    assert events == [LayerPushed("baseline", 1.0), event]


def test_a_rewind_goes_to_the_innermost_layer_and_no_further(rewinder: Rewinder, db: MemoryStore) -> None:
    insert(db, "id=2")
    rewinder.push("module")
    insert(db, "id=3")
    rewinder.rewind("test_a")
    assert items(db) == ["id=1", "id=2"]


def test_dropping_a_layer_goes_back_to_the_one_below_it(rewinder: Rewinder, db: MemoryStore) -> None:
    insert(db, "id=2")
    layer = rewinder.push("module")
    insert(db, "id=3")
    gone = rewinder.drop(layer, "end of module")
    assert (items(db), gone) == (["id=1"], (layer,))


def test_dropping_a_layer_takes_those_above_it_along_innermost_first(rewinder: Rewinder, db: MemoryStore) -> None:
    insert(db, "id=2")
    lower = rewinder.push("class")
    insert(db, "id=3")
    upper = rewinder.push("session")
    assert rewinder.drop(lower, "end of class") == (upper, lower)
    assert items(db) == ["id=1"]


def test_dropping_a_layer_that_went_before_does_nothing(
    rewinder: Rewinder, db: MemoryStore, events: list[Event]
) -> None:
    lower = rewinder.push("class")
    upper = rewinder.push("session")
    rewinder.drop(lower, "end of class")
    insert(db, "id=2")
    heard = list(events)
    assert rewinder.drop(upper, "end of session") == ()
    assert (items(db), events) == (["id=1", "id=2"], heard)


def test_layers_of_the_same_name_are_told_apart(rewinder: Rewinder, db: MemoryStore) -> None:
    rewinder.push("module")
    insert(db, "id=2")
    upper = rewinder.push("module")
    assert rewinder.drop(upper, "end of module") == (upper,)
    assert [layer.name for layer in rewinder.layers] == ["baseline", "module"]


def test_a_store_that_fails_does_not_keep_the_others_from_being_put_back(
    rewinder: Rewinder, db: StuckStore, cache: MemoryStore
) -> None:
    db.error = Busy('Store "db" is held by psql.')
    insert(cache, "k")
    with pytest.raises(Busy, match=r'^Store "db" is held by psql\.$'):
        rewinder.rewind("test_a")
    assert items(cache) == []


def test_two_stores_that_fail_are_told_in_one_error(rewinder: Rewinder, db: StuckStore, cache: StuckStore) -> None:
    db.error = Busy('Store "db" is held by psql.')
    cache.error = OSError("connection lost")
    with pytest.raises(StoreError) as caught:
        rewinder.rewind("test_a")
    assert str(caught.value) == (
        "2 stores could not be put back. What they say follows; the other stores are back.\n"
        '    Store "db" is held by psql.\n'
        '    Store "cache" could not be put back. OSError: connection lost'
    )


def test_two_stores_that_are_not_ours_are_refused_as_one_is(
    rewinder: Rewinder, db: StuckStore, cache: StuckStore
) -> None:
    db.error, cache.error = GuardError("not ours"), GuardError("nor this")
    with pytest.raises(GuardError, match=r"^2 stores could not be put back\."):
        rewinder.rewind("test_a")


def test_a_rewind_that_failed_is_not_reported_as_done_and_the_next_one_makes_up_for_it(
    rewinder: Rewinder, db: StuckStore, events: list[Event]
) -> None:
    insert(db, "id=2")
    db.error = Busy("held")
    with pytest.raises(Busy):
        rewinder.rewind("test_a")
    db.error = None
    rewinder.rewind("test_b")
    assert items(db) == ["id=1"]
    assert [event.because for event in events if isinstance(event, StackRewound)] == ["test_b"]


def test_a_layer_whose_drop_failed_is_gone_all_the_same(rewinder: Rewinder, db: StuckStore) -> None:
    insert(db, "id=2")
    layer = rewinder.push("module")
    db.error = Busy("held")
    with pytest.raises(Busy):
        rewinder.drop(layer, "end of module")
    db.error = None
    rewinder.rewind("test_b")
    assert items(db) == ["id=1"]


def test_a_check_that_finds_nothing_says_so_and_names_nobody(rewinder: Rewinder, events: list[Event]) -> None:
    assert rewinder.check(after="test_a", before="test_b") is None
    assert events[-1] == StackChecked("test_b", 1.0)


def test_a_check_puts_back_what_was_written_late_and_names_the_test_it_came_after(
    rewinder: Rewinder, cache: MemoryStore, events: list[Event]
) -> None:
    insert(cache, "k")
    late = rewinder.check(after="test_a", before="test_b")
    assert isinstance(late, LateWrite)
    assert (late.after, late.before) == ("test_a", "test_b")
    assert (events[-1], items(cache)) == (late, [])


def test_a_store_that_can_tell_who_wrote_late_is_asked_if_it_was_touched(db: MemoryStore) -> None:
    clean, written = TellingStore("clean"), TellingStore("written")
    rewinder = Rewinder((clean, db, written), emit=lambda event: None, clock=ticking())
    rewinder.push("baseline")
    for store in (db, written):
        insert(store, "k")
    late = rewinder.check(after="test_a", before="test_b")
    assert late is not None
    assert late.writers == ("a worker of written",)


def test_diff_shows_every_store_since_the_innermost_layer(rewinder: Rewinder, db: MemoryStore) -> None:
    insert(db, "id=2")
    rewinder.push("module")
    insert(db, "id=3")
    of_db, of_cache = rewinder.diff()
    assert [change.item for change in of_db.changes] == ["id=3"]
    assert of_cache.is_empty


def test_diff_only_reads(rewinder: Rewinder, db: MemoryStore) -> None:
    insert(db, "id=2")
    assert rewinder.diff() == rewinder.diff()
    assert items(db) == ["id=1", "id=2"]


def test_has_changed_is_about_the_innermost_layer_and_about_any_store(rewinder: Rewinder, cache: MemoryStore) -> None:
    assert not rewinder.has_changed()
    insert(cache, "k")
    assert rewinder.has_changed()
    rewinder.push("module")
    assert not rewinder.has_changed()


def test_a_stack_without_stores_can_be_rewound(events: list[Event]) -> None:
    rewinder = Rewinder((), emit=events.append, clock=ticking())
    rewinder.push("baseline")
    assert rewinder.rewind("test_a").stores == ()
