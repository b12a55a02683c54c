"""CKAN's actions on datasets, for harvest sources: what the form says, beside the field and in the user's language.

ckanext-harvest takes any address and answers some mistakes in English with the inner names of things. The plan of a
source comes as fields of the form, as `plan` in its settings, or as a frequency of ckanext-harvest; it is kept in the
settings, and ckanext-harvest itself is told to leave the source alone.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.munge import munge_title_to_name
from ckan.types import Action, Context, DataDict
from ckanext.harvest.model import HarvestSource

from ckanext.rvr_portal.http import check_url
from ckanext.rvr_portal.shared import HttpDoorError

from .. import schedule, settings
from ..domain.plan import PlanError
from ..kinds import is_ours
from ..language import in_words
from . import plan_fields

__all__ = ["package_create", "package_update"]

Errors = dict[str, list[str]]


@tk.chained_action
def package_create(next_: Action, context: Context, data_dict: DataDict) -> Any:
    """Create a dataset; of a harvest source the address is checked, and a missing name is made from the title."""
    if data_dict.get("type") != "harvest":
        return next_(context, data_dict)
    data_dict = {**data_dict, "name": data_dict.get("name") or _free_name(str(data_dict.get("title") or ""))}
    data_dict, wrong = _with_plan(data_dict, None, context)
    _refuse(_missing(data_dict) | _bad_address(data_dict, "") | wrong, context, "package_create", data_dict)
    return _planned(_told(next_, context, data_dict), data_dict["name"], "")


@tk.chained_action
def package_update(next_: Action, context: Context, data_dict: DataDict) -> Any:
    """Update a dataset; of a harvest source a new address is checked."""
    if data_dict.get("type", "harvest") != "harvest":
        return next_(context, data_dict)
    stored = model.Package.get(data_dict.get("id") or data_dict.get("name"))
    if stored is None or stored.type != "harvest":
        return next_(context, data_dict)
    source = HarvestSource.get(stored.id)
    plan = str(settings.plan_of(source)) if source is not None and source.frequency == "MANUAL" else ""
    data_dict, wrong = _with_plan(data_dict, source, context)
    _refuse(
        _missing(data_dict) | _bad_address(data_dict, stored.url or "") | wrong, context, "package_update", data_dict
    )
    return _planned(_told(next_, context, data_dict), stored.id, plan)


def _with_plan(data: DataDict, source: Any, context: Context) -> tuple[DataDict, Errors]:
    """The data with the plan in the settings, and what is wrong with it."""
    kind = str(data.get("source_type") or "")
    if not is_ours(kind):
        return plan_fields.as_frequency(data), {}
    if str(data.get("config") or "").strip() and not settings.is_object(str(data["config"])):
        return plan_fields.without(data), {
            "config": [tk._("These settings cannot be read. Please write a JSON object.")]
        }
    values = settings.read(data.get("config"))
    data = {key: value for key, value in data.items() if key not in values}  # ckanext-harvest spreads them
    try:
        plan = plan_fields.chosen(data, values)
    except PlanError as error:
        return plan_fields.without(data), {"plan_time": [in_words(error.sentence)]}
    if plan is not None:
        values[settings.PLAN] = str(plan)
    if source is not None and not context.get("rvr_harvest_activate"):
        values.pop(settings.TRIAL, None)
        if settings.is_trial(source):  # only looking at a dry run takes it away
            values[settings.TRIAL] = True
    changed = {"config": settings.write(values)} if values != settings.read(data.get("config")) else {}
    return {**plan_fields.without(data), "frequency": "MANUAL", **changed}, {}


def _planned(result: Any, reference: str, before: str) -> Any:
    """Note the next run where the plan is new."""
    package = model.Package.get(reference)
    source = HarvestSource.get(package.id) if package else None
    if source is not None and is_ours(source.type) and str(settings.plan_of(source)) != before:
        schedule.plan_anew(source)
        model.Session.commit()
    return result


def _missing(data: DataDict) -> Errors:
    errors: Errors = {}
    if not str(data.get("title") or data.get("name") or "").strip():
        errors["title"] = [tk._("Please give the source a name.")]
    if not data.get("source_type") and not any(one["key"] == "source_type" for one in data.get("extras") or []):
        errors["source_type"] = [tk._("Please choose the kind of the source.")]
    return errors


def _bad_address(data: DataDict, known: str) -> Errors:
    """What is wrong with the address; one that was accepted earlier is left to the run, which reports it."""
    url = str(data.get("url") or "").strip()
    if not url:
        return {"url": [tk._("Please enter the address of the catalogue.")]}
    if url == known:
        return {}
    try:
        check_url(url)
    except HttpDoorError as error:
        return {"url": [error.sentence]}
    return {"url": [tk._("Another source already has this address.")]} if _is_taken(url, data.get("config")) else {}


def _is_taken(url: str, config: str | None) -> bool:
    """Whether another source reads the same: same address, same settings but for the plan.

    ckanext-harvest compares the whole settings, and would take the same source at another time for a new one.
    """
    query = model.Session.query(HarvestSource.config)
    wanted = settings.for_adapter(config)
    alike = query.filter(HarvestSource.url.in_((url, url.rstrip("/"), f"{url}/")), HarvestSource.active.is_(True))
    return any(settings.for_adapter(row.config) == wanted for row in alike)


def _refuse(errors: Errors, context: Context, action: str, data: DataDict) -> None:
    if errors:
        tk.check_access(action, context, data)
        raise tk.ValidationError(errors)  # type: ignore[arg-type]


def _told(next_: Action, context: Context, data: DataDict) -> Any:
    try:
        return next_(context, data)
    except tk.ValidationError as error:
        told = {key: _in_words(found) if isinstance(found, list) else found for key, found in error.error_dict.items()}
        raise tk.ValidationError(told) from error  # type: ignore[arg-type]


def _in_words(errors: list[Any]) -> list[Any]:
    words = {
        "There already is a Harvest Source": tk._("Another source already has this address."),
        "Unknown harvester type": tk._("Please choose the kind of the source."),
        "Frequency": tk._("Please choose how often the source is harvested."),
        "Error parsing the configuration": tk._("These settings cannot be read. Please write a JSON object."),
    }
    return [next((text for start, text in words.items() if str(one).startswith(start)), one) for one in errors]


def _free_name(title: str) -> str:
    """A name for the address of the source's page that no dataset has yet; empty without a title."""
    if not title.strip():
        return ""
    base = munge_title_to_name(title)[:90].strip("-_") or "quelle"
    names = [base, *(f"{base}-{number}" for number in range(2, 1000))]
    return next((name for name in names if model.Package.get(name) is None), base)
