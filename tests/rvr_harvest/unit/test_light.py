"""The traffic light of a source, what a run did in short, the bars of the history, numbers for Prometheus."""

from __future__ import annotations

import itertools

import pytest

from ckanext.rvr_harvest.domain.exposition import Family, exposition
from ckanext.rvr_harvest.domain.history import HEIGHT, history
from ckanext.rvr_harvest.domain.light import Signs, light
from ckanext.rvr_harvest.domain.told import in_short, worth_telling


@pytest.mark.parametrize(
    ("signs", "name", "reason"),
    [
        (Signs(), "new", ""),
        (Signs("complete"), "good", ""),
        (Signs("complete", off=True), "off", ""),
        (Signs(trial=True), "new", "Probelauf"),
        (Signs("failed"), "bad", "gescheitert"),
        (Signs("interrupted"), "bad", "brach ab"),
        (Signs("incomplete"), "look", "nur ein Teil"),
        (Signs("complete", waiting=1), "look", "1 Datensatz fehlt in der Quelle"),
        (Signs("complete", waiting=1200), "look", "1.200 Datensätze fehlen in der Quelle"),
        (Signs("complete", moved=2), "look", "neue Kennung"),
        (Signs("complete", refused=1), "look", "1 Datensatz wurde nicht angenommen"),
        (Signs("complete", errors=3), "look", "3 Fehler sind"),
        (Signs("complete", late=True), "look", "überfällig"),
    ],
)
def test_the_light_of_a_source_says_why(signs: Signs, name: str, reason: str) -> None:
    shown = light(signs)
    assert shown.name == name
    assert reason in " ".join(one.de for one in shown.reasons)
    assert bool(shown.reasons) == bool(reason)
    assert all(one.en for one in shown.reasons)


def run(status: str = "complete", **numbers: int) -> dict[str, object]:
    return {"status": status, "added": 0, "changed": 0, "vanished": 0, "refused": 0, "held": 0, "seen": 10, **numbers}


def test_a_run_is_told_in_a_few_words() -> None:
    assert in_short(run(added=1200, held=3)).de == "vollständig: 1.200 neu, 3 zurückgehalten"
    assert in_short(run(added=1200)).en == "complete: 1,200 new"
    assert in_short(run("failed")).de == "gescheitert: nichts geändert"


def test_only_runs_that_changed_something_are_worth_telling() -> None:
    first, same, broken, again, filled = run(), run(), run("failed"), run(), run(added=1)
    assert worth_telling([filled, again, broken, same, first]) == [filled, again, broken, first]


def test_the_bars_stand_for_the_datasets_read_and_a_failed_run_is_seen_too() -> None:
    drawn = history([run(seen=50), run("running"), run("failed", seen=0), run("incomplete", seen=100)])
    assert [bar.lot for bar in drawn.bars] == ["incomplete", "failed", "complete"]
    assert [bar.height for bar in drawn.bars][::2] == [HEIGHT, HEIGHT / 2]
    assert drawn.bars[1].height > 0
    assert (drawn.highest, drawn.lots) == (100, ("complete", "incomplete", "failed"))
    assert history([]).bars == ()


def test_sixty_runs_fill_the_picture_and_no_more() -> None:
    bars = history([run() for _ in range(60)]).bars
    assert bars[-1].x + bars[-1].width <= 100
    assert all(one.x + one.width <= other.x for one, other in itertools.pairwise(bars))


def test_numbers_are_written_as_prometheus_reads_them() -> None:
    text = exposition(
        [Family("n", "What it\nis.", [({"source": 'a"b\\c\n'}, 1234567.0), ({}, 0.5)]), Family("empty", "")]
    )
    assert text == '# HELP n What it\\nis.\n# TYPE n gauge\nn{source="a\\"b\\\\c\\n"} 1234567\nn 0.5\n'
