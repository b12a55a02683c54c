"""Hardening of every request and answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan.common import current_user, request, session
from ckan.types import CKANApp, Response
from flask import Flask, current_app, redirect
from werkzeug.exceptions import BadRequest, NotFound

from . import csrf, dataset_form, error_pages
from .content_policy import allowed_hosts, content_security_policy, is_download, opens_in_browser
from .domain.query import clean_sort
from .domain.search_request import SORTS
from .tables.export import safe_export

__all__ = ["harden"]

# Solr, databases and feeds cannot hold them
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SUGGESTIONS, _SUGGESTIONS_SECONDS = "rvr_portal_search.as_suggestions", 60
_HOSTS = "rvr_portal_allowed_hosts"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def harden(app: CKANApp) -> CKANApp:
    """Protect forms, set headers for caches and browsers, and give errors a page of their own."""
    flask_app: Flask = getattr(app, "_wsgi_app", app)  # type: ignore[assignment]
    csrf.protect(app)
    _before_the_plugins(flask_app, _clean_address)
    # later registered functions run earlier: CKAN's own header function sees what is set here
    flask_app.after_request(_cache_headers)
    # the first registered runs last: after CKAN has said how long everything is kept
    flask_app.after_request_funcs.setdefault(None, []).insert(0, _kept_a_moment)
    flask_app.after_request(_security_headers)
    flask_app.after_request(_uploaded_files)
    flask_app.after_request(safe_export)
    flask_app.extensions[_HOSTS] = allowed_hosts()
    # the page of an organisation fails without it when a search is refused
    flask_app.jinja_env.globals.setdefault("search_facets", {})
    error_pages.register(flask_app)
    dataset_form.install(flask_app)
    return app


def _before_the_plugins(app: Flask, function: Callable[[], Any]) -> None:
    """Call a function at each request after CKAN's own, but before those of the plugins, which already ask the database."""
    functions = app.before_request_funcs.setdefault(None, [])
    names = [known.__name__ for known in functions]
    functions.insert(names.index("ckan_before_request") + 1 if "ckan_before_request" in names else 0, function)


def _clean_address() -> Any:
    """What CKAN's pages fail on is left out of an address: an unreadable sort order, characters nobody can write."""
    if "\0" in request.path:
        raise NotFound
    given = list(request.args.items(multi=True))
    if request.method not in ("GET", "HEAD") or (request.endpoint or "").startswith("api."):
        if any("\0" in part for pair in given for part in pair):
            raise BadRequest
        return None
    arguments = [(_CONTROL.sub("", name), _CONTROL.sub("", value)) for name, value in given]
    arguments = _with_clean_sort(arguments)
    return redirect(_with_arguments(arguments)) if arguments != given else None


def _with_clean_sort(arguments: list[tuple[str, str]]) -> list[tuple[str, str]]:
    sort = dict(reversed(arguments)).get("sort")
    if not sort or sort in ("rank", "none") or sort in SORTS:
        return arguments
    cleaned = clean_sort(sort)
    if cleaned and _parts(cleaned) == _parts(sort):
        return arguments
    kept = [(name, value) for name, value in arguments if name != "sort"]
    return [*kept, ("sort", cleaned)] if cleaned else kept


def _parts(sort: str) -> list[str]:
    return [" ".join(part.split()).lower() for part in sort.split(",")]


def _with_arguments(arguments: list[tuple[str, str]]) -> str:
    # the address as the browser knows it, with language and root path
    path = request.environ.get("CKAN_CURRENT_URL", request.path).partition("?")[0]
    path = "/" + path.lstrip("/\\")  # never another server
    return f"{path}?{urlencode(arguments)}" if arguments else path


def _cache_headers(response: Response) -> Response:
    """What a member sees never reaches a shared cache, and a fragment never takes the place of its page."""
    if _is_static(response):
        return response
    response.vary.update(("HX-Request", tk.config["apitoken_header_name"], "Cookie"))
    if current_user.is_authenticated or getattr(session, "modified", False):
        request.environ["__no_cache__"] = True  # CKAN then says "private"
    return response


def _kept_a_moment(response: Response) -> Response:
    """Suggestions for the same letters are asked for again and again, by all who type them."""
    if request.endpoint == _SUGGESTIONS and response.status_code == 200 and response.cache_control.public:
        response.cache_control.max_age = max(response.cache_control.max_age or 0, _SUGGESTIONS_SECONDS)
        response.cache_control.must_revalidate = None
    return response


def _security_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if not current_app.debug:
        endpoint = "" if response.status_code >= 400 else request.endpoint or ""
        policy = content_security_policy(
            endpoint,
            response.mimetype or "",
            logged_in=bool(current_user.is_authenticated),
            hosts=current_app.extensions[_HOSTS],
        )
        response.headers.setdefault("Content-Security-Policy", policy)
    if request.is_secure or str(tk.config["ckan.site_url"]).startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _uploaded_files(response: Response) -> Response:
    """What could run in a browser is downloaded, never opened in the portal's name."""
    endpoint = request.endpoint or ""
    if response.status_code < 300 and is_download(endpoint) and not opens_in_browser(response.mimetype or ""):
        name = (request.view_args or {}).get("filename") or "download"
        response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _is_static(response: Response) -> bool:
    return request.endpoint in ("static", "webassets.index") and response.status_code < 400
