"""Portals that run CKAN, read by their Action API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from ..domain.ckan_address import candidates, filters, portal, search_url, start_of, status_url
from ..domain.json_records import NotJsonError, as_rows, as_text, parse_json
from ..domain.sentence import Sentence, quoting
from ..domain.values import SourceRecord
from ..readers.ckan import CkanReader
from .contract import Adapter, Answer, Content, Fetch, FetchError, Found, Order, UnreadableError

__all__ = ["CkanAdapter"]

_PAGE_SIZE = 1000


def N_(text: str) -> str:  # noqa: N802 - the name under which Babel finds message ids
    """Mark a text for translation at the time it is shown."""
    return text


class CkanAdapter(Adapter):
    """The datasets of a CKAN portal, in the order of their ids.

    A record's guid is the dataset's id: it stays when title and address change, and it never equals the guid under
    which the portal's DCAT catalogue names the same dataset, which is an address.

    Options of the source: `organizations` and `groups` (lists of names: only theirs), `fq` (a search filter of CKAN's),
    `page_size` (datasets an answer, 1 to 1,000). The address of an organisation's or group's page means only theirs.
    """

    kind: ClassVar[str] = "rvr_ckan"
    title: ClassVar[str] = N_("CKAN portal (Action API)")
    description: ClassVar[str] = N_("A portal that runs CKAN, read by its API: whole, or only some organisations")
    accept: ClassVar[str] = "application/json"

    def __init__(self, order: Order) -> None:
        super().__init__(order)
        self._portal = portal(order.url)
        self._filter = filters(self._portal, order.options, order.since)
        self._rows = _page_size(order.options.get("page_size"))

    def first_url(self) -> str:
        return search_url(self._portal.site, self._filter, rows=self._rows)

    def is_partial(self) -> bool:
        return self.order.since is not None

    def reader(self) -> CkanReader:
        return CkanReader(self._portal.site)

    def read_page(self, answer: Answer, url: str) -> Content:
        result = _result(answer)
        rows, count = result.get("results"), _count(result)
        if not isinstance(rows, list):
            raise UnreadableError(_NO_ACTION_API)
        # a portal may give fewer than asked for; the next page begins where this one ended
        end = start_of(url) + len(rows)
        more = bool(rows) and (count is None or end < count)
        others = [row for row in rows if _is_other(row)]
        return Content(
            _records(rows, url),
            search_url(self._portal.site, self._filter, rows=self._rows, start=end) if more else None,
            count,
            left_out=len(others),
        )

    @classmethod
    def probe(cls, url: str, fetch: Fetch) -> Found | None:
        place = portal(url)
        for site in candidates(url):
            here = place if site == place.site else portal(site)
            try:
                found = _result(fetch(search_url(site, filters(here, {}), rows=0), accept=cls.accept))
            except (FetchError, UnreadableError):
                continue
            if isinstance(found.get("results"), list):
                address = url.strip() if here.organization or here.group else site
                return Found(cls.kind, address, _site_title(site, fetch), _count(found))
        return None


def _site_title(site: str, fetch: Fetch) -> str:
    try:
        return as_text(_result(fetch(status_url(site), accept=CkanAdapter.accept)).get("site_title"))
    except (FetchError, UnreadableError):  # some portals do not say
        return ""


def _result(answer: Answer) -> dict[str, Any]:
    """What an action returned.

    :raises UnreadableError: it is no answer of CKAN's, or one that says what went wrong
    """
    try:
        envelope = parse_json(answer.body, answer.media_type, answer.charset)
    except NotJsonError as error:
        raise UnreadableError(error.sentence) from error
    if not isinstance(envelope, dict) or "success" not in envelope:
        raise UnreadableError(_NO_ACTION_API)
    result = envelope.get("result")
    if envelope["success"] is not True:
        raise UnreadableError(_refusal(envelope.get("error")))
    if not isinstance(result, dict):
        raise UnreadableError(_NO_ACTION_API)
    return result


_NO_ACTION_API = Sentence(
    "Die Antwort der Quelle ist keine der Action-API von CKAN.",
    "The answer of the source is none of CKAN's Action API.",
)


def _refusal(error: Any) -> Sentence:
    said = next((as_text(row.get("message")) for row in as_rows(error)), "") or as_text(error)
    told = quoting(Sentence("Die Quelle meldet einen Fehler", "The source reports an error"), said)
    return Sentence(
        f"{told.de} Bleibt er, sagen Sie es bitte ihrem Betreiber.",
        f"{told.en} If it stays, please tell its operator.",
    )


def _count(result: dict[str, Any]) -> int | None:
    text = as_text(result.get("count"))
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _records(rows: list[Any], url: str) -> Iterator[SourceRecord]:
    for row in rows:
        if isinstance(row, dict) and not _is_other(row):
            yield SourceRecord(as_text(row.get("id")) or as_text(row.get("name")), url, row, "application/json")
        elif not isinstance(row, dict):
            yield SourceRecord("", url, {}, "application/json")


def _is_other(row: Any) -> bool:
    """Whether it is no public dataset: private, deleted, a draft, or of another type (e.g. a harvest source)."""
    if not isinstance(row, dict):
        return False
    return (
        row.get("private") in (True, "true", "True")
        or (as_text(row.get("state")) or "active") != "active"
        or (as_text(row.get("type")) or "dataset") != "dataset"
    )


def _page_size(value: Any) -> int:
    text = as_text(value)
    return min(max(int(text), 1), _PAGE_SIZE) if text.isdecimal() and len(text) < 10 else _PAGE_SIZE
