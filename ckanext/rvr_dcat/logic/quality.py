"""Actions that tell how well datasets are described, and what would improve them."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from .. import quality_report
from ..domain.conformance import as_dict
from ..domain.links import OK
from ..domain.quality import MOST
from ..domain.quality_words import DIMENSIONS, LEVELS, REPAIRS, indicator
from ..quality_report import SORTS, Wish
from ..rating import rate_datasets, today

__all__ = ["rvr_dcat_dataset_quality_show", "rvr_dcat_quality_dataset_list", "rvr_dcat_quality_show"]

_MOST_ROWS = 1000


@tk.side_effect_free
def rvr_dcat_quality_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The points of an organisation's public datasets, or of all, as data.europa.eu's MQA counts them (405 at most).

    :param organization: name or id of an organisation (optional, the whole portal)
    :type organization: string

    :returns: ``datasets``, ``points`` (mean), ``median``, ``most``, ``unchecked`` (mean of points that wait for a link check),
        ``level``, ``levels`` (number of datasets each), ``dimensions`` (mean ``points`` and ``most``), ``indicators`` (number of
        datasets ``met``, ``missing``, ``unchecked``), ``repairs`` (``repair``, ``datasets``, ``gain``, ``mean_gain``; the
        greatest gain first), ``overdue``, ``broken``, ``errors`` (numbers of datasets), ``links`` (number and age of
        checked addresses), ``computed`` (UTC), ``history`` (a row for each day of the last year)
    :rtype: dictionary
    """
    tk.check_access("rvr_dcat_quality_show", context, data_dict)
    organization = organization_id(data_dict.get("organization"))
    return {**quality_report.summary(organization), "history": quality_report.history(organization)}


@tk.side_effect_free
def rvr_dcat_quality_dataset_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Public datasets with their points.

    :param organization: name or id of an organisation (optional)
    :type organization: string
    :param repair: only datasets that this repair would improve, e.g. ``temporal`` (optional)
    :type repair: string
    :param indicator: only datasets that do not meet this indicator, e.g. ``machine_readable`` (optional)
    :type indicator: string
    :param level: ``excellent``, ``good``, ``sufficient`` or ``bad`` (optional)
    :type level: string
    :param overdue: only datasets older than their declared frequency allows (optional)
    :type overdue: bool
    :param broken: only datasets with addresses that do not answer (optional)
    :type broken: bool
    :param errors: only datasets that break a rule of DCAT-AP.de (optional)
    :type errors: bool
    :param sort: ``worst`` (default), ``best``, ``title`` or ``overdue``
    :type sort: string
    :param limit: datasets in one answer, 1 to 1000 (optional, 50)
    :type limit: int
    :param offset: datasets to skip (optional, 0)
    :type offset: int

    :returns: ``count`` and ``results``
    :rtype: dictionary
    """
    tk.check_access("rvr_dcat_quality_dataset_list", context, data_dict)
    sort = data_dict.get("sort") or "worst"
    _one_of("sort", sort, SORTS)
    _one_of("repair", data_dict.get("repair"), REPAIRS)
    _one_of("level", data_dict.get("level"), [one.key for one in LEVELS])
    wish = Wish(
        organization=organization_id(data_dict.get("organization")),
        repair=str(data_dict.get("repair") or ""),
        indicator=str(data_dict.get("indicator") or ""),
        level=str(data_dict.get("level") or ""),
        **{name: _yes(name, data_dict.get(name)) for name in ("overdue", "broken", "errors")},
    )
    limit, offset = (_number(name, data_dict.get(name), usual) for name, usual in (("limit", 50), ("offset", 0)))
    count, results = quality_report.listed(wish, sort, min(max(limit, 1), _MOST_ROWS), offset)
    return {"count": count, "results": results}


@tk.side_effect_free
def rvr_dcat_dataset_quality_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The points of one dataset as it stands, each with its reason and what its repair would bring.

    :param id: name or id of the dataset
    :type id: string

    :returns: ``points``, ``most``, ``unchecked``, ``level``, ``dimensions``, ``indicators`` (``key``, ``points``, ``most``,
        ``state``: ``met``, ``missing`` or ``unchecked``, names in German and English), ``gains``, ``links`` (``url``,
        ``outcome``, ``status``, ``checked``, ``failing_since``, UTC), ``due``, ``overdue_since``; for those who may change the
        dataset also ``findings``: what is not as DCAT-AP.de demands
    :rtype: dictionary
    """
    tk.check_access("rvr_dcat_dataset_quality_show", context, data_dict)
    package = tk.get_action("package_show")(tk.fresh_context(context), {"id": tk.get_or_bust(data_dict, "id")})
    if package["type"] != "dataset":
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    rated = next(iter(rate_datasets([package])))
    score = rated.score
    answer: dict[str, Any] = {
        "id": package["id"],
        "name": package["name"],
        "title": package.get("title") or package["name"],
        "points": score.total,
        "most": MOST,
        "unchecked": score.unchecked,
        "level": score.level.key,
        "dimensions": {name: dict(zip(("points", "most"), score.of(name), strict=True)) for name in DIMENSIONS},
        "indicators": [
            {
                "key": one.key,
                "dimension": indicator(one.key).dimension,
                "points": one.points,
                "most": one.most,
                "state": one.state,
                "name_de": indicator(one.key).name.de,
                "name_en": indicator(one.key).name.en,
            }
            for one in score.points
        ],
        "gains": [
            {"repair": one.repair.key, "points": one.points, "de": one.repair.words.de, "en": one.repair.words.en}
            for one in score.gains
        ],
        "links": [
            {
                "url": url,
                "outcome": row.outcome,
                "answered": row.outcome == OK,
                "status": row.status,
                "checked": row.checked.isoformat() if row.checked else None,
                "failing_since": row.failing_since.isoformat() if row.failing_since else None,
            }
            for url, row in rated.links.items()
        ],
        "due": rated.due.isoformat() if rated.due else None,
        "overdue_since": rated.due.isoformat() if rated.due and rated.due < today() else None,
    }
    if _may_change(context, package["id"]):
        answer["findings"] = [as_dict(one) for one in rated.findings]
    return answer


def quality_actions() -> dict[str, Any]:
    """The actions above."""
    return {name: globals()[name] for name in __all__}


def organization_id(reference: Any) -> str:
    """The id of an organisation by name or id; empty for none.

    :raises ObjectNotFound: there is no such organisation
    """
    if not reference:
        return ""
    group = model.Group.get(str(reference))
    if group is None or not group.is_organization or group.state != "active":
        raise tk.ObjectNotFound(tk._("Organization not found"))
    return group.id


def _may_change(context: Context, dataset: str) -> bool:
    if context.get("ignore_auth"):
        return True
    try:
        tk.check_access("package_update", tk.fresh_context(context), {"id": dataset})
    except tk.NotAuthorized:
        return False
    return True


def _one_of(name: str, value: Any, known: Any) -> None:
    if value and value not in known:
        raise tk.ValidationError({name: [tk._("There is no such choice.") + f" ({', '.join(known)})"]})


def _yes(name: str, value: Any) -> bool:
    try:
        return tk.asbool(value)
    except ValueError:
        raise tk.ValidationError({name: [tk._("Please write “true” or “false”.")]}) from None


def _number(name: str, value: Any, usual: int) -> int:
    try:
        number = int(usual if value in (None, "") else value)
    except (TypeError, ValueError):
        number = -1
    if not 0 <= number < 10**9:
        raise tk.ValidationError({name: [tk._("Please write a whole number.")]})
    return number
