"""Pages of the projects: list, map, exports, project, form."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, make_response
from flask.views import MethodView

from ckanext.rvr_portal.shared import places

from . import forms, search
from .domain import export, project

__all__ = ["rvr_smartcity", "rvr_smartcity_exports"]

rvr_smartcity = Blueprint("rvr_smartcity", __name__, url_prefix=f"/{search.TYPE}")
rvr_smartcity_exports = Blueprint("rvr_smartcity_exports", __name__)


def index() -> str:
    """List of projects with facets."""
    wanted = search.Filter.from_args(tk.request.args)
    page = _page_number()
    found = search.find(wanted, search.PAGE_SIZE, (page - 1) * search.PAGE_SIZE)
    pages = max(1, -(-found.count // search.PAGE_SIZE))
    return tk.render(
        "rvr_smartcity/index.html",
        extra_vars={"wanted": wanted, "found": found, "page": min(page, pages), "pages": pages, "endpoint": "index"},
    )


def on_map() -> str:
    """Map with the list of the same projects beside it."""
    wanted = search.Filter.from_args(tk.request.args)
    found = search.find(wanted, search.MAX_ITEMS)
    return tk.render("rvr_smartcity/map.html", extra_vars={"wanted": wanted, "found": found, "endpoint": "on_map"})


def as_geojson() -> Response:
    """The filtered projects as GeoJSON."""
    found = search.find(search.Filter.from_args(tk.request.args), search.MAX_ITEMS)
    body = json.dumps(export.geojson(found.projects, search.label, address), ensure_ascii=False)
    return _file(body, "application/geo+json", "geojson")


def as_csv() -> Response:
    """The filtered projects as CSV."""
    found = search.find(search.Filter.from_args(tk.request.args), search.MAX_ITEMS)
    return _file(export.table(found.projects, search.label, address), "text/csv; charset=utf-8", "csv")


def read(id: str) -> Response | str:
    """Page of one project."""
    try:
        package = tk.get_action("package_show")({"for_view": True}, {"id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no such project, or you may not see it."))
    if package["type"] != search.TYPE:
        return tk.redirect_to(f"{package['type']}.read", id=package["name"])
    if id != package["name"]:
        return tk.redirect_to("rvr_smartcity.read", id=package["name"])
    shown = project.from_package(package, places().get)
    return tk.render(
        "rvr_smartcity/read.html",
        extra_vars={
            "project": shown,
            "pkg": package,
            "pkg_dict": package,
            "steps": project.timeline(shown.phase),
            "related": _datasets(package.get("related_datasets") or []),
            "json_ld": None if shown.private else export.json_ld(shown, search.label, address),
            "may_edit": tk.h.check_access("package_update", {"id": package["id"]}),
        },
    )


class NewView(MethodView):
    """Form for a new project."""

    def get(self) -> str:
        self._check()
        return forms.render(forms.blank(tk.request.args), {}, None)

    def post(self) -> Response | str:
        self._check()
        data = forms.from_request(tk.request.form)
        if tk.request.form.get("more"):
            return forms.render(data, {}, None, more=tk.request.form["more"])
        try:
            package = tk.get_action("package_create")({}, {**data, "type": search.TYPE})
        except tk.ValidationError as error:
            return forms.render(data, error.error_dict, None)
        except tk.NotAuthorized:
            return tk.abort(403, tk._("You may not create projects of this organization."))
        return forms.saved(package, created=True)

    def _check(self) -> None:
        try:
            tk.check_access("package_create", {}, {"type": search.TYPE})
        except tk.NotAuthorized:
            tk.abort(403, tk._("Only people who write for an organization may create projects. Please log in."))


class EditView(MethodView):
    """Form for an existing project."""

    def get(self, id: str) -> Response | str:
        package = self._package(id)
        return forms.render(package, {}, package)

    def post(self, id: str) -> Response | str:
        package = self._package(id)
        data = forms.from_request(tk.request.form)
        if tk.request.form.get("more"):
            return forms.render(data, {}, package, more=tk.request.form["more"])
        try:
            changed = tk.get_action("package_update")({}, forms.merge(package, data))
        except tk.ValidationError as error:
            return forms.render(data, error.error_dict, package)
        except tk.NotAuthorized:
            return tk.abort(403, tk._("You may not change this project."))
        return forms.saved(changed, created=False)

    def _package(self, id: str) -> dict[str, Any]:
        try:
            package = tk.get_action("package_show")({"for_edit": True}, {"id": id})
        except (tk.ObjectNotFound, tk.NotAuthorized):
            return tk.abort(404, tk._("There is no such project, or you may not see it."))
        if package["type"] != search.TYPE:
            return tk.abort(404, tk._("There is no such project, or you may not see it."))
        try:
            tk.check_access("package_update", {}, {"id": package["id"]})
        except tk.NotAuthorized:
            return tk.abort(403, tk._("You may not change this project."))
        return package


def address(name: str) -> str:
    """Absolute address of a project's page."""
    return tk.url_for("rvr_smartcity.read", id=name, _external=True)


@rvr_smartcity.before_app_request
def lead_to_project_page() -> Response | None:
    """A project asked for under /dataset/ has its page here."""
    endpoint = tk.request.endpoint
    if endpoint not in ("dataset.read", "dataset.edit"):
        return None
    package = model.Package.get((tk.request.view_args or {}).get("id", ""))
    if package is None or package.type != search.TYPE:
        return None
    try:
        tk.check_access("package_show", {}, {"id": package.id})
    except tk.NotAuthorized:
        return None  # CKAN says the same as for a dataset that does not exist
    return tk.redirect_to(endpoint.replace("dataset", "rvr_smartcity"), id=package.name)


def _datasets(names: list[str]) -> list[dict[str, Any]]:
    """Those of the named datasets that the visitor may see, in the given order."""
    if not names:
        return []
    quoted = " OR ".join(f'"{name}"' for name in names)
    answer = tk.get_action("package_search")(
        {}, {"fq": f"+name:({quoted}) +dataset_type:dataset", "rows": len(names), "include_private": True}
    )
    by_name = {package["name"]: package for package in answer["results"]}
    return [by_name[name] for name in names if name in by_name]


def _page_number() -> int:
    text = tk.request.args.get("page", "1")
    return max(1, int(text)) if text.isdecimal() and len(text) <= 5 else 1


def _file(body: str, media_type: str, ending: str) -> Response:
    response = make_response(body)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'inline; filename="smart-city-projekte.{ending}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


rvr_smartcity.add_url_rule("/", "index", index, strict_slashes=False)
rvr_smartcity.add_url_rule("/map", "on_map", on_map)
rvr_smartcity.add_url_rule("/new", view_func=NewView.as_view("new"))
rvr_smartcity.add_url_rule("/edit/<id>", view_func=EditView.as_view("edit"))
rvr_smartcity.add_url_rule("/<id>", "read", read)
rvr_smartcity_exports.add_url_rule(f"/{search.TYPE}.geojson", "geojson", as_geojson)
rvr_smartcity_exports.add_url_rule(f"/{search.TYPE}.csv", "csv", as_csv)
