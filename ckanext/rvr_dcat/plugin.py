"""DCAT-AP.de 3.0 in and out."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.lib.plugins import DefaultTranslation

from .logic import action


@tk.blanket.actions(action.get_actions)
@tk.blanket.blueprints
@tk.blanket.config_declarations
class RvrDcatPlugin(p.SingletonPlugin, DefaultTranslation):
    """Brings the RDF profiles `dcat_ap_de_3` and `dcat_ap_de_2`, registered as entry points, and the catalogue as RDF."""

    p.implements(p.ITranslation)
