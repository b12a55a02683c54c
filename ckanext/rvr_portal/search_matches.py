"""Why a dataset is in a result: the keyword, file or column that holds a word which title and description do not show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import ckan.plugins.toolkit as tk

from . import synonyms
from .dataset_search import Hit
from .domain import matches
from .domain.question import ask
from .solr import MARK_END, MARK_START

__all__ = ["asked", "sentences"]

_MARKED = re.compile(f"{MARK_START}(.*?){MARK_END}", re.DOTALL)
# of a dataset with hundreds of files and columns the first ones are looked at: the page must not wait for it
_MAX_FILES, _MAX_COLUMNS = 25, 100


def asked(text: str) -> tuple[matches.Asked, ...]:
    """What a search text looks for, once for all datasets of a page."""
    current = synonyms.current()
    return matches.asked(ask(text, current), current)


def sentences(wanted: tuple[matches.Asked, ...], hit: Hit) -> list[str]:
    """Where else the words stand: "Found in the keyword: playground". None if title and description show them all."""
    shown = [word for text in hit.marked.values() for word in _MARKED.findall(text)]
    words = {
        "tag": tk._("Found in the keyword: {text}"),
        "file": tk._("Found in the file: {text}"),
        "column": tk._("Found in the column: {text}"),
    }
    return [words[one.kind].format(text=one.text) for one in matches.matches(wanted, shown, _texts(hit))]


def _texts(hit: Hit) -> Iterator[tuple[matches.Kind, str]]:
    for tag in _dicts(hit.package.get("tags")):
        yield "tag", str(tag.get("display_name") or tag.get("name") or "")
    for resource in _dicts(hit.package.get("resources"))[:_MAX_FILES]:
        for text in (resource.get("name"), _file_name(resource.get("url")), resource.get("description")):
            if text:
                yield "file", str(text)
    for column in hit.columns[:_MAX_COLUMNS]:
        yield "column", column


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _file_name(address: Any) -> str:
    try:
        return unquote(urlsplit(str(address or "")).path.rstrip("/").rpartition("/")[2])
    except ValueError:
        return ""
