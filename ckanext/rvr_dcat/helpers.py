"""Template helpers of quality: words in the reader's language, and where a dataset stands."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dcat.utils import catalog_uri
from markupsafe import Markup

from ckanext.rvr_portal.shared import places

from . import quality_report
from .domain import schema_org
from .domain.links import OUTCOMES
from .domain.quality_words import DIMENSIONS, LEVELS, REPAIRS, Words, indicator
from .form_points import rvr_dcat_form_points
from .known import known

__all__ = [
    "rvr_dcat_form_points",
    "rvr_dcat_organization_quality",
    "rvr_dcat_points",
    "rvr_dcat_quality",
    "rvr_dcat_structured_data",
    "rvr_dcat_word",
]

_UNKNOWN = Words("", "")
_BADGES = {"excellent": "ok", "good": "ok", "sufficient": "warn", "bad": "bad"}


def rvr_dcat_quality(package: dict[str, Any]) -> dict[str, Any] | None:
    """The points of a dataset for its page, None if it is none."""
    if package.get("type") != "dataset" or package.get("state") != "active":
        return None
    user = tk.current_user.name if tk.current_user else ""
    try:
        found = tk.get_action("rvr_dcat_dataset_quality_show")({"user": user}, {"id": package["id"]})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
    return {**found, "badge": _BADGES[found["level"]]}


def rvr_dcat_organization_quality(organization: str) -> dict[str, Any] | None:
    """Where the public datasets of an organisation (by id) stand: `points`, `level`, `badge`; None if it has none."""
    found = quality_report.mean_of(organization)
    return {**found, "badge": _BADGES[found["level"]]} if found["datasets"] else None


def rvr_dcat_structured_data(package: dict[str, Any]) -> Markup:
    """A dataset in the words of schema.org, for a script element of its page."""
    url = catalog_uri().rstrip("/")
    home = schema_org.Home(
        title=str(tk.config["ckan.site_title"]),
        description=str(tk.config["ckan.site_description"]),
        url=url,
        page=f"{url}/dataset/{package['name']}",
        place=_place_name,
    )
    return Markup(schema_org.script(schema_org.describe(package, home, known)))  # noqa: S704 - nothing in it can end the element


def _place_name(key: str) -> str:
    place = places().get(key)
    return place.name if place else ""


def rvr_dcat_word(kind: str, key: str | None, part: str = "name") -> str:
    """The word for a key: `kind` is dimension, indicator (its `part` name or why), level, repair or outcome."""
    words = _UNKNOWN
    if kind == "dimension":
        words = DIMENSIONS.get(key or "", _UNKNOWN)
    elif kind == "indicator" and key:
        words = getattr(indicator(key), part)
    elif kind == "level":
        words = next((one.words for one in LEVELS if one.key == key), _UNKNOWN)
    elif kind == "repair" and key in REPAIRS:
        words = REPAIRS[key].words
    elif kind == "outcome":
        words = OUTCOMES.get(key or "", _UNKNOWN)
    return words.get(str(tk.h.lang() or "de"))


def rvr_dcat_points(points: float) -> str:
    """Points as a number in the reader's way of writing, with one digit where it says something."""
    text = f"{points:.1f}".removesuffix(".0")
    return text if str(tk.h.lang() or "de").startswith("en") else text.replace(".", ",")
