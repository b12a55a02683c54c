"""Who may read reports and lists: whoever may change the source; runs of public sources and their findings anybody."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.logic.auth import get_package_object
from ckan.types import AuthFunction, AuthResult, Context, DataDict

from ..store import ARCHIVED
from .auth_operate import (
    harvest_job_create_all,
    harvest_jobs_run,
    harvest_objects_import,
    harvest_sources_clear,
    harvest_sources_reindex,
    rvr_harvest_probe,
    rvr_harvest_source_activate,
)

__all__ = [
    "harvest_job_create_all",
    "harvest_jobs_run",
    "harvest_objects_import",
    "harvest_sources_clear",
    "harvest_sources_reindex",
    "package_show",
    "rvr_harvest_dry_run",
    "rvr_harvest_dry_run_show",
    "rvr_harvest_finding_list",
    "rvr_harvest_moved_confirm",
    "rvr_harvest_moved_reject",
    "rvr_harvest_probe",
    "rvr_harvest_report_show",
    "rvr_harvest_run_confirm",
    "rvr_harvest_run_list",
    "rvr_harvest_run_reject",
    "rvr_harvest_source_activate",
    "rvr_harvest_source_overview",
]


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def package_show(next_: AuthFunction, context: Context, data_dict: DataDict | None) -> AuthResult:
    """A dataset that its source no longer has is archived: out of the search, but everybody may read it still."""
    data_dict = data_dict or {}
    package = get_package_object(context, data_dict)
    if package.state == ARCHIVED and not package.private:
        return {"success": True}
    return next_(context, data_dict)


def _may_change(context: Context, data_dict: DataDict) -> AuthResult:
    tk.check_access("harvest_source_update", context, {"id": tk.get_or_bust(data_dict, "id")})
    return {"success": True}


def rvr_harvest_dry_run(context: Context, data_dict: DataDict) -> AuthResult:
    return _may_change(context, data_dict)


def rvr_harvest_dry_run_show(context: Context, data_dict: DataDict) -> AuthResult:
    return _may_change(context, data_dict)


def rvr_harvest_run_confirm(context: Context, data_dict: DataDict) -> AuthResult:
    return _may_change(context, data_dict)


def rvr_harvest_run_reject(context: Context, data_dict: DataDict) -> AuthResult:
    return _may_change(context, data_dict)


def rvr_harvest_moved_confirm(context: Context, data_dict: DataDict) -> AuthResult:
    return _may_change(context, data_dict)


def rvr_harvest_moved_reject(context: Context, data_dict: DataDict) -> AuthResult:
    return _may_change(context, data_dict)


def rvr_harvest_report_show(context: Context, data_dict: DataDict) -> AuthResult:
    tk.check_access("harvest_source_update", context, {"id": data_dict["id"]})
    return {"success": True}


def rvr_harvest_source_overview(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}  # the sources are those that the user may change


@tk.auth_allow_anonymous_access
def rvr_harvest_run_list(context: Context, data_dict: DataDict) -> AuthResult:
    tk.check_access("package_show", context, {"id": tk.get_or_bust(data_dict, "id")})
    return {"success": True}


@tk.auth_allow_anonymous_access
def rvr_harvest_finding_list(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}  # what the user may not see is left out
