"""The quick validation gives what CKAN's own gives, validator by validator."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ckan.lib.navl import dictization_functions as navl
from ckan.lib.navl.dictization_functions import DataError, Invalid, StopOnError, missing, unflatten
from ckan.lib.navl.validators import ignore_empty, ignore_missing, not_empty, not_missing
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal import quick_validation
from ckanext.rvr_portal.quick_validation import validate_flat

# CKAN's own, also where a plugin has put the quick one in its place
OWN = navl._validate


def upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def refuse_short(value: Any, context: Any) -> Any:
    if isinstance(value, str) and len(value) < 2:
        raise Invalid("short")
    return value


def note(key: Any, data: Any, errors: Any, context: Any) -> None:
    """Remembers what each validator sees of the data."""
    context["seen"].append((key, {other: repr(value) for other, value in data.items()}))


def take_over(key: Any, data: Any, errors: Any, context: Any) -> None:
    if data.get(("a",)) is not missing and data.get(("a",)) is not None:
        data[key] = data[("a",)]


def stop(key: Any, data: Any, errors: Any, context: Any) -> None:
    raise StopOnError


def fail(key: Any, data: Any, errors: Any, context: Any) -> None:
    errors[key].append("failed")


POOL = [ignore_missing, ignore_empty, not_missing, not_empty, upper, refuse_short, note, take_over, stop, fail]
NAMES = st.sampled_from(["a", "b", "c", "tags", "resources", "__before", "__after", "__extras", "__junk"])
LEAF = st.lists(st.sampled_from(POOL), max_size=3)
SCHEMA = st.recursive(
    st.dictionaries(NAMES, LEAF, max_size=6),
    lambda inner: st.dictionaries(NAMES, LEAF | inner, max_size=6),
    max_leaves=6,
)
VALUE = st.none() | st.text("xy", max_size=3) | st.just([]) | st.integers(0, 3)
KEY = st.sampled_from(["a", "b", "c", "d", "tags", "resources"])
DATA = st.recursive(
    st.dictionaries(KEY, VALUE, max_size=5),
    lambda inner: st.dictionaries(KEY, VALUE | st.lists(inner, min_size=1, max_size=3), max_size=5),
    max_leaves=8,
)


def outcome(validate: Any, data: dict[str, Any], schema: dict[str, Any]) -> Any:
    context: dict[str, Any] = {"seen": []}
    try:
        flat = navl.flatten_dict(copy.deepcopy(data), schema=schema)
        converted, errors = validate(flat, schema, context)
    except (DataError, TypeError, KeyError, AssertionError) as error:
        return type(error)
    told = {key: value for key, value in errors.items() if value}
    return {key: repr(value) for key, value in converted.items()}, told, context["seen"]


@given(DATA, SCHEMA)
def test_any_data_against_any_schema_is_validated_as_ckan_does(data: dict[str, Any], schema: dict[str, Any]) -> None:
    assert outcome(validate_flat, data, schema) == outcome(OWN, data, schema)


def test_parts_before_after_extras_and_junk_run_in_the_order_of_ckan() -> None:
    part = {"__before": [note], "z": [note], "a": [note], "__extras": [note], "__after": [note], "__junk": [note]}
    schema = {**part, "resources": {**part, "inner": part}, "tags": part, "id": [ignore_missing, note]}
    data = {
        "id": "x", "unknown": 1, "tags": [{"z": "1", "more": 2}, {"a": "3"}],
        "resources": [{"z": "1", "inner": [{"a": "b", "else": 3}]}, {"a": "e", "inner": [{"z": "c"}, {"z": "d"}]}],
        "strange": [{"a": 1}],
    }  # fmt: skip
    ours = outcome(validate_flat, data, schema)
    assert ours == outcome(OWN, data, schema)
    assert len(ours[2]) > 40


@given(DATA, SCHEMA)
def test_errors_are_told_where_ckan_tells_them(data: dict[str, Any], schema: dict[str, Any]) -> None:
    def told(validate: Any) -> Any:
        try:
            flat = navl.flatten_dict(copy.deepcopy(data), schema=schema)
            _converted, errors = validate(flat, schema, {"seen": []})
        except (DataError, TypeError, KeyError, AssertionError) as error:
            return type(error)
        return unflatten(errors) if any(errors.values()) else {}

    assert told(validate_flat) == told(OWN)


INDEX = st.integers(0, 4)
FLAT = st.dictionaries(
    st.tuples(KEY)
    | st.tuples(KEY, INDEX, KEY)
    | st.tuples(KEY, INDEX, KEY, INDEX, KEY)
    | st.tuples(KEY, KEY)
    | st.tuples(KEY, INDEX),
    VALUE,
    max_size=12,
)


@given(FLAT)
def test_flat_data_is_nested_as_ckan_does(data: dict[Any, Any]) -> None:
    def nested(unflatten_: Any) -> Any:
        try:
            made = unflatten_({key: copy.copy(value) for key, value in data.items()})
        except (TypeError, KeyError, IndexError, AssertionError, AttributeError) as error:
            return "refused", isinstance(error, TypeError)
        return made, json.dumps(made)

    ours, own = nested(quick_validation.unflatten), nested(unflatten)
    assert (ours[0] == own[0] == "refused") or ours == own


def test_another_version_of_ckan_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    import ckan

    monkeypatch.setattr(ckan, "__version__", "2.13.0")
    monkeypatch.setattr(navl, "_validate", OWN)
    quick_validation.install()
    assert navl._validate is OWN
