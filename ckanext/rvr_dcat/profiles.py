"""RDF profile of DCAT-AP.de 3.0."""

from __future__ import annotations

from ckanext.dcat.profiles import EuropeanDCATAP3Profile


class DcatApDe3Profile(EuropeanDCATAP3Profile):
    """DCAT-AP.de 3.0 on top of DCAT-AP 3."""
