"""Actions of requests for data: ask a publisher, see what was asked for, say how far it is."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthResult, Context, DataDict
from redis.exceptions import RedisError

from ..client import client_address
from ..data_requests import limits, post, store
from ..domain import data_request as rules
from ..domain.places import register
from ..domain.search_request import read_request
from ..model import RvrPortalDataRequest
from ..sheets.words import language

__all__ = ["AUTH", "rvr_request_create", "rvr_request_list", "rvr_request_update"]

log = logging.getLogger(__name__)

_MOST_ROWS = 1_000
# characters of the address of a search
_SEARCH = 2_000

Values = dict[str, Any]


def rvr_request_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Ask a publisher for data. Needs no account.

    The request is stored and sent to the contact of the organisation by mail; the asker gets a confirmation. It is deleted
    after `ckanext.rvr_portal.request_kept_days` days. Only a few requests are taken from one connection and address.

    :param message: what data are looked for, at most 4,000 characters
    :param email: mail address for the answer
    :param organization: id or name of the organisation to ask; without it the operators of the portal are asked
    :param place: key (AGS) or name of the municipality, Kreis or region it is about (optional)
    :param purpose: what the data are for, at most 2,000 characters (optional)
    :param name: name of the asker, at most 100 characters (optional)
    :param dataset: id or name of the dataset that a question is about (optional); its organisation is asked then
    :param search: parameters of the search that was made before, as in its address (optional)
    :returns: `reference` (number of the request), `organization` (title of who is asked, empty for the operators),
        `delete_on` (date)
    :raises ValidationError: a value is missing or not in order, or too many requests were sent
    """
    tk.check_access("rvr_request_create", context, data_dict)
    values = _checked(context, data_dict)
    if not context.get("ignore_auth"):
        _limit(values["email"])
    request = store.create(values, language())
    post.enqueue(request.id)
    shown = _shown(request, _titles([request]))
    return {
        "reference": shown["reference"],
        "organization": (shown["organization"] or {}).get("title", ""),
        "delete_on": shown["delete_on"],
    }


@tk.side_effect_free
def rvr_request_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List the requests for data that came to the organisations whose datasets the user may change, newest first.

    System administrators see all, also those to the operators of the portal.

    :param organization: id or name of one organisation (optional)
    :param state: "new", "answered" or "done" (optional)
    :param start: number of requests to skip (default: 0)
    :param rows: number of requests (default: 20, at most 1000)
    :returns: `count` and `results`: `id`, `reference`, `organization` (id, name, title; null for the operators),
        `dataset` (name, title; or null), `message`, `purpose`, `place` (key), `place_name`, `search`, `name`, `email`,
        `state`, `created`, `changed` and `mailed` (UTC; null if the mail did not go out yet), `delete_on` (date)
    :raises NotAuthorized: the user may not change datasets of the organisation, or is not logged in
    """
    tk.check_access("rvr_request_list", context, data_dict)
    state = str(data_dict.get("state") or "")
    if state and state not in rules.STATES:
        raise _wrong("state", tk._("Please choose one of these: {names}").format(names=", ".join(rules.STATES)))
    organizations = _own_organizations(context, str(data_dict.get("organization") or ""))
    start, rows = _number(data_dict, "start", 0), min(_number(data_dict, "rows", 20), _MOST_ROWS)
    found, count = store.listed(organizations, state, start, rows)
    titles = _titles(found)
    return {"count": count, "results": [_shown(request, titles) for request in found]}


def rvr_request_update(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say how far a request for data is.

    :param id: id of the request
    :param state: "new", "answered" or "done"
    :returns: the request, as in `rvr_request_list`
    :raises ObjectNotFound: there is no such request to an organisation of this user
    """
    request = store.get(str(tk.get_or_bust(data_dict, "id")))
    try:
        tk.check_access("rvr_request_update", {**context, "rvr_portal_request": request}, data_dict)  # type: ignore[typeddict-unknown-key]
    except tk.NotAuthorized:
        request = None
    if request is None:
        # nobody learns of others' requests
        raise tk.ObjectNotFound(tk._("There is no such request, or it was deleted."))
    state = str(data_dict.get("state") or "")
    if state not in rules.STATES:
        raise _wrong("state", tk._("Please choose one of these: {names}").format(names=", ".join(rules.STATES)))
    store.set_state(request, state)
    return _shown(request, _titles([request]))


# Who may -----------------------------------------------------------------------------------------


@tk.auth_allow_anonymous_access
def _anybody(context: Context, data_dict: DataDict | None) -> AuthResult:
    return {"success": True}


def _logged_in(context: Context, data_dict: DataDict | None) -> AuthResult:
    return {"success": bool(context.get("user"))}


def _own_request(context: Context, data_dict: DataDict | None) -> AuthResult:
    request: Any = context.get("rvr_portal_request")
    owner = request.owner_org if request is not None else ""
    user = str(context.get("user") or "")
    return {"success": bool(owner) and authz.has_user_permission_for_group_or_org(owner, user, "update_dataset")}


AUTH = {"rvr_request_create": _anybody, "rvr_request_list": _logged_in, "rvr_request_update": _own_request}


# What is asked -----------------------------------------------------------------------------------


