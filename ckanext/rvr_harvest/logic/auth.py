"""Who may read reports: whoever may change the source."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

__all__ = ["rvr_harvest_report_show"]


def rvr_harvest_report_show(context: Context, data_dict: DataDict) -> AuthResult:
    tk.check_access("harvest_source_update", context, {"id": data_dict["id"]})
    return {"success": True}
