"""Template helpers of requests for data."""

from __future__ import annotations

from urllib.parse import urlencode

import ckan.plugins.toolkit as tk

from .domain.data_request import ANSWERED, DONE, NEW
from .domain.search_request import SearchRequest

__all__ = ["rvr_portal_request_address", "rvr_portal_request_states"]


def rvr_portal_request_address(request: SearchRequest | None = None, **values: str) -> str:
    """Address of the form that asks a publisher for data, with a search, an organisation or a dataset filled in."""
    pairs = [*(request.pairs if request else []), *values.items()]
    address = tk.url_for("rvr_portal_requests.ask")
    return f"{address}?{urlencode(pairs)}" if pairs else address


def rvr_portal_request_states() -> dict[str, str]:
    """How far a request is, in words, in their order."""
    return {NEW: tk._("new"), ANSWERED: tk._("answered"), DONE: tk._("dealt with")}
