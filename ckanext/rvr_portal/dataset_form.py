"""The stewards' form: in place of CKAN's pages to make and to edit a dataset and its files.

CKAN's own views stay what shows the pages; what is done with a posted form is ours: it is put over what is stored
(`domain/form_data`), a button may ask for something before saving, and the entries are kept until they are saved.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid4

import ckan.plugins.toolkit as tk
from ckan.views import dataset as ckan_dataset
from ckan.views import resource as ckan_resource
from flask import Flask, g
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from . import form_drafts
from .domain import form_defaults
from .domain.form_location import polygon
from .error_pages import http_error
from .form_drafts import is_place
from .form_state import PLACE, context, merge_dataset, merge_resource, messages_in, pairs, place_of, stored_dataset

__all__ = ["install"]

Answer = Response | str
Data = dict[str, Any]


# bytes
_LARGEST_FORM = 8_000_000
_ENDPOINTS = ("dataset.new", "dataset.edit", "dataset_resource.new", "dataset_resource.edit")
# browsers take the anchor of a page along when they are sent on: the form of the file would begin with the third step
_FIRST_STEP = "step-required"
# what a form that is sent once more brings anew
_NOT_AGAIN = frozenset({"_csrf_token", "save", "rvr_do", "upload"})


def install(app: Flask) -> None:
    """Put the views in place of CKAN's, at the same addresses and under the same names; other types keep CKAN's."""
    # with Flask's 500 kB a form with one text too many is lost with everything else in it; so it gets its sentence
    app.config["MAX_FORM_MEMORY_SIZE"] = max(int(app.config.get("MAX_FORM_MEMORY_SIZE") or 0), _LARGEST_FORM)
    views = (NewView.as_view("new"), EditView.as_view("edit"), NewResourceView.as_view("new"),
             EditResourceView.as_view("edit"))  # fmt: skip
    for endpoint, view in zip(_ENDPOINTS, views, strict=True):
        if endpoint in app.view_functions:
            app.view_functions[endpoint] = _keeping(view)
    app.register_error_handler(CSRFError, _expired)


def _expired(error: CSRFError) -> Any:
    """A form that was open for longer than its token or the login holds is not lost."""
    if tk.request.endpoint in _ENDPOINTS and is_place(tk.request.form.get(PLACE, "")):
        return _entries_back(), 400
    return http_error(error)


def _entries_back() -> str:
    """The page that has all entries with it and leads back to the form; nothing is saved or kept by it."""
    upload = tk.request.files.get("upload")
    values = {
        "entries": [(name, value) for name, value in pairs() if name not in _NOT_AGAIN],
        "file": upload.filename if upload else "",
    }
    return tk.render("rvr_portal/form_entries_back.html", values)


def _keeping(view: Callable[..., Any]) -> Callable[..., Any]:
    """Keep what is posted before anything can fail, and forget it once it is saved."""

    @wraps(view)
    def keeping(*arguments: Any, **named: Any) -> Any:
        place = tk.request.form.get(PLACE, "") if tk.request.method == "POST" else ""
        if tk.current_user.is_anonymous and is_place(place):
            return _entries_back(), 403
        if not place:
            return view(*arguments, **named)
        form_drafts.keep(tk.current_user.id, place, pairs())
        answer = view(*arguments, **named)
        if getattr(answer, "status_code", 200) == 302:
            form_drafts.discard(tk.current_user.id, place)
        return answer

    return keeping


class NewView(ckan_dataset.CreateView):
    """A new dataset, or one that is still a draft."""

    def get(
        self, package_type: str, data: Data | None = None, errors: Data | None = None, error_summary: Data | None = None
    ) -> str:
        if data is None:
            self._prepare()
            data = _restored("dataset/new/" + tk.request.args.get("draft", "-"), {}) or _beginning()
            if data is None:
                return _ask_for_organization()
        return super().get(package_type, data, errors, error_summary)

    def post(self, package_type: str) -> Answer:
        form = tk.request.form
        asking = self._prepare()
        stored: Data = stored_dataset(form["pkg_name"]) if form.get("pkg_name") else {}
        data = merge_dataset(stored, pairs(), package_type)
        if form.get("rvr_do"):
            return self._show(package_type, stored, _do(form["rvr_do"], data), {})
        try:
            package = _write(asking, data, stored, form.get("save", ""), package_type)
        except tk.ValidationError as problem:
            return self._show(package_type, stored, data, _beside_fields(problem.error_dict, data))
        except tk.NotAuthorized:
            return self._show(package_type, stored, data, _not_for(data))
        return _onward(package, form.get("save", ""))

    def _show(self, package_type: str, stored: Data, data: Data, errors: Data) -> Any:
        data = _with_own_fields(data)
        if stored:
            return EditView().get(package_type, stored["id"], data, errors, {})
        data.setdefault("state", "none")
        return self.get(package_type, data, errors, {})


class EditView(ckan_dataset.EditView):
    """A published dataset; one that is a draft is shown as by `NewView`."""

    def get(
        self,
        package_type: str,
        id: str,
        data: Data | None = None,
        errors: Data | None = None,
        error_summary: Data | None = None,
    ) -> Answer:
        if data is None and "draft" in tk.request.args:
            data = _restored_dataset(id)
        return super().get(package_type, id, data, errors, error_summary)

    def post(self, package_type: str, id: str) -> Answer:
        form = tk.request.form
        try:
            stored = stored_dataset(id)
        except (tk.ObjectNotFound, tk.NotAuthorized):
            return tk.abort(404, tk._("Dataset not found"))
        package_type = stored["type"]
        data = merge_dataset(stored, pairs(), package_type)
        if form.get("rvr_do"):
            return self.get(package_type, id, _with_own_fields(_do(form["rvr_do"], data)), {}, {})
        if form.get("save") == "go-metadata-unpublish":
            data["state"] = "draft"
        try:
            package = _update(self._prepare(), data)
        except tk.ValidationError as problem:
            errors = _beside_fields(problem.error_dict, data)
            return self.get(package_type, id, _with_own_fields(data), errors, {})
        except tk.NotAuthorized:
            return self.get(package_type, id, _with_own_fields(data), _not_for(data), {})
        tk.h.flash_success(_saved_sentence(package))
        return tk.redirect_to(f"{package_type}.read", id=package["name"])


class NewResourceView(ckan_resource.CreateView):
    """A new file or service; saving is CKAN's."""

    def get(
        self,
        package_type: str,
        id: str,
        data: Data | None = None,
        errors: Data | None = None,
        error_summary: Data | None = None,
    ) -> str:
        if data is None:
            data = _restored(place_of("resource", {}, id), {}, resource=True) if "draft" in tk.request.args else None
        return super().get(package_type, id, data, errors, error_summary)

    def post(self, package_type: str, id: str) -> Answer:
        if tk.request.form.get("rvr_do"):
            return self.get(package_type, id, merge_resource(_stored_resource(tk.request.form.get("id")), pairs()))
        return super().post(package_type, id)


