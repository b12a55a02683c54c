"""A dataset of CKAN's Action API becomes a dataset dict."""

from __future__ import annotations

from typing import Any

from ckanext.rvr_portal.shared import vocabulary

from ..domain import ckan_record
from ..domain.values import SourceRecord

__all__ = ["CkanReader"]


class CkanReader:
    """Reads records whose body is a dataset as `package_search` gives it.

    :param site: address of the portal, without a slash at its end
    """

    def __init__(self, site: str) -> None:
        self._site = site

    def content(self, record: SourceRecord) -> list[str]:
        """The record as canonical lines."""
        return ckan_record.content(record.body)

    def read(self, record: SourceRecord) -> dict[str, Any]:
        """The dataset dict of the record."""
        return ckan_record.dataset(record.body, self._site, vocabulary)
