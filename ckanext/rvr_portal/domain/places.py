"""The register of places: 53 municipalities, 15 member bodies, four Kreise and the region, found by key or name.

Facts are read once from `data/` (sources: `data/README.md`). Nothing is guessed: what is not clearly one place is none.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, radians
from pathlib import Path
from typing import Literal

import yaml

__all__ = ["REGION", "Place", "PlaceRegister", "distance_km", "fold_name", "register"]

REGION = "ruhr"
Kind = Literal["municipality", "member_body", "kreis", "region"]

_DATA = Path(__file__).parent.parent / "data"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_PLAIN = str.maketrans({"ä": "a", "ö": "o", "ü": "u"})

# What stands before or after a municipality's name without changing which one is meant.
_TITLES = (
    "stadt", "gemeinde", "hansestadt", "kreisfreie stadt", "kreisstadt", "stadtverwaltung", "gemeindeverwaltung",
    "kommune", "stadtgebiet", "grosse kreisangehoerige stadt", "mittlere kreisangehoerige stadt",
)  # fmt: skip
_COUNTRY = re.compile(r" (?:nrw|nordrhein westfalen|deutschland|germany)$")

# dcat-ap.de's addresses of places, in all the spellings that travel: http(s), www, case; and the EU's NUTS addresses.
_KEY_URI = re.compile(
    r"^https?://(?:www\.)?dcat-ap\.de/def/politicalgeocoding/"
    r"(?:municipalitykey|districtkey|regionalkey|municipalassociationkey)/(\d+)[/#]?$",
    re.IGNORECASE,
)
_NUTS_URI = re.compile(r"^https?://data\.europa\.eu/nuts/code/(\w+)[/#]?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the register. `population` at 31 December 2018, `area_km2`, centre `lon`/`lat` in EPSG:4326."""

    key: str
    kind: Kind
    name: str
    ags: str | None
    ars: str | None
    nuts3: str | None
    population: int
    area_km2: float
    plz: str | None
    lon: float
    lat: float
    parent: str | None
    slug: str
    designation: str = ""

    @property
    def is_member_body(self) -> bool:
        """Whether it is one of the 15 member bodies: a city without Kreis, or a Kreis."""
        return self.parent == REGION

    @property
    def member_body(self) -> str | None:
        """Key of the member body it belongs to (its own, if it is one); none for the region."""
        return self.key if self.is_member_body else self.parent


class PlaceRegister:
    """All places, found in constant time."""

    def __init__(
        self, places: tuple[Place, ...], spellings: dict[str, list[str]], postal_codes: tuple[tuple[str, str, str], ...]
    ) -> None:
        self._by_key = {place.key: place for place in places}
        self.municipalities = tuple(place for place in places if place.kind == "municipality")
        self.kreise = tuple(place for place in places if place.kind == "kreis")
        self.member_bodies = tuple(place for place in places if place.is_member_body)
        self.region = self._by_key[REGION]
        self._aliases = self._index_keys(places)
        self._by_slug = {place.slug: place for place in places}
        self._names = self._index_names(places, spellings)
        # (first, last, place) of ranges that do not overlap, in their order
        self._postal_codes = sorted((first, last, self._by_key[key]) for key, first, last in postal_codes)
        self._first_codes = [first for first, _last, _place in self._postal_codes]

    def get(self, key: str | None) -> Place | None:
        """Place by AGS (8 digits), ARS (12, or 9 for the association), Kreis key (5), NUTS 3 code or "ruhr"."""
        if not isinstance(key, str):
            return None
        key = key.strip()
        return self._by_key.get(key) or self._aliases.get(key.upper())

    def by_slug(self, slug: str) -> Place | None:
        """Place by its name in addresses, e.g. of the organisation "kreis-unna"."""
        return self._by_slug.get(slug)

    def find(self, text: str | None) -> Place | None:
        """Place by name in any usual spelling, by key, by address (dcat-ap.de, NUTS) or by postal code.

        Returns nothing when the text does not clearly mean one place of the register.
        """
        if not isinstance(text, str) or not text.strip():
            return None
        text = text.strip()
        if match := _KEY_URI.match(text) or _NUTS_URI.match(text):
            return self.get(match[1])
        if text.isdecimal() and text.isascii():
            return self._by_number(text)
        return self._aliases.get(text.upper()) or self._by_name(text)

    @property
    def names(self) -> dict[str, Place]:
        """Every spelling `find` knows, as `fold_name` writes it, with its place."""
        return self._names

    def by_postal_code(self, code: str) -> Place | None:
        """Municipality of a postal code of five digits."""
        if len(code) != 5 or not (code.isascii() and code.isdecimal()):
            return None
        position = bisect_right(self._first_codes, code) - 1
        if position < 0:
            return None
        _first, last, place = self._postal_codes[position]
        return place if code <= last else None

    def neighbours(self, key: str) -> tuple[Place, ...]:
        """The other municipalities, the one whose centre is nearest first; empty for an unknown key."""
        place = self.get(key)
        if not place:
            return ()
        others = (town for town in self.municipalities if town is not place)
        return tuple(sorted(others, key=lambda town: distance_km(place, town)))

    def ancestors(self, key: str) -> tuple[Place, ...]:
        """The place itself, then what it lies in, up to the region; empty for an unknown key."""
        chain: list[Place] = []
        place = self.get(key)
        while place:
            chain.append(place)
            place = self.get(place.parent)
        return tuple(chain)

    def _by_number(self, digits: str) -> Place | None:
        # Spreadsheets drop the leading zero of a key; postal codes of the region start with 4 or 5, keys with 0.
        if len(digits) in (7, 11):
            digits = digits.zfill(len(digits) + 1)
        return self.get(digits) or self.by_postal_code(digits)

    def _by_name(self, text: str) -> Place | None:
        folded = _COUNTRY.sub("", fold_name(text))
        return self._names.get(folded)

    @staticmethod
    def _index_keys(places: tuple[Place, ...]) -> dict[str, Place]:
        aliases: dict[str, Place] = {}
        for place in places:
            if not (place.ags and place.ars):
                continue
            aliases |= {place.ags: place, place.ars: place}
            if place.kind == "municipality":
                aliases[place.ars[:9]] = place
            if place.is_member_body:
                aliases[place.ags[:5]] = place
                aliases[str(place.nuts3)] = place
        return aliases

    @staticmethod
    def _index_names(places: tuple[Place, ...], spellings: dict[str, list[str]]) -> dict[str, Place]:
        names: dict[str, Place] = {}
        for place in places:
            for name in [place.name, place.slug, *spellings.get(place.key, [])]:
                for variant in _variants(name, place):
                    if names.setdefault(variant, place) is not place:
                        raise ValueError(f"'{variant}' would mean both {names[variant].name} and {place.name}")
        return names