class EditResourceView(ckan_resource.EditView):
    """A file or service; saving is CKAN's, put over what is stored by `before_resource_update`."""

    def get(
        self,
        package_type: str,
        id: str,
        resource_id: str,
        data: Data | None = None,
        errors: Data | None = None,
        error_summary: Data | None = None,
    ) -> Answer:
        if data is None and "draft" in tk.request.args:
            stored = _stored_resource(resource_id)
            data = _restored(place_of("resource", {"id": resource_id}, id), stored, resource=True)
        return super().get(package_type, id, resource_id, data, errors, error_summary)

    def post(self, package_type: str, id: str, resource_id: str) -> Answer:
        if tk.request.form.get("rvr_do"):
            return self.get(package_type, id, resource_id, merge_resource(_stored_resource(resource_id), pairs()))
        return super().post(package_type, id, resource_id)


def _beginning() -> Data | None:
    """What a new dataset begins with; None if its organisation must be asked for."""
    organizations = tk.h.organizations_available("create_dataset")
    wanted = tk.request.args.get("owner_org") or tk.request.args.get("group") or ""
    chosen = [one for one in organizations if wanted in (one["id"], one["name"])] if wanted else organizations
    if len(chosen) != 1:
        return None
    data: Data = {"owner_org": chosen[0]["id"], "private": False, PLACE: f"dataset/new/{uuid4()}"}
    return _with_defaults(data)


def _ask_for_organization() -> str:
    organizations = sorted(
        tk.h.organizations_available("create_dataset"), key=lambda one: one["display_name"].casefold()
    )
    return tk.render("rvr_portal/form_organization.html", {"organizations": organizations})


def _do(wish: str, data: Data) -> Data:
    """What a button asks for before saving."""
    if wish == "defaults":
        return _with_defaults(data, tk.request.form.get("rvr_defaults_of"))
    if wish.startswith("more-"):
        g.rvr_portal_more = wish.removeprefix("more-")
    if wish.startswith("locate-"):
        return _with_box(data, wish.removeprefix("locate-"))
    return data


