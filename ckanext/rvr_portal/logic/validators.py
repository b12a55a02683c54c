"""All validators of the schemas, collected from the modules that hold them. When they refuse a value: see `refusal`."""

from __future__ import annotations

from . import validators_input, validators_lists

_MODULES = (validators_input, validators_lists)
_validators = {name: getattr(module, name) for module in _MODULES for name in module.__all__}
globals().update(_validators)
__all__ = list(_validators)  # pyright: ignore[reportUnsupportedDunderAll]
