"""Who may read points: of public datasets anybody, of one dataset whoever may see it."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

__all__ = ["rvr_dcat_dataset_quality_show", "rvr_dcat_quality_dataset_list", "rvr_dcat_quality_show"]


@tk.auth_allow_anonymous_access
def rvr_dcat_quality_show(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}


@tk.auth_allow_anonymous_access
def rvr_dcat_quality_dataset_list(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}


@tk.auth_allow_anonymous_access
def rvr_dcat_dataset_quality_show(context: Context, data_dict: DataDict) -> AuthResult:
    tk.check_access("package_show", tk.fresh_context(context), {"id": tk.get_or_bust(data_dict, "id")})
    return {"success": True}
