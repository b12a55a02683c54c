"""Validators of lists, terms of vocabularies, places and groups of fields.

They mend spellings and keep what they do not know. When they refuse: see `refusal`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ..domain import text_rules, vocabulary
from ..domain.places import register
from . import validators_input
from .refusal import keeps, refuse

__all__ = [
    "rvr_portal_drop_empty_groups",
    "rvr_portal_list",
    "rvr_portal_places",
    "rvr_portal_term",
    "rvr_portal_terms",
]

REMOVE = "rvr_remove"
# vocabularies that cannot know everything: a licence, a format of one's own is told in words
_OPEN = ("license", "file_type", "media_type")
_ADDRESS = re.compile(r"(?:https?://|urn:)[^\s<>\"]+", re.IGNORECASE)


def rvr_portal_list(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """List of values from a list, JSON text, or text with one value a line; an empty list is not stored."""
    values = _as_list(data.get(key))
    if not values:
        data.pop(key, None)
        raise tk.StopOnError
    data[key] = values


def _as_list(value: Any) -> list[Any]:
    if value is tk.missing:
        return []
    if isinstance(value, str):
        value = _from_text(value)
    if not isinstance(value, list | tuple | set):
        value = [value]
    values = (item.strip() if isinstance(item, str) else item for item in value)
    return [item for item in values if item not in ("", None)]


def _from_text(value: str) -> list[Any]:
    if value.lstrip().startswith("["):
        try:
            found = json.loads(value)
        except ValueError:
            found = None
        if isinstance(found, list):
            return found
    return re.split(r"\r\n|\r|\n", value)


def rvr_portal_term(field: dict[str, Any], schema: dict[str, Any]) -> Callable[[Any, Context], Any]:
    """Value in the spelling of the field's vocabulary (`rvr_vocabulary`).

    Addresses that it does not know stay as they are; so do words where the vocabulary cannot know everything.
    """
    name = field["rvr_vocabulary"]

    def validator(value: Any, context: Context) -> Any:
        term = vocabulary.load(name).lookup(value)
        if term:
            return _written(name, term)
        value = validators_input.rvr_portal_strip(value)
        if not isinstance(value, str) or not value:
            return value
        if len(value) <= text_rules.ADDRESS and _ADDRESS.fullmatch(value):
            return value
        if name in _OPEN:
            return validators_input.rvr_portal_line(value, context)
        return refuse(value, tk._("Please choose an entry of the list."), context)

    return validator


def rvr_portal_terms(field: dict[str, Any], schema: dict[str, Any]) -> Callable[[list[Any], Context], list[Any]]:
    """As `rvr_portal_term`, for a list; each term once."""
    one = rvr_portal_term(field, schema)

    def validator(values: list[Any], context: Context) -> list[Any]:
        return list(dict.fromkeys(one(value, context) for value in values if isinstance(value, str)))

    return validator


# ckanext-scheming calls validators with this mark once with the field, to get the real validator.
rvr_portal_term.is_a_scheming_validator = True  # type: ignore[attr-defined]
rvr_portal_terms.is_a_scheming_validator = True  # type: ignore[attr-defined]


def _written(name: str, term: vocabulary.Term) -> str:
    # CKAN, its previews and its facets work with the code of a format, everything else with addresses.
    return term.key if name == "file_type" or not term.uri else term.uri


def rvr_portal_places(values: list[Any], context: Context) -> list[str]:
    """Keys of places in the order of the register's spelling: names and addresses become keys, each once."""
    keys: list[str] = []
    for value in values:
        place = register().get(value) or register().find(value)
        if place and place.key not in keys:
            keys.append(place.key)
        elif not place and not keeps(value, context):
            name = text_rules.shorten(str(value))
            raise tk.Invalid(
                tk._("“{name}” is not a place of the Metropole Ruhr. Please choose one of the list.").format(name=name)
            )
    return keys


def rvr_portal_drop_empty_groups(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Leave out empty groups of fields, empty fields in them, and groups marked for removal in the form."""
    groups: dict[tuple[str, int], dict[str, Any]] = {}
    for path in [path for path in data if len(path) == 3 and isinstance(path[1], int)]:
        name, index, subfield = path
        if name not in ("resources", "tags", "extras", "groups", "users", "relationships_as_subject",
                        "relationships_as_object"):  # fmt: skip
            groups.setdefault((name, index), {})[subfield] = data.pop(path)
    if any(any(errors.get((name, index, sub), ()) for sub in group) for (name, index), group in groups.items()):
        # The form is shown again: leave everything where its messages stand.
        data.update(
            {(name, index, sub): value for (name, index), group in groups.items() for sub, value in group.items()}
        )
        return
    position: dict[str, int] = {}
    for (name, _index), group in sorted(groups.items(), key=lambda item: item[0]):
        rest = _filled(group)
        if rest:
            place = position[name] = position.get(name, -1) + 1
            data.update({(name, place, sub): value for sub, value in rest.items()})


def _filled(group: dict[str, Any]) -> dict[str, Any]:
    more = group.pop("__extras", None) or {}
    if more.pop(REMOVE, None):
        return {}
    return {sub: value for sub, value in {**more, **group}.items() if value not in ("", None, [], tk.missing)}
