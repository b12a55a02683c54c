"""CKAN's validation of flattened data and its unflattening, with the same results in a third of the time.

Every dataset is validated once when it is written and twice when it is indexed; with some 40 fields a dataset and 30 a
resource that was a third of a harvest's time. CKAN 2.12 sorts all fields five times, builds the full schema twice and
calls each validator of each absent field through three functions. Here the order is built once, part by part, and
`ignore_missing` and `ignore_empty` of absent fields are answered in place. Nested data is built part by part too, where
CKAN walks down from the top for each field. See docs/adr/0008.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from operator import itemgetter
from typing import Any, NamedTuple

import ckan
from ckan.lib.navl import dictization_functions as navl
from ckan.lib.navl.dictization_functions import DataError, Invalid, StopOnError, missing
from ckan.lib.navl.validators import ignore_empty, ignore_missing

__all__ = ["install", "unflatten", "validate_flat"]

log = logging.getLogger(__name__)

# the version whose validation this is a copy of in behaviour
CKAN_VERSION = "2.12.0"

_Key = tuple[Any, ...]
_Flat = dict[_Key, Any]


def install() -> None:
    """Have CKAN validate with this module; another version of CKAN is left as it is."""
    if ckan.__version__ != CKAN_VERSION:
        log.warning("CKAN %s validates by itself: the quick validation is made for %s", ckan.__version__, CKAN_VERSION)
        return
    navl._validate = validate_flat  # type: ignore[assignment]
    navl.unflatten = unflatten


def validate_flat(data: _Flat, schema: dict[str, Any], context: Any) -> tuple[_Flat, dict[_Key, list[Any]]]:
    """As `ckan.lib.navl.dictization_functions._validate`: converted data and errors, both flattened.

    Without errors the second is empty, where CKAN's has an empty list for each field; its callers drop those.
    """
    parts = _parts(data, schema)
    converted = _augmented(data, schema, parts)
    errors: dict[_Key, list[Any]] = {(*part.key, name): [] for part in parts for name, _ in part.leaves}

    for key, converters in _keys(parts, "__before"):
        _run(converters, key, converted, errors, context)
    for part in parts:
        for name, converters in part.leaves:
            if name.startswith("__"):
                continue
            key = (*part.key, name)
            if converters and _is_passed_over(converters[0], converted.get(key)):
                converted.pop(key, None)
            else:
                _run(converters, key, converted, errors, context)
    for key, converters in _keys(parts, "__extras"):
        _run(converters, key, converted, errors, context)
    for key, converters in reversed(list(_keys(parts, "__after"))):
        _run(converters, key, converted, errors, context)
    for key, converters in _keys(parts[:1], "__junk"):
        _run(converters, key, converted, errors, context)
    return converted, errors if any(errors.values()) else {}


def unflatten(data: _Flat) -> dict[str, Any]:
    """As `ckan.lib.navl.dictization_functions.unflatten`: nested dicts and lists of a dict whose keys are tuples."""
    lengths: dict[int, list[_Key]] = {}
    for key in data:
        lengths.setdefault(len(key), []).append(key)
    top: dict[str, Any] = {}
    with_gaps: dict[int, list[Any]] = {}
    for length in sorted(lengths):
        place: Any = top
        parent: _Key = ()
        for key in sorted(lengths[length]):
            if key[:-1] != parent:
                parent = key[:-1]
                place = _place(top, parent, with_gaps)
            place[key[-1]] = data[key]
    for found in with_gaps.values():
        found[:] = [item for item in found if item]
    return top


def _place(top: dict[str, Any], parent: _Key, with_gaps: dict[int, list[Any]]) -> Any:
    """The dict or list at this key, made if it is not there; notes the lists in which items are left out."""
    place: Any = top
    for name in parent:
        try:
            place = place[name]
        except KeyError:
            place[name] = place = []
        except IndexError:
            if name > len(place):
                with_gaps[id(place)] = place
            place.extend({} for _ in range(len(place), name + 1))
            place = place[name]
    return place


class _Part(NamedTuple):
    """The fields of one dict of the data: the dataset itself, its third resource, …"""

    key: _Key
    leaves: list[tuple[str, list[Any]]]


def _parts(data: _Flat, schema: dict[str, Any]) -> list[_Part]:
    """All dicts of the data that the schema knows, in the order in which CKAN validates them."""
    leaves: dict[_Key, list[tuple[str, list[Any]]]] = {}
    prefixes: set[_Key] = set()
    waiting: list[tuple[_Key, dict[str, Any]]] = [((), schema)]
    while waiting:
        prefix, sub_schema = waiting.pop()
        lists = [(name, value) for name, value in sub_schema.items() if isinstance(value, list)]
        leaves[prefix] = sorted(lists, key=itemgetter(0))
        for name, value in sub_schema.items():
            if isinstance(value, dict):
                waiting.append(((*prefix, name), value))
            else:
                prefixes.add(prefix)
    known: set[_Key] = {()}
    for parent in sorted({key[:-1] for key in data}, key=len):
        if parent[::2] in prefixes and parent[:-2] in known:
            known.add(parent)
    return [_Part(key, leaves[key[::2]]) for key in sorted(known, key=lambda key: (len(key), key))]


def _augmented(data: _Flat, schema: dict[str, Any], parts: list[_Part]) -> _Flat:
    """The data with `missing` for every field that is not there, and what the schema does not know set aside."""
    fields = {part.key: {name for name, _ in part.leaves} for part in parts}
    found: _Flat = {}
    extras: dict[_Key, dict[str, Any]] = {}
    junk: _Flat = {}
    for key, value in data.items():
        parent, name = key[:-1], key[-1]
        names = fields.get(parent)
        if names is not None and name in names:
            found[key] = value
            continue
        if value != [] and _is_known(key[::2], schema):
            raise DataError(f"Only lists of dicts can be placed against subschema {key}, not {type(value)}")
        if names is not None:
            extras.setdefault((*parent, "__extras"), {})[name] = value
        else:
            junk[key] = value
    if junk:
        found["__junk",] = junk
    found.update(extras)
    for parent, names in fields.items():
        for name in names:
            key = (*parent, name)
            if key not in found and not name.startswith("__"):
                found[key] = missing
    return found


def _is_known(names: _Key, schema: dict[str, Any]) -> bool:
    """Whether a flattened key of the schema begins with these names."""
    place: Any = schema
    for name in names:
        if not isinstance(place, dict) or name not in place:
            return False
        place = place[name]
    return _has_leaves(place)


def _has_leaves(place: Any) -> bool:
    return not isinstance(place, dict) or any(map(_has_leaves, place.values()))


def _keys(parts: list[_Part], name: str) -> Iterator[tuple[_Key, list[Any]]]:
    for part in parts:
        for leaf, converters in part.leaves:
            if leaf == name:
                yield (*part.key, name), converters


def _is_passed_over(first: Any, value: Any) -> bool:
    """Whether the first validator would take an absent field out and end its chain."""
    if first is ignore_missing:
        return value is missing or value is None
    return first is ignore_empty and (value is missing or not value)


def _run(converters: list[Any], key: _Key, data: _Flat, errors: dict[_Key, list[Any]], context: Any) -> None:
    for converter in converters:
        try:
            _convert(converter, key, data, errors, context)
        except StopOnError:
            break
        except Invalid as error:
            errors[key].append(error.error)


def _convert(converter: Any, key: _Key, data: _Flat, errors: dict[_Key, list[Any]], context: Any) -> None:
    arguments = converter.__code__.co_argcount if hasattr(converter, "__code__") else 0
    if arguments == 4:
        converter(key, data, errors, context)
    elif arguments == 2:
        data[key] = converter(data.get(key), context)
    elif arguments == 1:
        data[key] = converter(data.get(key))
    else:
        navl.convert(converter, key, data, errors, context)
