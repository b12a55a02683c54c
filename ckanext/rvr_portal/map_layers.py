"""The layers under the maps of the portal that the operator has chosen; none by default, so that no other server is asked."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import yaml

__all__ = ["addresses", "chosen", "problem_with_layers"]

_FILE = Path(__file__).with_name("data") / "map_layers.yaml"
_NAMES, _URL = "ckanext.rvr_portal.map_layers", "ckanext.rvr_portal.map_tiles_url"

Layer = dict[str, Any]


def chosen(lang: str) -> list[Layer]:
    """The layers in their order, the first one shown first: `{title, kind, url, layers, attribution, max_zoom}`.

    `kind` is "tiles" (address pattern, Web Mercator) or "wms"; `attribution` may hold HTML of the operator.
    """
    found = []
    if own := str(tk.config[_URL] or ""):
        attribution = str(tk.config["ckanext.rvr_portal.map_tiles_attribution"] or "")
        found.append({"title": tk._("Map"), "kind": "tiles", "url": own, "attribution": attribution, "max_zoom": 18})
    known = _known()
    for name in _names():
        layer = known[name]
        found.append({"layers": "", **layer, "title": layer["title"]["en" if lang.startswith("en") else "de"]})
    return found


def addresses() -> list[str]:
    """Addresses of the servers of the chosen layers."""
    known = _known()
    return [str(tk.config[_URL] or ""), *(known[name]["url"] for name in _names() if name in known)]


def problem_with_layers() -> str | None:
    """A sentence when a layer is not known; for the start."""
    known = _known()
    unknown = [name for name in _names() if name not in known]
    if not unknown:
        return None
    return f"{_NAMES} names no such layer: {', '.join(unknown)}. Known are: {', '.join(known)}."


def _names() -> list[str]:
    return list(dict.fromkeys(tk.aslist(tk.config[_NAMES])))


@lru_cache(maxsize=1)
def _known() -> dict[str, Layer]:
    with open(_FILE, encoding="utf-8") as file:
        return yaml.safe_load(file)
