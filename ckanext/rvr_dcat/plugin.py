"""DCAT-AP.de 3.0 in and out."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultTranslation

from ckanext.rvr_portal.interfaces import IRvrPages

from . import clock, form_points, views, views_quality
from .logic import action, quality


@tk.blanket.actions(lambda: {**action.get_actions(), **quality.quality_actions()})
@tk.blanket.auth_functions
@tk.blanket.blueprints(lambda: [views.rvr_dcat, views_quality.rvr_dcat_quality, form_points.rvr_dcat_form])
@tk.blanket.cli
@tk.blanket.config_declarations
@tk.blanket.helpers
class RvrDcatPlugin(p.SingletonPlugin, DefaultTranslation):
    """Brings the RDF profiles `dcat_ap_de_3` and `dcat_ap_de_2`, registered as entry points, and the catalogue as RDF."""

    p.implements(p.IConfigurer)
    p.implements(p.ISignal)
    p.implements(p.ITranslation)
    p.implements(IRvrPages, inherit=True)

    # IConfigurer
    def update_config(self, config: CKANConfig) -> None:
        if p.plugin_loaded("rvr_portal"):  # the pages of quality are built from the portal's components
            tk.add_template_directory(config, "templates")
        tk.add_resource("assets", "rvr_dcat")

    # ISignal
    def get_signal_subscriptions(self) -> dict[Any, Any]:
        return {clock.TICKED: [clock.on_tick]}

    # IRvrPages
    def get_rvr_menu(self) -> list[tuple[str, str, int]]:
        return [(tk._("Data quality"), "rvr_dcat_quality.index", 80)]
