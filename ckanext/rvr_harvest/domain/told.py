"""What a run did, in a few words: for titles of feeds and mails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .light import number
from .sentence import Sentence

__all__ = ["in_short", "is_bad", "state_word", "worth_telling"]

STATES = {
    "complete": Sentence("vollständig", "complete"),
    "incomplete": Sentence("unvollständig", "incomplete"),
    "failed": Sentence("gescheitert", "failed"),
    "interrupted": Sentence("abgebrochen", "broken off"),
    "running": Sentence("läuft", "going on"),
}
_NUMBERS = (
    ("added", "neu", "new"),
    ("changed", "geändert", "changed"),
    ("vanished", "verschwunden", "vanished"),
    ("refused", "abgelehnt", "refused"),
    ("held", "zurückgehalten", "held back"),
)


def state_word(status: str) -> Sentence:
    """The state of a run as a word."""
    return STATES.get(status, Sentence("unbekannt", "unknown"))


def is_bad(status: str) -> bool:
    """Whether a run that ended brought less than the whole catalogue."""
    return status != "complete"


def in_short(run: Mapping[str, Any]) -> Sentence:
    """State and what happened: “vollständig: 12 neu, 3 geändert”."""
    word = state_word(run["status"])
    told = [(run[name], de, en) for name, de, en in _NUMBERS if run.get(name)]
    de = ", ".join(number(count, text, text) for count, text, _ in told)
    en = ", ".join(number(count, text, text, en=True) for count, _, text in told)
    if not told:
        de, en = ("nichts geändert", "nothing changed")
    return Sentence(f"{word.de}: {de}", f"{word.en}: {en}")


def worth_telling(runs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those runs that changed something: datasets, or the state of the source. `runs`: the newest first."""
    told = []
    for position, run in enumerate(runs):
        before = runs[position + 1] if position + 1 < len(runs) else None
        did = any(run.get(name) for name in ("added", "changed", "vanished"))
        other = before is None or any(run.get(key) != before.get(key) for key in ("status", "refused", "held"))
        if did or other:
            told.append(run)
    return told
