"""Portals with three datasets, and what a fault is; here those that publish RDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fault_server import Behaviour, answer

__all__ = ["NEIGHBOUR", "PAGES", "RDF", "TITLES", "Fault", "Site", "guids", "page", "pages", "says", "turtle"]

NEIGHBOUR = "/neighbour/catalog"

TITLES = ("Bäume", "Bäder", "Brücken")
_HEAD = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
    "@prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    '<https://example.org/> a dcat:Catalog ; dct:title "Beispiel" .\n'
)
_DATASET = """<BASE/NUMBER> a dcat:Dataset ; dct:title "TITLE" ; dct:description "Über TITLE." ;
    dct:identifier "BASE-NUMBER" ; dct:modified "2024-05-0NUMBER"^^xsd:date ; dcat:keyword "Stadtgrün", "TITLE" ;
    dcat:distribution <BASE/NUMBER/csv> .
<BASE/NUMBER/csv> a dcat:Distribution ; dcat:accessURL <BASE/NUMBER.csv> ; dct:format "CSV" ;
    dct:license <http://dcat-ap.de/def/licenses/dl-by-de/2.0> .
"""


@dataclass(frozen=True)
class Site:
    """A portal under a prefix of the server: its kind, the address of the source, and how it answers when it is well.

    `data` is the path whose answer holds the datasets, `guids` what the harvest remembers them by.
    """

    name: str
    kind: str
    path: str
    data: str
    good: Mapping[str, Behaviour]
    guids: frozenset[str]
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """`spoil` says for a site which paths answer how; each of `words` is to be found in the German report."""

    name: str
    spoil: Callable[[Site], Mapping[str, Behaviour]]
    status: str | tuple[str, ...]
    words: str | tuple[str, ...]
    sites: tuple[str, ...] = ("rdf",)
    runs: int = 1


def says(behave: Behaviour) -> Callable[[Site], Mapping[str, Behaviour]]:
    """The answer that holds the datasets is replaced."""
    return lambda site: {site.data: behave}


def turtle(*titles: str, first: int = 1, extra: str = "", base: str = "https://example.org/rdf") -> str:
    """A catalogue in Turtle; datasets are numbered from `first`."""
    sets = [
        _DATASET.replace("BASE", base).replace("NUMBER", str(number)).replace("TITLE", title)
        for number, title in enumerate(titles, first)
    ]
    return _HEAD + "".join(sets) + extra


def page(number: int, following: str | None, total: int | None = 3, **options: Any) -> str:
    """Page `number` of three with one dataset each."""
    link = f" ; hydra:next <{{server}}{following}>" if following else ""
    count = f" ; hydra:totalItems {total}" if total is not None else ""
    view = f"<{{server}}/pages/{number}> a hydra:PagedCollection{link}{count} .\n"
    base = options.pop("base", "https://example.org/pages")
    titles = options.pop("titles", TITLES[number - 1 : number])
    return turtle(*titles, first=options.pop("first", number), extra=view, base=base)


def pages(total: int | None = 3) -> dict[str, str]:
    """Three pages, one leading to the next."""
    return {
        f"/pages/{number}": page(number, f"/pages/{number + 1}" if number < 3 else None, total) for number in (1, 2, 3)
    }


def guids(base: str) -> frozenset[str]:
    """Three names that begin alike."""
    return frozenset(f"{base}{number}" for number in (1, 2, 3))


RDF = Site(
    "rdf", "rvr_dcat_rdf", "/rdf/catalog", "/rdf/catalog", {"/rdf/catalog": answer(turtle(*TITLES))},
    guids("https://example.org/rdf/"),
)  # fmt: skip
PAGES = Site(
    "pages", "rvr_dcat_rdf", "/pages/1", "/pages/2", {path: answer(body) for path, body in pages().items()},
    guids("https://example.org/pages/"),
)  # fmt: skip
