"""Errors as pages: what happened, what to do next, and a reference number that stands in the log as well."""

from __future__ import annotations

import logging
import secrets
from typing import Any

import ckan.lib.base as base
import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.common import current_user, request
from ckan.lib.search import SearchError, SolrConnectionError
from flask import Flask
from markupsafe import escape
from werkzeug.exceptions import Forbidden, HTTPException, NotFound, Unauthorized, default_exceptions

from .exceptions import RvrPortalError
from .logic.hardening import is_hidden_dataset

__all__ = ["http_error", "register"]

log = logging.getLogger(__name__)

_KINDS = {"id": "package", "resource_id": "resource", "view_id": "view"}


def register(app: Flask) -> None:
    """Show our own pages for all errors of the application."""
    for code in default_exceptions:
        app.register_error_handler(code, http_error)
    app.register_error_handler(SearchError, _search_error)
    app.register_error_handler(SolrConnectionError, _no_search)
    app.register_error_handler(RvrPortalError, _own_error)
    # pages of CKAN that forget to turn these into an answer
    app.register_error_handler(tk.ObjectNotFound, lambda error: http_error(NotFound()))
    app.register_error_handler(tk.NotAuthorized, lambda error: http_error(Forbidden()))
    if not app.debug and not app.testing:  # tests and developers want to see the exception itself
        app.register_error_handler(Exception, _unexpected)


def http_error(error: HTTPException) -> Any:
    """The page that says what was wrong with a request."""
    if error.response is not None:
        return error.response
    if isinstance(error, Forbidden) and _tells_of_hidden():
        error = NotFound(tk._("Dataset not found"))
    code = error.code or 500
    if code >= 500:
        return _page(code, "", error)
    log.info("%s %s: %s %s", request.method, request.path, code, error.description)
    known = error.description != type(error).description  # werkzeug's own sentences are English
    login = current_user.is_anonymous and type(error) in (Unauthorized, Forbidden)
    return _render(code, str(error.description) if known else "", show_login_redirect_link=login), code


def _tells_of_hidden() -> bool:
    """Whether the refused page is one about a dataset that the visitor may not know of."""
    if not (request.blueprint or "").startswith(_dataset_blueprints()):
        return False
    arguments = request.view_args or {}
    # ckanext-harvest refuses its page about an unknown source, where others say that there is none
    if request.endpoint == "harvester.admin" and model.Package.get(arguments["id"]) is None:
        return True
    user = "" if current_user.is_anonymous else current_user.name
    return any(is_hidden_dataset(kind, arguments.get(name), user) for name, kind in _KINDS.items())


def _dataset_blueprints() -> tuple[str, ...]:
    from ckan.lib.plugins import _package_plugins

    return ("dataset", "resource", "activity", "datastore", "dcat", *_package_plugins)


def _search_error(error: SearchError) -> Any:
    log.info("%s refused: %s", request.full_path, error)
    return _render(400, tk._("The search could not be understood.")), 400


def _no_search(error: SolrConnectionError) -> Any:
    return _page(503, "", error)


def _own_error(error: RvrPortalError) -> Any:
    return _page(500, error.sentence, error)


def _unexpected(error: Exception) -> Any:
    return _page(500, "", error)


def _page(code: int, content: str, error: Exception) -> Any:
    reference = secrets.token_hex(4).upper()
    log.error("Error %s at %s %s", reference, request.method, request.path, exc_info=error)
    try:
        return _render(code, content, reference=reference), code
    except Exception:  # the page itself needs what is broken (database, index): say it without it
        log.exception("Error page of %s failed", reference)
        return _plain_page(reference), code


def _plain_page(reference: str) -> str:
    """A page that needs neither database nor index nor templates."""
    title, text = tk._("The portal is not available at the moment."), tk._("Please try again in a few minutes.")
    number = tk._("Reference number")
    again = tk._("Try again")
    lang = "en" if request.environ.get("CKAN_LANG") == "en" else "de"
    root = escape(request.script_root)
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="{root}/rvr_portal/error.css"></head>'
        f'<body><main><h1>{title}</h1><p>{text}</p><p><a href="{root}/">{again}</a></p>'
        f"<p>{number}: {reference}</p></main></body></html>\n"
    )


def _render(code: int, content: str, *, reference: str = "", show_login_redirect_link: bool = False) -> str:
    return base.render(
        "error_document_template.html",
        {
            "code": code,
            "content": content,
            "name": "",
            "reference": reference,
            "show_login_redirect_link": show_login_redirect_link,
        },
    )
