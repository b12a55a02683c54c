"""Documents of the catalogue: what was asked for is found first, and only written if it is new to the asker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan.common import request
from ckan.types import Context, DataDict
from ckanext.dcat.processors import RDFSerializer
from ckanext.dcat.utils import catalog_uri
from dateutil.parser import parse as parse_date
from flask import has_request_context

from . import catalogue, config
from .catalogue import PROFILES, Page
from .description import Site
from .site import this_site

__all__ = ["TYPES", "Document", "catalog_document", "dataset_document"]

# types of packages that are published; projects and harvest sources are none of them
TYPES = ("dataset", "dataset_series")

_KEPT = ("modified_since", "profiles", "q", "fq")
_LAST_PAGE = 1_000_000
# an edit does not move a dataset to another page: they stand in the order in which they were made
_ORDER = "metadata_created asc, id asc"


@dataclass
class Document:
    """A document that can be written.

    :ivar tag: changes whenever the text would
    :ivar modified: last change of a dataset in it
    """

    tag: str
    modified: datetime | None
    write: Callable[[], str]

    def text(self) -> str:
        """The document."""
        return self.write()


def dataset_document(context: Context, data_dict: DataDict) -> Document:
    """One dataset.

    :raises NotAuthorized, ObjectNotFound: the user may not see it, or it is not there or no dataset
    """
    # package_show decides who may see it, and how it is refused
    package = tk.get_action("package_show")(context, {"id": tk.get_or_bust(data_dict, "id")})
    if package["type"] not in TYPES:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    format, profiles = _format(data_dict), _profiles(data_dict)
    site = this_site()
    stamp = [(package["id"], package["metadata_modified"])]
    tag = catalogue.fingerprint(stamp, site, format, profiles, package.get("organization"), package.get("private"))

    def write() -> str:
        if version := _version(profiles):
            return catalogue.write_dataset(package, site, version, format)
        return RDFSerializer(profiles=profiles or None).serialize_dataset(package, _format=format)

    return Document(tag, _moment_of(package["metadata_modified"]), write)


def catalog_document(context: Context, data_dict: DataDict) -> Document:
    """One page of the catalogue or, with ``organization``, of an organisation's part of it.

    :raises ValidationError: a parameter cannot be read
    :raises ObjectNotFound: there is no such organisation
    """
    search = _Search(context, data_dict)
    stamps = search.stamps
    newest = max((stamp for _id, stamp in stamps), default="")
    tag = catalogue.fingerprint(stamps, search.site, search.format, search.profiles, search.paging)
    return Document(tag, _moment_of(newest), search.write)


class _Search:
    def __init__(self, context: Context, data_dict: DataDict) -> None:
        self._context = context
        self.format, self.profiles = _format(data_dict), _profiles(data_dict)
        self.site: Site = this_site()
        self.body = self._body(data_dict.get("organization"))
        self._page, self._size = _page(data_dict.get("page")), config.page_size()
        filters = ["+capacity:public", "+state:active", f"+dataset_type:({' OR '.join(TYPES)})"]
        if self.body:
            filters.append(f"+owner_org:{self.body.iri.rsplit('/', 1)[-1]}")
        if since := data_dict.get("modified_since"):
            filters.append(f"+metadata_modified:[{_moment(since)} TO NOW]")
        self._query = {
            "q": data_dict.get("q") or "*:*",
            "fq": data_dict.get("fq") or "",
            "fq_list": filters,
            "rows": self._size,
            "start": self._size * (self._page - 1),
            "sort": _ORDER,
            "facet": "false",
        }

    def _body(self, id_or_name: str | None) -> Any:
        if not id_or_name:
            return None
        found = tk.get_action("organization_show")(
            cast(Context, {**self._context, "ignore_auth": True}),
            {"id": id_or_name, "include_users": False, "include_groups": False, "include_tags": False,
             "include_followers": False, "include_extras": False, "include_dataset_count": False},
        )  # fmt: skip
        if (body := self.site.bodies.get(found["id"])) is None:
            raise tk.ObjectNotFound(tk._("Organization not found"))
        return body

    def _own_context(self) -> Context:
        return cast(Context, dict(self._context))

    @cached_property
    def _short(self) -> dict[str, Any]:
        search = tk.get_action("package_search")
        return search(self._own_context(), {**self._query, "fl": ["id", "metadata_modified"]})

    @property
    def stamps(self) -> list[tuple[str, str]]:
        return [(one["id"], str(one.get("metadata_modified") or "")) for one in self._short["results"]]

    @property
    def paging(self) -> dict[str, Any]:
        return _pages(self._short["count"], self._page, self._size)

    def write(self) -> str:
        found = tk.get_action("package_search")(self._own_context(), dict(self._query))
        if version := _version(self.profiles):
            page = Page(found["results"], self.body, self.paging)
            return catalogue.write_page(page, self.site, version, self.format)
        serializer = RDFSerializer(profiles=self.profiles or None)
        return serializer.serialize_catalog(
            {}, found["results"], _format=self.format, pagination_info=self.paging or None
        )


def _version(profiles: list[str]) -> int | None:
    """The version of DCAT-AP.de to write; none if other profiles are asked for or set."""
    wanted = profiles or tk.aslist(tk.config.get("ckanext.dcat.rdf.profiles"))
    return PROFILES.get(wanted[0]) if len(wanted) == 1 else None


def _format(data_dict: DataDict) -> str:
    return data_dict.get("format") or "xml"


def _profiles(data_dict: DataDict) -> list[str]:
    given = data_dict.get("profiles") or []
    return [one.strip() for one in (given.split(",") if isinstance(given, str) else given) if one.strip()]


def _page(value: Any) -> int:
    try:
        page = int(value or 1)
    except (TypeError, ValueError):
        page = 0
    if page < 1:
        raise tk.ValidationError({"page": [tk._("The number of the page must be a whole number from 1.")]})
    return min(page, _LAST_PAGE)


def _moment(text: str) -> str:
    try:
        moment = parse_date(text)
        if moment.tzinfo:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        return moment.isoformat() + "Z"
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise tk.ValidationError({"modified_since": [tk._("Please write the date as 2024-12-31.")]}) from None


def _moment_of(stamp: Any) -> datetime | None:
    try:
        return parse_date(str(stamp)).replace(tzinfo=UTC, microsecond=0)
    except (ValueError, OverflowError):
        return None


def _pages(count: int, page: int, size: int) -> dict[str, Any]:
    """What the catalogue says about its pages; nothing when it is empty."""
    if not count:
        return {}
    last = -(-count // size)
    info: dict[str, Any] = {"count": count, "items_per_page": size}
    numbers = {"current": page, "first": 1, "last": last}
    if page > 1:
        numbers["previous"] = min(page - 1, last)
    if page < last:
        numbers["next"] = page + 1
    arguments = request.args if has_request_context() else {}
    path = request.path if has_request_context() else ""
    return info | {name: _address(path, arguments, number) for name, number in numbers.items()}


def _address(path: str, arguments: Mapping[str, str], page: int) -> str:
    kept = [(name, value) for name, value in arguments.items() if name in _KEPT]
    return f"{catalog_uri()}{path}?{urlencode([*kept, ('page', page)])}"
