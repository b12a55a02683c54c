"""Nightly sync of member portals, inside ckanext-harvest's frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.exceptions import CkanConfigurationException
from ckan.lib.plugins import DefaultTranslation
from ckan.types import Context

from ckanext.rvr_portal.interfaces import IRvrIndex

from . import hiding, kinds, notify
from .index_objects import index_hook
from .schedule import TICKED


@tk.blanket.actions
@tk.blanket.auth_functions
@tk.blanket.blueprints
@tk.blanket.cli
@tk.blanket.config_declarations
@tk.blanket.helpers
class RvrHarvestPlugin(p.SingletonPlugin, DefaultTranslation):
    p.implements(p.IConfigurer)
    p.implements(p.IPackageController, inherit=True)
    p.implements(IRvrIndex)
    p.implements(p.ISignal)
    p.implements(p.ITranslation)

    # IConfigurer
    def update_config(self, config: CKANConfig) -> None:
        if not p.plugin_loaded("harvest"):
            raise CkanConfigurationException("rvr_harvest works inside ckanext-harvest: add harvest to ckan.plugins.")
        if p.plugin_loaded("rvr_portal"):  # its pages are built from the portal's components; else the stock ones stay
            tk.add_template_directory(config, "templates")
        tk.add_resource("assets", "rvr_harvest")
        kinds.show_to_ckanext_harvest()

    # IPackageController
    def after_dataset_show(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        if pkg_dict.get("type") == "harvest":
            hiding.show_config(context, pkg_dict)

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return hiding.clean_document(pkg_dict) if pkg_dict.get("dataset_type") == "harvest" else pkg_dict

    # IRvrIndex
    def get_rvr_index_hooks(self, package_ids: Sequence[str]) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        return {"harvest": index_hook(package_ids)}

    # ISignal
    def get_signal_subscriptions(self) -> dict[Any, Any]:
        return {TICKED: [notify.on_tick]}
