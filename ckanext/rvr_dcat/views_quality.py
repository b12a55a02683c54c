"""Pages that show how well datasets are described, and what to improve first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.types import Context
from flask import Blueprint
from werkzeug.wrappers import Response

from . import quality_export, quality_report
from .domain.picture import history_line
from .domain.quality_words import LEVELS, REPAIRS
from .links import addresses_of

__all__ = ["rvr_dcat_quality"]

rvr_dcat_quality = Blueprint("rvr_dcat_quality", __name__)

_A_PAGE = 50
_IN_A_FILE = 50_000
_FORMS = "any(csv,json,ttl):form"
_SWITCHES = ("overdue", "broken", "errors")


@rvr_dcat_quality.before_request
def only_with_the_portal() -> None:
    """The pages are built from the portal's components; where it is not loaded, they are not there."""
    if not p.plugin_loaded("rvr_portal"):
        tk.abort(404, tk._("There is no such page."))


@rvr_dcat_quality.route("/quality", strict_slashes=False)
def index() -> str:
    """The whole portal, and all organisations."""
    values = _shown({}) | {"organizations": quality_report.organizations(), "organization": None}
    return tk.render("rvr_dcat/quality.html", values)


@rvr_dcat_quality.route("/quality/organization/<name>")
def organization(name: str) -> str:
    """One organisation: where it stands, and what to do first."""
    values = _shown({"organization": name}) | {"organization": _organization(name)}
    return tk.render("rvr_dcat/quality.html", values)


@rvr_dcat_quality.route("/quality/mine")
def mine() -> str:
    """The organisations that the visitor edits for, and what to do first for each."""
    if not tk.current_user.is_authenticated:
        tk.abort(403, tk._("Please log in to see your organizations."))
    data = {"permission": "update_dataset"}
    found = sorted(tk.get_action("organization_list_for_user")(_context(), data), key=lambda one: one["title"].lower())
    own = [(one, quality_report.summary(one["id"])) for one in found]
    return tk.render("rvr_dcat/quality_mine.html", {"own": own})


@rvr_dcat_quality.route("/quality/dataset/<id>")
def dataset(id: str) -> str:
    """One dataset: each point with its reason."""
    found = _or_404(lambda: tk.get_action("rvr_dcat_dataset_quality_show")(_context(), {"id": id}))
    package = _or_404(lambda: tk.get_action("package_show")(_context(), {"id": id}))
    files: dict[str, dict[str, Any]] = {}
    for resource in package["resources"]:
        for url in addresses_of(resource):
            files.setdefault(url, resource)
    return tk.render("rvr_dcat/quality_dataset.html", {"quality": found, "pkg": package, "files": files})


@rvr_dcat_quality.route("/quality/datasets")
def dataset_list() -> str:
    """Datasets by what can be improved; filters and page stand in the address."""
    wanted = _wanted()
    number = _page_number()
    answer = _found(wanted, _A_PAGE, (number - 1) * _A_PAGE)
    pages = max(1, -(-answer["count"] // _A_PAGE))
    if number > pages:
        number = pages
        answer = _found(wanted, _A_PAGE, (number - 1) * _A_PAGE)
    values = {
        "datasets": answer["results"],
        "count": answer["count"],
        "wanted": wanted,
        "page": number,
        "pages": pages,
        "state": tk.h.urlencode({name: value for name, value in wanted.items() if value}),
        "organizations": sorted(quality_report.organizations(), key=lambda one: one["title"].lower()),
        "levels": [one.key for one in LEVELS],
        "repairs": list(REPAIRS),
    }
    return tk.render("rvr_dcat/quality_datasets.html", values)


@rvr_dcat_quality.route(f"/quality/datasets.<{_FORMS}>")
def dataset_file(form: str) -> Response:
    """The same datasets as a file: table, JSON, or RDF in the Data Quality Vocabulary."""
    wanted, results = _wanted(), []
    while len(results) < _IN_A_FILE:
        part = _found(wanted, 1000, len(results))["results"]
        results += part
        if len(part) < 1000:
            break
    return quality_export.datasets(results, form)


@rvr_dcat_quality.route("/quality/history.<any(csv,json):form>")
def history_file(form: str) -> Response:
    """The history of the portal or of an organisation as a file."""
    data = {"organization": tk.request.args.get("organization", "")}
    found = _or_404(lambda: tk.get_action("rvr_dcat_quality_show")(_context(), data))
    return quality_export.history(found["history"], form)


@rvr_dcat_quality.route(f"/quality/dataset/<id>.<{_FORMS}>")
def one_file(id: str, form: str) -> Response:
    """The points of one dataset as a file."""
    found = _or_404(lambda: tk.get_action("rvr_dcat_dataset_quality_show")(_context(), {"id": id}))
    return quality_export.one(found, form)


def _shown(data: dict[str, Any]) -> dict[str, Any]:
    found = _or_404(lambda: tk.get_action("rvr_dcat_quality_show")(_context(), data))
    days = [(one["day"], one["points"]) for one in found["history"] if one["datasets"]]
    return {"quality": found, "line": history_line(days)}


def _organization(name: str) -> dict[str, Any]:
    data = {"id": name, "include_users": False, "include_datasets": False, "include_dataset_count": False}
    return _or_404(lambda: tk.get_action("organization_show")(_context(), data))


def _wanted() -> dict[str, str]:
    """What the address asks for; what it cannot be is left out."""
    args = tk.request.args
    wanted = {name: args.get(name, "") for name in ("organization", "repair", "level", "sort", *_SWITCHES)}
    allowed = {"repair": REPAIRS, "level": [one.key for one in LEVELS], "sort": quality_report.SORTS}
    for name, choices in allowed.items():
        if wanted[name] not in choices:
            wanted[name] = ""
    return wanted | {name: "1" if wanted[name] else "" for name in _SWITCHES}


def _found(wanted: dict[str, str], limit: int, offset: int) -> dict[str, Any]:
    data: dict[str, Any] = {**wanted, "limit": limit, "offset": offset}
    data |= {name: bool(wanted[name]) for name in _SWITCHES}
    return _or_404(lambda: tk.get_action("rvr_dcat_quality_dataset_list")(_context(), data))


def _or_404(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (tk.ObjectNotFound, tk.NotAuthorized):
        tk.abort(404, tk._("There is no such page."))


def _context() -> Context:
    return {"user": tk.current_user.name}


def _page_number() -> int:
    asked = tk.request.args.get("page", "")
    return max(int(asked), 1) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
