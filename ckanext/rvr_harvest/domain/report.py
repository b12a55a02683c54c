"""The report of a run, as value: built while the run goes on, told in German or English, kept as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .findings import as_dict
from .guard import Verdict
from .sentence import NOTHING, Sentence
from .values import Crawl, Finding

__all__ = ["RecordFindings", "Report", "summary"]

# Records listed with their findings in one report; counts always cover all of them.
MAX_LISTED = 1000


@dataclass(frozen=True, slots=True)
class RecordFindings:
    """Findings of one record of this run."""

    guid: str
    title: str
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Report:
    """Numbers and findings of one run of one source."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    vanished: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    held_reason: str = ""
    missing: int = 0
    duplicates: int = 0
    moved: int = 0
    # of a dry run: titles of datasets that would be added, changed, vanished, held
    examples: dict[str, list[str]] = field(default_factory=dict)
    crawl: Crawl = field(default_factory=lambda: Crawl(complete=False, expected=None, seen=0))
    failure: Sentence = NOTHING
    seconds: float = 0.0
    records: list[RecordFindings] = field(default_factory=list)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def status(self) -> str:
        """`failed`: nothing came; `incomplete`: a part came; `complete`."""
        if self.failure or (self.crawl.problem and not self.crawl.seen):
            return "failed"
        return "complete" if self.crawl.complete else "incomplete"

    def note(self, guid: str, title: str, findings: Iterable[Finding]) -> None:
        """Take up the findings of one record."""
        found = tuple(findings)
        self.counts.update((one.severity, one.field, one.code) for one in found)
        if found and len(self.records) < MAX_LISTED:
            self.records.append(RecordFindings(guid, title, found))

    def judged(self, verdict: Verdict) -> None:
        """Take up what the guard decided."""
        self.vanished = sorted(verdict.archive)
        self.held = sorted(verdict.held)
        self.held_reason = verdict.reason
        self.missing = len(verdict.missing)

    def sentences(self) -> list[Sentence]:
        """What happened, the most important first."""
        told = [
            self.failure or self.crawl.problem,
            _numbers(self),
            _gone(self),
            _moved(self),
            _elsewhere(self),
            _found(self),
        ]
        return [sentence for sentence in told if sentence]

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON keeps it."""
        sentences = self.sentences()
        return {
            "status": self.status,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "vanished": len(self.vanished),
            "refused": self.refused,
            "held": len(self.held),
            "missing": self.missing,
            "duplicates": self.duplicates,
            "moved": self.moved,
            **({"examples": self.examples} if self.examples else {}),
            "complete": self.crawl.complete,
            "partial": self.crawl.partial,
            "expected": self.crawl.expected,
            "seen": self.crawl.seen,
            "seconds": round(self.seconds, 2),
            "sentences_de": [sentence.de for sentence in sentences],
            "sentences_en": [sentence.en for sentence in sentences],
            "vanished_guids": self.vanished[:MAX_LISTED],
            "held_guids": self.held[:MAX_LISTED],
            "findings": summary(self.counts),
            "records": [
                {
                    "guid": record.guid,
                    "title": record.title,
                    "findings": [as_dict(one) for one in record.findings],
                }
                for record in self.records
            ],
        }


def summary(counts: Counter[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """Findings by severity, field and kind, the weightiest and most frequent first."""
    weight = {"error": 0, "warning": 1, "info": 2}
    ordered = sorted(counts.items(), key=lambda item: (weight[item[0][0]], -item[1], item[0]))
    return [{"severity": key[0], "field": key[1], "code": key[2], "count": count} for key, count in ordered]


def _numbers(report: Report) -> Sentence:
    numbers = (report.added, report.changed, report.unchanged, report.refused)
    if report.status == "failed" and not any(numbers):
        return Sentence(
            "Nichts wurde geändert, nichts wurde gelöscht.",
            "Nothing was changed, nothing was deleted.",
        )
    return Sentence(
        "{} neu, {} geändert, {} unverändert, {} abgelehnt.".format(*numbers),
        "{} added, {} changed, {} unchanged, {} refused.".format(*numbers),
    )


def _gone(report: Report) -> Sentence:
    if report.held and report.held_reason == "too_many":
        return _counted(
            len(report.held),
            Sentence(
                "Ein Datensatz fehlt in der Quelle; er bleibt erhalten, bis jemand bestätigt, dass er entfallen ist.",
                "One dataset is missing at the source; it stays until somebody confirms that it is gone.",
            ),
            Sentence(
                "{} Datensätze fehlen in der Quelle. Das sind zu viele auf einmal: Sie bleiben erhalten, "
                "bis jemand bestätigt, dass sie entfallen sind.",
                "{} datasets are missing at the source. That is too many at once: they stay until somebody "
                "confirms that they are gone.",
            ),
        )
    if report.vanished:
        return _counted(
            len(report.vanished),
            Sentence(
                "Ein Datensatz ist aus der Quelle verschwunden und wurde archiviert; gelöscht wurde nichts.",
                "One dataset has vanished from the source and was archived; nothing was deleted.",
            ),
            Sentence(
                "{} Datensätze sind aus der Quelle verschwunden und wurden archiviert; gelöscht wurde nichts.",
                "{} datasets have vanished from the source and were archived; nothing was deleted.",
            ),
        )
    return _counted(
        report.missing,
        Sentence(
            "Ein Datensatz kam dieses Mal nicht; es wird auf den nächsten Lauf gewartet.",
            "One dataset did not come this time; the next run will tell.",
        ),
        Sentence(
            "{} Datensätze kamen dieses Mal nicht; es wird auf den nächsten Lauf gewartet.",
            "{} datasets did not come this time; the next run will tell.",
        ),
    )


def _moved(report: Report) -> Sentence:
    return _counted(
        report.moved,
        Sentence(
            "Ein Datensatz kam unter neuer Kennung, seine alte fehlt. Bitte bestätigen Sie, dass es derselbe ist; "
            "bis dahin bleibt alles, wie es ist.",
            "One dataset came under a new identifier, its old one is missing. Please confirm that it is the same; "
            "until then everything stays as it is.",
        ),
        Sentence(
            "{} Datensätze kamen unter neuer Kennung, ihre alte fehlt. Bitte bestätigen Sie, dass es dieselben "
            "sind; bis dahin bleibt alles, wie es ist.",
            "{} datasets came under a new identifier, their old one is missing. Please confirm that they are "
            "the same; until then everything stays as it is.",
        ),
    )


def _elsewhere(report: Report) -> Sentence:
    return _counted(
        report.duplicates,
        Sentence(
            "Einen Datensatz liefert auch eine Quelle mit Vorrang; er steht nur einmal im Portal.",
            "One dataset also comes from a source with priority; the portal has it once.",
        ),
        Sentence(
            "{} Datensätze liefert auch eine Quelle mit Vorrang; sie stehen nur einmal im Portal.",
            "{} datasets also come from a source with priority; the portal has them once.",
        ),
    )


def _counted(number: int, one: Sentence, many: Sentence) -> Sentence:
    """The sentence for this number; none for zero."""
    if not number:
        return NOTHING
    return one if number == 1 else Sentence(many.de.format(number), many.en.format(number))


def _found(report: Report) -> Sentence:
    total: Counter[str] = Counter()
    for (severity, _field, _code), count in report.counts.items():
        total[severity] += count
    if not sum(total.values()):
        return NOTHING
    german = {
        "error": ("Fehler", "Fehler"),
        "warning": ("Warnung", "Warnungen"),
        "info": ("Kleinigkeit", "Kleinigkeiten"),
    }
    english = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "info": ("trifle", "trifles")}
    parts = [
        ", ".join(f"{total[key]} {words[total[key] != 1]}" for key, words in names.items() if total[key])
        for names in (german, english)
    ]
    return Sentence(f"Hinweise an die Quelle: {parts[0]}.", f"Notes to the source: {parts[1]}.")
