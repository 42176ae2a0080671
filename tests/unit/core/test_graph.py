import itertools

from hypothesis import given
from hypothesis import strategies as st

from statusquo.core import graph

NAMES = st.sampled_from("abcdefgh")


@given(st.dictionaries(NAMES, st.frozensets(NAMES)).map(lambda g: {n: g.get(n, frozenset()) for n in "abcdefgh"}))
def test_either_there_is_a_cycle_or_everything_comes_after_what_it_needs(needs: dict[str, frozenset[str]]) -> None:
    cycle = graph.find_cycle(needs)
    if cycle:
        assert cycle[0] == cycle[-1]
        assert all(after in needs[before] for before, after in itertools.pairwise(cycle))
    else:
        placed = graph.order(tuple(needs), needs)
        assert sorted(placed) == sorted(needs)
        assert all(placed.index(need) < placed.index(name) for name in needs for need in needs[name])


def test_only_what_is_needed_is_placed() -> None:
    needs = {"web": ("db",), "db": (), "worker": ("db",)}
    assert graph.order(["web"], needs) == ("db", "web")


def test_a_slip_of_the_finger_finds_the_name() -> None:
    assert graph.did_you_mean("postgras", ["redis", "postgres"]) == "Did you mean 'postgres'?"


def test_a_word_like_none_lists_what_is_known() -> None:
    assert graph.did_you_mean("zzz", ["redis", "postgres"]) == "Known: postgres, redis."
