"""The same three datasets as each kind of portal publishes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fault_server import Behaviour, Request, answer, as_json

__all__ = ["CKAN", "DATA_JSON", "NEIGHBOUR", "PAGES", "RDF", "SITES", "TITLES", "Site", "ckan", "ckan_rows", "data_json_rows",
           "page", "pages", "turtle"]  # fmt: skip

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


def _guids(base: str) -> frozenset[str]:
    return frozenset(f"{base}/{number}" for number in (1, 2, 3))


RDF = Site(
    "rdf", "rvr_dcat_rdf", "/rdf/catalog", "/rdf/catalog", {"/rdf/catalog": answer(turtle(*TITLES))},
    _guids("https://example.org/rdf"),
)  # fmt: skip
PAGES = Site(
    "pages", "rvr_dcat_rdf", "/pages/1", "/pages/2", {path: answer(body) for path, body in pages().items()},
    _guids("https://example.org/pages"),
)  # fmt: skip


def ckan_rows() -> list[dict[str, Any]]:
    """The datasets as CKAN's API gives them."""
    return [
        {
            "id": f"00000000-0000-4000-8000-00000000000{number}", "name": f"ckan-{number}", "title": title, "type": "dataset",
            "notes": f"Über {title}.", "state": "active", "private": False, "license_id": "dl-de-by-2.0", "extras": [],
            "tags": [{"name": "Stadtgrün", "display_name": "Stadtgrün"}], "metadata_modified": "2024-05-01T00:00:00",
            "resources": [{"id": f"r{number}", "url": f"https://example.org/ckan/{number}.csv", "format": "CSV", "name": title}],
        }
        for number, title in enumerate(TITLES, 1)
    ]  # fmt: skip


def ckan(rows: list[Any], count: Any = None) -> Behaviour:
    """A CKAN portal whose search has these datasets; it says it has `count`."""

    def behave(request: Request) -> None:
        start, size = int(request.query.get("start", 0)), int(request.query.get("rows", 10))
        result = {"count": len(rows) if count is None else count, "results": rows[start : start + size]}
        as_json({"success": True, "result": result})(request)

    return behave


def data_json_rows() -> list[dict[str, Any]]:
    """The datasets as `data.json` gives them."""
    return [
        {
            "identifier": f"data-json-{number}", "title": title, "description": f"Über {title}.", "keyword": ["Stadtgrün"],
            "modified": "2024-05-01", "accessLevel": "public", "publisher": {"name": "Stadt Beispiel"},
            "distribution": [{"accessURL": f"https://example.org/data-json/{number}.csv", "format": "CSV"}],
        }
        for number, title in enumerate(TITLES, 1)
    ]  # fmt: skip


CKAN = Site(
    "ckan", "rvr_ckan", "/ckan", "/ckan/", {"/ckan/": ckan(ckan_rows())},
    frozenset(row["id"] for row in ckan_rows()), {"page_size": 1},
)  # fmt: skip
DATA_JSON = Site(
    "data-json", "rvr_data_json", "/dj/data.json", "/dj/data.json", {"/dj/data.json": as_json({"dataset": data_json_rows()})},
    frozenset(row["identifier"] for row in data_json_rows()),
)  # fmt: skip
NEIGHBOUR = "/neighbour/catalog"
SITES = {site.name: site for site in (RDF, PAGES, CKAN, DATA_JSON)}
