"""A list of sources of a region, as YAML: what `ckan rvr-harvest sources load` reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from .plan import PlanError, parse_plan

__all__ = ["ListedOrganization", "ListedSource", "SourceList", "SourceListError", "read_list"]

_NAME = re.compile(r"[a-z0-9_-]{2,100}")
_KEYS = frozenset({"name", "title", "url", "kind", "organization", "plan", "settings", "note"})
_NEEDED = ("name", "title", "url", "kind", "organization")


class SourceListError(ValueError):
    """A list that cannot be used; the text (German) says where and why."""


@dataclass(frozen=True, slots=True)
class ListedOrganization:
    """An organisation that is made if it is missing. `places`: keys of the register."""

    name: str
    title: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedSource:
    """`settings` are those of the adapter, `plan` is in its notation."""

    name: str
    title: str
    url: str
    kind: str
    organization: str
    plan: str = "daily"
    note: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceList:
    region: str
    organizations: tuple[ListedOrganization, ...]
    sources: tuple[ListedSource, ...]


def read_list(text: str) -> SourceList:
    """Read a list.

    :raises SourceListError: it cannot be used
    """
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SourceListError(f"Das ist kein lesbares YAML: {error}") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("sources"), list):
        raise SourceListError("Es fehlt die Liste „sources“.")
    sources = tuple(_source(number, one) for number, one in enumerate(raw["sources"], 1))
    names = [one.name for one in sources]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise SourceListError(f"Doppelt vergeben: {', '.join(doubled)}.")
    organizations = tuple(
        ListedOrganization(
            str(one["name"]), str(one.get("title") or one["name"]), tuple(map(str, one.get("places") or ()))
        )
        for one in raw.get("organizations") or ()
        if isinstance(one, dict) and one.get("name")
    )
    return SourceList(str(raw.get("region") or ""), organizations, sources)


def _source(number: int, raw: Any) -> ListedSource:
    if not isinstance(raw, dict):
        raise SourceListError(f"Quelle {number}: Hier stehen keine Angaben.")
    here = f"Quelle {number} ({raw.get('name') or 'ohne Namen'})"
    if missing := [key for key in _NEEDED if not str(raw.get(key) or "").strip()]:
        raise SourceListError(f"{here}: Es fehlt {', '.join(missing)}.")
    if unknown := sorted(set(map(str, raw)) - _KEYS):
        raise SourceListError(f"{here}: Unbekannt ist {', '.join(unknown)}.")
    if not _NAME.fullmatch(str(raw["name"])):
        raise SourceListError(f"{here}: Der Name besteht aus Kleinbuchstaben, Ziffern und Bindestrichen.")
    if not str(raw["url"]).startswith(("https://", "http://")):
        raise SourceListError(f"{here}: „{raw['url']}“ ist keine Internetadresse.")
    settings = raw.get("settings") or {}
    if not isinstance(settings, dict):
        raise SourceListError(f"{here}: „settings“ sind Namen mit Werten.")
    try:
        plan = str(parse_plan(str(raw.get("plan") or "daily")))
    except PlanError as error:
        raise SourceListError(f"{here}: {error.sentence.de}") from error
    texts = {key: str(raw[key]).strip() for key in _NEEDED}
    return ListedSource(**texts, plan=plan, note=str(raw.get("note") or "").strip(), settings=settings)
