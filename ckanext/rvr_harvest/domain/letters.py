"""What stewards get by mail: plain German text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .light import number
from .told import in_short

__all__ = ["Letter", "recovered", "troubled", "weekly"]

_WIDTH = 72
_STAYS = (
    "Veröffentlichte Datensätze bleiben erhalten. Das Portal versucht es zur nächsten geplanten Zeit wieder; sobald der "
    "Katalog wieder vollständig ankommt, schreiben wir Ihnen noch einmal, dazwischen nicht."
)
_AT_HOME = "Bitte ändern Sie es im Quellportal; der nächste Abgleich holt es ab."


class Letter(NamedTuple):
    """Subject (one line) and text of a mail."""

    subject: str
    body: str


def troubled(title: str, run: Mapping[str, Any], sentences: Iterable[str], page: str, portal: str) -> Letter:
    """A source has turned bad."""
    return _letter(
        f"Quelle „{title}“: Der Abgleich ist gestört",
        [
            "Guten Tag,",
            f"der letzte Abgleich der Quelle „{title}“ hat nicht den ganzen Katalog gebracht ({in_short(run).de}).",
            *sentences,
            _STAYS,
            f"Bericht und Hinweise:\n{page}",
            _end(portal),
        ],
    )


def recovered(title: str, run: Mapping[str, Any], page: str, portal: str) -> Letter:
    """A source is good again."""
    return _letter(
        f"Quelle „{title}“: Der Abgleich gelingt wieder",
        [
            "Guten Tag,",
            f"der Katalog der Quelle „{title}“ kam wieder vollständig an ({in_short(run).de}).",
            f"Bericht:\n{page}",
            _end(portal),
        ],
    )


def weekly(title: str, kinds: Sequence[Mapping[str, Any]], page: str, portal: str) -> Letter:
    """What there is to improve at a source. `kinds`: findings by kind, as `rvr_harvest_source_overview` gives them."""
    total = sum(one["count"] for one in kinds)
    listed = []
    for one in kinds:
        weight = "Fehler" if one["severity"] == "error" else "Warnung"
        lines = [f"{weight}, {number(one['count'], 'Mal', 'Mal')}: {one['field_de']}. {one['message_de']}"]
        if one["hint_de"]:
            lines.append(one["hint_de"])
        listed.append("\n".join(_wrapped(line, "- " if not place else "  ") for place, line in enumerate(lines)))
    return _letter(
        f"Quelle „{title}“: {number(total, 'Hinweis', 'Hinweise')} in dieser Woche",
        [
            "Guten Tag,",
            f"an den Datensätzen der Quelle „{title}“ lässt sich etwas verbessern. {_AT_HOME}",
            *listed,
            f"Welche Datensätze es betrifft:\n{page}",
            _end(portal),
        ],
    )


def _letter(subject: str, parts: Iterable[str]) -> Letter:
    # a title with a line break must not become a header of its own
    one_line = re.sub(r"\s+", " ", subject).strip()
    return Letter(one_line, "\n\n".join(part if "\n" in part else _wrapped(part) for part in parts) + "\n")


def _wrapped(text: str, first: str = "") -> str:
    after = " " * len(first)
    return textwrap.fill(
        text, _WIDTH, initial_indent=first, subsequent_indent=after, break_long_words=False, break_on_hyphens=False
    )


def _end(portal: str) -> str:
    return (
        f"{portal}\n\nSie bekommen diese Nachricht, weil Sie für diese Quelle als Kontakt eingetragen sind oder die\n"
        "Organisation betreuen, der sie gehört."
    )
