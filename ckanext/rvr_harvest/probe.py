"""Finds out what kind of catalogue a portal offers, from its address alone."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.rvr_portal.exceptions import HttpDoorError
from ckanext.rvr_portal.http import HttpDoor, check_url

from . import translate
from .adapters.contract import Adapter, Answer, FetchError, Found
from .domain.sentence import Sentence
from .domain.values import KnownPage
from .kinds import all_adapters
from .language import in_words

__all__ = ["MOST_REQUESTS", "Probed", "probe"]

log = logging.getLogger(__name__)

MOST_REQUESTS = 40
_SECONDS = 25.0


@dataclass(frozen=True, slots=True)
class Probed:
    """What a probe found. `sentence` says it in the language of the request, also why nothing was found."""

    found: bool
    sentence: str
    kind: str = ""
    kind_title: str = ""
    url: str = ""
    title: str = ""
    expected: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def probe(url: str, seconds: float = _SECONDS) -> Probed:
    """Ask a portal, kind by kind, until one recognises it. Nothing is stored.

    :param url: address of the portal or of its catalogue
    :param seconds: no further request is made after this time
    """
    if "://" not in url:
        url = f"https://{url}"
    try:
        check_url(url)
    except HttpDoorError as error:
        return Probed(False, error.sentence)
    with HttpDoor(total_timeout=seconds, retries=0) as door:
        fetch = _Visitor(door, seconds)
        try:
            fetch(url)
        except FetchError as error:
            if error.status is None:  # nobody there: no other path of the same server will do
                return Probed(False, in_words(error.sentence))
        found = _ask(all_adapters().values(), url, fetch)
    if found is None:
        return Probed(False, _nothing(fetch))
    return _told(found)


def _ask(adapters: Iterable[type[Adapter]], url: str, fetch: _Visitor) -> Found | None:
    for adapter in adapters:
        try:
            found = adapter.probe(url, fetch)
        except Exception:
            # whatever a hostile answer does to one kind, the others are asked
            log.exception("%s cannot tell what %s is", adapter.kind, url)
            continue
        if found is not None:
            return found
    return None


class _Visitor:
    """Fetches each address once, whichever kind asks for it, and not without end."""

    def __init__(self, door: HttpDoor, seconds: float) -> None:
        self._door = door
        self._end = time.monotonic() + seconds
        self._answers: dict[tuple[str, str], Answer | FetchError] = {}
        self.gave_up = False

    def __call__(self, url: str, *, accept: str = "*/*", known: KnownPage | None = None) -> Answer:
        del known
        key = (url, accept)
        if key not in self._answers:
            self._answers[key] = self._get(url, accept)
        answer = self._answers[key]
        if isinstance(answer, FetchError):
            raise answer
        return answer

    def _get(self, url: str, accept: str) -> Answer | FetchError:
        if len(self._answers) >= MOST_REQUESTS or time.monotonic() > self._end:
            self.gave_up = True
            return FetchError(Sentence("Es wurde nicht weiter gefragt.", "No more was asked."))
        try:
            return self._door.get(url, headers={"accept": accept})
        except HttpDoorError as error:
            return FetchError(translate.door_sentence(error), getattr(error, "status", None))


def _told(found: Found) -> Probed:
    adapter = all_adapters()[found.kind]
    title = tk._(adapter.title)
    name = found.title.strip()[:200]
    parts = [tk._("Recognised: {kind}.").format(kind=title)]
    if name:
        parts.append(tk._("The portal calls itself “{name}”.").format(name=name))
    if found.expected is None:
        parts.append(tk._("It does not say how many datasets it has."))
    else:
        counted = tk.ungettext("It announces {number} dataset.", "It announces {number} datasets.", found.expected)
        parts.append(counted.format(number=found.expected))
    return Probed(True, " ".join(parts), found.kind, title, found.url, name, found.expected)


def _nothing(fetch: _Visitor) -> str:
    if fetch.gave_up:
        return tk._("The portal answers too slowly to tell what kind it is. Please choose the kind yourself.")
    return tk._(
        "The portal answers, but not as any of the known kinds of catalogues. "
        "Please enter the address of the catalogue itself, or choose the kind yourself."
    )
