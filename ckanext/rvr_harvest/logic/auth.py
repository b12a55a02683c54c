"""Who may read reports: whoever may change the source."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

from .auth_operate import rvr_harvest_probe, rvr_harvest_source_activate

__all__ = [
    "rvr_harvest_probe",
    "rvr_harvest_report_show",
    "rvr_harvest_source_activate",
]


def rvr_harvest_report_show(context: Context, data_dict: DataDict) -> AuthResult:
    tk.check_access("harvest_source_update", context, {"id": data_dict["id"]})
    return {"success": True}
