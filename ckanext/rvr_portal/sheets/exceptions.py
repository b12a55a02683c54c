"""Why a file is not taken at all."""

from __future__ import annotations

from ..exceptions import N_, RvrPortalError

__all__ = ["BadSheetError", "SheetError", "SheetTooLargeError", "StateError"]


class SheetError(RvrPortalError):
    """A file that cannot be read as a sheet of datasets."""

    message_id = N_("This file cannot be read. Please save it as an Excel table (XLSX) or as CSV and upload it again.")


class BadSheetError(SheetError):
    """As `SheetError`, with one of these reasons."""

    _sentences = {
        "empty": N_("This file has no rows with datasets. Please fill in the template and upload it again."),
        "old_excel": N_("This is a file of an old Excel version (XLS). Please save it as XLSX and upload it again."),
        "no_headings": N_(
            "The first row does not hold the headings of the template. Please copy your rows into the template or an "
            "export, and leave its first row as it is."
        ),
        "twice": N_("The heading “{heading}” stands there twice. Please delete one of the two columns."),
        "hostile": N_(
            "This Excel table holds parts that do not belong into one. Please copy its rows into a new table and upload "
            "that."
        ),
        "protected": N_("This Excel table is protected with a password. Please save it without one."),
    }

    def __init__(self, reason: str, detail: str = "", **params: str) -> None:
        self.message_id = self._sentences[reason]
        super().__init__(detail or reason, **params)


class SheetTooLargeError(SheetError):
    _sentences = {
        "bytes": N_("This file is larger than the allowed {limit} MB. Please split it into several files."),
        "rows": N_("This file has more than the allowed {limit} rows. Please split it into several files."),
        "datasets": N_("These are more than the {limit} datasets allowed at once. Please choose fewer."),
    }

    def __init__(self, what: str, limit: int) -> None:
        self.message_id = self._sentences[what]
        super().__init__(what, limit=limit)


class StateError(RvrPortalError):
    """What was asked for does not go in the state that the run is in."""

    message_id = N_("This has been decided already. Please reload the page to see how it stands.")
