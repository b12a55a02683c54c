"""Permissions of the plugin's own actions, and those of other extensions put right."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.types import AuthFunction, AuthResult, Context, DataDict

from . import requests, sheets

__all__ = ["get_auth_functions", "rvr_portal_table_check", "rvr_portal_table_load"]


def get_auth_functions() -> dict[str, Any]:
    """Permissions of the plugin's own actions, and chained ones for those plugins that are there."""
    functions: dict[str, Any] = {name: globals()[name] for name in __all__ if name.startswith("rvr_portal_")}
    functions |= sheets.AUTH | requests.AUTH
    return functions | ({"harvest_log_list": harvest_log_list} if p.plugin_loaded("harvest") else {})


def rvr_portal_table_load(context: Context, data_dict: DataDict) -> AuthResult:
    """Who may edit a file may have its table made again."""
    return {"success": tk.check_access("resource_update", context, {"id": data_dict["resource_id"]})}


def rvr_portal_table_check(context: Context, data_dict: DataDict) -> AuthResult:
    """Who may publish somewhere may have a file looked at."""
    return {"success": tk.check_access("package_create", context, {})}


@tk.chained_auth_function
def harvest_log_list(next_: AuthFunction, context: Context, data_dict: DataDict | None) -> AuthResult:
    """Only system administrators read the log; ckanext-harvest 1.6.3 asks itself without end (error 500)."""
    return {"success": False}  # system administrators are not asked
