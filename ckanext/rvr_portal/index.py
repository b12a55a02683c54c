"""What of a dataset goes into the search index beside CKAN's own fields."""

from __future__ import annotations

from typing import Any


def before_dataset_index(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    return pkg_dict
