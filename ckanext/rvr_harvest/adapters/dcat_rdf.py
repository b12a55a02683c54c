"""Portals that publish DCAT-AP as RDF: one file, or pages linked by Hydra."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rdflib.namespace import DCAT, DCTERMS

from ..domain.charset import decode
from ..domain.paging import Paging, read_paging
from ..domain.rdf import NotRdfError, read
from ..domain.rdf_address import alternates, asks_for_changes, catalogues, changes_url
from ..domain.sentence import Sentence
from ..domain.statements import Statements, iri, words
from ..domain.values import Page, SourceRecord
from ..readers.rdf import RdfReader, Subject
from .contract import Adapter, Answer, Content, Fetch, FetchError, Found, Order, UnreadableError

__all__ = ["DcatRdfAdapter"]

_DATASET_KINDS = (iri(DCAT.Dataset), iri("http://www.w3.org/ns/dcat#DatasetSeries"))
_CATALOG, _DATASET, _TITLE = iri(DCAT.Catalog), iri(DCAT.dataset), iri(DCTERMS.title)


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
            statements = read(answer.body, answer.media_type, url, answer.charset)
        except NotRdfError as error:
            raise UnreadableError(error.sentence) from error
        paging = read_paging(statements, url)
        records = list(_records(statements, url))
        if not records and not paging.next_url and not _is_catalogue(statements):
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
        statements = read(answer.body, answer.media_type, url, answer.charset)
    except NotRdfError:
        return None, alternates(decode(answer.body[:200_000], answer.charset), answer.url)
    datasets = _datasets(statements)
    if not _is_catalogue(statements) and not (alone and datasets):
        return None, []
    paging = read_paging(statements, url)
    expected = paging.total if paging.total is not None or paging.next_url else len(datasets)
    return Found(DcatRdfAdapter.kind, url, _catalogue_title(statements), expected), []


def _catalogue_title(statements: Statements) -> str:
    titles = [title for node in statements.of_kind(_CATALOG) for title in statements.values(node, _TITLE)]
    titles.sort(key=lambda title: (not title.endswith('"@de'), title))
    return " ".join(words(titles[0]).split()) if titles else ""


def _records(statements: Statements, url: str) -> Iterator[SourceRecord]:
    return (
        SourceRecord(_guid(statements, name), url, Subject(statements, name), "application/n-triples")
        for name in _datasets(statements)
    )


def _datasets(statements: Statements) -> list[str]:
    """Datasets in the order of the page; also those only the catalogue calls so."""
    found = [name for kind in _DATASET_KINDS for name in statements.of_kind(kind)]
    listed = [name for name in statements.all_values(_DATASET) if name in statements]
    return list(dict.fromkeys((*found, *listed)))


def _guid(statements: Statements, name: str) -> str:
    """The dataset's address, else its identifier, else (so that it is found again) its title."""
    if name[0] == "<" and words(name).strip():
        return words(name)
    for predicate in (iri(DCTERMS.identifier), _TITLE):
        for value in sorted(words(value).strip() for value in statements.values(name, predicate)):
            if value:
                return value
    return ""


def _is_catalogue(statements: Statements) -> bool:
    return bool(statements.of_kind(_CATALOG))