def _checked(context: Context, data_dict: DataDict) -> Values:
    """The columns of a request.

    :raises ValidationError: with a sentence for each field that is not in order
    """
    errors: dict[str, Any] = {}

    def read(field: str, check: Callable[[str], Any]) -> Any:
        try:
            return check(str(data_dict.get(field) or "").strip())
        except tk.Invalid as problem:
            errors[field] = [problem.error]
            return ""

    values = {
        "message": read("message", _message),
        "purpose": read("purpose", lambda text: _text(text, rules.PURPOSE)),
        "name": read("name", lambda text: " ".join(_text(text, rules.NAME).split())),
        "email": read("email", _email),
        "place": read("place", _place),
        "search": read("search", _search),
    }
    package_id, owner = read("dataset", lambda text: _dataset(context, text)) or ("", "")
    values["package_id"] = package_id
    values["owner_org"] = owner or read("organization", lambda text: _organization(context, text))
    if errors:
        raise tk.ValidationError(errors)
    return values


def _message(text: str) -> str:
    text = _text(text, rules.MESSAGE)
    if not text:
        raise tk.Invalid(tk._("Please write which data you look for."))
    return text


def _text(text: str, longest: int) -> str:
    clean = rules.clean_lines(text)
    if len(clean) > longest:
        number = tk.h.rvr_portal_number
        sentence = tk._("Please shorten the text to {most} characters. Now it has {length}.")
        raise tk.Invalid(sentence.format(most=number(longest), length=number(len(clean))))
    return clean


def _email(text: str) -> str:
    address = rules.mail_address(text.removeprefix("mailto:"))
    if not address:
        raise tk.Invalid(tk._("Please enter your email address, for example name@example.org: the answer goes there."))
    return address


def _place(text: str) -> str:
    place = register().find(text) if text else None
    if text and place is None:
        raise tk.Invalid(tk._("Please choose a place of the list."))
    return place.key if place else ""


def _search(text: str) -> str:
    request, _problems = read_request(parse_qsl(text[:_SEARCH]))
    return rules.clean_lines(urlencode(request.pairs))[:_SEARCH]


def _organization(context: Context, reference: str) -> str:
    """Id of an organisation that the asker may see."""
    group: Any = model.Group.get(reference) if reference else None
    if not reference:
        return store.PORTAL
    if group is not None and group.name in tk.get_action("organization_list")(_asker(context), {}):
        return group.id
    raise tk.Invalid(tk._("Please choose an organisation of the list, or “I don’t know”."))


def _dataset(context: Context, reference: str) -> tuple[str, str] | None:
    """Id and organisation of a dataset that the asker may see."""
    if not reference:
        return None
    try:
        shown = tk.get_action("package_show")(_asker(context), {"id": reference})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        raise tk.Invalid(tk._("The dataset you ask about is no longer there.")) from None
    return shown["id"], str(shown.get("owner_org") or "")


def _asker(context: Context) -> Any:
    given: dict[str, Any] = {**context}
    return {name: given[name] for name in ("user", "auth_user_obj", "ignore_auth") if name in given}


def _limit(email: str) -> None:
    try:
        over = limits.take(client_address(), email)
    except RedisError as error:
        log.warning("Requests cannot be counted: %s", error)
        over = "down"
    sentences = {
        "address": tk._("Several requests came from your connection within an hour. Please try again later."),
        "email": tk._("Three requests were sent with this email address today. Please try again tomorrow."),
        "total": tk._("Very many requests arrived today. Please try again tomorrow."),
        "down": tk._("Requests cannot be taken at the moment. Please try again in a few minutes."),
    }
    if over:
        raise _wrong("limit", sentences[over])


# What is shown -----------------------------------------------------------------------------------


def _own_organizations(context: Context, reference: str) -> list[str] | None:
    """Ids of the organisations whose requests the user may read; None for all and the operators' own.

    :raises NotAuthorized: the one that was named is none of them
    """
    user = str(context.get("user") or "")
    everything = bool(context.get("ignore_auth")) or authz.is_sysadmin(user)
    if everything and not reference:
        return None
    group: Any = model.Group.get(reference) if reference else None
    if group is not None and (
        everything or authz.has_user_permission_for_group_or_org(group.id, user, "update_dataset")
    ):
        return [group.id]
    if reference:
        raise tk.NotAuthorized(tk._("You do not see the requests of this organisation."))
    own = tk.get_action("organization_list_for_user")(_asker(context), {"permission": "update_dataset"})
    return [one["id"] for one in own]


def _titles(requests: list[RvrPortalDataRequest]) -> dict[str, Any]:
    """Organisations and datasets of these requests by id."""
    found: dict[str, Any] = {}
    for table, ids in (
        (model.Group, {one.owner_org for one in requests}),
        (model.Package, {one.package_id for one in requests}),
    ):
        rows: Any = model.Session.query(table.id, table.name, table.title).filter(table.id.in_(ids - {""}))
        found |= {row.id: {"id": row.id, "name": row.name, "title": row.title or row.name} for row in rows}
    return found


def _shown(request: RvrPortalDataRequest, titles: dict[str, Any]) -> dict[str, Any]:
    place = register().get(request.place)
    return {
        "id": request.id,
        "reference": rules.reference(request.id),
        "organization": titles.get(request.owner_org),
        "dataset": titles.get(request.package_id),
        "place_name": place.name if place else "",
        **{
            name: getattr(request, name) for name in ("message", "purpose", "place", "search", "name", "email", "state")
        },
        **{name: _stamp(getattr(request, name)) for name in ("created", "changed", "mailed")},
        "delete_on": store.end_of(request).date().isoformat(),
    }


def _stamp(moment: Any) -> str | None:
    """As CKAN writes moments: UTC without an offset."""
    return store.utc(moment).isoformat() if moment else None


def _number(data_dict: DataDict, name: str, default: int) -> int:
    try:
        return min(max(0, int(data_dict.get(name, default))), 2**31)
    except (TypeError, ValueError):
        raise _wrong(name, tk._("Please enter a whole number.")) from None


def _wrong(field: str, sentence: str) -> tk.ValidationError:
    return tk.ValidationError({field: [sentence]})
