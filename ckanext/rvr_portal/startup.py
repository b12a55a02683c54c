"""Defaults and checks at start-up."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.exceptions import CkanConfigurationException

from . import licenses, mail, map_layers
from .domain.plugin_order import problem_with_order, problem_with_profiles, problem_with_schemas

__all__ = ["check", "set_defaults"]

_SCHEMAS = {
    "rvr_portal": "ckanext.rvr_portal:schemas/dataset.yaml",
    "rvr_smartcity": "ckanext.rvr_smartcity:schemas/smart_city_project.yaml",
}


def set_defaults(config: CKANConfig) -> None:
    """Settings of CKAN whose defaults are not safe."""
    # CKAN sends the word "None" otherwise: the cookie then goes along with posts from any other site
    if str(config.get("REMEMBER_COOKIE_SAMESITE") or "None") == "None":
        config["REMEMBER_COOKIE_SAMESITE"] = "Lax"
    if str(config.get("ckan.site_url") or "").startswith("https:"):  # CKAN's own default is off
        config["SESSION_COOKIE_SECURE"] = config["REMEMBER_COOKIE_SECURE"] = True
    mail.verify_certificates()
    licenses.use_list(config)


def check(config: CKANConfig) -> None:
    """Stop with a sentence when plugin order or settings cannot work."""
    plugins = tk.aslist(config.get("ckan.plugins"))
    problem = (
        problem_with_order(plugins)
        or problem_with_profiles(tk.aslist(config.get("ckanext.dcat.rdf.profiles")))
        or problem_with_schemas(
            plugins,
            tk.aslist(config.get("scheming.dataset_schemas", "")),
            [schema for plugin, schema in _SCHEMAS.items() if plugin in plugins],
        )
    )
    problem = problem or map_layers.problem_with_layers()
    if problem:
        raise CkanConfigurationException(problem)
