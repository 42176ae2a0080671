from statusquo.core.baseline import Rewound, Touched
from statusquo.core.events import LateWrite, LayerPushed, ServiceStarting, StackChecked, StackRewound
from statusquo.rewind import tally
from statusquo.rewind.tally import Figures, StoreFigures

CLEAN = Rewound("db", 0.001)


def dirty(items: int, seconds: float, *notes: str) -> Rewound:
    return Rewound("db", seconds, (Touched("public.issue", items),), notes)


def test_a_run_without_events_has_empty_figures() -> None:
    assert tally.figures(()) == Figures(rewinds=0, clean=0, median=0.0, total=0.0, layers=0, stores=(), late=())


def test_rewinds_are_counted_and_the_clean_ones_among_them() -> None:
    figures = tally.figures([StackRewound("a", 0.5, (CLEAN,)), StackRewound("b", 1.5, (dirty(3, 0.2),))])
    assert (figures.rewinds, figures.clean, figures.median) == (2, 1, 1.0)


def test_the_total_is_rewinds_checks_layers_and_late_writes() -> None:
    late = LateWrite("a", "b", (dirty(1, 0.125),))
    events = (LayerPushed("baseline", 1.0), StackChecked("a", 0.25), StackRewound("a", 0.5, (CLEAN,)), late)
    assert tally.figures(events).total == 1.875


def test_checks_are_no_rewinds() -> None:
    assert tally.figures([StackChecked("a", 0.25)]).rewinds == 0


def test_each_store_has_how_often_it_was_touched_and_what_that_cost() -> None:
    events = [StackRewound("a", 1, (dirty(3, 0.25, "slow"),)), StackRewound("b", 1, (dirty(1, 0.5, "slow"),))]
    assert tally.figures(events).stores == (StoreFigures("db", 2, 4, 0.75, ("slow",)),)


def test_late_writes_are_kept_and_count_for_their_store() -> None:
    late = LateWrite("a", "b", (dirty(2, 0.5),))
    figures = tally.figures([late])
    assert figures.late == (late,)
    assert figures.stores == (StoreFigures("db", 1, 2, 0.5, ()),)


def test_events_of_other_rooms_are_passed_over() -> None:
    assert tally.figures([ServiceStarting("db")]) == tally.figures(())
