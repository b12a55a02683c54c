"""The catalogue as documents: pages of it, of an organisation's part, and single datasets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk

from . import config
from .description import Describer, PublicBody, Site
from .domain.formats import FORMATS, write
from .domain.tree import Described, Iri, Name, Node, Text, Value, address
from .shared import MAPPING_VERSION

__all__ = ["PROFILES", "Page", "fingerprint", "write_dataset", "write_page"]

# version of DCAT-AP.de by the profile's name
PROFILES = {"dcat_ap_de_3": 3, "dcat_ap_de_2": 2}
# raise it whenever something is written differently: consumers then fetch everything anew
WRITING_VERSION = "1"

_THEMES = "http://publications.europa.eu/resource/authority/data-theme"
_LANGUAGES = {
    "de": "http://publications.europa.eu/resource/authority/language/DEU",
    "en": "http://publications.europa.eu/resource/authority/language/ENG",
}


class Page(NamedTuple):
    """One page of a catalogue.

    :ivar datasets: dataset dicts
    :ivar body: the organisation whose part of the catalogue it is; none for the whole
    :ivar paging: addresses of this and the other pages (`current`, `first`, `last`, `next`, `previous`), the number of
        all datasets (`count`) and of those on a page (`items_per_page`); empty without pages
    """

    datasets: Sequence[dict[str, Any]]
    body: PublicBody | None
    paging: dict[str, Any]


def write_page(page: Page, site: Site, version: int, format: str) -> str:
    """The page in one of the formats."""
    describer = Describer(site, version)
    whole = Described()
    iris = [_join(whole, describer, package) for package in page.datasets]
    publisher = _publisher(page, site)
    whole.shared.setdefault(publisher.iri or Iri(""), publisher)
    whole.classes.setdefault(Iri(site.url + "/"), {})["foaf:Document"] = None
    nodes = [_catalog(page, site, publisher, iris), *_paging(page.paging), *whole.own.values(), *whole.shared.values()]
    return _write(nodes, whole, format)


def write_dataset(package: dict[str, Any], site: Site, version: int, format: str) -> str:
    """One dataset in one of the formats."""
    described = Describer(site, version).dataset(package)
    return _write([*described.own.values(), *described.shared.values()], described, format)


def fingerprint(found: Iterable[tuple[str, str]], site: Site, *more: Any) -> str:
    """A short text that changes whenever the document would: of (id, time of the last change) of its datasets."""
    told = (*list(found), *more, site.contributor_id, site.license, config.publisher_name(), config.publisher_uri())
    bodies = sorted(site.bodies.values())
    text = json.dumps([WRITING_VERSION, MAPPING_VERSION, site.url, bodies, *told], default=str)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _write(nodes: list[Node], described: Described, format: str) -> str:
    nodes += [Node(iri, [("rdf:type", Name(one)) for one in classes]) for iri, classes in described.classes.items()]
    piece = FORMATS[format].piece
    return write(format, (piece(node) for node in nodes))


def _join(whole: Described, describer: Describer, package: dict[str, Any]) -> Iri:
    """Add a dataset to the page. What says something else about a known address is written without that address."""
    described = describer.dataset(package)
    others = {**whole.own, **whole.shared}
    clashes = {iri for iri in described.own if iri in others}
    clashes |= {iri for iri, node in described.shared.items() if iri in others and others[iri] != node}
    if clashes:
        described = describer.dataset(package, clashes)
    whole.own |= described.own
    whole.shared |= described.shared
    for iri, classes in described.classes.items():
        whole.classes.setdefault(iri, {}).update(classes)
    return next(iter(described.own))


def _catalog(page: Page, site: Site, publisher: Node, iris: list[Iri]) -> Node:
    title = tk.config["ckan.site_title"] or "CKAN"
    iri = Iri(site.url)
    if page.body:
        title, iri = f"{page.body.title} – {title}", Iri(f"{page.body.iri}#catalog")
    description = tk.config["ckan.site_description"] or title
    statements: list[tuple[str, Value | None]] = [
        ("rdf:type", Name("dcat:Catalog")),
        ("dct:title", Text(title)),
        ("dct:description", Text(description)),
        ("dct:publisher", publisher.iri),
        ("dct:language", address(_LANGUAGES.get(tk.config["ckan.locale_default"][:2]))),
        ("foaf:homepage", Iri(site.url + "/")),
        ("dcat:themeTaxonomy", Iri(_THEMES)),
        *(("dcat:dataset", iri) for iri in iris),
    ]
    return Node(iri, [(name, value) for name, value in statements if value])


def _publisher(page: Page, site: Site) -> Node:
    if page.body:
        return _agent(page.body)
    iri = address(config.publisher_uri()) or f"{site.url}/#publisher"
    return _agent(PublicBody(iri, config.publisher_name(), config.publisher_email(), site.url))


def _agent(body: PublicBody) -> Node:
    parts: list[tuple[str, Value | None]] = [
        ("rdf:type", Name("foaf:Agent")),
        ("foaf:name", Text(body.title)),
        ("foaf:mbox", address(f"mailto:{body.email}") if body.email else None),
        ("foaf:homepage", address(body.url)),
    ]
    return Node(Iri(body.iri), [(name, value) for name, value in parts if value])


def _paging(paging: dict[str, Any]) -> list[Node]:
    if not paging:
        return []
    node = Node(Iri(paging["current"]), [("rdf:type", Name("hydra:PagedCollection"))])
    for name in ("first", "last", "next", "previous"):
        if name in paging:
            # the first of the two is the older name, which some harvesters still look for
            node.statements += [(f"hydra:{name}Page", Iri(paging[name])), (f"hydra:{name}", Iri(paging[name]))]
    for name, number in (("totalItems", paging["count"]), ("itemsPerPage", paging["items_per_page"])):
        node.statements.append((f"hydra:{name}", Text(str(number), "xsd:integer")))
    return [node]
