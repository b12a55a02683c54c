"""What other plugins may use of `rvr_dcat`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rdflib import Graph
from rdflib.term import Node

from .namespaces import DCATDE, GEODCATAP, HYDRA, dcatde_name

__all__ = [
    "DCATDE",
    "GEODCATAP",
    "HYDRA",
    "MAPPING_VERSION",
    "DatasetReader",
    "dcatde_name",
    "read_datasets",
]

# Raise it whenever the profile reads something differently: every harvested dataset is then read again.
MAPPING_VERSION = "3"


class DatasetReader:
    """Reads datasets of one graph with the site's profile."""

    def __init__(self, graph: Graph, dataset_type: str = "dataset") -> None:
        from .profiles import DcatApDe3Profile

        self._profile = DcatApDe3Profile(graph, dataset_type=dataset_type)

    def read(self, ref: Node) -> dict[str, Any]:
        """The dataset dict of one `dcat:Dataset`, as `package_create` takes it, without name and owner."""
        return self._profile.parse_dataset({}, ref)


def read_datasets(graph: Graph, refs: Iterator[Node]) -> Iterator[dict[str, Any]]:
    """The dataset dicts of several datasets of one graph."""
    reader = DatasetReader(graph)
    return (reader.read(ref) for ref in refs)
