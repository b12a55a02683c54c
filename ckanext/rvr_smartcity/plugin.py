"""Smart city projects of all member bodies: register, list, map, exports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultTranslation
from ckan.types import Action, Context
from flask import Blueprint

from ckanext.rvr_portal.interfaces import IRvrMeasures, IRvrPages
from ckanext.rvr_portal.shared import Measure

from . import measures, related, search, views
from .logic import chained


@tk.blanket.helpers
@tk.blanket.validators
class RvrSmartcityPlugin(p.SingletonPlugin, DefaultTranslation):
    p.implements(p.IActions)
    p.implements(p.IBlueprint)
    p.implements(p.IConfigurer)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.ITranslation)
    p.implements(IRvrMeasures)
    p.implements(IRvrPages, inherit=True)

    # IConfigurer
    def update_config(self, config: CKANConfig) -> None:
        tk.add_template_directory(config, "templates")
        tk.add_resource("assets", "rvr_smartcity")

    # IActions
    def get_actions(self) -> dict[str, Action]:
        return chained.actions()

    # IPackageController
    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return search.before_dataset_index(pkg_dict)

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        return search.before_dataset_search(search_params)

    def after_dataset_show(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        related.hide_private(context, [pkg_dict])

    def after_dataset_search(self, search_results: dict[str, Any], search_params: dict[str, Any]) -> dict[str, Any]:
        related.hide_private({"user": tk.current_user.name if tk.current_user else ""}, search_results["results"])
        return search_results

    # IRvrMeasures
    def get_rvr_measures(self) -> dict[str, Callable[[], Measure]]:
        return measures.all_measures()

    # IBlueprint
    def get_blueprint(self) -> list[Blueprint]:
        # the pages are built from the portal's components: without the portal there are none
        return [views.rvr_smartcity, views.rvr_smartcity_exports] if p.plugin_loaded("rvr_portal") else []

    # IRvrPages
    def get_rvr_menu(self) -> list[tuple[str, str, int]]:
        return [(tk._("Projects"), "rvr_smartcity.index", 30)]

    def get_rvr_front_sections(self) -> list[str]:
        return ["rvr_smartcity/snippets/front_section.html"]

    def get_rvr_front_numbers(self) -> list[tuple[int, str, str]]:
        return measures.front_numbers()