def distance_km(one: Place, other: Place) -> float:
    """Kilometres between two centres; on a plane, good to a percent within the region."""
    north = (one.lat - other.lat) * 111.2
    east = (one.lon - other.lon) * 111.3 * cos(radians((one.lat + other.lat) / 2))
    return hypot(north, east)


def fold_name(text: str) -> str:
    """Name without what does not matter: case, umlaut spelling, accents, punctuation, repeated blanks."""
    text = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", text).split())


def _variants(name: str, place: Place) -> set[str]:
    folded = {fold_name(name), fold_name(unicodedata.normalize("NFC", name).casefold().translate(_PLAIN))}
    if place.kind != "municipality":
        return folded
    titles = {*_TITLES, fold_name(place.designation)}
    return folded | {text for base in folded for title in titles for text in (f"{title} {base}", f"{base} {title}")}


@lru_cache(maxsize=1)
def register() -> PlaceRegister:
    """The register, read once in a process."""
    towns = tuple(_municipality(row) for row in _rows("municipalities.csv"))
    kreise = tuple(_kreis(row, towns) for row in _rows("kreise.csv"))
    region = Place(
        REGION,
        "region",
        "Metropole Ruhr",
        None,
        None,
        None,
        *_sums(towns),
        None,
        *_centre(towns),
        None,
        "metropole-ruhr",
    )
    spellings = yaml.safe_load((_DATA / "spellings.yaml").read_text("utf-8"))
    codes = tuple((row["ags"], row["first"], row["last"]) for row in _rows("postal_codes.csv"))
    return PlaceRegister((*towns, *kreise, region), spellings, codes)


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _municipality(row: dict[str, str]) -> Place:
    return Place(
        key=row["ags"],
        kind="municipality",
        name=row["name"],
        ags=row["ags"],
        ars=row["ars"],
        nuts3=row["nuts3"],
        population=int(row["population"]),
        area_km2=float(row["area_km2"]),
        plz=row["plz"],
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        parent=row["kreis"] or REGION,
        slug=fold_name(row["name"]).replace(" ", "-"),
        designation=row["designation"],
    )


def _kreis(row: dict[str, str], towns: tuple[Place, ...]) -> Place:
    own = tuple(town for town in towns if town.parent == row["key"])
    return Place(
        row["key"], "kreis", row["name"], row["key"] + "000", row["key"] + "0000000", row["nuts3"],
        *_sums(own), None, *_centre(own), REGION, row["slug"],
    )  # fmt: skip


def _sums(towns: tuple[Place, ...]) -> tuple[int, float]:
    return sum(town.population for town in towns), round(sum(town.area_km2 for town in towns), 2)


def _centre(towns: tuple[Place, ...]) -> tuple[float, float]:
    """Centre of the municipalities' centres, weighted by area: good enough to put a label or a circle there."""
    area = sum(town.area_km2 for town in towns)
    lon = sum(town.lon * town.area_km2 for town in towns) / area
    lat = sum(town.lat * town.area_km2 for town in towns) / area
    return round(lon, 6), round(lat, 6)
