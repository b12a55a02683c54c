"""What a report says in sentences."""

from __future__ import annotations

import pytest

from ckanext.rvr_harvest.domain.report import Report
from ckanext.rvr_harvest.domain.values import Finding


def _said(**values: object) -> list[str]:
    report = Report()
    for name, value in values.items():
        setattr(report, name, value)
    return [sentence.de for sentence in report.sentences()]


@pytest.mark.parametrize(
    ("values", "one", "many"),
    [
        ({"missing": 1}, "Ein Datensatz kam dieses Mal nicht", "2 Datensätze kamen dieses Mal nicht"),
        ({"vanished": ["a"]}, "Ein Datensatz ist aus der Quelle", "2 Datensätze sind aus der Quelle"),
        ({"held": ["a"], "held_reason": "too_many"}, "Ein Datensatz fehlt", "2 Datensätze fehlen"),
        ({"moved": 1}, "Ein Datensatz kam unter neuer Kennung", "2 Datensätze kamen unter neuer"),
        ({"duplicates": 1}, "Einen Datensatz liefert auch", "2 Datensätze liefert auch"),
    ],
)
def test_one_dataset_is_told_of_as_one(values: dict[str, object], one: str, many: str) -> None:
    doubled = {key: value if isinstance(value, str) else value * 2 for key, value in values.items()}  # type: ignore[operator]
    assert any(sentence.startswith(one) for sentence in _said(**values))
    assert any(sentence.startswith(many) for sentence in _said(**doubled))
    nothing = {key: type(value)() for key, value in values.items()}
    assert not any(sentence.startswith((one[:12], many[:12])) for sentence in _said(**nothing))


def test_only_the_kinds_of_findings_that_there_are_are_counted() -> None:
    report = Report()
    report.note("a", "", [Finding("license_missing", "error", "license"), Finding("theme_missing", "warning", "theme")])
    report.note("b", "", [Finding("theme_missing", "warning", "theme")])
    assert report.sentences()[-1].de == "Hinweise an die Quelle: 1 Fehler, 2 Warnungen."
    assert report.sentences()[-1].en == "Notes to the source: 1 error, 2 warnings."
