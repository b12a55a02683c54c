"""The synonyms of this portal: those that come with it until an operator sets others."""

from __future__ import annotations

import logging
from functools import lru_cache

from .config import search_synonyms
from .domain.synonyms import Synonyms, SynonymsError, delivered, parse

__all__ = ["current", "current_text"]

log = logging.getLogger(__name__)


def current() -> Synonyms:
    """The synonyms in use."""
    return _parsed(current_text())


def current_text() -> str:
    """The synonyms in use as they were written."""
    return search_synonyms() or delivered()


@lru_cache(maxsize=2)
def _parsed(text: str) -> Synonyms:
    try:
        return parse(text)
    except SynonymsError:
        # checked when they are set; from a settings file they may come unchecked, and the search must not stop
        log.exception("The synonyms in ckanext.rvr_portal.search_synonyms cannot be read; none are used")
        return Synonyms()
