"""The kinds of sources: our own adapters and those that other plugins offer.

ckanext-harvest knows one kind for each plugin. Here each adapter is shown to it as a service of its own, so that its
forms, validators and API see every kind as they see those of stock harvesters.
"""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.plugins import core
from ckanext.harvest.interfaces import IHarvester

from .adapters.ckan import CkanAdapter
from .adapters.contract import Adapter
from .adapters.csw import CswAdapter
from .adapters.data_json import DataJsonAdapter
from .adapters.dcat_rdf import DcatRdfAdapter
from .adapters.dkan import DkanAdapter
from .adapters.ogc_records import OgcRecordsAdapter
from .adapters.opendatasoft import OpendatasoftAdapter
from .interfaces import IRvrHarvestAdapter

__all__ = ["BUILT_IN", "SourceKind", "adapter_for", "all_adapters", "is_ours", "show_to_ckanext_harvest"]

# a probe asks them in this order: the kinds that are told apart most surely first
BUILT_IN: tuple[type[Adapter], ...] = (
    CkanAdapter,
    OpendatasoftAdapter,
    DkanAdapter,
    DataJsonAdapter,
    CswAdapter,
    OgcRecordsAdapter,
    DcatRdfAdapter,
)


def all_adapters() -> dict[str, type[Adapter]]:
    """Adapters by kind; ours win over others of the same name."""
    offered = [
        adapter for plugin in p.PluginImplementations(IRvrHarvestAdapter) for adapter in plugin.rvr_harvest_adapters()
    ]
    own = {adapter.kind: adapter for adapter in BUILT_IN}
    return own | {adapter.kind: adapter for adapter in offered if adapter.kind not in own}


def adapter_for(kind: str) -> type[Adapter]:
    """The adapter of a kind of source.

    :raises KeyError: no plugin offers this kind (any more)
    """
    return all_adapters()[kind]


def is_ours(kind: str) -> bool:
    """Whether sources of this kind go through our pipeline and not through ckanext-harvest's queues."""
    return kind in all_adapters()


class SourceKind(p.Plugin):
    """One kind of source as ckanext-harvest sees it."""

    p.implements(IHarvester, inherit=True)
    p.implements(p.IPluginObserver, inherit=True)

    def __init__(self, adapter: type[Adapter]) -> None:
        self.adapter = adapter
        super().__init__(name=_service(adapter))

    # IPluginObserver
    def after_unload(self, service: Any) -> None:
        if service.name == "rvr_harvest":
            core._PLUGINS_SERVICE.pop(_service(self.adapter), None)

    # IHarvester
    def info(self) -> dict[str, str]:
        """What the form for harvest sources says about this kind."""
        return {"name": self.adapter.kind, "title": self.adapter.title, "description": self.adapter.description}

    def validate_config(self, config: str | None) -> str | None:
        """The configuration of a source: nothing, or a JSON object.

        :raises ValueError: anything else
        """
        if not config or not config.strip():
            return config
        if not isinstance(json.loads(config), dict):
            raise ValueError(tk._("The configuration must be a JSON object."))
        return config

    def gather_stage(self, harvest_job: Any) -> list[str]:
        """Runs the whole pipeline; nothing is left for the other stages."""
        from . import harvester
        from .exceptions import AlreadyRunningError

        try:
            harvester.run_job(harvest_job)
        except AlreadyRunningError:
            pass
        return []

    def fetch_stage(self, harvest_object: Any) -> bool:
        return True

    def import_stage(self, harvest_object: Any) -> bool:
        return True


def show_to_ckanext_harvest() -> None:
    """Register each kind as a service, as CKAN keeps those of plugins without an entry in `ckan.plugins`."""
    for adapter in all_adapters().values():
        core._PLUGINS_SERVICE[_service(adapter)] = SourceKind(adapter)


def _service(adapter: type[Adapter]) -> str:
    return f"rvr_harvest:{adapter.kind}"
