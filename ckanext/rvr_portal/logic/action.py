"""Actions of the portal: its own, and CKAN's, hardened."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p

from . import hardening_harvest
from .hardening import (
    as_if_unknown,
    format_autocomplete,
    member_list,
    package_search,
    tag_autocomplete,
    tag_list,
    tag_search,
    tag_show,
)
from .requests import rvr_request_create, rvr_request_list, rvr_request_update
from .search import rvr_search
from .sheets import (
    rvr_portal_bulk_edit,
    rvr_portal_sheet_import,
    rvr_portal_sheet_run_confirm,
    rvr_portal_sheet_run_delete,
    rvr_portal_sheet_run_list,
    rvr_portal_sheet_run_retry,
    rvr_portal_sheet_run_show,
    rvr_portal_sheet_show,
)
from .suggest import rvr_suggest
from .tables import rvr_portal_table_check, rvr_portal_table_load, rvr_portal_table_status

__all__ = [
    "format_autocomplete",
    "member_list",
    "package_search",
    "rvr_portal_bulk_edit",
    "rvr_portal_sheet_import",
    "rvr_portal_sheet_run_confirm",
    "rvr_portal_sheet_run_delete",
    "rvr_portal_sheet_run_list",
    "rvr_portal_sheet_run_retry",
    "rvr_portal_sheet_run_show",
    "rvr_portal_sheet_show",
    "rvr_portal_table_check",
    "rvr_portal_table_load",
    "rvr_portal_table_status",
    "rvr_request_create",
    "rvr_request_list",
    "rvr_request_update",
    "rvr_search",
    "rvr_suggest",
    "tag_autocomplete",
    "tag_list",
    "tag_search",
    "tag_show",
]

# action: what its parameter is the id of, the parameter
_READING = {
    "": {
        "package_show": ("package", "id"),
        "package_relationships_list": ("package", "id"),
        "resource_show": ("resource", "id"),
        "resource_view_list": ("resource", "id"),
        "resource_view_show": ("view", "id"),
    },
    "activity": {"package_activity_list": ("package", "id")},
    "datastore": {"datastore_search": ("resource", "resource_id"), "datastore_info": ("resource", "id")},
    "dcat": {"dcat_dataset_show": ("package", "id")},
    "harvest": {
        "harvest_job_list": ("package", "source_id"),
        "harvest_object_list": ("package", "source_id"),
    },
    "rvr_dcat": {"rvr_dcat_dataset_quality_show": ("package", "id")},
    "rvr_harvest": {
        "rvr_harvest_dry_run_show": ("package", "id"),
        "rvr_harvest_report_show": ("package", "id"),
        "rvr_harvest_run_list": ("package", "id"),
    },
}
_WRITING = {
    "": {
        "package_update": ("package", "id"),
        "package_patch": ("package", "id"),
        "package_delete": ("package", "id"),
        "package_resource_reorder": ("package", "id"),
        "package_owner_org_update": ("package", "id"),
        "dataset_purge": ("package", "id"),
        "follow_dataset": ("package", "id"),
        "package_collaborator_create": ("package", "id"),
        "package_collaborator_delete": ("package", "id"),
        "resource_create": ("package", "package_id"),
        "resource_update": ("resource", "id"),
        "resource_patch": ("resource", "id"),
        "resource_delete": ("resource", "id"),
        "resource_view_reorder": ("resource", "id"),
        "resource_view_delete": ("view", "id"),
    },
    "datastore": {
        "datastore_create": ("resource", "resource_id"),
        "datastore_upsert": ("resource", "resource_id"),
        "datastore_delete": ("resource", "resource_id"),
    },
    "harvest": {
        "harvest_source_update": ("package", "id"),
        "harvest_source_patch": ("package", "id"),
        "harvest_source_delete": ("package", "id"),
        "harvest_source_clear": ("package", "id"),
        "harvest_source_reindex": ("package", "id"),
        "harvest_job_create": ("package", "source_id"),
    },
    "rvr_harvest": {
        f"rvr_harvest_{name}": ("package", "id")
        for name in ("dry_run", "moved_confirm", "moved_reject", "run_confirm", "run_reject", "source_activate")
    },
}

# actions that answer, or complain about something else, before they ask for permission
_TELLING_BEFORE_ASKING = {
    "dataset_follower_count": ("", "package", "id", True),
    "am_following_dataset": ("", "package", "id", True),
    "unfollow_dataset": ("", "package", "id", False),
    "package_collaborator_list": ("", "package", "id", True),
    "resource_view_create": ("", "resource", "resource_id", False),
    "resource_view_update": ("", "view", "id", False),
}


def get_actions() -> dict[str, Any]:
    """All actions of this module, and the chained ones for those plugins that are there."""
    actions: dict[str, Any] = {name: globals()[name] for name in __all__}
    for table, reads in ((_READING, True), (_WRITING, False)):
        for plugin, entries in table.items():
            if plugin and not p.plugin_loaded(plugin):
                continue
            actions |= {name: as_if_unknown(kind, key, reads=reads) for name, (kind, key) in entries.items()}
    for name, (plugin, kind, key, reads) in _TELLING_BEFORE_ASKING.items():
        if not plugin or p.plugin_loaded(plugin):
            actions[name] = as_if_unknown(kind, key, reads=reads, also_found=True)
    if p.plugin_loaded("harvest"):
        actions |= {name: getattr(hardening_harvest, name) for name in hardening_harvest.__all__}
    return actions
