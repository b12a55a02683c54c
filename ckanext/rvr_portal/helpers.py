"""All template helpers of the plugin, collected from the modules that hold them."""

from __future__ import annotations

from . import (
    helpers_dataset,
    helpers_dates,
    helpers_form,
    helpers_labels,
    helpers_location,
    helpers_map,
    helpers_pages,
    helpers_region,
    helpers_requests,
    helpers_search,
    helpers_table,
)

_MODULES = (
    helpers_labels,
    helpers_pages,
    helpers_dataset,
    helpers_map,
    helpers_region,
    helpers_search,
    helpers_dates,
    helpers_table,
    helpers_form,
    helpers_location,
    helpers_requests,
)
_helpers = {name: getattr(module, name) for module in _MODULES for name in module.__all__}
globals().update(_helpers)
__all__ = list(_helpers)  # pyright: ignore[reportUnsupportedDunderAll]
