"""Who may look after sources."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthFunction, AuthResult, Context, DataDict

__all__ = [
    "harvest_job_create_all",
    "harvest_jobs_run",
    "harvest_objects_import",
    "harvest_sources_clear",
    "harvest_sources_reindex",
    "rvr_harvest_probe",
    "rvr_harvest_source_activate",
]


def rvr_harvest_probe(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may enter a source: the server makes requests for them."""
    tk.check_access("harvest_source_create", context, {"type": "harvest"})
    return {"success": True}


def rvr_harvest_source_activate(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may change the source."""
    tk.check_access("harvest_source_update", context, {"id": data_dict["id"]})
    return {"success": True}


def _nobody(next_: AuthFunction, context: Context, data_dict: DataDict | None) -> AuthResult:
    """For operators only: ckanext-harvest breaks off where nobody is logged in, instead of saying no."""
    if not context.get("user"):
        return {"success": False, "msg": tk._("Please log in.")}
    return next_(context, data_dict or {})


harvest_job_create_all = tk.chained_auth_function(_nobody)
harvest_jobs_run = tk.chained_auth_function(_nobody)
harvest_objects_import = tk.chained_auth_function(_nobody)
harvest_sources_clear = tk.chained_auth_function(_nobody)
harvest_sources_reindex = tk.chained_auth_function(_nobody)
