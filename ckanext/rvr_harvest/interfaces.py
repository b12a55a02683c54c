"""What other plugins may offer to `rvr_harvest`."""

from __future__ import annotations

from ckan.plugins.interfaces import Interface

from .adapters.contract import Adapter

__all__ = ["IRvrHarvestAdapter"]


class IRvrHarvestAdapter(Interface):
    """Offer further kinds of sources."""

    def rvr_harvest_adapters(self) -> list[type[Adapter]]:
        """Adapter classes, each with a `kind` no other one has.

        Example::

            class MyPlugin(SingletonPlugin):
                implements(IRvrHarvestAdapter)

                def rvr_harvest_adapters(self):
                    return [MyAdapter]
        """
        return []
