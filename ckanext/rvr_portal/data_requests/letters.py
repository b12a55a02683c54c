"""The two mails of a request: to the publisher with what was asked, to the asker without a word of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import ckan.plugins.toolkit as tk
from ckan import model

from .. import search_links
from ..domain import dates
from ..domain.data_request import quoted, reference
from ..domain.places import register
from ..domain.search_request import read_request
from ..model import RvrPortalDataRequest
from . import store

__all__ = ["Letter", "confirmation", "to_publisher"]


@dataclass(frozen=True)
class Letter:
    """A mail of plain text."""

    subject: str
    body: str


def to_publisher(request: RvrPortalDataRequest, title: str, lang: str) -> Letter:
    """What the publisher reads. Everything that was typed stands in it as a quotation.

    :param title: of the organisation asked, empty for the operators of the portal
    :param lang: of the reader
    """
    place = register().get(request.place)
    subject = tk._("Request for data {reference}").format(reference=reference(request.id))
    parts = [
        tk._("Somebody asks for data on {portal}. Please answer by mail: your answer goes to {email}.").format(
            portal=_portal(), email=request.email
        ),
        _part(tk._("Name"), request.name),
        _line(tk._("Place"), place.name if place else ""),
        _line(tk._("Asked about this dataset"), _dataset(request.package_id)),
        _part(tk._("What is looked for"), request.message),
        _part(tk._("What it is for"), request.purpose),
        _line(tk._("Search that was made before"), _search(request.search)),
        tk._("All requests to you, and how far they are: {address}").format(
            address=_address("rvr_portal_requests.mine")
        ),
        tk._(
            "The quoted text was typed by a visitor; nobody has checked it. Please use name and address for your answer "
            "only. The portal deletes them on {date}."
        ).format(date=_end(request, lang)),
    ]
    if not title:
        parts.insert(1, tk._("The person did not know whom to ask. Please pass the request on if you know."))
    return Letter(subject, "\n\n".join(part for part in parts if part) + "\n")


def confirmation(request: RvrPortalDataRequest, title: str) -> Letter:
    """What the asker gets. Nothing that was typed stands in it, so that nobody can write to others through the portal."""
    asked = title or tk._("the operators of the portal")
    parts = [
        tk._("Good day,"),
        tk._("your request {reference} on {portal} has arrived and goes to: {publisher}.").format(
            reference=reference(request.id), portal=_portal(), publisher=asked
        ),
        tk._("You get the answer by mail, directly from there. How long it takes is up to the publisher."),
        tk._("Your request with your name and address is deleted on {date}. Until then the publisher sees it.").format(
            date=_end(request, request.lang)
        ),
        tk._("You did not send a request? Then somebody has mistyped their address. You need do nothing."),
        f"{_portal()}\n{_address('rvr_portal.index')}",
    ]
    subject = tk._("Your request for data {reference}").format(reference=reference(request.id))
    return Letter(subject, "\n\n".join(parts) + "\n")


def _part(heading: str, text: str) -> str:
    return f"{heading}:\n{quoted(text)}" if text else ""


def _line(heading: str, text: str) -> str:
    return f"{heading}: {text}" if text else ""


def _dataset(package_id: str) -> str:
    package: Any = model.Session.get(model.Package, package_id) if package_id else None
    if package is None or package.state != "active":
        return ""
    return f"{' '.join((package.title or package.name).split())}\n{_address('dataset.read', id=package.name)}"


def _search(parameters: str) -> str:
    """Address of the search; from its values, never as it was sent."""
    if not parameters:
        return ""
    asked, _problems = read_request(parse_qsl(parameters))
    return search_links.address(asked, absolute=True)


def _end(request: RvrPortalDataRequest, lang: str) -> str:
    return dates.format_date(store.end_of(request), lang, long=True)


def _portal() -> str:
    return str(tk.config.get("ckan.site_title") or tk.config["ckan.site_url"])


def _address(endpoint: str, **values: Any) -> str:
    return tk.url_for(endpoint, _external=True, **values)
