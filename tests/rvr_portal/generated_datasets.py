"""Datasets as Hypothesis makes them from the schema: what may be stored, and what may be entered anew."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.tests import helpers
from hypothesis import strategies as st

from ckanext.rvr_portal.domain import text_rules
from ckanext.rvr_portal.shared import vocabulary

__all__ = ["call", "comparable", "datasets", "entries", "harvest"]

VOLATILE = {"metadata_modified", "revision_id", "last_modified"}


def call(action: str, **data: Any) -> Any:
    """Call an action as the site's own user: the activity plugin wants to know who it was."""
    return _call(action, {}, data)


def harvest(action: str, **data: Any) -> Any:
    """Call an action as the harvest does, which keeps what is not in order."""
    return _call(action, {"rvr_portal_keep_invalid": True}, data)


def _call(action: str, more: dict[str, Any], data: dict[str, Any]) -> Any:
    user = helpers.call_action("get_site_user", context={"ignore_auth": True})
    return helpers.call_action(action, context={"user": user["name"], "ignore_auth": True, **more}, **data)


def comparable(package: dict[str, Any]) -> dict[str, Any]:
    """A dataset without what changes with every save, and with one way to say that a column is empty."""

    def clean(item: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in item.items() if key not in VOLATILE and value not in ("", None)}

    # CKAN gives extras in any order
    extras = sorted(package.get("extras") or [], key=lambda one: one["key"])
    return clean(package) | {"extras": extras, "resources": [clean(resource) for resource in package["resources"]]}


# What may be stored ------------------------------------------------------------------------------
#
# What a person, a program or another catalogue may have written; nothing of it may be lost by a look at it.

_ODD = st.sampled_from([
    "=1+1", '=HYPERLINK("https://example.org")', "+49 234 1", "-", "@amt", "'=1", "'s Feld", "＝1", "1.2", "01.02",
    "2024-06", "01.2024", "1/2", "00815", "1E5", "123456789012", "1.234.567", "TRUE", "ja", "a|b", r"a\|b", "\\",
    "[bleibt]", "# Erklärung", "#N/A", "_x0041_", "x005F_", '["a"]', '{"a": 1}', "a\u2028b", "\ufeffa", "e\u0301",
])  # fmt: skip
_TEXT = _ODD | st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t<>&\"'=,;|"),
    min_size=1,
    max_size=12,
).filter(str.strip)
_DATE = st.sampled_from(["2024", "2023-06", "2024-05-01", "2024-05-01T10:00:00+02:00", "9999-12-31", "gestern", "0001"])
_LIST = st.lists(_TEXT, max_size=4)
_PLACES = st.lists(st.sampled_from(["05954016", "05113000", "05954", "ruhr"]), max_size=3, unique=True)
_TAGS = st.lists(st.sampled_from(["Baum", "Wald und Flur", "Straße-1", "01.02"]), unique=True, max_size=3)


def datasets() -> st.SearchStrategy[dict[str, Any]]:
    """Datasets as they may be stored, wrong values among them; without name and organisation."""
    schema = tk.h.scheming_get_dataset_schema("dataset")
    own = {"name", "owner_org", "tag_string", "title"}
    fields = {one["field_name"]: _values(one) for one in schema["dataset_fields"] if one["field_name"] not in own}
    parts = {one["field_name"]: _values(one) for one in schema["resource_fields"]}
    unknown = st.dictionaries(
        st.from_regex(r"x_[a-z]{1,5}", fullmatch=True), _TEXT | _LIST | st.integers(0, 99), max_size=2
    )
    resource = st.builds(lambda known, more: {**more, **known}, st.fixed_dictionaries({}, optional=parts), unknown)
    return st.builds(
        lambda known, title, tags, extras, resources: {
            **known, "title": title, "tags": [{"name": one} for one in tags], "resources": resources,
            "extras": [{"key": f"y_{key}", "value": value} for key, value in extras.items()],
        },
        st.fixed_dictionaries({}, optional=fields), _TEXT, _TAGS,
        st.dictionaries(st.from_regex(r"[a-zä: ]{1,6}", fullmatch=True), _TEXT, max_size=3),
        st.lists(resource, max_size=2),
    )  # fmt: skip


