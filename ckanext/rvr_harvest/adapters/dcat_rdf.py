"""Portals that publish DCAT-AP as RDF: one file, or pages linked by Hydra."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF
from rdflib.term import Node

from ..domain.fingerprint import index_graph
from ..domain.paging import read_paging
from ..domain.rdf import NotRdfError, parse
from ..domain.sentence import Sentence
from ..domain.values import SourceRecord
from ..readers.rdf import GraphNode, RdfReader
from .contract import Adapter, Answer, Content, Fetch, Found, UnreadableError

__all__ = ["DcatRdfAdapter"]

_DATASET_KINDS = (DCAT.Dataset, URIRef("http://www.w3.org/ns/dcat#DatasetSeries"))


def N_(text: str) -> str:  # noqa: N802 - the name under which Babel finds message ids
    """Mark a text for translation at the time it is shown."""
    return text


class DcatRdfAdapter(Adapter):
    """A catalogue in RDF. A page whose body is the same byte for byte is not even parsed."""

    kind: ClassVar[str] = "rvr_dcat_rdf"
    title: ClassVar[str] = N_("DCAT-AP.de catalogue (RDF)")
    description: ClassVar[str] = N_(
        "A catalogue in DCAT-AP or DCAT-AP.de as RDF/XML, Turtle or JSON-LD, with or without pages"
    )
    accept: ClassVar[str] = (
        "application/rdf+xml, text/turtle;q=0.9, application/ld+json;q=0.8, text/n3;q=0.7, */*;q=0.1"
    )

    def reader(self) -> RdfReader:
        return RdfReader()

    def read_page(self, answer: Answer, url: str) -> Content:
        try:
            graph = parse(answer.body, answer.media_type, url, answer.charset)
        except NotRdfError as error:
            raise UnreadableError(error.sentence) from error
        paging = read_paging(graph, url)
        records = list(_records(graph, url))
        if not records and not paging.next_url and not _is_catalogue(graph):
            raise UnreadableError(
                Sentence(
                    "Die Antwort der Quelle ist RDF, aber kein Katalog von Datensätzen.",
                    "The answer of the source is RDF, but no catalogue of datasets.",
                )
            )
        return Content(records, paging.next_url, paging.total)

    @classmethod
    def probe(cls, url: str, fetch: Fetch) -> Found | None:
        return None


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
