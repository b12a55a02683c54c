"""RDF profile of DCAT-AP.de 3.0: the only mapping between DCAT and dataset dicts in the project."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dcat.profiles import DCAT, EuropeanDCATAP3Profile
from ckanext.dcat.profiles.base import ADMS, VCARD, CleanedURIRef, URIRefOrLiteral
from ckanext.dcat.utils import resource_uri
from rdflib import URIRef
from rdflib.namespace import DCTERMS, SKOS, Namespace
from rdflib.term import Node

from ckanext.rvr_portal.shared import vocabulary

from .fields import (
    AGENTS,
    DATASET_FIELDS,
    DATASET_LISTS,
    RESOURCE_FIELDS,
    RESOURCE_LISTS,
    Field,
)
from .namespaces import DCATDE, GEODCATAP, dcatde_name

__all__ = ["DcatApDe3Profile"]

LOCN = Namespace("http://www.w3.org/ns/locn#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
_UNKNOWN_IPR = URIRef("http://purl.org/adms/licencetype/UnknownIPR")
_PLACE_NAMES = (
    SKOS.prefLabel,
    DCTERMS.title,
    LOCN.geographicName,
    LOCN.adminUnitL2,
    LOCN.adminUnitL1,
)


class DcatApDe3Profile(EuropeanDCATAP3Profile):
    """DCAT-AP.de 3.0 on top of DCAT-AP 3; reads all earlier versions of DCAT-AP.de as well."""

    # -- from the graph

    def parse_dataset(self, dataset_dict: dict[str, Any], dataset_ref: Node) -> dict[str, Any]:
        super().parse_dataset(dataset_dict, dataset_ref)
        german = self._german_values(dataset_ref)
        for field in DATASET_FIELDS:
            self._keep(dataset_dict, field.field, _choose(field, german))
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
            for field in RESOURCE_FIELDS:
                if value := _choose(field, german):
                    resource[field.field] = value
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

    def _spatial(self, subject: Node, predicate: Node) -> dict[str, Any]:
        spatial = super()._spatial(subject, predicate)
        if not spatial["text"]:
            spatial["text"] = next(
                (
                    str(name)
                    for place in self.g.objects(subject, predicate)
                    for label in _PLACE_NAMES
                    for name in self.g.objects(place, label)
                    if str(name).strip()
                ),
                None,
            )
        return spatial

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
            dataset_dict[key] = _as_list(dataset_dict[key])
        for resource in dataset_dict.get("resources", []):
            for key in RESOURCE_LISTS & resource.keys():
                resource[key] = _as_list(resource[key])
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
        super().graph_from_dataset(dataset_dict, dataset_ref)
        self.g.bind("dcatde", DCATDE)
        self.g.bind("geodcatap", GEODCATAP)
        for field in DATASET_FIELDS:
            self._write(
                dataset_ref,
                DCATDE[field.names[0]],
                self._get_dataset_value(dataset_dict, field.field),
            )
        self._write(
            dataset_ref,
            DCATAP.availability,
            self._get_dataset_value(dataset_dict, "availability"),
        )
        for field, name, _old in AGENTS:
            self._add_agents(dataset_ref, dataset_dict, field, GEODCATAP[name])
        for resource in dataset_dict.get("resources", []):
            ref = CleanedURIRef(resource_uri(resource))
            for field in RESOURCE_FIELDS:
                self._write(ref, DCATDE[field.names[0]], resource.get(field.field))
        self._add_telephones(dataset_dict, dataset_ref)
        # a statement about somebody else's licence text that nobody made
        self.g.remove((None, DCTERMS.type, _UNKNOWN_IPR))

    def _write(self, ref: Node, predicate: URIRef, value: Any) -> None:
        for item in _as_list(value):
            if item:
                self.g.add((ref, predicate, URIRefOrLiteral(str(item))))

    def _add_telephones(self, dataset_dict: dict[str, Any], dataset_ref: Node) -> None:
        numbers = {
            contact.get("name"): contact["telephone"]
            for contact in dataset_dict.get("contact") or []
            if isinstance(contact, dict) and contact.get("telephone")
        }
        if not numbers:
            return
        for ref in list(self.g.objects(dataset_ref, DCAT.contactPoint)):
            name = next((str(n) for n in self.g.objects(ref, VCARD.fn)), None)
            if number := numbers.get(name):
                digits = "".join(char for char in number if char.isdigit() or char == "+")
                self.g.add((ref, VCARD.hasTelephone, URIRef(f"tel:{digits}")))


def _choose(field: Field, german: dict[str, list[Node]]) -> list[str] | str:
    values = [str(value) for name in field.names for value in german.get(name, ())]
    values = list(dict.fromkeys(value for value in values if value.strip()))
    if field.many:
        return sorted(values)
    return values[0] if values else ""


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, str):
        if value.lstrip().startswith("["):
            try:
                loaded = json.loads(value)
            except ValueError:
                return [value]
            return loaded if isinstance(loaded, list) else [value]
        return [value] if value else []
    if isinstance(value, Iterable):
        return list(value)
    return [] if value is None else [value]
