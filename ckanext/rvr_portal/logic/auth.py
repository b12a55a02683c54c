"""Permissions of other extensions put right."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.types import AuthFunction, AuthResult, Context, DataDict

__all__ = ["get_auth_functions"]


def get_auth_functions() -> dict[str, Any]:
    """Chained permissions for those plugins that are there."""
    return {"harvest_log_list": harvest_log_list} if p.plugin_loaded("harvest") else {}


@tk.chained_auth_function
def harvest_log_list(next_: AuthFunction, context: Context, data_dict: DataDict | None) -> AuthResult:
    """Only system administrators read the log; ckanext-harvest 1.6.3 asks itself without end (error 500)."""
    return {"success": False}  # system administrators are not asked
