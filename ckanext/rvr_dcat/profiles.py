"""RDF profile of DCAT-AP.de 3.0: the only mapping between DCAT and dataset dicts in the project."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dcat.profiles import DCAT, EuropeanDCATAP3Profile
from ckanext.dcat.profiles.base import ADMS, GSP, VCARD
from ckanext.dcat.utils import catalog_uri
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS, Namespace
from rdflib.term import Node

from ckanext.rvr_portal.shared import vocabulary

from . import config
from .description import Describer
from .domain import values
from .domain.tree import PREFIXES, Described, Name, Text, Value, full_name
from .domain.tree import Node as TreeNode
from .domain.values import around, geojson, listed
from .fields import (
    AGENTS,
    DATASET_FIELDS,
    DATASET_LISTS,
    RESOURCE_FIELDS,
    RESOURCE_LISTS,
    Property,
)
from .namespaces import GEODCATAP, dcatde_name
from .site import this_site

__all__ = ["DcatApDe2Profile", "DcatApDe3Profile"]

LOCN = Namespace("http://www.w3.org/ns/locn#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
DQV = Namespace("http://www.w3.org/ns/dqv#")
_NAMES = (RDFS.label, SKOS.prefLabel, SKOS.notation, DCTERMS.title)
_NAME_ONLY = {RDF.type, LOCN.geographicName}
_PLACE_NAMES = (
    SKOS.prefLabel,
    RDFS.label,
    DCTERMS.title,
    LOCN.geographicName,
    LOCN.adminUnitL2,
    LOCN.adminUnitL1,
)


class DcatApDe3Profile(EuropeanDCATAP3Profile):
    """DCAT-AP.de 3.0 on top of DCAT-AP 3; reads all earlier versions of DCAT-AP.de as well."""

    version = 3

    # -- from the graph

    def parse_dataset(self, dataset_dict: dict[str, Any], dataset_ref: Node) -> dict[str, Any]:
        super().parse_dataset(dataset_dict, dataset_ref)
        german = self._german_values(dataset_ref)
        for row in DATASET_FIELDS:
            self._keep(dataset_dict, row.field, _choose(row, german))
        self._read_places(dataset_dict, dataset_ref)
        self._read_laws(dataset_dict, dataset_ref)
        self._keep(dataset_dict, "quality_process", self._object_value(dataset_ref, DQV.hasQualityAnnotation))
        self._keep(dataset_dict, "availability", self._availability(dataset_ref, german))
        for field, new, old in AGENTS:
            agents = self._german_agents(dataset_ref, new, old)
            self._keep(dataset_dict, field, agents)
        self._read_resources(dataset_dict, dataset_ref)
        self._tidy(dataset_dict)
        return dataset_dict

    def _read_resources(self, dataset_dict: dict[str, Any], dataset_ref: Node) -> None:
        distributions = {str(ref): ref for ref in self._distributions(dataset_ref)}
        for resource in dataset_dict.get("resources", []):
            ref = distributions.get(resource.pop("distribution_ref", ""))
            if ref is None:
                continue
            german = self._german_values(ref)
            for row in RESOURCE_FIELDS:
                if value := _choose(row, german):
                    resource[row.field] = value
            if availability := self._availability(ref, german):
                resource["availability"] = availability

    def _german_values(self, ref: Node) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for predicate, value in self.g.predicate_objects(ref):
            if name := dcatde_name(str(predicate)):
                found.setdefault(name, []).append(value)
        return found

    def _availability(self, ref: Node, german: dict[str, list[Node]]) -> str:
        # plannedAvailability of DCAT-AP.de became availability of DCAT-AP
        value = self._object_value(ref, DCATAP.availability) or self._object_value(ref, DCATAP.plannedAvailability)
        old = german.get("availability") or german.get("plannedAvailability") or [""]
        return str(value or old[0])

    def _german_agents(self, ref: Node, new: str, old: str) -> list[dict[str, Any]]:
        agents = self._agents_details(ref, GEODCATAP[new])
        for predicate in {p for p in self.g.predicates(ref) if dcatde_name(str(p)) == old}:
            agents += self._agents_details(ref, predicate)
        return agents

    def _contact_details(self, subject: Node, predicate: Node) -> list[dict[str, Any]]:
        if predicate == DCAT.contactPoint and (subject, predicate, None) not in self.g:
            predicate = ADMS.contactPoint  # its name in the first version of DCAT-AP
        contacts = super()._contact_details(subject, predicate)
        for contact, ref in zip(contacts, self.g.objects(subject, predicate), strict=True):
            telephone = self._get_vcard_property_value(ref, VCARD.hasTelephone)
            if telephone:
                contact["telephone"] = str(telephone).removeprefix("tel:")
        return contacts

    def _read_places(self, dataset_dict: dict[str, Any], dataset_ref: Node) -> None:
        """Each place a row of its own; bare addresses of DCAT-AP.de's list are its area keys."""
        rows, keys, words = [], [], ""
        for place in self.g.objects(dataset_ref, DCTERMS.spatial):
            row = {key: value for key, value in self._place(place).items() if value}
            if set(row) == {"uri"} and "dcat-ap.de/def/politicalGeocoding/" in row["uri"]:
                keys.append(row["uri"])
            elif set(self.g.predicates(place)) == _NAME_ONLY:
                words = words or row["text"]
            elif row:
                rows.append(row)
        if rows:
            dataset_dict["spatial_coverage"] = sorted(rows, key=lambda row: sorted(row.items()))
        else:
            dataset_dict.pop("spatial_coverage", None)
        if keys:
            known = dataset_dict.get("political_geocoding") or []
            self._keep(dataset_dict, "political_geocoding", sorted({*known, *keys}))
        if words and not dataset_dict.get("geocoding_text"):
            self._keep(dataset_dict, "geocoding_text", words)

    def _place(self, place: Node) -> dict[str, str | None]:
        if isinstance(place, Literal):
            return {"text": str(place).strip()}
        geometry = self._parse_geodata(place, LOCN.geometry, None) or self._parse_geodata(place, GSP.hasGeometry, None)
        box, centre = self._parse_geodata(place, DCAT.bbox, None), self._parse_geodata(place, DCAT.centroid, None)
        if geometry and (exact := values.geometry(geometry)) and values.geometry(centre or box) == around(exact.value):
            box = centre = None  # nothing that the geometry does not say
        return {
            "uri": str(place) if isinstance(place, URIRef) else None,
            "text": next(
                (str(name) for label in _PLACE_NAMES for name in self.g.objects(place, label) if str(name).strip()),
                None,
            ),
            "geom": geometry,
            "bbox": box,
            "centroid": centre,
        }

    def _parse_geodata(self, spatial: Node, datatype: Node, cur_value: str | None) -> str | None:
        """GeoJSON of a geometry, a literal or a thing with one."""
        nodes = [node for node in self.g.objects(spatial, datatype) if not isinstance(node, Literal)]
        if not nodes:
            return super()._parse_geodata(spatial, datatype, cur_value)
        for node in nodes:
            for text in self.g.objects(node, GSP.asGeoJSON):
                return str(text)
            for text in self.g.objects(node, GSP.asWKT):
                return geojson(str(text)) or cur_value
        return cur_value

    def _read_laws(self, dataset_dict: dict[str, Any], dataset_ref: Node) -> None:
        """A law with an address is legislation, one with nothing but a name the legal basis."""
        nodes = list(self.g.objects(dataset_ref, DCATAP.applicableLegislation))
        laws = [str(node) for node in nodes if not isinstance(node, BNode)]
        names = [str(name) for node in nodes if isinstance(node, BNode) for name in self.g.objects(node, RDFS.label)]
        dataset_dict.pop("applicable_legislation", None)
        dataset_dict["extras"] = [one for one in dataset_dict["extras"] if one["key"] != "applicable_legislation"]
        self._keep(dataset_dict, "applicable_legislation", sorted(laws))
        if names and not dataset_dict.get("legal_basis"):
            self._keep(dataset_dict, "legal_basis", min(names))

    def _object_value_list(self, subject: Node, predicate: Node) -> list[str]:
        """Values of all objects; a thing without address is what it is called."""
        found = []
        for value in self.g.objects(subject, predicate):
            if not isinstance(value, BNode):
                found.append(str(value))
                continue
            if (value, ADMS.schemaAgency, Literal(catalog_uri().rstrip("/"))) in self.g:
                continue  # our own number, come back to us
            names = (name for label in _NAMES for name in self.g.objects(value, label))
            found += [str(name) for name in names][:1]
        return sorted(one for one in found if one.strip())

    def _distribution_format(self, distribution: Node, normalize_ckan_format: bool = True) -> tuple[Any, Any]:
        kind, label = super()._distribution_format(distribution, normalize_ckan_format)
        node = self._object(distribution, DCTERMS["format"])
        if isinstance(node, BNode) and not label:
            label = self._object_value(distribution, DCTERMS["format"])
            label = "" if label == str(node) else label
        return str(kind or "").partition("/media-types/")[2] or kind, label

    def _license(self, dataset_ref: Node) -> str:
        """The dataset's licence: that of its distributions if they agree, as key of our list."""
        terms = {
            term.key if (term := vocabulary("license").lookup(str(value))) else None
            for distribution in self._distributions(dataset_ref)
            for value in self.g.objects(distribution, DCTERMS.license)
        }
        only = terms.pop() if len(terms) == 1 else None
        return only or ""

    def _keep(self, dataset_dict: dict[str, Any], field: str, value: Any) -> None:
        if not value:
            return
        if self._schema_field(field):
            dataset_dict[field] = value
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            dataset_dict.setdefault("extras", []).append({"key": field, "value": text})

    def _tidy(self, dataset_dict: dict[str, Any]) -> None:
        """Lists as lists, no empty rows, nothing that only says where this site is."""
        for key in DATASET_LISTS & dataset_dict.keys():
            dataset_dict[key] = listed(dataset_dict[key])
        for resource in dataset_dict.get("resources", []):
            for key in RESOURCE_LISTS & resource.keys():
                resource[key] = listed(resource[key])
        for field in (
            "publisher",
            "creator",
            "contact",
            "originator",
            "custodian",
            "spatial_coverage",
        ):
            if isinstance(rows := dataset_dict.get(field), list):
                dataset_dict[field] = self._known_subfields(field, rows)
        home = (tk.config.get("ckan.site_url"), "")
        dataset_dict["extras"] = [
            extra
            for extra in dataset_dict.get("extras", [])
            if extra["key"] != "homepage" or extra["value"] not in home
        ]

    def _known_subfields(self, field: str, rows: list[Any]) -> list[dict[str, Any]]:
        schema = self._schema_field(field) or {}
        known = {sub["field_name"] for sub in schema.get("repeating_subfields", ())}
        kept = []
        for row in rows:
            values = {key: value for key, value in row.items() if value and (not known or key in known)}
            if values and values not in kept:
                kept.append(values)
        return kept

    # -- to the graph

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: Node) -> None:
        add_to_graph(self.g, Describer(this_site(), self.version).dataset(dataset_dict))

    def graph_from_catalog(self, catalog_dict: dict[str, Any] | None, catalog_ref: Node) -> None:
        super().graph_from_catalog(catalog_dict, catalog_ref)
        publisher = BNode()
        self.g.add((catalog_ref, DCTERMS.publisher, publisher))
        self.g.add((publisher, RDF.type, FOAF.Agent))
        self.g.add((publisher, FOAF.name, Literal(config.publisher_name())))