def _values(field: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a field as they may be stored."""
    if "repeating_subfields" in field:
        parts = {one["field_name"]: _values(one) for one in field["repeating_subfields"]}
        most = 1 if field.get("repeating_once") else 12
        return st.lists(st.fixed_dictionaries({}, optional=parts), max_size=most)
    if field["field_name"] == "places":
        return _PLACES
    if field["field_name"] == "size":
        return st.integers(0, 2**60)
    known = field.get("rvr_vocabulary")
    terms = _terms(known) | _TEXT if known else _TEXT
    if "rvr_portal_list" in field.get("validators", ""):
        return st.lists(terms, max_size=4)
    return _DATE | _TEXT if field.get("form_snippet") == "rvr_date.html" else terms


def _terms(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from([term.uri or term.key for term in vocabulary(name)])


# What may be entered -----------------------------------------------------------------------------

_GEOMETRIES = [
    {"type": "Point", "coordinates": [7.21, 51.48]},
    {"type": "Polygon", "coordinates": [[[6.9, 51.4], [7.1, 51.4], [7.1, 51.5], [6.9, 51.5], [6.9, 51.4]]]},
]
_ADDRESSES = st.builds(
    "https://example.org/{}".format, st.text(st.characters(codec="ascii", categories=("L", "N")) | st.sampled_from("|\\?=&'"), max_size=8)
)  # fmt: skip
# "[bleibt]" says in a sheet that a cell is to be left alone; openpyxl takes "x005F_" for a part of Excel's own spelling
_WORDS = _TEXT.map(str.strip).filter(
    lambda text: text not in ("", "[bleibt]", "x005F_") and not text_rules.problem_with_text(text)
)


def entries() -> st.SearchStrategy[dict[str, Any]]:
    """New datasets with right values in all fields that people see; without title, name and organisation.

    Of repeating groups there is one, of files one or two.
    """
    schema = tk.h.scheming_get_dataset_schema("dataset")
    own = {"name", "owner_org", "tag_string", "title"}
    fields = {
        one["field_name"]: _entries(one)
        for one in schema["dataset_fields"]
        if one["field_name"] not in own and not _is_hidden(one)
    }
    parts = {
        one["field_name"]: _entries(one)
        for one in schema["resource_fields"]
        if one["field_name"] != "url" and (not _is_hidden(one) or one["field_name"] == "size")
    }
    resource = st.fixed_dictionaries({"url": _ADDRESSES}, optional=parts)
    files = st.lists(resource, min_size=1, max_size=2, unique_by=lambda one: one["url"])
    return st.builds(
        lambda known, tags, resources: {**known, "tags": [{"name": one} for one in tags], "resources": resources},
        st.fixed_dictionaries({}, optional=fields), _TAGS, files,
    )  # fmt: skip


def _entries(field: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Right values of a field, in the form in which they are stored."""
    if "repeating_subfields" in field:
        parts = {one["field_name"]: _entries(one) for one in field["repeating_subfields"] if not _is_hidden(one)}
        return st.builds(lambda group: [group], st.fixed_dictionaries({}, optional=parts).filter(bool))
    name, validators = field["field_name"], field.get("validators", "")
    if name == "places":
        return _PLACES.filter(bool)
    if name == "size":
        return st.integers(0, 2**60)
    if name == "format":
        return st.sampled_from(["CSV", "JSON", "WMS_SRVC"])
    if name in ("start", "end"):
        return st.sampled_from({"start": ["2019", "2019-06"], "end": ["2024", "2024-12-31", "9999-12-31"]}[name])
    known = field.get("rvr_vocabulary")
    several = "rvr_portal_list" in validators
    if known:
        one = _terms(known)
    elif "rvr_portal_address" in validators or "rvr_portal_resource_address" in validators:
        one = _ADDRESSES
    else:
        kinds = {
            "rvr_portal_date": st.sampled_from(["2024", "2023-06", "2024-05-01", "2024-05-01T10:00:00+02:00"]),
            "rvr_portal_email": st.sampled_from(["amt61@example.org", "o'neil+x@example.org"]),
            "rvr_portal_geometry": st.sampled_from([json.dumps(one) for one in _GEOMETRIES]),
        }
        one = next((found for kind, found in kinds.items() if kind in validators), _WORDS)
    return st.lists(one.filter(lambda text: "\n" not in text), min_size=1, max_size=4, unique=True) if several else one


def _is_hidden(field: dict[str, Any]) -> bool:
    return field.get("form_snippet") == "rvr_hidden.html"
