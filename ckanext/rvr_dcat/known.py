"""The controlled vocabularies in the form in which the rules ask them."""

from __future__ import annotations

from typing import Any

from ckanext.rvr_portal.shared import Term, vocabulary

__all__ = ["known"]


def known(name: str, value: Any) -> Term | None:
    """The term of a vocabulary that a value in any spelling means."""
    return vocabulary(name).lookup(value)
