"""When a value is refused: only if it is new.

The rule for all validators of the schemas:

- New input (form, API, import) that is no value is refused, with a sentence that says what to do.
- What a dataset or organisation already holds may stay: an old mistake in one field never stands in the way of saving
  another one. It is found again by the checks of quality.
- What is harvested is repaired before and never refused for a gap: the harvest sets `rvr_portal_keep_invalid` in the
  context, and the value is kept as it came, or left out where it could do harm.
- An address that runs code is never kept, whoever brings it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context

__all__ = ["KEEP_INVALID", "keeps", "refuse"]

KEEP_INVALID = "rvr_portal_keep_invalid"


def refuse(value: Any, sentence: str, context: Context, *, instead: Any = tk.missing) -> Any:
    """Refuse a value, or let it be by the rule above.

    :param instead: what is kept of a value that is not new, if not the value itself
    :raises Invalid: with the sentence
    """
    if not keeps(value, context):
        raise tk.Invalid(sentence)
    return value if instead is tk.missing else instead


def keeps(value: Any, context: Context) -> bool:
    """Whether a value that is not in order stays all the same."""
    return bool(context.get(KEEP_INVALID)) or _is_stored(value, context)


def _is_stored(value: Any, context: Context) -> bool:
    """Whether what is being updated holds this value already, in whatever field."""
    stored: Any = context.get("package") or context.get("group")
    if stored is None:
        return False
    wanted = str(value).replace("\r\n", "\n").strip()
    return any(text.replace("\r\n", "\n").strip() == wanted for text in _texts(stored))


def _texts(stored: Any) -> Iterator[str]:
    columns = ("title", "name", "notes", "description", "url", "version", "license_id", "format", "mimetype", "hash",
               "size", "image_url")  # fmt: skip
    things = [stored, *getattr(stored, "resources_all", ())]
    for thing in things:
        for column in columns:
            yield from _leaves(getattr(thing, column, None))
        yield from _leaves(dict(getattr(thing, "extras", None) or {}))
        if thing is not stored and isinstance(url := getattr(thing, "url", None), str):
            yield "http://" + url.lstrip("/")  # so CKAN shows an address without a scheme


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _leaves(one)
    elif value is not None:
        text = str(value)
        yield text
        if text[:1] in "[{" and text:
            try:
                yield from _leaves(json.loads(text))
            except (ValueError, RecursionError):
                return
