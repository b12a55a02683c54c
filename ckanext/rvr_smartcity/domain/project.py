"""A project as lists, maps and exports need it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

#: Phases in the order a project goes through them; the last two end it.
PHASES = ("idea", "concept", "pilot", "implementation", "operation", "completed", "discontinued")
#: The way of a project that goes well, for the phase timeline.
PHASE_PATH = PHASES[:-1]
FIELDS_OF_ACTION = (
    "mobility",
    "energy",
    "egovernment",
    "public-services",
    "economy",
    "urban-development",
    "other",
)


class HasCentre(Protocol):
    """What a place must know to stand on a map."""

    name: str
    lon: float
    lat: float


FindPlace = Callable[[str], HasCentre | None]


@dataclass(frozen=True)
class Point:
    """Where a project stands, EPSG:4326 degrees; `exact` is false for the middle of its places."""

    lon: float
    lat: float
    exact: bool


@dataclass(frozen=True)
class Project:
    """One project, ready to be listed, drawn and exported."""

    id: str
    name: str
    title: str
    summary: str
    lead_name: str
    lead_title: str
    place_keys: tuple[str, ...]
    place_names: tuple[str, ...]
    field_of_action: str
    solution_types: tuple[str, ...]
    phase: str
    as_of: str
    point: Point | None
    private: bool
    source: Mapping[str, Any]


def from_package(package: Mapping[str, Any], find_place: FindPlace) -> Project:
    """The project in a validated package dict; places the register does not know are left out."""
    organization = package.get("organization") or {}
    keys = tuple(package.get("places") or ())
    found = [place for place in map(find_place, keys) if place is not None]
    return Project(
        id=package["id"],
        name=package["name"],
        title=package.get("title") or package["name"],
        summary=package.get("summary") or "",
        lead_name=organization.get("name") or "",
        lead_title=organization.get("title") or organization.get("name") or "",
        place_keys=keys,
        place_names=tuple(place.name for place in found),
        field_of_action=package.get("field_of_action") or "",
        solution_types=tuple(package.get("solution_type") or ()),
        phase=package.get("phase") or "",
        as_of=package.get("status_as_of") or (package.get("metadata_modified") or "")[:10],
        point=locate(package.get("lon"), package.get("lat"), found),
        private=bool(package.get("private")),
        source=package,
    )


def locate(lon: object, lat: object, places: Iterable[HasCentre]) -> Point | None:
    """The project's own point, else the mean of the centres of its places, else None."""
    if isinstance(lon, int | float) and isinstance(lat, int | float):
        return Point(float(lon), float(lat), exact=True)
    centres = [(place.lon, place.lat) for place in places]
    if not centres:
        return None
    count = len(centres)
    return Point(
        round(sum(lon for lon, _ in centres) / count, 6),
        round(sum(lat for _, lat in centres) / count, 6),
        exact=False,
    )


@dataclass(frozen=True)
class Step:
    """One station of the phase timeline; `state` is done, current or ahead."""

    phase: str
    state: str


def timeline(phase: str) -> tuple[Step, ...]:
    """The way of a project with its present station; a discontinued one shows only that it ended."""
    if phase not in PHASE_PATH:
        return (Step(phase, "current"),) if phase else ()
    now = PHASE_PATH.index(phase)
    return tuple(
        Step(step, "done" if number < now else "current" if number == now else "ahead")
        for number, step in enumerate(PHASE_PATH)
    )
