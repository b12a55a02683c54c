"""The action `rvr_suggest`."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError, SearchQueryError
from ckan.types import Context, DataDict, ErrorDict

from .. import suggest
from ..domain.search_request import MAX_QUERY
from ..solr import SearchIndexError, SearchRefusedError

__all__ = ["rvr_suggest"]

_KNOWN = frozenset({"q", "organization", "limit"})
_MOST = 20


@tk.side_effect_free
def rvr_suggest(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Suggest places, themes, datasets, publishers and keywords for a text that somebody is typing.

    The end of the text is completed, what stands before it stays as words: "Spielplätze in Her" suggests the place Herne.
    Umlauts may be written ae, oe, ue. Nothing is suggested for less than two letters or for search syntax, nor what the
    asker would find nothing with.

    :param q: what was typed, at most 10,000 characters; the first 200 of them count
    :type q: string
    :param organization: name of an organisation (`hagen`): only its datasets count, and no publishers are suggested
    :type organization: string
    :param limit: most suggestions to return, 1 to 20 (default: 10)
    :type limit: integer

    :returns: `q` and `suggestions`, a list of `{kind, kind_label, label, detail, parameter, value, q, count, url}`: `kind` is
      `place`, `theme`, `dataset`, `organization` or `tag`. A dataset has its name as `value`, its publisher as `detail` and
      no `parameter`. Of all others `parameter` and `value` are a filter of `rvr_search` which, together with the words `q`
      that stay, finds `count` datasets. `url` is the page it leads to
    :rtype: dictionary
    :raises ValidationError: a parameter is not known or cannot be read
    """
    tk.check_access("package_search", context, data_dict)
    errors: ErrorDict = {name: [tk._("This parameter is not known.")] for name in data_dict if name not in _KNOWN}
    text = _text(data_dict, "q", MAX_QUERY, errors)
    organization = _text(data_dict, "organization", 100, errors)
    limit = _limit(data_dict, errors)
    if errors:
        raise tk.ValidationError(errors)
    asker: Context = {"user": context.get("user", ""), "auth_user_obj": context.get("auth_user_obj")}  # type: ignore[typeddict-item]
    if context.get("ignore_auth"):
        asker["ignore_auth"] = True
    try:
        found = suggest.suggestions(asker, text, organization=organization, limit=limit)
    except (SearchRefusedError, SearchQueryError) as error:
        raise tk.ValidationError({"q": [tk._("The search could not be understood.")]}) from error
    except SearchIndexError as error:
        raise SearchError(error.sentence) from error
    return {
        "q": text,
        "suggestions": [
            {
                "kind": one.kind, "kind_label": suggest.kind_label(one.kind), "label": one.label, "detail": one.detail,
                "parameter": one.parameter, "value": one.value, "q": one.q, "count": one.count, "url": one.url,
            }
            for one in found
        ],
    }  # fmt: skip


def _text(data_dict: DataDict, name: str, longest: int, errors: ErrorDict) -> str:
    value = data_dict.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        errors[name] = [tk._("This must be a text of at most {most} characters.").format(most=longest)]
        return ""
    return "".join(char if char.isprintable() else " " for char in value).strip()


def _limit(data_dict: DataDict, errors: ErrorDict) -> int:
    value = data_dict.get("limit", suggest.LIMIT)
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = 0
    if isinstance(value, bool) or not 1 <= number <= _MOST:
        errors["limit"] = [tk._("Please give a whole number from 1 to {most}.").format(most=_MOST)]
    return number
