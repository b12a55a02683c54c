"""The language to speak, also where nobody asks."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import has_request_context

from .domain.sentence import Sentence

__all__ = ["in_words", "language"]


def language() -> str:
    """Of the request; on the command line and in jobs the site's own."""
    asked = tk.h.lang() if has_request_context() else None
    return str(asked or tk.config["ckan.locale_default"])


def in_words(sentence: Sentence) -> str:
    """A sentence in that language."""
    return sentence.in_language(language())
