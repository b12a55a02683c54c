"""DCAT-AP.de 3.0 in and out."""

from __future__ import annotations

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.lib.plugins import DefaultTranslation

from .logic import action


@tk.blanket.actions(action.get_actions)
class RvrDcatPlugin(p.SingletonPlugin, DefaultTranslation):
    """Brings the RDF profile `dcat_ap_de_3`, registered as an entry point, and the catalogue as RDF page by page."""

    p.implements(p.ITranslation)
