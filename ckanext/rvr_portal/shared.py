"""What other plugins may use of this one."""

from __future__ import annotations

from .client import proven_address
from .domain.measure import Measure, MeasureRow
from .domain.places import Place, PlaceRegister
from .domain.places import register as places
from .domain.sheet import sheet
from .domain.vocabulary import Term, Vocabulary
from .domain.vocabulary import load as vocabulary
from .exceptions import HttpDoorError, RvrPortalError
from .form_state import PLACE as FORM_PLACE
from .form_state import dataset_in_form
from .http import Answer, HttpDoor, http_get
from .index_batch import with_scope
from .logic.refusal import KEEP_INVALID

__all__ = [
    "FORM_PLACE",
    "KEEP_INVALID",
    "Answer",
    "HttpDoor",
    "HttpDoorError",
    "Measure",
    "MeasureRow",
    "Place",
    "PlaceRegister",
    "RvrPortalError",
    "Term",
    "Vocabulary",
    "dataset_in_form",
    "http_get",
    "places",
    "proven_address",
    "sheet",
    "vocabulary",
    "with_scope",
]
