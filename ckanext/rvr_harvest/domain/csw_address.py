"""Addresses of a catalogue service (CSW 2.0.2, questions as key-value pairs), and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

__all__ = ["capabilities_url", "endpoint", "likely_endpoints", "next_start", "records_url", "start_of", "with_sorting"]

_GMD = "http://www.isotc211.org/2005/gmd"
# all a question may consist of; other parts of an address (map=…) belong to the server
_QUESTION = frozenset(
    {
        "service", "version", "acceptversions", "request", "typenames", "resulttype", "outputschema", "outputformat",
        "elementsetname", "startposition", "maxrecords", "namespace", "sortby", "constraint", "constraintlanguage",
        "constraint_language_version", "id",
    }
)  # fmt: skip
_PATHS = ("/srv/ger/csw", "/csw", "/geonetwork/srv/ger/csw", "/srv/eng/csw", "/geonetwork/srv/eng/csw")


def endpoint(url: str) -> str:
    """The address of the service itself, without the question that somebody copied along."""
    parts = urlsplit(url.strip())
    kept = [(key, value) for key, value in parse_qsl(parts.query, True) if key.lower() not in _QUESTION]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), ""))


def likely_endpoints(url: str) -> list[str]:
    """Addresses under which a portal's service may answer, the likeliest first."""
    given = endpoint(url)
    parts = urlsplit(given)
    host = f"{parts.scheme}://{parts.netloc}"
    root = host + parts.path.partition("/srv/")[0].rstrip("/") if "/srv/" in parts.path else host
    if parts.path.rstrip("/").lower().endswith("csw"):
        return [given]
    return list(dict.fromkeys((given, *(base + path for base in (root, host) for path in _PATHS))))[:7]


def capabilities_url(service: str) -> str:
    """The question what a service can do."""
    return _asked(service, {"service": "CSW", "version": "2.0.2", "request": "GetCapabilities"})


def records_url(service: str, *, rows: int, start: int = 1, cql: str = "", hits: bool = False) -> str:
    """The question for records in full, in ISO 19139; with `hits` only for their number."""
    question = {
        "service": "CSW", "version": "2.0.2", "request": "GetRecords", "typeNames": "gmd:MD_Metadata",
        "namespace": f"xmlns(gmd={_GMD})", "resultType": "hits" if hits else "results", "outputSchema": _GMD,
        "elementSetName": "full", "startPosition": str(start), "maxRecords": str(rows),
    }  # fmt: skip
    if cql:
        question |= {"constraintLanguage": "CQL_TEXT", "constraint_language_version": "1.1.0", "constraint": cql}
    return _asked(service, question)


def with_sorting(url: str, by: str) -> str:
    """The same question with an order; `by` is empty or the name of a property."""
    return f"{url}&{urlencode({'sortBy': f'{by}:A'})}" if by else url


def start_of(url: str) -> int:
    """Position (from 1) of the first record that an address asks for."""
    value = dict(parse_qsl(urlsplit(url).query)).get("startPosition", "1")
    return int(value) if value.isdecimal() and len(value) < 10 else 1


def next_start(start: int, came: int, rows: int, matched: int | None, named: int | None) -> int | None:
    """Position of the first record of the next page, or none at the end.

    The server's own word (`named`, `nextRecord`) counts only where it goes on from what came: zero before the end,
    or a number far ahead or behind, occur.

    :param came: how many records the answer held
    :param rows: how many were asked for
    :param matched: how many there are in all, if the server says so
    """
    if named and start + came <= named <= start + max(rows, came) and named > start:
        return named if matched is None or named <= matched else None
    if not came:
        return None
    if matched is None:
        return start + came if came >= rows and named != 0 else None
    return start + came if start + came <= matched else None


def _asked(service: str, question: Mapping[str, str]) -> str:
    parts = urlsplit(service)
    query = "&".join(filter(None, (parts.query, urlencode(question))))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
