"""Actions that tell how the sources are doing: sources, runs, findings."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from .. import access, findings, my_sources, overview

__all__ = ["rvr_harvest_finding_list", "rvr_harvest_run_list", "rvr_harvest_source_overview"]

MOST = 1000


@tk.side_effect_free
def rvr_harvest_source_overview(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """How the harvest sources are doing that the user may change (a sysadmin: all), and what to repair.

    :param id: name or id of one source (optional)
    :type id: string
    :param limit: sources in one answer, 1 to 1000 (optional, 50)
    :type limit: int
    :param offset: sources to skip (optional, 0)
    :type offset: int

    :returns: ``count`` and ``results``, by title. Each source: ``id``, ``name``, ``title``, ``organization``, ``light``
        (``name``: ``good``, ``look``, ``bad``, ``new``, ``off``; word and reasons in German and English), ``running``,
        ``last_good`` and ``last_run`` (UTC; state and numbers of the last run that ended), ``next_run``, ``datasets``, ``refused``,
        ``refused_examples``, ``vanished``, ``moved``, ``waiting`` (datasets that wait for a decision), ``findings``
        and ``to_repair`` (the weightiest kinds of findings, with advice)
    :rtype: dictionary
    """
    tk.check_access("rvr_harvest_source_overview", context, data_dict)
    limit, offset = _part(data_dict, 50)
    sources = access.editable_sources(context)
    if wanted := data_dict.get("id"):
        sources = [source for source in sources if wanted in (source.id, source.name)]
        if not sources:
            raise tk.ObjectNotFound(tk._("Harvest source not found"))
    return {"count": len(sources), "results": my_sources.described(sources[offset : offset + limit])}


@tk.side_effect_free
def rvr_harvest_run_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The runs of a harvest source, the newest first; dry runs are not among them.

    :param id: name or id of the source
    :type id: string
    :param limit: runs in one answer, 1 to 1000 (optional, 60)
    :type limit: int
    :param offset: runs to skip (optional, 0)
    :type offset: int

    :returns: ``count`` and ``results``. Each run: ``id``, ``job_id``, ``status`` (``running``, ``complete``,
        ``incomplete``, ``failed``, ``interrupted``), ``started`` and ``finished`` (UTC), ``seconds``, the numbers ``seen``,
        ``added``, ``changed``, ``unchanged``, ``vanished``, ``refused``, ``held``; for those who may change the source
        ``decision`` and the first sentence of the report, too
    :rtype: dictionary
    """
    tk.check_access("rvr_harvest_run_list", context, data_dict)
    package = access.source_package(tk.get_or_bust(data_dict, "id"))
    limit, offset = _part(data_dict, 60)
    inner = access.may_edit(context, package.id)
    names = ("id", "job_id", "status", "seconds", *overview.NUMBERS)
    if inner:
        names += ("decision", "sentence_de", "sentence_en")
    results = [
        {name: run[name] for name in names}
        | {name: run[name].isoformat() if run[name] else None for name in ("started", "finished")}
        for run in overview.runs(package.id, limit, offset)
    ]
    return {"count": overview.count_runs(package.id), "results": results}


@tk.side_effect_free
def rvr_harvest_finding_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What is open to improve at the sources: one entry for each finding of each dataset.

    Everybody sees the findings of public datasets; those of private datasets only their organisation, those of records
    that were refused only who may change the source.

    :param source: name or id of a source (optional)
    :type source: string
    :param severity: ``error``, ``warning``, ``info``, or several with commas (optional, all)
    :type severity: string
    :param field: field of the dataset, e.g. ``license``; empty for the dataset as a whole (optional)
    :type field: string
    :param code: kind of finding, e.g. ``license_missing`` (optional)
    :type code: string
    :param refused: only findings of records that were refused (optional, false)
    :type refused: bool
    :param sort: ``weight``, ``dataset``, ``source``, ``field``, ``newest`` or ``oldest`` (optional, ``weight``)
    :type sort: string
    :param limit: findings in one answer, 1 to 1000 (optional, 50)
    :type limit: int
    :param offset: findings to skip (optional, 0)
    :type offset: int

    :returns: ``count``, ``counts`` (by ``source``, ``severity``, ``field``, ``code``) and ``results``. Each finding:
        ``source``, ``dataset`` (none if refused), ``title``, ``url`` at the source, ``refused``, ``severity``, ``field``,
        ``code``, ``value``, ``message_de``, ``message_en``, ``hint_de``, ``hint_en`` and ``since`` (UTC: when the
        dataset last arrived changed, and the finding with it)
    :rtype: dictionary
    """
    tk.check_access("rvr_harvest_finding_list", context, data_dict)
    limit, offset = _part(data_dict, 50)
    reader = access.reader(context)
    wish, sort = _wish(data_dict), str(data_dict.get("sort") or "weight")
    if sort not in findings.SORTS:
        raise tk.ValidationError({"sort": [tk._("Unknown order")]})
    count, numbers = findings.counts(reader, wish)
    return {
        "count": count,
        "counts": {name: dict(counter) for name, counter in numbers.items()},
        "results": findings.listed(reader, wish, sort, limit, offset) if count else [],
    }


def _wish(data: DataDict) -> findings.Wish:
    severities = tuple(filter(None, str(data.get("severity") or "").split(",")))
    if set(severities) - set(findings.SEVERITIES):
        raise tk.ValidationError({"severity": [tk._("Unknown weight of a finding")]})
    source = ""
    if data.get("source"):
        # an unknown source has no findings, and looks like one that is hidden
        try:
            source = access.source_package(str(data["source"])).id
        except tk.ObjectNotFound:
            source = "-"
    field = data.get("field")
    return findings.Wish(
        source=source,
        severities=severities,
        field=None if field is None else str(field),
        code=str(data.get("code") or ""),
        refused=tk.asbool(data.get("refused", False)),
    )


def _part(data: DataDict, usual: int) -> tuple[int, int]:
    """Checked limit and offset."""
    found = []
    for name, default, least, most in (("limit", usual, 1, MOST), ("offset", 0, 0, 10_000_000)):
        try:
            value = int(data.get(name, default))
        except (TypeError, ValueError):
            raise tk.ValidationError({name: [tk._("Please give a whole number.")]}) from None
        if not least <= value <= most:
            told = tk._("Please give a number from {least} to {most}.").format(least=least, most=most)
            raise tk.ValidationError({name: [told]})
        found.append(value)
    return found[0], found[1]
