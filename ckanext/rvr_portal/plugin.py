"""Common ground of the portal: places, vocabularies, schemas, search, look and feel, hardening."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultTranslation
from ckan.types import CKANApp, Context

from . import application, facets, form_state, index, measures, middleware, quick_validation, search, startup, synonyms
from .data_requests import post
from .domain.measure import Measure
from .interfaces import IRvrMeasures
from .logic import action, auth
from .sheets import runs
from .tables import follow, gate


@tk.blanket.actions(action.get_actions)
@tk.blanket.auth_functions(auth.get_auth_functions)
@tk.blanket.blueprints
@tk.blanket.cli
@tk.blanket.config_declarations
@tk.blanket.helpers
@tk.blanket.validators
class RvrPortalPlugin(p.SingletonPlugin, DefaultTranslation):
    p.implements(p.IConfigurer)
    p.implements(p.IConfigurable)
    p.implements(p.IFacets, inherit=True)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.ISignal)
    p.implements(p.IResourceController, inherit=True)
    p.implements(p.ITranslation)
    p.implements(p.IUploader, inherit=True)
    p.implements(IRvrMeasures, inherit=True)

    # IConfigurer
    def update_config(self, config: CKANConfig) -> None:
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "rvr_portal")
        startup.set_defaults(config)
        search.allow_parameters()
        quick_validation.install()

    def update_config_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return synonyms.schema(schema)

    # IConfigurable
    def configure(self, config: CKANConfig) -> None:
        startup.check(config)

    # IFacets
    def organization_facets(
        self, facets_dict: dict[str, Any], organization_type: str, package_type: str | None
    ) -> dict[str, Any]:
        return facets.organization_facets(facets_dict, organization_type, package_type)

    # IMiddleware
    def make_middleware(self, app: CKANApp, config: CKANConfig) -> CKANApp:
        application.remember(app)
        return middleware.harden(app)

    # IPackageController
    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return index.before_dataset_index(pkg_dict)

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        return search.before_dataset_search(search_params)

    # ISignal
    def get_signal_subscriptions(self) -> dict[Any, Any]:
        return {
            tk.signals.action_succeeded: [
                {"sender": "package_update", "receiver": follow.on_dataset_saved},
                {"sender": "dataset_purge", "receiver": follow.on_dataset_purged},
            ],
            runs.TICKED: [runs.on_tick, post.on_tick],
        }

    # IUploader
    def get_resource_uploader(self, data_dict: dict[str, Any]) -> None:
        gate.look_at(data_dict)  # CKAN's own uploader goes on

    # IResourceController
    def before_resource_create(self, context: Context, resource: dict[str, Any]) -> None:
        form_state.clean_resource(resource)

    def before_resource_update(self, context: Context, current: dict[str, Any], resource: dict[str, Any]) -> None:
        form_state.keep_in_resource(current, resource)

    # IRvrMeasures
    def get_rvr_measures(self) -> dict[str, Callable[[], Measure]]:
        return measures.catalogue_measures()
