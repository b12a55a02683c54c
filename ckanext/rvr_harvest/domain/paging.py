"""Hydra paging of DCAT catalogues, in all the forms portals use."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from rdflib import Graph, URIRef
from rdflib.namespace import RDF

__all__ = ["Paging", "read_paging", "same_site"]

_HYDRA = "http://www.w3.org/ns/hydra/core#"
_VIEWS = tuple(URIRef(_HYDRA + name) for name in ("PartialCollectionView", "PagedCollection", "Collection"))
_NEXT = tuple(URIRef(_HYDRA + name) for name in ("next", "nextPage"))
_TOTAL = URIRef(_HYDRA + "totalItems")


class Paging(NamedTuple):
    """Address of the next page, and how many datasets the catalogue says it has."""

    next_url: str | None = None
    total: int | None = None


def read_paging(graph: Graph, url: str) -> Paging:
    """Paging statements of one page; links may be literals or addresses, and may be relative to `url`."""
    nodes = list(dict.fromkeys(node for view in _VIEWS for node in graph.subjects(RDF.type, view)))
    next_url = next(
        (str(link) for node in nodes for name in _NEXT for link in graph.objects(node, name)),
        None,
    )
    totals = [str(total) for total in graph.objects(None, _TOTAL)]
    total = int(totals[0]) if totals and totals[0].isdigit() else None
    return Paging(urljoin(url, next_url.strip()) if next_url else None, total)


def same_site(url: str, other: str) -> bool:
    """Whether both addresses are of one server: same host (www. does not matter) and port."""
    return _site(url) == _site(other)


def _site(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    return (parts.hostname or "").removeprefix("www."), None if port in (
        80,
        443,
    ) else port
