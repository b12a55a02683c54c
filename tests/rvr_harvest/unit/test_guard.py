from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_harvest.domain.guard import MISSING_RUNS, allowed_sweep, decide, recounted
from ckanext.rvr_harvest.domain.values import Crawl

guids = st.integers(0, 60).map(str)
known_records = st.dictionaries(guids, st.integers(0, 5), max_size=50)


def _crawl(*, complete: bool, seen: int) -> Crawl:
    return Crawl(complete=complete, expected=None, seen=seen)


@given(known_records, st.sets(guids))
def test_an_incomplete_crawl_takes_nothing_away(known: dict[str, int], seen: set[str]) -> None:
    verdict = decide(_crawl(complete=False, seen=len(seen)), known, seen)
    assert not verdict.archive
    assert not verdict.missing


@given(known_records)
def test_an_empty_catalogue_takes_nothing_away(known: dict[str, int]) -> None:
    assert not decide(_crawl(complete=True, seen=0), known, set()).archive


@given(known_records, st.sets(guids), st.booleans())
def test_never_more_than_a_tenth_goes_and_only_what_was_missing_twice(
    known: dict[str, int], seen: set[str], complete: bool
) -> None:
    verdict = decide(_crawl(complete=complete, seen=len(seen)), known, seen)
    assert len(verdict.archive) <= allowed_sweep(len(known))
    assert all(known[guid] + 1 >= MISSING_RUNS for guid in verdict.archive)
    assert not verdict.archive & seen


@given(known_records, st.sets(guids), st.booleans())
def test_every_absent_record_is_accounted_for_once(known: dict[str, int], seen: set[str], complete: bool) -> None:
    verdict = decide(_crawl(complete=complete, seen=len(seen)), known, seen)
    parts = [verdict.archive, verdict.missing, verdict.held]
    assert frozenset().union(*parts) == known.keys() - seen
    assert sum(map(len, parts)) == len(known.keys() - seen)


def test_one_dataset_that_is_missing_in_two_complete_runs_may_go() -> None:
    known = {str(number): 0 for number in range(20)}
    seen = set(known) - {"7"}
    first = decide(_crawl(complete=True, seen=19), known, seen)
    assert (first.archive, first.missing) == (frozenset(), {"7"})
    assert decide(_crawl(complete=True, seen=19), {**known, "7": 1}, seen).archive == {"7"}


def test_a_large_gap_waits_for_a_person() -> None:
    known = {str(number): 1 for number in range(20)}
    verdict = decide(_crawl(complete=True, seen=10), known, {str(number) for number in range(10)})
    assert not verdict.archive
    assert verdict.reason == "too_many"
    assert len(verdict.held) == 10


@given(st.integers(min_value=0, max_value=20), st.integers(min_value=0, max_value=20), st.booleans())
def test_a_crawl_is_complete_only_if_all_announced_datasets_are_different_ones(
    distinct: int, expected: int, complete: bool
) -> None:
    crawl = recounted(Crawl(complete=complete, expected=expected, seen=expected), distinct)
    assert crawl.complete is (complete and distinct >= expected)
    assert bool(crawl.problem) is (complete and distinct < expected)
    assert recounted(Crawl(complete=complete, expected=None, seen=9), distinct).complete is complete
