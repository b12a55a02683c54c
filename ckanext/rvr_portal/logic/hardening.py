"""Chained actions that keep CKAN's own answers from telling about datasets the asker may not see."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Iterable
from typing import Any, cast

import ckan.authz as authz
import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError, SearchQueryError, SolrConnectionError
from ckan.types import Action, ChainedAction, Context, DataDict

from ..domain.query import escape_phrase

__all__ = [
    "as_if_unknown",
    "format_autocomplete",
    "is_hidden_dataset",
    "member_list",
    "package_search",
    "tag_autocomplete",
    "tag_list",
    "tag_search",
    "tag_show",
    "visible_datasets",
]

log = logging.getLogger(__name__)

_CHUNK = 200
# projects and harvest sources are left out of a search that does not name their types
_ANY_TYPE = "+(dataset_type:harvest OR dataset_type:smart-city-project OR *:*)"


@tk.chained_action
@tk.side_effect_free
def package_search(next_: Action, context: Context, data_dict: DataDict) -> Any:
    """Search datasets, as CKAN's own; a question that cannot be read is answered without the index's inner texts."""
    try:
        return next_(context, data_dict)
    except SolrConnectionError:
        raise
    except SearchError as error:
        if isinstance(error, SearchQueryError) and "SOLR" not in str(error):
            raise
        log.info("Search refused: %s", error)
        raise SearchQueryError(tk._("The search could not be understood.")) from None


@tk.chained_action
@tk.side_effect_free
def tag_list(next_: Action, context: Context, data_dict: DataDict) -> Any:
    """List the tags of the datasets that the user may see."""
    found = next_(context, data_dict)
    if data_dict.get("vocabulary_id"):
        return found
    visible = _visible_tags(context, [_tag_name(tag) for tag in found])
    return [tag for tag in found if _tag_name(tag) in visible]


@tk.chained_action
@tk.side_effect_free
def tag_search(next_: Action, context: Context, data_dict: DataDict) -> Any:
    """Search among the tags of the datasets that the user may see."""
    found = next_(context, data_dict)
    if data_dict.get("vocabulary_id"):
        return found
    visible = _visible_tags(context, [_tag_name(tag) for tag in found["results"]])
    hidden = [tag for tag in found["results"] if _tag_name(tag) not in visible]
    results = [tag for tag in found["results"] if _tag_name(tag) in visible]
    # the number of all hits would tell of hidden tags beyond this page
    count = len(results) if hidden or found["count"] > len(found["results"]) else found["count"]
    return {**found, "results": results, "count": count}


@tk.chained_action
@tk.side_effect_free
def tag_autocomplete(next_: Action, context: Context, data_dict: DataDict) -> Any:
    """Complete a tag out of the datasets that the user may see."""
    found = next_(context, data_dict)
    if data_dict.get("vocabulary_id"):
        return found
    visible = _visible_tags(context, found)
    return [tag for tag in found if tag in visible]


@tk.chained_action
@tk.side_effect_free
def tag_show(next_: Action, context: Context, data_dict: DataDict) -> Any:
    """Show a tag of the datasets that the user may see."""
    shown = next_(context, data_dict)
    if not shown.get("vocabulary_id") and shown["name"] not in _visible_tags(context, [shown["name"]]):
        raise tk.ObjectNotFound
    return shown


@tk.chained_action
@tk.side_effect_free
def format_autocomplete(next_: Action, context: Context, data_dict: DataDict) -> Any:
    """Complete a format out of the resources of datasets that the user may see."""
    found = next_(context, data_dict)
    if not found:
        return found
    visible = _search(context, rows=0, **{"facet.field": ["res_format"], "facet.limit": -1})["facets"]
    known = {value.lower() for value in visible.get("res_format", {})}
    return [value for value in found if value in known]


@tk.chained_action
@tk.side_effect_free
def member_list(next_: Action, context: Context, data_dict: DataDict) -> Any:
    """List the members of a group or organisation, of its datasets those that the user may see."""
    found = next_(context, data_dict)
    if context.get("ignore_auth"):
        return found
    visible = visible_datasets(context, [member[0] for member in found if member[1] == "package"])
    return [member for member in found if member[1] != "package" or member[0] in visible]


def _tag_name(tag: str | dict[str, Any]) -> str:
    return tag["name"] if isinstance(tag, dict) else tag


def _asker(context: Context) -> Context:
    user = context.get("user", "")
    asker: Context = {"user": user, "auth_user_obj": context.get("auth_user_obj") or model.User.get(user)}  # type: ignore[typeddict-item]
    if context.get("ignore_auth"):
        asker["ignore_auth"] = True
    return asker


def _search(context: Context, **params: Any) -> dict[str, Any]:
    return tk.get_action("package_search")(
        _asker(context), {"q": "*:*", "include_private": True, "include_drafts": True, **params}
    )


def _visible_tags(context: Context, names: list[str]) -> set[str]:
    """Those of the tags that a dataset visible to the user carries: one facet query."""
    if not names:
        return set()
    params: dict[str, Any] = {"rows": 0, "facet.field": ["tags"], "facet.limit": -1, "fq": _ANY_TYPE}
    if len(names) <= _CHUNK:
        params["fq"] = f"+tags:({_any_of(names)}) {_ANY_TYPE}"
    return set(_search(context, **params)["facets"].get("tags", {}))


def visible_datasets(context: Context, ids: list[str]) -> set[str]:
    """Those of the ids that belong to something the user may see: a dataset, a project or a harvest source."""
    visible: set[str] = set()
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        found = _search(context, fq=f"+id:({_any_of(chunk)}) {_ANY_TYPE}", fl=["id"], rows=len(chunk))
        visible |= {row["id"] for row in found["results"]}
    return visible


def _any_of(values: Iterable[str]) -> str:
    return " OR ".join(f'"{escape_phrase(value)}"' for value in values)


# -- a hidden dataset looks like one that is not there


def _of_package(reference: str) -> model.Package | None:
    return model.Package.get(reference)


def _of_resource(reference: str) -> model.Package | None:
    resource = model.Resource.get(reference)
    return model.Package.get(resource.package_id) if resource and resource.package_id else None


def _of_view(reference: str) -> model.Package | None:
    view = model.ResourceView.get(reference)
    return _of_resource(view.resource_id) if view and view.resource_id else None


_FINDERS: dict[str, Callable[[str], model.Package | None]] = {
    "package": _of_package,
    "resource": _of_resource,
    "view": _of_view,
}


def is_hidden_dataset(kind: str, reference: Any, user: str = "") -> bool:
    """Whether an id or name ("package", "resource" or "view") leads to a dataset that the user may not see.

    :param user: name of the user; an anonymous visitor without it
    """
    if not isinstance(reference, str) or not reference:
        return False
    package = _FINDERS[kind](reference)
    if package is None:
        return False
    return not authz.is_authorized("package_show", _asked_by(user), {"id": package.id}).get("success")


def _asked_by(user: str) -> Context:
    return cast(Context, {"user": user, "auth_user_obj": (user and model.User.get(user)) or model.AnonymousUser()})


def as_if_unknown(kind: str, key: str, *, reads: bool = False, also_found: bool = False) -> ChainedAction:
    """A chained action that answers about a dataset that the asker may not see as about an unknown one.

    `key` is the parameter with the id, `kind` says what it is the id of ("package", "resource" or "view"), `reads`
    that the action changes nothing. With `also_found` even a successful answer is replaced (for actions that ask
    nobody's permission).
    """

    @tk.chained_action
    def action(next_: Action, context: Context, data_dict: DataDict) -> Any:
        def hidden() -> bool:
            user = context.get("user", "")
            return not context.get("ignore_auth") and is_hidden_dataset(kind, data_dict.get(key), user)

        if also_found and hidden():
            return _ask_for_unknown(next_, context, data_dict, key)
        try:
            return next_(context, data_dict)
        except tk.NotAuthorized:
            if hidden():
                return _ask_for_unknown(next_, context, data_dict, key)
            raise

    action.side_effect_free = reads  # type: ignore[attr-defined]
    return action


def _ask_for_unknown(next_: Action, context: Context, data_dict: DataDict, key: str) -> Any:
    unknown, given = str(uuid.uuid4()), str(data_dict[key])
    fresh = cast(
        Context,
        {
            **_asked_by(context.get("user", "")),
            "model": model,
            "session": model.Session,
            "api_version": context.get("api_version", 3),
        },
    )
    try:
        return next_(fresh, {**data_dict, key: unknown})
    except (tk.ObjectNotFound, tk.NotAuthorized) as error:
        if error.message is None:
            raise
        raise type(error)(str(error.message).replace(unknown, given)) from None
    except tk.ValidationError as error:
        text = json.dumps(error.error_dict, default=str)
        raise tk.ValidationError(json.loads(text.replace(unknown, json.dumps(given)[1:-1]))) from None
