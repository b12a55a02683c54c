"""Portals that publish DCAT-AP as RDF: one file, or pages linked by Hydra."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF
from rdflib.term import Node

from ..domain.charset import decode
from ..domain.fingerprint import index_graph
from ..domain.paging import Paging, read_paging
from ..domain.rdf import NotRdfError, parse
from ..domain.rdf_address import alternates, asks_for_changes, catalogues, changes_url
from ..domain.sentence import Sentence
from ..domain.values import Page, SourceRecord
from ..readers.rdf import GraphNode, RdfReader
from .contract import Adapter, Answer, Content, Fetch, FetchError, Found, Order, UnreadableError

__all__ = ["DcatRdfAdapter"]

_DATASET_KINDS = (DCAT.Dataset, URIRef("http://www.w3.org/ns/dcat#DatasetSeries"))


def N_(text: str) -> str:  # noqa: N802 - the name under which Babel finds message ids
    """Mark a text for translation at the time it is shown."""
    return text


class DcatRdfAdapter(Adapter):
    """A catalogue in RDF. A page whose body is the same byte for byte is not even parsed.

    A portal that offers `modified_since`, as ckanext-dcat does, is asked for changes only where that is enough. It
    must show that it heard: otherwise its answer is put aside, and the whole catalogue is read.
    """

    kind: ClassVar[str] = "rvr_dcat_rdf"
    title: ClassVar[str] = N_("DCAT-AP.de catalogue (RDF)")
    description: ClassVar[str] = N_(
        "A catalogue in DCAT-AP or DCAT-AP.de as RDF/XML, Turtle or JSON-LD, with or without pages"
    )
    accept: ClassVar[str] = (
        "application/rdf+xml, text/turtle;q=0.9, application/ld+json;q=0.8, text/n3;q=0.7, */*;q=0.1"
    )

    def __init__(self, order: Order) -> None:
        super().__init__(order)
        self._changes = changes_url(order.url, order.since) if order.since else None

    def first_url(self) -> str:
        return self._changes or self.order.url

    def is_partial(self) -> bool:
        return self._changes is not None

    def reader(self) -> RdfReader:
        return RdfReader()

    def _page(self, url: str, *, first: bool) -> Page:
        try:
            return super()._page(url, first=first)
        except (FetchError, UnreadableError):
            if not (first and self._changes):
                raise
            self._changes = None
            return Page(url, "", self.order.url)

    def read_page(self, answer: Answer, url: str) -> Content:
        try:
            graph = parse(answer.body, answer.media_type, url, answer.charset)
        except NotRdfError as error:
            raise UnreadableError(error.sentence) from error
        paging = read_paging(graph, url)
        records = list(_records(graph, url))
        if not records and not paging.next_url and not _is_catalogue(graph):
            raise UnreadableError(_NO_CATALOGUE)
        if url == self._changes and records and not _heard(paging):
            self._changes = None
            return Content((), self.order.url)
        return Content(records, paging.next_url, paging.total)

    @classmethod
    def probe(cls, url: str, fetch: Fetch) -> Found | None:
        found, others = _look(url, fetch, alone=True)
        if found:
            return found
        for address in dict.fromkeys((*others, *catalogues(url))):
            found, _others = _look(address, fetch)
            if found:
                return found
        return None


_NO_CATALOGUE = Sentence(
    "Die Antwort der Quelle ist RDF, aber kein Katalog von Datensätzen.",
    "The answer of the source is RDF, but no catalogue of datasets.",
)


def _heard(paging: Paging) -> bool:
    """Whether a catalogue that was asked for changes says of its pages that they hold changes."""
    return asks_for_changes(paging.next_url or "") or asks_for_changes(paging.view_url)


def _look(url: str, fetch: Fetch, *, alone: bool = False) -> tuple[Found | None, list[str]]:
    """The catalogue at an address, or else the addresses of RDF that the web page there names.

    :param alone: whether datasets without a catalogue around them will do, too
    """
    try:
        answer = fetch(url, accept=DcatRdfAdapter.accept)
    except FetchError:
        return None, []
    try:
        graph = parse(answer.body, answer.media_type, url, answer.charset)
    except NotRdfError:
        return None, alternates(decode(answer.body[:200_000], answer.charset), answer.url)
    datasets = _datasets(graph)
    if not _is_catalogue(graph) and not (alone and datasets):
        return None, []
    paging = read_paging(graph, url)
    expected = paging.total if paging.total is not None or paging.next_url else len(datasets)
    return Found(DcatRdfAdapter.kind, url, _catalogue_title(graph), expected), []


def _catalogue_title(graph: Graph) -> str:
    titles = [title for node in graph.subjects(RDF.type, DCAT.Catalog) for title in graph.objects(node, DCTERMS.title)]
    titles.sort(key=lambda title: (getattr(title, "language", None) != "de", str(title)))
    return " ".join(str(titles[0]).split()) if titles else ""


def _records(graph: Graph, url: str) -> Iterator[SourceRecord]:
    index = index_graph(graph)
    return (
        SourceRecord(_guid(graph, node), url, GraphNode(graph, node, index), "application/n-triples")
        for node in _datasets(graph)
    )


def _datasets(graph: Graph) -> list[Node]:
    """Datasets in the order of the page; also those only the catalogue calls so."""
    found = [node for kind in _DATASET_KINDS for node in graph.subjects(RDF.type, kind)]
    listed = [node for node in graph.objects(None, DCAT.dataset) if (node, None, None) in graph]
    return list(dict.fromkeys((*found, *listed)))


def _guid(graph: Graph, node: Node) -> str:
    """The dataset's address, else its identifier, else (so that it is found again) its title."""
    if isinstance(node, URIRef) and str(node).strip():
        return str(node)
    for predicate in (DCTERMS.identifier, DCTERMS.title):
        for value in sorted(str(value).strip() for value in graph.objects(node, predicate)):
            if value:
                return value
    return ""


def _is_catalogue(graph: Graph) -> bool:
    return any(graph.subjects(RDF.type, DCAT.Catalog))
