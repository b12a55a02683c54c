"""The synonyms of this portal: those that come with it until an operator sets others."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import ckan.plugins.toolkit as tk

from .config import search_synonyms
from .domain.synonyms import Synonyms, SynonymsError, delivered, parse

__all__ = ["current", "current_text", "schema", "sentence", "tried"]

log = logging.getLogger(__name__)

_tried: ContextVar[Synonyms | None] = ContextVar("tried synonyms", default=None)


def current() -> Synonyms:
    """The synonyms in use."""
    return _tried.get() or _parsed(current_text())


@contextmanager
def tried(other: Synonyms) -> Iterator[None]:
    """Searches within use other synonyms, those of everybody else do not."""
    token = _tried.set(other)
    try:
        yield
    finally:
        _tried.reset(token)


def current_text() -> str:
    """The synonyms in use as they were written."""
    return search_synonyms() or delivered()


def schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Let a sysadmin set the synonyms at run time (`config_option_update`), checked."""
    return schema | {"ckanext.rvr_portal.search_synonyms": [tk.get_validator("ignore_missing"), _checked]}


def sentence(error: SynonymsError) -> str:
    """What is wrong with a line, and what to do."""
    return {
        "one word only": tk._("One word alone has no synonym: write others behind a comma."),
        "nothing between commas": tk._("Something is missing before or behind a comma or an arrow."),
        "too many words": tk._("At most 30 words or phrases of up to five words fit in a line; use several lines."),
        "too many lines": tk._("The list is too long: at most 2,000 lines."),
    }[error.problem]


def _checked(value: Any) -> Any:
    try:
        parse(str(value))
    except SynonymsError as error:
        raise tk.Invalid(tk._("Line {number}: {problem}").format(number=error.line, problem=sentence(error))) from None
    return value


@lru_cache(maxsize=2)
def _parsed(text: str) -> Synonyms:
    try:
        return parse(text)
    except SynonymsError:
        # checked when they are set; from a settings file they may come unchecked, and the search must not stop
        log.exception("The synonyms in ckanext.rvr_portal.search_synonyms cannot be read; none are used")
        return Synonyms()
