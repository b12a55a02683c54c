"""Portals that publish DCAT-AP as RDF: one file, or pages linked by Hydra."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol

from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF
from rdflib.term import Node

from ..domain.fingerprint import index_graph
from ..domain.paging import read_paging, same_site
from ..domain.rdf import NotRdfError, parse
from ..domain.sentence import NOTHING, Sentence
from ..domain.values import Crawl, Finding, KnownPage, Page, SourceRecord

__all__ = ["ACCEPT", "DcatRdfAdapter", "FetchError", "GraphNode"]

ACCEPT = "application/rdf+xml, text/turtle;q=0.9, application/ld+json;q=0.8, text/n3;q=0.7, */*;q=0.1"
_DATASET_KINDS = (DCAT.Dataset, URIRef("http://www.w3.org/ns/dcat#DatasetSeries"))


class _Answer(Protocol):
    @property
    def url(self) -> str: ...
    @property
    def body(self) -> bytes: ...
    @property
    def media_type(self) -> str: ...
    @property
    def charset(self) -> str | None: ...


class GraphNode(NamedTuple):
    """A described node, the graph of its page, and that graph's statements by subject."""

    graph: Graph
    node: Node
    index: Mapping[Node, list[tuple[Node, Node]]]


class FetchError(Exception):
    """The answer did not come; `sentence` says why to people."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


class DcatRdfAdapter:
    """Crawls one catalogue. Iterate over `pages()`, then read `crawl`.

    `fetch` gets an address and raises FetchError; `known` are the pages of the last run by address: one whose body
    is the same byte for byte is not even parsed.
    """

    def __init__(
        self,
        url: str,
        fetch: Callable[[str], _Answer],
        known: Mapping[str, KnownPage] | None = None,
        max_pages: int = 1000,
    ) -> None:
        self._url = url
        self._fetch = fetch
        self._known = known or {}
        self._max_pages = max_pages
        # where pages may lie: at the source, and where it sends us with its first answer
        self._homes = [url]
        self._guids: set[str] = set()
        self._unread = 0
        self._expected: int | None = None
        self.crawl = Crawl(
            complete=False,
            expected=None,
            seen=0,
            problem=Sentence("Die Quelle wurde noch nicht gelesen.", "The source was not read yet."),
        )

    def pages(self) -> Iterator[Page]:
        """The catalogue page by page. Never raises for what a portal may send; `crawl` tells how it ended."""
        url: str | None = self._url
        visited: set[str] = set()
        problem = NOTHING
        while url and not problem:
            if url in visited:
                problem = Sentence(
                    "Die Seiten der Quelle verweisen im Kreis aufeinander.",
                    "The pages of the source refer to each other in a circle.",
                )
            elif len(visited) >= self._max_pages:
                problem = Sentence(
                    f"Die Quelle hat mehr als {self._max_pages} Seiten.",
                    f"The source has more than {self._max_pages} pages.",
                )
            elif not any(same_site(home, url) for home in self._homes):
                problem = Sentence(
                    f"Die Quelle verweist für die nächste Seite auf einen anderen Server ({url[:200]}); "
                    "dort wird nicht gelesen.",
                    f"The source refers to another server for the next page ({url[:200]}); that one is not read.",
                )
            else:
                visited.add(url)
                try:
                    page = self._page(url)
                except (FetchError, NotRdfError) as error:
                    problem = _at_page(len(visited), error.sentence)
                else:
                    yield page
                    url = page.next_url
        self.crawl = self._ended(problem)

    def _ended(self, problem: Sentence) -> Crawl:
        seen = len(self._guids) + self._unread
        if not problem and not seen:
            problem = Sentence(
                "Der Katalog der Quelle enthält keinen Datensatz.",
                "The catalogue of the source holds no dataset.",
            )
        if self._expected is not None and 0 < seen < self._expected:
            problem = Sentence(
                f"{problem.de} Die Quelle nennt {self._expected} Datensätze, geliefert hat sie {seen}.".strip(),
                f"{problem.en} The source announces {self._expected} datasets, it delivered {seen}.".strip(),
            )
        return Crawl(complete=not problem, expected=self._expected, seen=seen, problem=problem)

    def _page(self, url: str) -> Page:
        answer = self._fetch(url)
        if url == self._url:
            self._homes.append(answer.url)
        body_hash = hashlib.sha256(answer.body).hexdigest()
        known = self._known.get(url)
        if known and known.body_hash == body_hash:
            self._expect(known.expected)
            self._unread += known.count
            return Page(
                url,
                body_hash,
                known.next_url,
                known.expected,
                known.count,
                unchanged=True,
            )
        graph = parse(answer.body, answer.media_type, url, getattr(answer, "charset", None))
        paging = read_paging(graph, url)
        self._expect(paging.total)
        records, findings = self._records(graph, url)
        if not records and not paging.next_url and not _is_catalogue(graph):
            raise NotRdfError(
                Sentence(
                    "Die Antwort der Quelle ist RDF, aber kein Katalog von Datensätzen.",
                    "The answer of the source is RDF, but no catalogue of datasets.",
                )
            )
        return Page(
            url,
            body_hash,
            paging.next_url,
            paging.total,
            len(records),
            records=records,
            findings=findings,
        )

    def _expect(self, total: int | None) -> None:
        if total is not None:
            self._expected = max(total, self._expected or 0)

    def _records(self, graph: Graph, url: str) -> tuple[tuple[SourceRecord, ...], tuple[Finding, ...]]:
        index = index_graph(graph)
        records: list[SourceRecord] = []
        findings: list[Finding] = []
        for node in _datasets(graph):
            guid = _guid(graph, node)
            if not guid:
                findings.append(Finding("nothing_usable", "error", "identifier"))
            elif guid in self._guids:
                findings.append(Finding("duplicate_guid", "warning", "identifier", guid))
            else:
                self._guids.add(guid)
                records.append(
                    SourceRecord(
                        guid,
                        url,
                        GraphNode(graph, node, index),
                        "application/n-triples",
                    )
                )
        return tuple(records), tuple(findings)


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


def _at_page(number: int, sentence: Sentence) -> Sentence:
    return sentence if number == 1 else Sentence(f"Seite {number}: {sentence.de}", f"Page {number}: {sentence.en}")