class DcatApDe2Profile(DcatApDe3Profile):
    """The names and ways of DCAT-AP.de 2.0, for consumers that do not know 3.0."""

    version = 2


def _choose(row: Property, german: dict[str, list[Node]]) -> list[str] | str:
    values = [str(value) for name in row.read for value in german.get(name, ())]
    values = list(dict.fromkeys(value for value in values if value.strip()))
    if row.many:
        return sorted(values)
    return values[0] if values else ""


def add_to_graph(graph: Graph, described: Described) -> None:
    """Add what is said about a dataset to a graph."""
    for prefix, base in PREFIXES.items():
        graph.bind(prefix, base)
    for node in (*described.own.values(), *described.shared.values()):
        _add_node(graph, node)
    for iri, classes in described.classes.items():
        for one in classes:
            graph.add((URIRef(iri), RDF.type, URIRef(full_name(one))))


def _add_node(graph: Graph, node: TreeNode) -> URIRef | BNode:
    ref = URIRef(node.iri) if node.iri else BNode()
    for name, value in node.statements:
        graph.add((ref, URIRef(full_name(name)), _term(graph, value)))
    return ref


def _term(graph: Graph, value: Value) -> Node:
    if isinstance(value, Text):
        datatype = URIRef(full_name(value.datatype)) if value.datatype else None
        return Literal(value.value, lang=value.language or None, datatype=datatype, normalize=False)
    if isinstance(value, TreeNode):
        return _add_node(graph, value)
    return URIRef(full_name(value) if isinstance(value, Name) else value)
