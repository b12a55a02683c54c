"""Addresses of CKAN portals: where the portal begins, and which question lists its datasets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlencode, urlsplit, urlunsplit

from .json_records import as_texts

__all__ = ["OVERLAP", "Portal", "candidates", "filters", "portal", "search_url", "start_of", "status_url"]

# Clocks differ and an index lags behind: what changed shortly before the last run is asked for again.
OVERLAP = timedelta(hours=1)

# a page of the portal that somebody copied from the browser, or an address of its API
_INSIDE = re.compile(
    r"/(?:api(?:/.*)?|dataset(?:/.*)?|(?P<kind>organization|group)(?:/(?P<name>[^/]+).*)?|catalog\.\w+)$"
)
_MAX_ROWS = 1000


class Portal(NamedTuple):
    """Address of a portal without a slash at its end; organisation or group if the address was that of its page."""

    site: str
    organization: str = ""
    group: str = ""


def portal(address: str) -> Portal:
    """Where the portal begins whose address, or that of one of its pages, is given."""
    parts = _split(address)
    path = parts.path.rstrip("/")
    found = _INSIDE.search(path)
    site = urlunsplit((parts.scheme, parts.netloc, path[: found.start()] if found else path, "", ""))
    name = unquote(found["name"] or "") if found and found["kind"] else ""
    return Portal(
        site,
        name if found and found["kind"] == "organization" else "",
        name if found and found["kind"] == "group" else "",
    )


def candidates(address: str) -> list[str]:
    """Addresses under which a portal may begin: the one given, its parent, and the host's own; at most three."""
    site = portal(address).site
    parts = _split(site)
    root = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
    parent = urlunsplit((parts.scheme, parts.netloc, parts.path.rpartition("/")[0], "", ""))
    return list(dict.fromkeys((site, parent, root)))


def status_url(site: str) -> str:
    """The question what the portal says of itself."""
    return f"{site}/api/3/action/status_show"


def search_url(site: str, filter_: str, *, rows: int, start: int = 0) -> str:
    """The question for datasets in an order that stays; `rows` at most 1,000."""
    rows = max(0, min(rows, _MAX_ROWS))
    question = {"q": "*:*", "fq": filter_, "sort": "id asc", "rows": rows, "start": start}
    return f"{site}/api/3/action/package_search?{urlencode(question)}"


def start_of(url: str) -> int:
    """With which dataset, counted from 0, the answer to a `search_url` begins."""
    return int(parse_qs(urlsplit(url).query).get("start", ["0"])[0])


def filters(place: Portal, options: Mapping[str, Any], since: datetime | None = None) -> str:
    """The search filter: only datasets; of the organisations and groups wanted; only what changed since (UTC)."""
    parts = ["+dataset_type:dataset"]
    parts += _one_of("organization", [*as_texts(options.get("organizations")), place.organization])
    parts += _one_of("groups", [*as_texts(options.get("groups")), place.group])
    if extra := " ".join(as_texts(options.get("fq"))):
        parts.append(extra)
    if since:
        parts.append(f"+metadata_modified:[{_moment(since - OVERLAP)} TO *]")
    return " ".join(parts)


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address.strip())
    except ValueError:  # no address at all: the HTTP door says so
        return SplitResult("", "", address, "", "")


def _one_of(field: str, names: Iterable[str]) -> list[str]:
    quoted = [re.sub(r'["\\]', "", name) for name in names]
    wanted = [f'"{name}"' for name in dict.fromkeys(quoted) if name]
    return [f"+{field}:({' OR '.join(wanted)})"] if wanted else []


def _moment(moment: datetime) -> str:
    # CKAN's stamps are UTC and do not say so
    plain = moment.astimezone(UTC) if moment.tzinfo else moment
    return plain.strftime("%Y-%m-%dT%H:%M:%SZ")
