"""Hydra paging of DCAT catalogues, in all the forms portals use."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from .statements import Statements, iri, words

__all__ = ["Paging", "read_paging", "same_site"]

_HYDRA = "http://www.w3.org/ns/hydra/core#"
_VIEWS = tuple(iri(_HYDRA + name) for name in ("PartialCollectionView", "PagedCollection", "Collection"))
_NEXT = tuple(iri(_HYDRA + name) for name in ("next", "nextPage"))
_TOTAL = iri(_HYDRA + "totalItems")


class Paging(NamedTuple):
    """Address of the next page, how many datasets the catalogue says it has, and its own address for this page."""

    next_url: str | None = None
    total: int | None = None
    view_url: str = ""


def read_paging(statements: Statements, url: str) -> Paging:
    """Paging statements of one page; links may be literals or addresses, and may be relative to `url`."""
    nodes = list(dict.fromkeys(node for view in _VIEWS for node in statements.of_kind(view)))
    next_url = next(
        (words(link) for node in nodes for name in _NEXT for link in statements.values(node, name)),
        None,
    )
    totals = [words(total).strip() for total in statements.all_values(_TOTAL)]
    total = int(totals[0]) if totals and totals[0].isdigit() else None
    view_url = next((words(node) for node in nodes if node[0] == "<"), "")
    return Paging(_joined(url, next_url) if next_url else None, total, view_url)


def same_site(url: str, other: str) -> bool:
    """Whether both addresses are of one owner: the same host or hosts of one domain (data.example.org and
    www.example.org), and the same port; http and https do not matter.
    """
    one, two = _parts(url), _parts(other)
    if not (one and two and one.hostname and two.hostname):
        return False
    return (_port(one), _domain(one)) == (_port(two), _domain(two))


def _parts(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _joined(url: str, link: str) -> str:
    try:
        return urljoin(url, link.strip())
    except ValueError:  # no address at all: kept, so that it can be shown
        return link


def _port(parts: SplitResult) -> int | None:
    try:
        return None if parts.port in (80, 443) else parts.port
    except ValueError:
        return -1


def _domain(parts: SplitResult) -> str:
    """What one registers. Without a list of all registries: two labels, three under a short one (co.uk, nrw.de)."""
    host = (parts.hostname or "").rstrip(".")
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit():
        return host
    return ".".join(labels[-3 if len(labels[-2:][0]) <= 3 else -2 :])
