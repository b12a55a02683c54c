"""The points of what stands in the stewards' form at the moment, and what would bring most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from flask import Blueprint

from .domain.quality import MOST
from .rating import rate_datasets

__all__ = ["rvr_dcat_form", "rvr_dcat_form_points"]

rvr_dcat_form = Blueprint("rvr_dcat_form", __name__)

# more than these at once help nobody
_MOST_GAINS = 5
# where the form's field is called otherwise
_FIELDS = {"tags": "tag_string"}
# in the form of a file or service
_OF_FILES = {
    "download_url": "download_url", "download_broken": "download_url", "access_url": "url", "format": "format",
    "media_type": "mimetype", "open_format": "format", "machine_format": "format", "license": "license",
    "rights": "rights", "byte_size": "size",
}  # fmt: skip


@rvr_dcat_form.route("/quality/form", methods=["POST"])
def points() -> Any:
    """A part of the page: points and next repairs of the posted form."""
    if not p.plugin_loaded("rvr_portal"):
        return tk.abort(404, tk._("There is no such page."))
    from ckanext.rvr_portal.shared import FORM_PLACE, dataset_in_form

    try:
        dataset = dataset_in_form(list(tk.request.form.items(multi=True)))
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no such page."))
    kind = tk.request.form.get(FORM_PLACE, "").partition("/")[0]
    return tk.render("rvr_dcat/snippets/form_points_parts.html", {"points": _rated(dataset, kind), "swap": True})


def rvr_dcat_form_points(kind: str, data: Mapping[str, Any], dataset: str = "") -> dict[str, Any]:
    """Points of a form as it is shown: `{points, most, level, unchecked, gains: [{points, repair, target}], sentence}`.

    :param kind: dataset or resource
    :param data: what the form shows
    :param dataset: name or id of the dataset of a resource
    """
    if kind == "dataset":
        return _rated(_as_dataset(data), kind)
    package = tk.get_action("package_show")({"user": tk.current_user.name}, {"id": dataset})
    others = [one for one in package["resources"] if one["id"] != data.get("id")]
    return _rated(package | {"resources": [*others, dict(data)]}, kind)


def _as_dataset(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a form shows has tags as text, or as CKAN stores them."""
    text = str(data.get("tag_string") or "")
    tags = [{"name": name.strip()} for name in text.split(",") if name.strip()]
    return {**data, "type": "dataset", "tags": tags or data.get("tags") or []}


def _rated(dataset: Mapping[str, Any], kind: str) -> dict[str, Any]:
    score = next(iter(rate_datasets([dataset]))).score
    gains = [
        {"points": gain.points, "repair": gain.repair.key, "target": _target(gain.repair.key, gain.repair.field, kind)}
        for gain in score.gains
    ]
    # first what can be done on this page
    gains.sort(key=lambda gain: not gain["target"])
    return {
        "points": score.total,
        "most": MOST,
        "level": score.level.key,
        "unchecked": score.unchecked,
        "gains": gains[:_MOST_GAINS],
    }


def _target(repair: str, field: str, kind: str) -> str:
    if kind == "resource":
        return _OF_FILES.get(repair, "")
    return "" if field == "resources" else _FIELDS.get(field, field)
