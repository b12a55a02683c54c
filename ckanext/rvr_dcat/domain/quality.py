"""The 405 points of data.europa.eu's metadata quality assessment (MQA) for one dataset, each with its reason.

Rules: https://data.europa.eu/mqa/methodology. What is looked for at the distributions counts for the best one of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from .quality_words import INDICATORS, LEVELS, REPAIRS, Indicator, Level, Repair, indicator

__all__ = [
    "MOST", "Gain", "Known", "Links", "Point", "Score", "Term", "access_url", "download_url", "level_of", "rate",
]  # fmt: skip

MOST = sum(one.points for one in INDICATORS)


class Term(Protocol):
    """What is asked of a vocabulary's term."""

    @property
    def key(self) -> str: ...
    @property
    def uri(self) -> str: ...
    @property
    def open(self) -> bool: ...
    @property
    def attribution(self) -> bool: ...
    @property
    def group(self) -> str: ...
    @property
    def extension(self) -> str: ...
    @property
    def media_type(self) -> str: ...


# the term that a value means in one of the controlled vocabularies, or None
Known = Callable[[str, Any], Term | None]
# address → whether it answered; addresses that nobody has asked yet are not in it
Links = Mapping[str, bool]
State = Literal["met", "missing", "unchecked"]

# Lists of the European data portal: edp-non-proprietary-format and edp-machine-readable-format
_NON_PROPRIETARY = frozenset(
    "BMP CSV DBF GEOJSON GZIP HTML ICS JPEG2000 JSON JSON_LD KML KMZ NETCDF ODS PNG RDF_N_QUADS RDF_N_TRIPLES RDF_TRIG "
    "RDF_TURTLE RDF_XML RSS RTF TAR TIFF TSV TXT WMS_SRVC XML ZIP".split()
)
_MACHINE_READABLE = frozenset(
    "CSV GEOJSON ICS JSON JSON_LD KML KMZ NETCDF ODS RDFA RDF_N_QUADS RDF_N_TRIPLES RDF_TRIG RDF_TURTLE RDF_XML RSS SHP "
    "XLS XLSX XML".split()
)
_NOTHING = (None, "", [], {}, "[]", "{}")


@dataclass(frozen=True, slots=True)
class Point:
    """What one indicator brings: `points` of `most`."""

    key: str
    points: int
    most: int
    state: State


@dataclass(frozen=True, slots=True)
class Gain:
    """What a repair would bring."""

    repair: Repair
    points: int


@dataclass(frozen=True, slots=True)
class Score:
    """The points of a dataset; `resource` is the id of the distribution that counts."""

    points: tuple[Point, ...]
    resource: str = ""
    has_resources: bool = True

    @property
    def total(self) -> int:
        """Sum of points, 0 to 405."""
        return sum(one.points for one in self.points)

    @property
    def unchecked(self) -> int:
        """Points that only wait for the addresses to be checked."""
        return sum(one.most for one in self.points if one.state == "unchecked")

    @property
    def level(self) -> Level:
        """Excellent, good, sufficient or bad."""
        return level_of(self.total)

    def of(self, dimension: str) -> tuple[int, int]:
        """Points reached in a dimension, and the most there are."""
        own = [one for one in self.points if indicator(one.key).dimension == dimension]
        return sum(one.points for one in own), sum(one.most for one in own)

    @property
    def gains(self) -> list[Gain]:
        """What can be repaired, the greatest gain first."""
        sums: dict[str, int] = {}
        for one in self.points:
            if one.state == "missing":
                key = self._repair(indicator(one.key))
                sums[key] = sums.get(key, 0) + one.most
        order = list(REPAIRS)
        return [
            Gain(REPAIRS[key], points)
            for key, points in sorted(sums.items(), key=lambda item: (-item[1], order.index(item[0])))
        ]

    def _repair(self, one: Indicator) -> str:
        if one.of_files and not self.has_resources:
            return "resource"
        if one.key == "download_url_reached" and any(
            other.key == "download_url" and other.state == "missing" for other in self.points
        ):
            return "download_url"
        return one.repair


def level_of(points: float) -> Level:
    """The level that so many points are."""
    return next(level for level in LEVELS if points >= level.least or not level.least)


def rate(dataset: Mapping[str, Any], known: Known, links: Links, *, conforms: bool) -> Score:
    """Rate a dataset dict of our schema.

    :param dataset: as `package_show` gives it
    :param known: looks values up in the vocabularies `file_type`, `media_type`, `license`, `access_right`
    :param links: the addresses that were checked
    :param conforms: whether nothing in it breaks a rule of DCAT-AP.de (see `conformance`)
    """
    resources = _rows(dataset.get("resources"))
    own = _of_dataset(dataset, known, conforms)
    candidates = [
        (str(resource.get("id") or ""), _of_resource(resource, dataset, known, links)) for resource in resources
    ]
    best, files = max(candidates, key=lambda one: _worth(one[1]), default=("", _no_resource()))
    states = own | files
    points = tuple(_point(one, states[one.key]) for one in INDICATORS)
    return Score(points, best, bool(resources))


