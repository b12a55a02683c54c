"""Aggregated views of what the portal holds: pages of tiles, each with sentence, picture, table and source."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultTranslation
from flask import Blueprint

from ckanext.rvr_portal.interfaces import IRvrPages

from . import registry, views


@tk.blanket.config_declarations
@tk.blanket.helpers
class RvrDashboardsPlugin(p.SingletonPlugin, DefaultTranslation):
    p.implements(p.IBlueprint)
    p.implements(p.IConfigurer)
    p.implements(p.IConfigurable)
    p.implements(p.ITranslation)
    p.implements(IRvrPages, inherit=True)

    # IConfigurer
    def update_config(self, config: CKANConfig) -> None:
        tk.add_template_directory(config, "templates")
        tk.add_resource("assets", "rvr_dashboards")

    # IConfigurable
    def configure(self, config: CKANConfig) -> None:
        registry.fill()

    # IBlueprint
    def get_blueprint(self) -> list[Blueprint]:
        # the pages are built from the portal's components: without the portal there are none
        return [views.rvr_dashboards] if p.plugin_loaded("rvr_portal") else []

    # IRvrPages
    def get_rvr_menu(self) -> list[tuple[str, str, int]]:
        return [(tk._("Dashboards"), "rvr_dashboards.index", 60)]

    def get_rvr_front_sections(self) -> list[str]:
        return ["rvr_dashboards/front_section.html"]
