"""Both languages of a sentence, also where there is no request that has one."""

from __future__ import annotations

import gettext
from functools import lru_cache
from pathlib import Path

import ckanext.rvr_portal.exceptions as portal
from ckanext.rvr_portal.exceptions import HttpDoorError

from .domain.sentence import Sentence

__all__ = ["door_sentence"]


@lru_cache(maxsize=1)
def _german() -> gettext.NullTranslations:
    folder = Path(str(portal.__file__)).parent / "i18n"
    return gettext.translation("ckanext-rvr_portal", str(folder), ["de"], fallback=True)


def door_sentence(error: HttpDoorError) -> Sentence:
    """Why an address could not be fetched."""
    return Sentence(
        _german().gettext(error.message_id).format_map(error.params), error.message_id.format_map(error.params)
    )