def access_url(resource: Mapping[str, Any]) -> str:
    """The access address of a distribution, as the catalogue publishes it."""
    return str(resource.get("access_url") or resource.get("url") or "").strip()


def download_url(resource: Mapping[str, Any], known: Known) -> str:
    """The download address of a distribution, as the catalogue publishes it.

    The only address of a distribution is one for download, too, if it ends like the file it is said to be.
    """
    if given := str(resource.get("download_url") or "").strip():
        return given
    url = str(resource.get("url") or "").strip()
    if resource.get("url_type") == "upload":
        return url
    file_type = known("file_type", resource.get("format"))
    if resource.get("access_url") or file_type is None or not file_type.extension or file_type.group == "service":
        return ""
    path = url.partition("?")[0].lower()
    return url if path.endswith(f".{file_type.extension}") else ""


def _of_dataset(dataset: Mapping[str, Any], known: Known, conforms: bool) -> dict[str, State]:
    rights = dataset.get("access_rights")
    spatial = ("spatial_coverage", "spatial", "places")
    return _states(
        {
            "keywords": _filled(dataset, "tags"),
            "theme": _filled(dataset, "theme"),
            "spatial": any(_filled(dataset, field) for field in spatial),
            "temporal": any(
                _filled(row, "start") or _filled(row, "end") for row in _rows(dataset.get("temporal_coverage"))
            ),
            "conformance": conforms,
            "access_rights": _filled(dataset, "access_rights"),
            "access_rights_listed": bool(known("access_right", rights)),
            "contact": any(
                _filled(row, key) for row in _rows(dataset.get("contact")) for key in ("name", "email", "url", "telephone")
            ),
            # without one, the catalogue names the organisation
            "publisher": any(_filled(row, "name") or _filled(row, "uri") for row in _rows(dataset.get("publisher")))
            or _filled(dataset, "organization")
            or _filled(dataset, "owner_org"),
            "issued": _dated(dataset, "issued", "metadata_created"),
            "modified": _dated(dataset, "modified", "metadata_modified"),
        }
    )  # fmt: skip


def _dated(dataset: Mapping[str, Any], field: str, stamp: str) -> bool:
    if _filled(dataset, field) or any(_filled(one, field) for one in _rows(dataset.get("resources"))):
        return True
    # for datasets made here the catalogue gives the dates of the record; what came from elsewhere says itself
    harvested = any(one.get("key") == "guid" for one in _rows(dataset.get("extras")))
    return not harvested and _filled(dataset, stamp)


def _of_resource(
    resource: Mapping[str, Any], dataset: Mapping[str, Any], known: Known, links: Links
) -> dict[str, State]:
    file_type = known("file_type", resource.get("format"))
    format_key = file_type.key if file_type else None
    media_type = resource.get("mimetype") or (file_type.media_type if file_type else "")
    license_ = resource.get("license") or dataset.get("license_id")
    access, download = access_url(resource), download_url(resource, known)
    found = _states(
        {
            "download_url": bool(download),
            "format": _filled(resource, "format"),
            "media_type": bool(media_type),
            "format_listed": bool((file_type and file_type.uri) or known("media_type", media_type)),
            "non_proprietary": format_key in _NON_PROPRIETARY,
            "machine_readable": format_key in _MACHINE_READABLE,
            "license": bool(license_) and license_ != "notspecified",
            "license_listed": bool(known("license", license_)),
            "rights": _filled(resource, "rights"),
            "byte_size": _filled(resource, "size"),
        }
    )
    found["access_url_reached"] = _reached(access, links)
    found["download_url_reached"] = _reached(download, links)
    return found


def _no_resource() -> dict[str, State]:
    return _states({one.key: False for one in INDICATORS if one.of_files})


def _reached(address: str, links: Links) -> State:
    if not address:
        return "missing"
    answered = links.get(address)
    if answered is None:
        return "unchecked"
    return "met" if answered else "missing"


def _worth(states: Mapping[str, State]) -> tuple[int, int]:
    """Points of a distribution; among equals one that may still win some."""
    met = sum(indicator(key).points for key, state in states.items() if state == "met")
    return met, sum(indicator(key).points for key, state in states.items() if state == "unchecked")


def _point(one: Indicator, state: State) -> Point:
    return Point(one.key, one.points if state == "met" else 0, one.points, state)


def _states(found: Mapping[str, bool]) -> dict[str, State]:
    states: dict[str, State] = {}
    for key, is_met in found.items():
        states[key] = "met" if is_met else "missing"
    return states


def _filled(values: Mapping[str, Any], field: str) -> bool:
    value = values.get(field)
    return value not in _NOTHING and bool(str(value).strip())


def _rows(value: Any) -> Sequence[Mapping[str, Any]]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    if isinstance(value, Mapping):
        return [value]
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, Iterable) else []
