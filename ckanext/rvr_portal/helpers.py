"""All template helpers of the plugin, collected from the modules that hold them."""

from __future__ import annotations

import importlib
from typing import Any

# Each module lists its helpers in `__all__`; a module that is not there yet is no error of the others.
_MODULES = (
    "helpers_labels",
    "helpers_pages",
    "helpers_dataset",
    "helpers_map",
    "helpers_region",
    "helpers_dates",
    "helpers_table",
)


def _collect() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _MODULES:
        path = f"{__package__}.{name}"
        try:
            module = importlib.import_module(path)
        except ModuleNotFoundError as error:
            if error.name != path:
                raise
            continue
        found |= {helper: getattr(module, helper) for helper in module.__all__}
    return found


_helpers = _collect()
globals().update(_helpers)
__all__ = list(_helpers)  # pyright: ignore[reportUnsupportedDunderAll]
