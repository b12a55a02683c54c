"""Addresses of the catalogue and its datasets as RDF, with what lets a consumer fetch only what changed.

They are those of ckanext-dcat, and `/organization/ID.ttl` for an organisation's part; every one of them, and the normal
pages, answer with RDF if a client prefers it to HTML.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import request
from ckan.types import Context, Response
from ckanext.dcat.exceptions import RDFProfileException
from flask import Blueprint, make_response

from .documents import Document, catalog_document, dataset_document
from .domain.formats import FORMATS

__all__ = ["rvr_dcat"]

rvr_dcat = Blueprint("rvr_dcat", __name__)

_ENDINGS = "any(" + ", ".join(FORMATS) + "):_format"
# the portal may show an organisation by a view of its own
_PAGES = {
    "dataset.read": "dataset",
    "organization.read": "organization",
    "rvr_portal_search.organization": "organization",
}
_ADDRESSES = {"dcat.read_catalog": "catalog", "dcat.read_dataset": "dataset", "dcat.read_dataset_series": "dataset"}
_HTML = "text/html"
_WORTH_PACKING = 1024
_BY_MEDIA_TYPE = {how.media_type: ending for ending, how in FORMATS.items() if ending != "rdf"} | {
    "application/rdf+xml": "rdf"
}


@rvr_dcat.before_app_request
def answer_with_rdf() -> Any:
    """Answer here where ckanext-dcat would write everything anew, and where a client asks a normal page for RDF."""
    endpoint = request.endpoint or ""
    if request.method not in ("GET", "HEAD") or not p.plugin_loaded("dcat"):
        return None
    arguments = request.view_args or {}
    if kind := _ADDRESSES.get(endpoint):
        return _answer(kind, arguments.get("_id"), arguments.get("_format") or _preferred())
    if (kind := _page()) and (format := _preferred()):
        return _answer(kind, arguments.get("id"), format)
    return None


@rvr_dcat.after_app_request
def depends_on_accept(response: Response) -> Response:
    """Tell caches which pages have another form for other clients."""
    if _page():
        response.vary.add("Accept")
    return response


def read_organization(_id: str, _format: str) -> Any:
    """An organisation's part of the catalogue."""
    return _answer("organization", _id, _format)


rvr_dcat.add_url_rule(f"/organization/<_id>.<{_ENDINGS}>", view_func=read_organization)


def _page() -> str | None:
    """What a normal page is about: the front page, whoever makes it, about the whole catalogue."""
    return "catalog" if request.path == "/" else _PAGES.get(request.endpoint or "")


def _preferred() -> str | None:
    """The format that the client likes better than HTML."""
    offered = [_HTML, *_BY_MEDIA_TYPE]
    return _BY_MEDIA_TYPE.get(request.accept_mimetypes.best_match(offered, _HTML) or "")


def _answer(kind: str, id: str | None, format: str | None) -> Any:
    if format is None:
        return None
    arguments = {name: request.args.get(name) for name in ("page", "modified_since", "q", "fq", "profiles")}
    context: Context = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}  # type: ignore[typeddict-item]
    if kind == "dataset":
        return _send(lambda: dataset_document(context, {**arguments, "id": id, "format": format}), format)
    return _send(lambda: catalog_document(context, {**arguments, "organization": id, "format": format}), format)


def _send(find: Callable[[], Document], format: str) -> Any:
    if format not in FORMATS:
        known = ", ".join(FORMATS)
        return tk.abort(409, tk._("There is no such format.") + f" ({known})")
    try:
        document = find()
        tag = document.tag
        known_already = request.if_none_match.contains_weak(tag)
        text = "" if known_already else document.text()
    except tk.NotAuthorized:
        return tk.abort(403)
    except tk.ObjectNotFound:
        return tk.abort(404)
    except (tk.ValidationError, RDFProfileException) as error:
        return tk.abort(409, str(error))
    body = text.encode()
    packed = len(body) > _WORTH_PACKING and request.accept_encodings["gzip"] > 0
    response = make_response(gzip.compress(body, 5, mtime=0) if packed else body, 304 if known_already else 200)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Content-Type"] = f"{FORMATS[format].media_type}; charset=utf-8"
    response.set_etag(tag, weak=True)
    response.last_modified = document.modified
    response.vary.add("Accept")
    return response
