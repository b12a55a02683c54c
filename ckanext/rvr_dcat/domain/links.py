"""What an address may answer, in words, and the order in which addresses are asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from urllib.parse import urlsplit

from .quality_words import Words

__all__ = ["OK", "OUTCOMES", "host_of", "taking_turns", "url_hash"]

OK = "ok"

# outcome → what a steward reads
OUTCOMES = {
    OK: Words("erreichbar", "reachable"),
    "gone": Words("unter der Adresse ist nichts mehr", "there is nothing at this address any more"),
    "refused": Words("der Server verweigert den Zugriff", "the server refuses access"),
    "disturbed": Words("der Server ist gestört", "the server is out of order"),
    "status": Words("der Server liefert die Daten nicht aus", "the server does not hand the data out"),
    "unreachable": Words("der Server ist nicht erreichbar", "the server cannot be reached"),
    "unknown_host": Words("den Server gibt es nicht", "there is no such server"),
    "certificate": Words("das Sicherheitszertifikat ist ungültig", "the security certificate is not valid"),
    "slow": Words("der Server antwortet nicht rechtzeitig", "the server does not answer in time"),
    "redirect": Words("die Weiterleitung führt ins Leere", "the redirect leads nowhere"),
    "broken": Words("die Antwort bricht ab", "the answer breaks off"),
    "forbidden": Words("die Adresse liegt in einem internen Netz", "the address lies in a private network"),
    "bad": Words("das ist keine Internetadresse, die sich prüfen lässt", "this is no web address that can be checked"),
}


def url_hash(url: str) -> str:
    """Key of an address."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()


def host_of(url: str) -> str:
    """The server of an address, in lower case; empty if there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def taking_turns(urls: Iterable[str]) -> Iterator[str]:
    """The addresses so that one server follows another: while one is left in peace, the next is asked."""
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(host_of(url), []).append(url)
    for turn in zip_longest(*by_host.values()):
        yield from (url for url in turn if url is not None)
