"""DCAT-AP.de 3.0 in and out."""

from __future__ import annotations

import ckan.plugins as p


class RvrDcatPlugin(p.SingletonPlugin):
    """Brings the RDF profile `dcat_ap_de_3`, registered as an entry point."""