def _with_box(data: Data, field: str) -> Data:
    """With the box of a place in a field like `spatial_coverage-0-bbox`; everything else stays."""
    place = tk.request.form.get(f"{field}.place", "")
    box = next((one["box"] for one in tk.h.rvr_portal_place_boxes() if one["key"] == place), "")
    name, number, part = [*field.split("-"), "", ""][:3]
    if not box or not number.isdecimal() or part != "bbox":
        return data
    groups = [dict(one) for one in data.get(name) or []]
    position = min(int(number), len(groups))  # an empty group is not among those that were read
    groups += [{}] if position == len(groups) else []
    groups[position][part] = polygon(box.split(" "))
    g.rvr_portal_located = f"{name}-{position}-{part}"
    return data | {name: groups}


def _with_defaults(data: Data, before: str | None = None) -> Data:
    organization = _organization(data.get("owner_org"))
    if organization is None:
        return data
    old = _organization(before) if before and before != organization["id"] else None
    filled, g.rvr_portal_prefilled = form_defaults.apply(
        data, form_defaults.defaults(organization), form_defaults.defaults(old) if old else None
    )
    return filled


def _organization(reference: str | None) -> Data | None:
    if not reference:
        return None
    plain = {
        "include_users": False,
        "include_groups": False,
        "include_dataset_count": False,
        "include_followers": False,
    }
    try:
        return tk.get_action("organization_show")(context(), {"id": reference, **plain})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None


def _restored(place: str, stored: Data, *, resource: bool = False) -> Data | None:
    """The stored thing with the kept entries of this account put over it, if there are any."""
    found = form_drafts.find(tk.current_user.id, place) if tk.current_user.is_authenticated else None
    if found is None:
        return None
    entries = [(name, value) for name, value in found.fields]
    if resource:
        return merge_resource(stored, entries)
    return _with_own_fields(merge_dataset(stored, entries) | {PLACE: place}, dict(entries))


def _stored_resource(reference: str | None) -> Data:
    try:
        return tk.get_action("resource_show")(context(), {"id": reference}) if reference else {}
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return {}


def _restored_dataset(reference: str) -> Data | None:
    try:
        stored = stored_dataset(reference)
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
    return _restored(f"dataset/{stored['id']}", stored)


def _write(asking: Any, data: Data, stored: Data, save: str, package_type: str) -> Data:
    if stored:
        return _update(asking, data | {"state": "active" if save == "publish" else "draft"})
    asking["allow_state_change"] = True
    return tk.get_action("package_create")(asking, data | {"type": package_type, "state": "draft"})


def _update(asking: Any, data: Data) -> Data:
    # the files have a form of their own, and the moment of the change is now
    wanted = {name: value for name, value in data.items() if name not in ("resources", "metadata_modified")}
    return tk.get_action("package_update")(asking, wanted)


def _onward(package: Data, save: str) -> Response:
    """Where the way to a published dataset goes on."""
    if save == "publish":
        tk.h.flash_success(_saved_sentence(package))
        return tk.redirect_to("dataset.read", id=package["name"])
    if save == "keep-draft":
        tk.h.flash_success(tk._("The draft is saved. You find it here until you publish it."))
        return tk.redirect_to("rvr_portal_drafts.index")
    if package.get("resources") and save == "go-resources":
        last = package["resources"][-1]["id"]
        return tk.redirect_to("dataset_resource.edit", id=package["name"], resource_id=last, _anchor=_FIRST_STEP)
    return tk.redirect_to("dataset_resource.new", id=package["name"], _anchor=_FIRST_STEP)


def _saved_sentence(package: Data) -> str:
    if package.get("state") == "draft":
        return tk._("The dataset is a draft again. Only members of its organisation see it.")
    if package.get("private"):
        return tk._("Saved. Only members of the organisation see this dataset.")
    return tk._("Your changes are published.")


def _with_own_fields(data: Data, entries: Data | None = None) -> Data:
    """With what only the form has: its place, and the tags as text as they were typed."""
    form = tk.request.form if entries is None else entries
    own = {name: form[name] for name in (PLACE, "tag_string") if name in form}
    return {**data, **own}


def _not_for(data: Data) -> Data:
    """Messages where saving is not allowed: for this organisation, or at all."""
    allowed = {one["id"] for one in tk.h.organizations_available("create_dataset")}
    if data.get("owner_org") in allowed:
        return tk.abort(403, tk._("You may not save this dataset."))
    return {"owner_org": [tk._("You may not publish for this organisation. Please choose another one.")]}


def _beside_fields(errors: Any, data: Data) -> Data:
    """Messages by field of the form: those of tags belong to their text; a name made from a missing title is no fault."""
    found = dict(errors)
    if found.get("title") and not data.get("name"):
        found.pop("name", None)
    if messages := messages_in(found.pop("tags", [])):
        found["tag_string"] = [*found.get("tag_string", []), *dict.fromkeys(messages)]
    return found
