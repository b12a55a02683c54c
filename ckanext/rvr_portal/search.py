"""What happens to search parameters on their way to Solr."""

from __future__ import annotations

from typing import Any


def before_dataset_search(search_params: dict[str, Any]) -> dict[str, Any]:
    return search_params
