"""Who may look after sources."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

__all__ = ["rvr_harvest_probe", "rvr_harvest_source_activate"]


def rvr_harvest_probe(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may enter a source: the server makes requests for them."""
    tk.check_access("harvest_source_create", context, {"type": "harvest"})
    return {"success": True}


def rvr_harvest_source_activate(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may change the source."""
    tk.check_access("harvest_source_update", context, {"id": data_dict["id"]})
    return {"success": True}
