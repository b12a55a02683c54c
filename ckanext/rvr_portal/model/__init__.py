"""Tables of the plugin."""

from __future__ import annotations

from .boundary import RvrPortalBoundary
from .data_request import RvrPortalDataRequest
from .form_draft import RvrPortalFormDraft
from .sheet_run import RvrPortalSheetRun
from .table_load import RvrPortalTableLoad

__all__ = [
    "RvrPortalBoundary",
    "RvrPortalDataRequest",
    "RvrPortalFormDraft",
    "RvrPortalSheetRun",
    "RvrPortalTableLoad",
]
