from statusquo.core.baseline import Rewound, Touched
from statusquo.core.diff import Change, Diff
from statusquo.core.events import Event, LateWrite, ServiceDied, StackRewound
from statusquo.rewind import render, tally


def text(*diffs: Diff, width: int = 120) -> str:
    return "\n".join(render.diff_lines(diffs, width=width))


def test_rows_are_a_table_with_old_and_new_values() -> None:
    changes = (
        Change("updated", "public.issue", "id=3", {"a": "1", "t": "old", "n": None}, {"a": "1", "t": "new", "n": ""}),
        Change("inserted", "public.issue", "id=17", None, {"id": "17", "t": "Broken pipe"}),
        Change("deleted", "public.issue", "id=4", {"id": "4", "t": None}, None),
        Change("updated", "sequences", "public.issue_id_seq", {"last_value": "16"}, {"last_value": "17"}),
    )
    media = Diff("media", (Change("inserted", "exports", "1.zip", None, {"size": "120"}),))
    assert text(Diff("db", changes), Diff("redis"), media) == (
        "db: 4 changes\n"
        "  public.issue\n"
        "    updated   id=3   t: old -> new\n"
        "                     n: NULL -> ''\n"
        "    inserted  id=17  id=17, t=Broken pipe\n"
        "    deleted   id=4   id=4, t=NULL\n"
        "  sequences\n"
        "    updated   public.issue_id_seq  last_value: 16 -> 17\n"
        "media: 1 change\n"
        "  exports\n"
        "    inserted  1.zip  size=120"
    )


def test_no_change_is_no_line() -> None:
    assert render.diff_lines((Diff("db"), Diff("redis")), width=80) == ()


def test_no_line_is_wider_than_the_terminal() -> None:
    change = Change("inserted", "public.issue", "id=3", None, {f"column{n}": "x" * 100 for n in range(9)})
    lines = render.diff_lines((Diff("db", (change,)),), width=60)
    assert max(map(len, lines)) == 60
    assert lines[-1].endswith("...")


def test_both_values_of_an_update_are_seen_however_long_the_first_is() -> None:
    change = Change("updated", "public.issue", "id=3", {"t": "a" * 500}, {"t": "b" * 500})
    assert f"{'a' * 37}... -> {'b' * 37}..." in text(Diff("db", (change,)))


def test_control_characters_are_written_out() -> None:
    change = Change("inserted", "db0", "a\nb", None, {"value": "one\ntwo\x1b[31m"})
    assert r"inserted  a\nb  value=one\ntwo\x1b[31m" in text(Diff("redis", (change,)))


def test_a_table_with_many_changes_is_cut_and_the_rest_counted() -> None:
    changes = tuple(Change("inserted", "public.log", f"id={n}", None, {"id": str(n)}) for n in range(45))
    lines = text(Diff("db", changes, omitted=500)).splitlines()
    assert lines[0] == "db: 545 changes"
    assert lines[-2:] == ["    ... 15 more", "  ... 500 more"]


def test_the_summary_names_rewinds_costs_and_stores() -> None:
    touched = (Touched("public.issue", 2), Touched("sequences", 1))
    events: list[Event] = [
        StackRewound(
            "a", 0.002, (Rewound("db", 0.0015, touched, ("table log was reloaded",)), Rewound("redis", 0.0001))
        ),
        StackRewound("b", 0.001, (Rewound("db", 0.0005), Rewound("redis", 0.0001))),
        LateWrite("test_a", "test_b", (Rewound("db", 0.001), Rewound("redis", 0.0005, (Touched("db0", 2),)))),
    ]
    assert "\n".join(render.summary_lines(tally.figures(events))) == (
        "2 rewinds, 1 clean; median 1.5 ms, all rewinds, checks and layers 4.5 ms\n"
        "  db     3 items in 1 rewind, 3.0 ms\n"
        "         table log was reloaded\n"
        "  redis  2 items in 1 rewind, 0.7 ms\n"
        "late write after test_a: redis: db0 2 (put back before test_b)"
    )


def test_a_late_write_names_who_it_was() -> None:
    late = LateWrite(
        "test_a", "test_b", (Rewound("db", 0.001, (Touched("public.note", 2),)),), ('pid 7, application "w"', "pid 9")
    )
    assert render.late_lines(late) == (
        "late write after test_a: db: public.note 2 (put back before test_b)",
        '  by pid 7, application "w"',
        "  by pid 9",
    )


def test_a_run_that_rewound_nothing_has_no_summary() -> None:
    assert render.summary_lines(tally.figures(())) == ()


def test_durations_have_the_unit_that_suits_them() -> None:
    assert [render.duration(seconds) for seconds in (0.00042, 0.0421, 12.3)] == ["0.4 ms", "42.1 ms", "12.30 s"]


def test_a_death_between_tests_is_told_with_the_last_words() -> None:
    died = ServiceDied("redis", "was ended by SIGKILL", "t.py::a", "t.py::b", ("ready", "saving"))
    assert render.died_lines(died) == (
        "redis was ended by SIGKILL between t.py::a and t.py::b, and was started anew. The last lines of its log:",
        "    ready",
        "    saving",
    )
