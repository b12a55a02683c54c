"""Texts of the schema in the reader's language, also outside of a request (command line, background jobs)."""

from __future__ import annotations

from collections.abc import Mapping

import ckan.plugins.toolkit as tk
import flask


def in_words(text: Mapping[str, str] | str | None) -> str:
    """The text in the language of the request, else in the site's own, else in any."""
    if isinstance(text, str) or not text:
        return str(text or "")
    default = str(tk.config.get("ckan.locale_default") or "de")
    wanted = (tk.h.lang() or default) if flask.has_request_context() else default
    return text.get(wanted) or text.get(default) or next(iter(text.values()))
