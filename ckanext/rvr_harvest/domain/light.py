"""The traffic light of a source: one colour, one word, and the reasons in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .sentence import Sentence

__all__ = ["Light", "Signs", "light", "number"]

Colour = Literal["ok", "warn", "bad", "neutral"]

WORDS: dict[str, tuple[Colour, str, Sentence]] = {
    "good": ("ok", "✓", Sentence("in Ordnung", "in order")),
    "look": ("warn", "!", Sentence("bitte ansehen", "please look")),
    "bad": ("bad", "✕", Sentence("gestört", "disturbed")),
    "new": ("neutral", "○", Sentence("noch nicht abgeglichen", "not yet harvested")),
    "off": ("neutral", "–", Sentence("abgeschaltet", "switched off")),
}


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a source. `status` is that of the last run that ended; empty if there was none.

    `trial`: nobody has switched it on yet; `late`: its planned time has passed and nothing happened.
    """

    status: str = ""
    off: bool = False
    trial: bool = False
    late: bool = False
    refused: int = 0
    moved: int = 0
    waiting: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Light:
    """`name`: good, look, bad, new, off; `reasons`: the weightiest first, none if all is well."""

    name: str
    colour: Colour
    sign: str
    word: Sentence
    reasons: tuple[Sentence, ...] = ()


def light(signs: Signs) -> Light:
    """The light of a source."""
    if signs.off:
        return _shown("off")
    if signs.trial:
        return _shown("new", _TRIAL)
    if not signs.status:
        return _shown("new", *_late(signs))
    trouble = _trouble(signs)
    if signs.status in ("failed", "interrupted"):
        return _shown("bad", *trouble, *_to_do(signs))
    reasons = (*trouble, *_to_do(signs), *_late(signs))
    return _shown("look" if reasons else "good", *reasons)


def _shown(name: str, *reasons: Sentence) -> Light:
    colour, sign, word = WORDS[name]
    return Light(name, colour, sign, word, reasons)


def _trouble(signs: Signs) -> tuple[Sentence, ...]:
    told = {
        "failed": Sentence(
            "Der letzte Abgleich ist gescheitert. Was vorher da war, ist geblieben.",
            "The last run failed. What was there before has stayed.",
        ),
        "interrupted": Sentence(
            "Der letzte Abgleich brach ab; er beginnt von selbst noch einmal.",
            "The last run broke off; it starts again by itself.",
        ),
        "incomplete": Sentence(
            "Beim letzten Abgleich kam nur ein Teil des Katalogs an. Was fehlte, ist geblieben.",
            "In the last run only a part of the catalogue arrived. What was missing has stayed.",
        ),
    }
    return (told[signs.status],) if signs.status in told else ()


def _to_do(signs: Signs) -> tuple[Sentence, ...]:
    told = []
    if signs.waiting:
        told.append(
            Sentence(
                f"{number(signs.waiting, 'Datensatz fehlt', 'Datensätze fehlen')} in der Quelle: Bitte entscheiden Sie, "
                "was geschehen soll.",
                f"{number(signs.waiting, 'dataset is', 'datasets are', en=True)} missing at the source: please decide "
                "what should happen.",
            )
        )
    if signs.moved:
        told.append(
            Sentence(
                f"{number(signs.moved, 'Datensatz hat', 'Datensätze haben')} wahrscheinlich nur eine neue Kennung: Bitte "
                "bestätigen Sie das.",
                f"{number(signs.moved, 'dataset has', 'datasets have', en=True)} probably only a new identifier: please "
                "confirm it.",
            )
        )
    if signs.refused:
        told.append(
            Sentence(
                f"{number(signs.refused, 'Datensatz wurde', 'Datensätze wurden')} nicht angenommen.",
                f"{number(signs.refused, 'dataset was', 'datasets were', en=True)} not accepted.",
            )
        )
    if signs.errors:
        told.append(
            Sentence(
                f"{number(signs.errors, 'Fehler ist', 'Fehler sind')} in der Quelle zu beheben.",
                f"{number(signs.errors, 'error has', 'errors have', en=True)} to be mended at the source.",
            )
        )
    return tuple(told)


def _late(signs: Signs) -> tuple[Sentence, ...]:
    if not signs.late:
        return ()
    return (
        Sentence(
            "Der nächste Abgleich ist überfällig. Bitte sagen Sie dem Betrieb des Portals Bescheid.",
            "The next run is overdue. Please tell the operators of the portal.",
        ),
    )


_TRIAL = Sentence(
    "Die Quelle ist neu: Bitte sehen Sie sich einen Probelauf an und schalten Sie sie dann ein.",
    "The source is new: please look at a dry run, then switch it on.",
)


def number(count: int, one: str, many: str, *, en: bool = False) -> str:
    """A number with its word: “1 Datensatz”, “1.234 Datensätze”."""
    grouped = f"{count:,}"
    return f"{grouped if en else grouped.replace(',', '.')} {one if count == 1 else many}"
