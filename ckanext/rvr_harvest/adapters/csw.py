"""Geodata catalogues with a catalogue service (CSW 2.0.2) that delivers ISO 19139: GeoNetwork, InGrid, pycsw and others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from ..domain.csw_address import (
    capabilities_url,
    endpoint,
    likely_endpoints,
    next_start,
    records_url,
    start_of,
    with_sorting,
)
from ..domain.json_records import as_text, as_texts
from ..domain.paging import same_site
from ..domain.sentence import Sentence, quoting
from ..domain.values import SourceRecord
from ..domain.xml_records import Element, NotXmlError, is_element, local_name, parse_xml
from ..readers.iso19139 import IsoReader, level, record_identifier
from .contract import Adapter, Answer, Content, Fetch, FetchError, Found, Order, UnreadableError
from .json_answers import short_guid

__all__ = ["CswAdapter"]

_PAGE_SIZE = 100
_LARGEST_PAGE = 500
# names servers know an identifier by, for records in a fixed order
_SORT_BY = ("apiso:Identifier", "dc:identifier", "Identifier")
_METADATA = frozenset({"MD_Metadata", "MI_Metadata"})
_ACCEPT = "application/xml, text/xml;q=0.9, */*;q=0.1"


def N_(text: str) -> str:  # noqa: N802 - the name under which Babel finds message ids
    """Mark a text for translation at the time it is shown."""
    return text


class CswAdapter(Adapter):
    """The records of a catalogue service, many in one answer, each in full.

    Records are asked for in the order of their identifiers where the server can do that: a catalogue that changes
    while it is read then moves no record to a page that was read before.

    Options of the source: `levels` (list of what records may be about: dataset, series, service, …; without it all),
    `page_size` (records an answer, 1 to 500), `cql` (a filter in CQL), `sort` (name of the property to sort by, false
    for none; without it the server is asked which it knows).
    """

    kind: ClassVar[str] = "rvr_csw"
    title: ClassVar[str] = N_("Geodata catalogue (CSW)")
    description: ClassVar[str] = N_(
        "A catalogue service (CSW 2.0.2) with metadata in ISO 19139, e.g. GeoNetwork or InGrid"
    )
    accept: ClassVar[str] = _ACCEPT

    def __init__(self, order: Order) -> None:
        super().__init__(order)
        self._service = endpoint(order.url)
        self._rows = _page_size(order.options.get("page_size"))
        self._cql = as_text(order.options.get("cql"))
        self._levels = frozenset(name.lower() for name in as_texts(order.options.get("levels")))
        self._sort_by = ""

    def first_url(self) -> str:
        self._sort_by = self._sorting()
        return self._url(1)

    def reader(self) -> IsoReader:
        return IsoReader()

    def read_page(self, answer: Answer, url: str) -> Content:
        results = _results(_root(answer))
        elements = [child for child in results if is_element(child)]
        ours = [element for element in elements if local_name(element) in _METADATA]
        if elements and not ours:
            raise UnreadableError(
                Sentence(
                    "Der Katalogdienst liefert keine Metadaten nach ISO 19139.",
                    "The catalogue service delivers no metadata in ISO 19139.",
                )
            )
        wanted = [element for element in ours if not self._levels or level(element).lower() in self._levels]
        matched = _number(results, "numberOfRecordsMatched")
        following = next_start(start_of(url), len(elements), self._rows, matched, _number(results, "nextRecord"))
        return Content(
            [
                SourceRecord(short_guid(record_identifier(element)), url, element, "application/xml")
                for element in wanted
            ],
            self._url(following) if following else None,
            matched,
            left_out=len(ours) - len(wanted),
        )

    @classmethod
    def probe(cls, url: str, fetch: Fetch) -> Found | None:
        for service in likely_endpoints(url):
            try:
                root = _root(fetch(capabilities_url(service), accept=_ACCEPT))
            except (FetchError, UnreadableError):
                continue
            if local_name(root) != "Capabilities" or "/csw/" not in str(root.tag):
                continue
            for address in _where_to_ask(root, service):
                total = _hits(records_url(address, rows=1, hits=True), fetch)
                if total is not None:
                    return Found(cls.kind, address, _title(root), total)
            return Found(cls.kind, service, _title(root))
        return None

    def _url(self, start: int) -> str:
        return with_sorting(records_url(self._service, rows=self._rows, start=start, cql=self._cql), self._sort_by)

    def _sorting(self) -> str:
        """Name of the property to sort by; nothing where the server cannot sort."""
        option = self.order.options.get("sort")
        if option is not None:
            return option if isinstance(option, str) else ""
        question = records_url(self._service, rows=1, cql=self._cql, hits=True)
        for name in _SORT_BY:
            try:
                _results(_root(self.order.fetch(with_sorting(question, name), accept=_ACCEPT)))
            except UnreadableError:
                continue
            except FetchError as error:
                if error.status is None:  # it does not answer at all: the first page will say so
                    break
            else:
                return name
        return ""


def _root(answer: Answer) -> Element:
    """The answer's root element.

    :raises UnreadableError: it is no XML, or an error message of the service
    """
    try:
        root = parse_xml(answer.body, answer.charset)
    except NotXmlError as error:
        raise UnreadableError(error.sentence) from error
    if local_name(root).lower() == "html":
        raise UnreadableError(
            Sentence(
                "Die Quelle hat eine Webseite (HTML) statt Metadaten (XML) geschickt.",
                "The source sent a web page (HTML) instead of metadata (XML).",
            )
        )
    if local_name(root) in ("ExceptionReport", "ServiceExceptionReport"):
        told = Sentence("Der Katalogdienst meldet einen Fehler", "The catalogue service reports an error")
        raise UnreadableError(quoting(told, " ".join(str(text) for text in root.itertext())))
    return root


def _results(root: Element) -> Element:
    results = next((child for child in root if is_element(child) and local_name(child) == "SearchResults"), None)
    if results is None:
        raise UnreadableError(
            Sentence(
                "Die Antwort der Quelle ist keine eines Katalogdienstes (CSW).",
                "The answer of the source is none of a catalogue service (CSW).",
            )
        )
    return results


def _hits(url: str, fetch: Fetch) -> int | None:
    """How many records a question finds, or none if it gets no answer."""
    try:
        return _number(_results(_root(fetch(url, accept=_ACCEPT))), "numberOfRecordsMatched")
    except (FetchError, UnreadableError):
        return None


def _where_to_ask(capabilities: Element, service: str) -> Iterable[str]:
    """Where it answered, and where it says it wants to be asked for records."""
    yield service
    for operation in capabilities.iterfind("{*}OperationsMetadata/{*}Operation"):
        if operation.get("name") != "GetRecords":
            continue
        for get in operation.iterfind("{*}DCP/{*}HTTP/{*}Get"):
            address = next((str(value) for key, value in get.attrib.items() if str(key).endswith("href")), "")
            if same_site(service, address) and endpoint(address) != service:
                yield endpoint(address)


def _title(capabilities: Element) -> str:
    return " ".join((capabilities.findtext("{*}ServiceIdentification/{*}Title") or "").split())[:200]


def _number(element: Element, name: str) -> int | None:
    value = (element.get(name) or "").strip()
    return int(value) if value.isdecimal() and len(value) < 10 else None


def _page_size(value: Any) -> int:
    text = as_text(value)
    return min(max(int(text), 1), _LARGEST_PAGE) if text.isdecimal() and len(text) < 10 else _PAGE_SIZE
