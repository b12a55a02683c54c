"""What other plugins may offer to `rvr_harvest`, and what they need to write an adapter of their own."""

from __future__ import annotations

from ckan.plugins.interfaces import Interface

from .adapters.contract import Adapter, Answer, Content, Fetch, FetchError, Found, Order, Reader, UnreadableError
from .domain.sentence import Sentence
from .domain.values import Finding, SourceRecord

__all__ = [
    "Adapter",
    "Answer",
    "Content",
    "Fetch",
    "FetchError",
    "Finding",
    "Found",
    "IRvrHarvestAdapter",
    "Order",
    "Reader",
    "Sentence",
    "SourceRecord",
    "UnreadableError",
]


class IRvrHarvestAdapter(Interface):
    """Offer further kinds of sources."""

    def rvr_harvest_adapters(self) -> list[type[Adapter]]:
        """Adapter classes, each with a `kind` no other one has.

        Example::

            from ckanext.rvr_harvest.interfaces import Adapter, Content, IRvrHarvestAdapter, SourceRecord

            class MyAdapter(Adapter):
                kind, title, description = "my_kind", "My portals", "What they are"

                def read_page(self, answer, url):
                    rows = json.loads(answer.body)["rows"]
                    return Content([SourceRecord(row["id"], url, row, "application/json") for row in rows])

                def reader(self):
                    return MyReader()  # content(record): lines to compare; read(record): the dataset dict

                @classmethod
                def probe(cls, url, fetch):
                    return None  # or Found(cls.kind, address), where such a portal answers

            class MyPlugin(SingletonPlugin):
                implements(IRvrHarvestAdapter)

                def rvr_harvest_adapters(self):
                    return [MyAdapter]
        """
        return []
