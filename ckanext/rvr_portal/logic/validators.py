"""Validators of the schemas. They mend spellings and keep what they do not know; they refuse only what is no value.

A writer that must not lose a record for one bad value (the harvest) sets `rvr_portal_keep_invalid` in the context:
the value is then kept as it came, or left out where it could do harm.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ..domain import vocabulary
from ..domain.dates import parse_date
from ..domain.places import register

__all__ = [
    "rvr_portal_address",
    "rvr_portal_date",
    "rvr_portal_drop_empty_groups",
    "rvr_portal_email",
    "rvr_portal_list",
    "rvr_portal_places",
    "rvr_portal_size",
    "rvr_portal_strip",
    "rvr_portal_term",
    "rvr_portal_terms",
    "rvr_portal_text",
]

KEEP_INVALID = "rvr_portal_keep_invalid"
REMOVE = "rvr_remove"

_EMAIL = re.compile(r"^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+$")
_SCHEMES = {"http", "https", "ftp", "ftps", "urn", "doi", "mailto"}
_HARMFUL = {"javascript", "data", "vbscript", "file"}


def _refuse(value: Any, sentence: str, context: Context) -> Any:
    if context.get(KEEP_INVALID):
        return value
    raise tk.Invalid(sentence)


def rvr_portal_strip(value: Any) -> Any:
    """Text without blanks around it."""
    return value.strip() if isinstance(value, str) else value


def rvr_portal_text(value: Any) -> Any:
    """Text; lists and objects as JSON text."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def rvr_portal_date(value: str, context: Context) -> str:
    """ISO 8601 date, partial ones included; German spelling becomes ISO."""
    value = value.strip()
    if not value:
        return value
    found = parse_date(value)
    if found:
        return found.text
    return _refuse(value, tk._("Please enter a date, for example 2026-11-23, 2026-11 or 2026."), context)


def rvr_portal_email(value: str, context: Context) -> str:
    """E-mail address, without "mailto:"."""
    value = value.strip()
    if value[:7].lower() == "mailto:":
        value = value[7:]
    if not value or _EMAIL.match(value):
        return value
    return _refuse(value, tk._("Please enter an email address, for example opendata@example.org."), context)


def rvr_portal_address(value: str, context: Context) -> str:
    """Web address or another name of a thing (urn:, doi:); never one that runs code."""
    value = value.strip()
    if not value:
        return value
    scheme = _scheme(value)
    if scheme in _SCHEMES and (scheme not in ("http", "https") or _has_host(value)):
        return value
    harmless = "" if scheme in _HARMFUL else value
    return _refuse(harmless, tk._("Please enter a web address that starts with https:// or http://."), context)


def _scheme(value: str) -> str:
    # Browsers skip control characters and blanks in front of and inside a scheme.
    return re.sub(r"[\x00-\x20]", "", value.partition(":")[0]).lower() if ":" in value else ""


def _has_host(value: str) -> bool:
    try:
        return bool(urlsplit(value).hostname)
    except ValueError:
        return False


def rvr_portal_size(value: Any, context: Context) -> int | None:
    """Size in bytes: a whole number, also written as text or with a decimal point."""
    if value in (None, ""):
        return None
    try:
        number = int(float(str(value).strip()))
    except (ValueError, OverflowError):
        number = -1
    if 0 <= number < 2**63:
        return number
    return _refuse(None, tk._("Please enter the size in bytes as a whole number."), context)


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
    return value.splitlines()


def rvr_portal_term(field: dict[str, Any], schema: dict[str, Any]) -> Callable[[Any], Any]:
    """Value in the spelling of the field's vocabulary (`rvr_vocabulary`); unknown ones stay as they are."""
    name = field["rvr_vocabulary"]

    def validator(value: Any) -> Any:
        term = vocabulary.load(name).lookup(value)
        return _written(name, term) if term else rvr_portal_strip(value)

    return validator


def rvr_portal_terms(field: dict[str, Any], schema: dict[str, Any]) -> Callable[[list[Any]], list[Any]]:
    """As `rvr_portal_term`, for a list; each term once."""
    one = rvr_portal_term(field, schema)

    def validator(values: list[Any]) -> list[Any]:
        return list(dict.fromkeys(one(value) for value in values if isinstance(value, str)))

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
        elif not place and not context.get(KEEP_INVALID):
            raise tk.Invalid(tk._("“{name}” is not a place of the Metropole Ruhr.").format(name=value))
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
