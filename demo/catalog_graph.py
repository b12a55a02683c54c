"""Demo catalogues as DCAT-AP.de graphs, including the flaws that real catalogues have."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog_content import DemoCatalog, DemoDataset
from rdflib import XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF
from rdflib.term import Node
from sample_files import KINDS, Area, table

ADMS = Namespace("http://www.w3.org/ns/adms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
LOCN = Namespace("http://www.w3.org/ns/locn#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
GEOSPARQL = Namespace("http://www.opengis.net/ont/geosparql#")
EU = "http://publications.europa.eu/resource/authority/"
LICENCES = {
    "zero": "dl-zero-de/2.0",
    "by": "dl-by-de/2.0",
    "cc0": "cc-zero",
    "ccby": "cc-by/4.0",
    "ccbysa": "cc-by-sa/4.0",
    "odbl": "odbl",
}
HVD = {"geospatial": "c_ac64a52d", "statistics": "c_e1da4e07", "mobility": "c_b79e35eb"}
HVD_REGULATION = URIRef("http://data.europa.eu/eli/reg_impl/2023/138/oj")
_AS = {
    "CSV": "Tabelle",
    "XLSX": "Excel-Tabelle",
    "JSON": "Datenstruktur (JSON)",
    "GEOJSON": "Karte (GeoJSON)",
    "XML": "Datenstruktur (XML)",
    "KML": "Karte (KML)",
    "PDF": "Druckfassung",
    "WMS_SRVC": "Kartendienst",
}
_ATTRIBUTION = {"by", "ccby", "ccbysa", "odbl"}
_PREFIXES = {
    "adms": ADMS,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dcatde": DCATDE,
    "dct": DCTERMS,
    "foaf": FOAF,
    "hydra": HYDRA,
    "locn": LOCN,
    "spdx": SPDX,
    "vcard": VCARD,
}


@dataclass(frozen=True)
class PlaceFacts:
    """What a graph needs of a place: its key for political geocoding and where it lies."""

    key: str
    name: str
    lon: float
    lat: float
    area_km2: float

    @property
    def square(self) -> Area:
        """A square of the same size as the place around its centre (EPSG:4326)."""
        half_km = math.sqrt(self.area_km2) / 2
        return Area(self.lon, self.lat, half_km / (111.32 * math.cos(math.radians(self.lat))), half_km / 110.57)


def file_bytes(catalog: DemoCatalog, dataset: DemoDataset, code: str, place: PlaceFacts) -> bytes:
    """The content of one distribution."""
    square = place.square
    inner = Area(square.lon, square.lat, square.half_lon * 0.75, square.half_lat * 0.75)
    rows = table(dataset.sample, f"{catalog.organization}/{dataset.id}", catalog.districts, inner)
    return KINDS[code].write(rows, dataset.title)


class CatalogGraph:
    """Writes datasets of one catalogue into an RDF graph."""

    def __init__(self, catalog: DemoCatalog, places: dict[str, PlaceFacts], files_base: str) -> None:
        """
        :param places: facts by key, holds the catalogue's own place and those of its datasets
        :param files_base: address under which the distributions' files can be fetched
        """
        self.catalog = catalog
        self.places = places
        self.files_base = files_base.rstrip("/")
        self.graph = Graph()
        for prefix, namespace in _PREFIXES.items():
            self.graph.bind(prefix, namespace)
        self.publisher = URIRef(f"{catalog.home}/publisher")

    def build(self, datasets: Sequence[DemoDataset]) -> Graph:
        """The catalogue's graph with these datasets."""
        home = URIRef(self.catalog.home)
        self._add(
            home,
            (RDF.type, DCAT.Catalog),
            (DCTERMS.title, Literal(self.catalog.title, lang="de")),
            (DCTERMS.description, Literal("Beispielkatalog zur Vorführung, Inhalte frei erfunden.", lang="de")),
            (DCTERMS.publisher, self.publisher),
            (FOAF.homepage, home),
        )
        self._add(
            self.publisher,
            (RDF.type, FOAF.Organization),
            (FOAF.name, Literal(self.catalog.publisher)),
            (FOAF.mbox, URIRef(f"mailto:offenedaten@{self.catalog.host}")),
            (FOAF.homepage, home),
        )
        for dataset in datasets:
            self.graph.add((home, DCAT.dataset, self._dataset(dataset)))
        return self.graph

    def add_paging(self, address: str, page: int, pages: int, total: int) -> None:
        """Describe this graph as one page of a hydra:PagedCollection."""
        here = URIRef(f"{address}?page={page}")
        self._add(here, (RDF.type, HYDRA.PagedCollection), (HYDRA.totalItems, Literal(total)))
        links = {"first": 1, "last": pages}
        if page > 1:
            links["previous"] = page - 1
        if page < pages:
            links["next"] = page + 1
        for name, number in links.items():
            self.graph.add((here, HYDRA[name], Literal(f"{address}?page={number}")))

    def _add(self, subject: Node, *pairs: tuple[URIRef, Node]) -> None:
        for predicate, value in pairs:
            self.graph.add((subject, predicate, value))

    def _dataset(self, dataset: DemoDataset) -> URIRef:
        uri = URIRef(f"{self.catalog.home}/dataset/{dataset.id}")
        flaw = dataset.flaw
        self._add(
            uri,
            (RDF.type, DCAT.Dataset),
            (DCTERMS.title, Literal(dataset.title, lang="de")),
            (DCTERMS.description, Literal(dataset.description, lang="de")),
            (DCTERMS.identifier, Literal(self.catalog.identifier(dataset))),
            (DCTERMS.publisher, self.publisher),
            (DCTERMS.issued, _date(flaw.get("issued", dataset.issued), odd="issued" in flaw)),
            (DCTERMS.modified, _date(flaw.get("modified", dataset.modified), odd="modified" in flaw)),
            (DCTERMS.language, URIRef(f"{EU}language/DEU")),
            (DCTERMS.accessRights, URIRef(f"{EU}access-right/PUBLIC")),
            (DCTERMS.accrualPeriodicity, _or_text(flaw.get("frequency"), f"{EU}frequency/{dataset.every}")),
            (DCATDE.contributorID, URIRef("http://dcat-ap.de/def/contributors/openNRW")),
            (DCAT.landingPage, URIRef(f"{self.catalog.home}/dataset/{dataset.id}")),
        )
        self._themes(uri, dataset)
        self._contact(uri, dataset)
        self._period(uri, dataset)
        self._spatial(uri, self._place(dataset))
        self._high_value(uri, dataset)
        for code in dataset.files:
            self.graph.add((uri, DCAT.distribution, self._distribution(dataset, code)))
        return uri

    def _place(self, dataset: DemoDataset) -> PlaceFacts:
        return self.places[dataset.place or self.catalog.organization]

    def _themes(self, uri: URIRef, dataset: DemoDataset) -> None:
        for tag in dataset.tags:
            self.graph.add((uri, DCAT.keyword, Literal(tag, lang="de")))
        if "theme" in dataset.flaw:
            self.graph.add((uri, DCAT.theme, Literal(dataset.flaw["theme"])))
            return
        for theme in dataset.themes:
            self.graph.add((uri, DCAT.theme, URIRef(f"{EU}data-theme/{theme}")))

    def _contact(self, uri: URIRef, dataset: DemoDataset) -> None:
        contact = URIRef(f"{self.catalog.home}/kontakt/{dataset.contact}")
        self._add(
            contact,
            (RDF.type, VCARD.Organization),
            (VCARD.fn, Literal(self.catalog.contacts[dataset.contact])),
            (VCARD.hasEmail, URIRef(f"mailto:{dataset.contact}@{self.catalog.host}")),
        )
        self.graph.add((uri, DCAT.contactPoint, contact))

    def _period(self, uri: URIRef, dataset: DemoDataset) -> None:
        if not dataset.period and "period" not in dataset.flaw:
            return
        node = BNode()
        self._add(uri, (DCTERMS.temporal, node))
        self._add(node, (RDF.type, DCTERMS.PeriodOfTime))
        if "period" in dataset.flaw or not dataset.period:
            return  # a period that says neither start nor end, as real catalogues have them
        for predicate, text in zip((DCAT.startDate, DCAT.endDate), dataset.period, strict=True):
            if text:
                self.graph.add((node, predicate, _date(text)))

    def _spatial(self, uri: URIRef, place: PlaceFacts) -> None:
        node = BNode()
        box = place.square
        west, east = (round(box.lon + sign * box.half_lon, 4) for sign in (-1, 1))
        south, north = (round(box.lat + sign * box.half_lat, 4) for sign in (-1, 1))
        ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
        kind = "municipalityKey" if len(place.key) == 8 else "districtKey"
        self._add(
            node,
            (RDF.type, DCTERMS.Location),
            (LOCN.geographicName, Literal(place.name, lang="de")),
            (DCAT.bbox, Literal(f"POLYGON(({ring}))", datatype=GEOSPARQL.wktLiteral)),
        )
        self._add(
            uri,
            (DCTERMS.spatial, node),
            (DCATDE.politicalGeocodingURI, URIRef(f"http://dcat-ap.de/def/politicalGeocoding/{kind}/{place.key}")),
            (
                DCATDE.politicalGeocodingLevelURI,
                URIRef(
                    "http://dcat-ap.de/def/politicalGeocoding/Level/"
                    + ("municipality" if len(place.key) == 8 else "administrativeDistrict")
                ),
            ),
        )

    def _high_value(self, uri: URIRef, dataset: DemoDataset) -> None:
        if dataset.hvd:
            self._add(
                uri,
                (DCATAP.applicableLegislation, HVD_REGULATION),
                (DCATAP.hvdCategory, URIRef(f"http://data.europa.eu/bna/{HVD[dataset.hvd]}")),
            )

    def _distribution(self, dataset: DemoDataset, code: str) -> URIRef:
        kind = KINDS[code]
        uri = URIRef(f"{self.catalog.home}/dataset/{dataset.id}/distribution/{code.lower()}")
        link = URIRef(f"{self.files_base}/{self.catalog.organization}/files/{dataset.id}.{kind.suffix}")
        content = file_bytes(self.catalog, dataset, code, self._place(dataset))
        self._add(
            uri,
            (RDF.type, DCAT.Distribution),
            (DCTERMS.title, Literal(_file_title(dataset, code), lang="de")),
            (DCAT.accessURL, link),
            (DCTERMS.format, _or_text(dataset.flaw.get("format"), f"{EU}file-type/{code}")),
            (DCATAP.availability, URIRef(f"{EU}planned-availability/AVAILABLE")),
            (DCTERMS.modified, _date(dataset.modified)),
        )
        if code != "WMS_SRVC":
            self._add(
                uri,
                (DCAT.downloadURL, link),
                (DCAT.mediaType, URIRef(f"http://www.iana.org/assignments/media-types/{kind.media_type}")),
                (DCAT.byteSize, Literal(len(content), datatype=XSD.nonNegativeInteger)),
            )
            self._checksum(uri, content)
        self._licence(uri, dataset)
        return uri

    def _checksum(self, uri: URIRef, content: bytes) -> None:
        node = BNode()
        self._add(uri, (SPDX.checksum, node))
        self._add(
            node,
            (RDF.type, SPDX.Checksum),
            (SPDX.algorithm, SPDX.checksumAlgorithm_sha256),
            (SPDX.checksumValue, Literal(hashlib.sha256(content).hexdigest(), datatype=XSD.hexBinary)),
        )

    def _licence(self, uri: URIRef, dataset: DemoDataset) -> None:
        found = dataset.flaw.get("licence")
        if found == "":
            return  # a distribution without a licence
        regular = f"http://dcat-ap.de/def/licenses/{LICENCES.get(dataset.licence, '')}"
        self.graph.add((uri, DCTERMS.license, _or_text(found, regular)))
        if dataset.licence in _ATTRIBUTION:
            self.graph.add((uri, DCATDE.licenseAttributionByText, Literal(self.catalog.publisher, lang="de")))


def _file_title(dataset: DemoDataset, code: str) -> str:
    return f"{dataset.title} als {_AS[code]}"


def _or_text(found: str | None, regular: str) -> Node:
    """The address that should stand there, or what the flawed source writes instead."""
    if found is None:
        return URIRef(regular)
    return URIRef(found) if found.startswith("http") else Literal(found)


def _date(text: str, *, odd: bool = False) -> Literal:
    if odd:
        return Literal(text)
    kinds = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
    return Literal(text, datatype=kinds[len(text)])


def pages_of(datasets: Sequence[DemoDataset], size: int | None) -> list[Sequence[DemoDataset]]:
    """Cut a catalogue into pages; without a size it is one page."""
    if not size:
        return [datasets]
    return [datasets[start : start + size] for start in range(0, len(datasets), size)]


def place_keys(catalogs: Iterable[DemoCatalog]) -> set[str]:
    """All place keys that single datasets name."""
    return {dataset.place for catalog in catalogs for dataset in catalog.datasets if dataset.place}
