"""What a form of a dataset or of one of its files holds at the moment, put over what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from .domain import form_data, form_location
from .form_drafts import is_place

__all__ = [
    "PLACE", "clean_resource", "context", "dataset_in_form", "fields_of", "keep_in_resource", "merge_dataset",
    "merge_resource", "messages_in", "pairs", "place_of", "stored_dataset",
]  # fmt: skip

#: The hidden field that says which form it is; see `form_drafts`.
PLACE = "rvr_place"

Pairs = list[tuple[str, str]]


def pairs() -> Pairs:
    """Names and values of the posted form in their order."""
    return list(tk.request.form.items(multi=True))


def context(**more: Any) -> Context:
    """A context of the current user."""
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user, **more}  # type: ignore[typeddict-item]


def fields_of(kind: str, dataset_type: str = "dataset") -> list[dict[str, Any]]:
    """The schema's fields: `kind` is dataset or resource."""
    return tk.h.scheming_get_dataset_schema(dataset_type)[f"{kind}_fields"]


def stored_dataset(reference: str) -> dict[str, Any]:
    """A dataset as it is stored.

    :raises ObjectNotFound, NotAuthorized: it is not there, or not for this user
    """
    return tk.get_action("package_show")(context(for_update=True, use_cache=False), {"id": reference})


def merge_dataset(stored: Mapping[str, Any], sent_pairs: Pairs, dataset_type: str = "dataset") -> dict[str, Any]:
    """The stored dataset (an empty one for a new one) with what stands in the form; tags from their text."""
    sent = form_data.read(form_location.typed(sent_pairs), fields_of("dataset", dataset_type))
    sent.pop("id", None)
    sent.pop("pkg_name", None)
    text = sent.pop("tag_string", None)
    merged = form_data.merge(stored, sent, fields_of("dataset", dataset_type))
    if text is not None and _tags(text) != sorted(tag["name"] for tag in stored.get("tags") or []):
        merged["tags"] = [{"name": name, "state": "active"} for name in _tags(text)]
    return merged


def merge_resource(stored: Mapping[str, Any], sent_pairs: Pairs, dataset_type: str = "dataset") -> dict[str, Any]:
    """The stored file or service (an empty one for a new one) with what stands in the form."""
    fields = fields_of("resource", dataset_type)
    sent = form_data.read(sent_pairs, fields)
    sent.pop("pkg_name", None)
    if not sent.get("id"):
        sent.pop("id", None)
    return form_data.merge(stored, sent, fields)


def dataset_in_form(sent_pairs: Pairs) -> dict[str, Any]:
    """The whole dataset as it would be if the form, of a dataset or of one of its files, were saved now.

    :raises NotAuthorized, ObjectNotFound: this user may not save it
    """
    values = dict(sent_pairs)
    place = values.get(PLACE, "")
    parts = place.split("/")
    if not is_place(place):
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    reference = values.get("pkg_name", "") if parts[:2] == ["dataset", "new"] else parts[1]
    if not reference:
        tk.check_access("package_create", context())
        return merge_dataset({}, sent_pairs) | {"type": "dataset"}
    tk.check_access("package_update", context(), {"id": reference})
    stored = stored_dataset(reference)
    if parts[0] == "dataset":
        return merge_dataset(stored, sent_pairs)
    resources = {one["id"]: one for one in stored["resources"]}
    resources[parts[2]] = merge_resource(resources.get(parts[2], {}), sent_pairs)
    return stored | {"resources": list(resources.values())}


def clean_resource(resource: dict[str, Any]) -> None:
    """Take out of a new file or service what only its form is about."""
    for name in (PLACE, "rvr_do"):
        resource.pop(name, None)


def keep_in_resource(stored: Mapping[str, Any], resource: dict[str, Any]) -> None:
    """Put a file or service that comes from its form over the stored one, in place; from elsewhere it stays as it is."""
    if PLACE not in resource:
        return
    uploads = {name: resource[name] for name in ("upload", "clear_upload") if name in resource}
    sent_pairs = [
        (name, one)
        for name, value in resource.items()
        for one in (value if isinstance(value, list) else [value])
        if isinstance(one, str)
    ]
    own = {name: value for name, value in resource.items() if name in ("id", "package_id", "url_type")}
    if own.get("url_type") == "upload" and not uploads.get("upload"):
        own["url_type"] = stored.get("url_type")  # offered by the form, but no file came
    merged = merge_resource(stored, sent_pairs) | own | uploads
    resource.clear()
    resource.update(merged)


def messages_in(found: Any) -> list[str]:
    """All sentences of CKAN's nested lists and dicts of errors."""
    if isinstance(found, str):
        return [found]
    if isinstance(found, Mapping):
        found = found.values()
    return [text for value in found or () for text in messages_in(value)]


def place_of(kind: str, data: Mapping[str, Any], dataset: str = "") -> str:
    """The place of a form that shows this dataset or resource."""
    if kind == "dataset":
        return str(data.get(PLACE) or f"dataset/{data.get('id') or 'new'}")
    package = model.Package.get(dataset)
    return f"resource/{package.id if package else 'none'}/{data.get('id') or 'new'}"


def _tags(text: str) -> list[str]:
    return sorted({name for part in text.split(",") if (name := part.strip())})
