"""Small parts of a description: names, ways to reach somebody, shapes of a place."""

from __future__ import annotations

from typing import Any

from . import values
from .tree import Iri, Name, Node, Text, Value, address, clean_text

__all__ = ["mail", "plain", "shapes", "shapes_of_version_2", "telephone", "words"]


def shapes_of_version_2(geometry: Text | None, box: Text | None, centre: Text | None) -> list[tuple[str, Value | None]]:
    """The shapes of a place as literals."""
    return [("locn:geometry", geometry), ("dcat:bbox", box), ("dcat:centroid", centre)]


def shapes(geometry: Text | None, box: Text | None, centre: Text | None) -> list[tuple[str, Value | None]]:
    """The exact geometry, and a box or point of it for readers that know no other.

    DCAT-AP 3.0 wants locn:geometry to be a thing and no literal. Readers built for literals fail on it, so the geometry
    stands in GeoSPARQL's own property, which all understand or skip.
    """
    node = Node(None, [("rdf:type", Name("gsp:Geometry")), ("gsp:asWKT", geometry)]) if geometry else None
    if geometry and not box and not centre:
        around = values.around(geometry.value)
        box, centre = (None, around) if around and around.value.startswith("POINT") else (around, None)
    return [("gsp:hasGeometry", node), ("dcat:bbox", box), ("dcat:centroid", centre)]


def plain(value: Any) -> Text | None:
    """A plain literal; none if there is no text."""
    text = clean_text(value) if value is not None else ""
    return Text(text) if text.strip() else None


def words(value: Any, class_: str) -> Node | None:
    """A thing that is only a name."""
    text = plain(value)
    return Node(None, [("rdf:type", Name(class_)), ("skos:prefLabel", text)]) if text else None


def mail(value: Any) -> Iri | None:
    """An email address as an address of the web."""
    text = clean_text(value).strip() if value else ""
    return address(f"mailto:{text.removeprefix('mailto:')}".replace(" ", "%20")) if text else None


def telephone(value: Any) -> Iri | None:
    """A telephone number as an address of the web."""
    digits = "".join(char for char in str(value or "") if char in "0123456789+")
    return Iri(f"tel:{digits}") if digits else None
