"""The list of licences that CKAN itself works with, made from the vocabulary.

`data/licenses.json` is written by `python -m ckanext.rvr_portal.licenses`; a test compares it with the vocabulary.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .domain.licenses import ckan_list
from .domain.vocabulary import load

__all__ = ["LIST", "use_list"]

LIST = Path(__file__).parent / "data" / "licenses.json"


def use_list(config: Any) -> None:
    """Let CKAN read the licences from our list, unless the site has named another one."""
    if not config.get("licenses_group_url"):
        config["licenses_group_url"] = LIST.as_uri()


def write() -> None:
    """Write the list anew after a change of the vocabulary."""
    LIST.write_text(json.dumps(ckan_list(load("license")), ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    write()
