"""“Request data”: a form for everybody, and the list of requests for the stewards of the organisation asked."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import Page
from flask import Blueprint
from flask_wtf.csrf import validate_csrf
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response
from wtforms import ValidationError as FormError

from . import config, organizations
from .domain.data_request import STATES
from .domain.places import register
from .domain.search_request import read_request
from .form_state import context

__all__ = ["rvr_portal_requests"]

log = logging.getLogger(__name__)

rvr_portal_requests = Blueprint("rvr_portal_requests", __name__)

#: A field that people do not see; programs that fill in forms do.
TRAP = "website"
#: Nobody reads and fills in the form in less (seconds); it is good for as long as a session.
_FASTEST, _SLOWEST = 3, 86_400
_FIELDS = ("message", "place", "purpose", "name", "email", "organization", "dataset", "search")
_A_PAGE = 20
# far beyond what is taken (characters): a page that comes back is not as long as whatever was sent
_LONGEST = 20_000
_REFERENCE = re.compile(r"[0-9A-F]{8}")

Values = dict[str, str]


@rvr_portal_requests.route("/request", methods=["GET", "POST"])
def ask() -> str | Response:
    """The form. Its address may hold a search, an organisation or a dataset that it begins with."""
    if tk.request.method == "GET":
        return _form(_beginning(), {}, _signer().dumps(""))
    data = {name: tk.request.form.get(name, "")[:_LONGEST] for name in _FIELDS}
    started = tk.request.form.get("started", "")
    if problem := _no_person(started):
        # a person only has to send once more; what was typed stays
        return _form(data, {"form": [problem]}, started if _age(started) is not None else _signer().dumps(""))
    try:
        made = tk.get_action("rvr_request_create")(context(), dict(data))
    except tk.ValidationError as refused:
        return _form(data, refused.error_dict, started)
    asked = data["organization"] if made["organization"] and not data["dataset"] else None
    return tk.redirect_to("rvr_portal_requests.sent", ref=made["reference"], organization=asked)


@rvr_portal_requests.route("/request/sent")
def sent() -> str:
    """What happens next."""
    reference = tk.request.args.get("ref", "")
    values = {
        "reference": reference if _REFERENCE.fullmatch(reference) else "",
        "publisher": dict(_organizations()).get(tk.request.args.get("organization", ""), ""),
        "delete_on": datetime.now(UTC) + timedelta(days=config.request_kept_days()),
    }
    return tk.render("rvr_portal/requests/sent.html", values)


@rvr_portal_requests.route("/dashboard/requests")
def mine() -> str | Response:
    """The requests to the organisations of the person who is logged in."""
    if tk.current_user.is_anonymous:
        return tk.redirect_to("user.login", came_from=tk.url_for("rvr_portal_requests.mine"))
    state = tk.request.args.get("state", "")
    state = state if state in STATES else ""
    number = max(1, tk.h.get_page_number(tk.request.args) or 1)
    asked = {"state": state, "start": (number - 1) * _A_PAGE, "rows": _A_PAGE}
    found = tk.get_action("rvr_request_list")(context(), asked)
    values = {
        "user_dict": tk.get_action("user_show")(context(), {"id": tk.current_user.id}),
        "requests": found["results"],
        "count": found["count"],
        "state": state,
        "page": Page(
            collection=[], page=number, item_count=found["count"], items_per_page=_A_PAGE, presliced_list=True
        ),
    }
    return tk.render("rvr_portal/requests/mine.html", values)


@rvr_portal_requests.route("/dashboard/requests/<request_id>", methods=["POST"])
def update(request_id: str) -> Response:
    """Say how far a request is."""
    try:
        given = {"id": request_id, "state": tk.request.form.get("state", "")}
        done = tk.get_action("rvr_request_update")(context(), given)
    except tk.ObjectNotFound as problem:
        return tk.abort(404, str(problem.message or ""))
    except tk.ValidationError:
        return tk.abort(400, tk._("Please choose one of the states."))
    words = tk.h.rvr_portal_request_states()
    tk.h.flash_success(
        tk._("Request {reference} is now: {state}").format(reference=done["reference"], state=words[done["state"]])
    )
    return tk.redirect_to("rvr_portal_requests.mine", state=tk.request.form.get("shown") or None)


# The form ----------------------------------------------------------------------------------------


def _form(data: Values, errors: Mapping[str, Any], started: str) -> str:
    dataset = _dataset(data.get("dataset", ""))
    places = (register().region, *sorted((*register().municipalities, *register().kreise), key=lambda one: one.name))
    values = {
        "data": data,
        "errors": errors,
        "started": started,
        "trap": TRAP,
        "dataset": dataset,
        "organizations": [] if dataset else _organizations(),
        "places": places,
        "days": config.request_kept_days(),
    }
    return tk.render("rvr_portal/requests/form.html", values)


def _beginning() -> Values:
    """What the form begins with, from the parameters of its address: those of a search, or a dataset."""
    asked, _problems = read_request(tk.request.args.items(multi=True))
    places = [place for key in asked.places if (place := register().get(key))]
    bodies = {place.member_body for place in places}
    body = register().get(bodies.pop()) if len(bodies) == 1 else None
    owner = asked.organization[0] if len(asked.organization) == 1 else body.slug if body else ""
    return {
        "message": asked.q[:500],
        "place": places[0].key if len(places) == 1 else "",
        "organization": owner,
        "dataset": tk.request.args.get("dataset", ""),
        # an organisation alone is no search
        "search": urlencode(asked.pairs) if asked.q or asked.without("organization").filters else "",
    }


def _organizations() -> list[tuple[str, str]]:
    """Name and title of the organisations that the visitor may see, by title."""
    titles = organizations.titles()
    names = tk.get_action("organization_list")(context(), {})
    return sorted(((name, titles.get(name) or name) for name in names), key=lambda one: one[1].casefold())


def _dataset(reference: str) -> dict[str, Any] | None:
    if not reference:
        return None
    try:
        shown = tk.get_action("package_show")(context(), {"id": reference})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
    return shown if shown.get("type") == "dataset" else None


# Who fills it in ---------------------------------------------------------------------------------


def _no_person(started: str) -> str:
    """Why this looks like a program or another site, in a sentence for the person it may be all the same."""
    if tk.config["WTF_CSRF_ENABLED"] and not _is_own_form():
        return tk._(
            "The form stood open for too long, or your browser keeps no cookies for this site. Please send it again."
        )
    if tk.request.form.get(TRAP):
        return tk._("One field must stay empty, and your browser has filled it in. Please send the form again.")
    age = _age(started)
    if age is None:
        return tk._("The form stood open for too long. Please send it again.")
    if age < _FASTEST:
        return tk._("That was very quick. Please check what you entered, and send it again.")
    return ""


def _is_own_form() -> bool:
    """CKAN looks only at forms of people who are logged in."""
    try:
        validate_csrf(tk.request.form.get(str(tk.config["WTF_CSRF_FIELD_NAME"])))
    except FormError as problem:
        log.info("A request for data was not taken: %s", problem)
        return False
    return True


def _age(started: str) -> float | None:
    """Seconds since the form was handed out; none if it was not, or too long ago."""
    try:
        _text, moment = _signer().loads(started, max_age=_SLOWEST, return_timestamp=True)
    except BadSignature:
        return None
    return (datetime.now(UTC) - moment).total_seconds()


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(tk.config["SECRET_KEY"]), salt="rvr_portal_request")
