"""What a new dataset begins with, taken from its organisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["FIELDS", "ZERO", "apply", "defaults", "missing"]

#: Fields of a dataset that an organisation can give.
FIELDS = ("publisher", "contact", "places", "license_id")
#: Recommended for administrations: https://www.govdata.de/dl-de/zero-2-0
ZERO = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"

Item = Mapping[str, Any]


def defaults(organization: Item) -> dict[str, Any]:
    """Publisher, contact, places and licence; what the organisation does not say is not in it."""
    title, email, url = (str(organization.get(key) or "").strip() for key in ("title", "email", "url"))
    contact = str(organization.get("contact_name") or "").strip()
    found: dict[str, Any] = {"license_id": organization.get("default_license") or ZERO}
    if title:
        found["publisher"] = [_filled({"name": title, "url": url})]
    if email or contact:
        found["contact"] = [_filled({"name": contact or title, "email": email})]
    if places := organization.get("places"):
        found["places"] = list(places)
    return found


def missing(organization: Item) -> list[str]:
    """Fields of the organisation that would fill a default: `email`, `places`."""
    return [field for field in ("email", "places") if not organization.get(field)]


def apply(data: Item, new: Item, old: Item | None = None) -> tuple[dict[str, Any], list[str]]:
    """The dataset with defaults in its empty fields, and which fields got one.

    :param new: defaults of its organisation
    :param old: defaults of the organisation it had before: where they still stand, nobody has changed them
    """
    filled = dict(data)
    got = []
    for field, value in new.items():
        now = data.get(field)
        if _is_empty(now) or (old and _plain(now) == _plain(old.get(field))):
            filled[field] = value
            got.append(field)
    return filled, got


def _filled(row: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in row.items() if value}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return {key: one for key, one in value.items() if one} if isinstance(value, Mapping) else value


def _is_empty(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_empty, value))
    if isinstance(value, Mapping):
        return all(map(_is_empty, value.values()))
    return value is None or not str(value).strip()
