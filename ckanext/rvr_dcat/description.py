"""Describes datasets in DCAT-AP.de: dataset dict in, tree out. No request, no database: what it must know comes in."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ckanext.rvr_portal.shared import vocabulary

from .domain import values
from .domain.parts import mail, plain, shapes, shapes_of_version_2, telephone, words
from .domain.portal import PublicBody, Site, body_of
from .domain.tree import Described, Iri, Name, Node, Text, Value, address, clean_text
from .domain.values import listed
from .fields import DATASET, DISTRIBUTION, SERVICE, Property

__all__ = ["HIGH_VALUE_LAW", "Describer", "PublicBody", "Site"]

# the list's addresses in all the spellings that travel
_CONTRIBUTORS = "http://dcat-ap.de/def/contributors/"
_CONTRIBUTOR = re.compile(r"^https?://(?:www\.)?dcat-ap\.de/def/contributors[/#]")
HIGH_VALUE_LAW = "http://data.europa.eu/eli/reg_impl/2023/138/oj"


class Describer:
    """Describes datasets one by one. `version` is that of DCAT-AP.de: 3, or 2 for its names and ways."""

    def __init__(self, site: Site, version: int = 3) -> None:
        self._site = site
        self._version = version

    def dataset(self, package: dict[str, Any], avoid: Collection[Iri] = ()) -> Described:
        """All that is said about a dataset and its distributions.

        :param avoid: addresses that mean something else already; the thing gets the portal's own address or none
        """
        return _Description(self._site, self._version, package, avoid).write()


class _Description:
    def __init__(self, site: Site, version: int, package: dict[str, Any], avoid: Collection[Iri]) -> None:
        self.site = site
        self.version = version
        self.avoid = avoid
        self.out = Described()
        extras = {extra["key"]: extra["value"] for extra in package.get("extras") or () if isinstance(extra, dict)}
        self.package = {**extras, **{key: value for key, value in package.items() if value not in (None, "", [])}}
        # what came from elsewhere says itself when it was made
        self.is_local = not extras.get("guid")
        self.body = site.bodies.get(package.get("owner_org") or "") or body_of(package, site)
        self.page = f"{site.url}/dataset/{package.get('id') or package.get('name') or ''}"
        self.iri = self._own_iri(site.dataset_iri(package), self.page)
        self.legislation: list[str] = []

    def write(self) -> Described:
        node = Node(self.iri, [("rdf:type", Name("dcat:Dataset"))])
        self.out.own[self.iri] = node
        if self.package.get("type") == "dataset_series":
            node.statements[0] = ("rdf:type", Name("dcat:DatasetSeries"))
        self._complete()
        self._write_rows(node, DATASET, self.package)
        for resource in listed(self.package.get("resources")):
            if isinstance(resource, dict):
                node.statements.append(("dcat:distribution", self._distribution(resource)))
        self._series(node)
        return self.out

    # -- what stands where nothing was said

    def _complete(self) -> None:
        package = self.package
        title = package.get("title") or package.get("name") or package.get("id")
        package["title"] = title
        package["notes"] = package.get("notes") or title
        package["tags"] = [tag.get("name") if isinstance(tag, dict) else tag for tag in listed(package.get("tags"))]
        package["publisher"] = listed(package.get("publisher"))[:1] or [self._publisher()]
        if not listed(package.get("contact")) and self.body.email:
            package["contact"] = [{"name": self.body.title, "email": self.body.email}]
        self._complete_identifiers()
        self._complete_places()
        self._complete_legislation()
        if self.is_local:
            package.setdefault("issued", _second(package.get("metadata_created")))
            package.setdefault("modified", _second(package.get("metadata_modified")))

    def _publisher(self) -> dict[str, str]:
        body = self.body
        return {"uri": body.iri, "name": body.title or self.site.url, "email": body.email, "url": body.url}

    def _complete_identifiers(self) -> None:
        package = self.package
        own = package.get("id")
        if self.is_local:
            package.setdefault("identifier", own)
        others = [str(one) for one in listed(package.get("alternate_identifier"))]
        if own and own not in (package.get("identifier"), *others):
            others.append(_OwnIdentifier(own))
        package["alternate_identifier"] = others
        given = [_CONTRIBUTOR.sub(_CONTRIBUTORS, str(one)) for one in listed(package.get("contributor_id"))]
        known = [one for one in given if one in self.site.contributors]
        if not known and self.site.contributor_id:
            known = [self.site.contributor_id]
        package["contributor_id"] = [*known[:1], *(one for one in given if one not in self.site.contributors)]

    def _complete_places(self) -> None:
        package = self.package
        keys = listed(package.get("places")) or self.body.places
        found = [place for key in keys if (place := self.site.place(str(key)))]
        addresses = [str(one) for one in listed(package.get("political_geocoding"))]
        package["political_geocoding"] = list(dict.fromkeys([*addresses, *(iri for iri, _level in found)]))
        if not listed(package.get("political_geocoding_level")):
            package["political_geocoding_level"] = list(dict.fromkeys(level for _iri, level in found if level))

    def _complete_legislation(self) -> None:
        laws = [str(law) for law in listed(self.package.get("applicable_legislation"))]
        if listed(self.package.get("hvd_category")) and HIGH_VALUE_LAW not in laws:
            laws.append(HIGH_VALUE_LAW)
        self.package["applicable_legislation"] = laws
        self.legislation = [HIGH_VALUE_LAW] if HIGH_VALUE_LAW in laws else []

    # -- rows of the table

    def _write_rows(self, node: Node, rows: tuple[Property, ...], found: Mapping[str, Any]) -> None:
        for row in rows:
            if (value := found.get(row.field)) not in (None, "", [], {}):
                name, kind = self._name_and_kind(row)
                write = getattr(self, f"_{kind}")
                for item in listed(value) if row.many else [value] if kind != "agent" else listed(value):
                    if (written := write(item, row)) is not None:
                        node.statements.append((name, written))

    def _name_and_kind(self, row: Property) -> tuple[str, str]:
        if self.version == 2 and row.old:
            return row.old, row.old_kind or row.kind
        return row.name, row.kind

    def _text(self, value: Any, row: Property) -> Value | None:
        text = clean_text(value)
        return Text(text) if text.strip() else None

    def _date(self, value: Any, row: Property) -> Value | None:
        return values.date(value)

    def _duration(self, value: Any, row: Property) -> Value | None:
        return values.duration(value)

    def _decimal(self, value: Any, row: Property) -> Value | None:
        return values.decimal(value)

    def _size(self, value: Any, row: Property) -> Value | None:
        found = values.size(value)
        return found._replace(datatype="xsd:decimal") if found and self.version == 2 else found

    def _iri(self, value: Any, row: Property) -> Value | None:
        term = vocabulary(row.vocabulary).lookup(value) if row.vocabulary else None
        return Iri(term.uri) if term and term.uri else address(value)

    def _term(self, value: Any, row: Property) -> Value | None:
        """A term of a list by its address; one of another list by its own; words as a thing with a name."""
        term = vocabulary(row.vocabulary).lookup(value)
        return self._thing(term.uri if term and term.uri else value, row)

    def _thing(self, value: Any, row: Property) -> Value | None:
        if isinstance(value, dict | list):
            return None
        if iri := address(value):
            return self._classed(iri, row.class_)
        return self._labelled(value, row)

    def _labelled(self, value: Any, row: Property) -> Value | None:
        text = clean_text(value)
        if not text.strip():
            return None
        node = Node(None, [("rdf:type", Name(row.class_))] if row.class_ else [])
        node.statements.append(("rdfs:label", Text(text)))
        return node

    def _concept(self, value: Any, row: Property) -> Value | None:
        term = vocabulary(row.vocabulary).lookup(value)
        iri = Iri(term.uri) if term else address(value)
        if iri is None:
            return None
        label = Text(term.label("de"), "", "de") if term else Text(iri.rsplit("/", 1)[-1])
        return self._shared(iri, [("rdf:type", Name(row.class_)), ("skos:prefLabel", label)])

    def _media_type(self, value: Any, row: Property) -> Value | None:
        term = vocabulary("media_type").lookup(value)
        iri = values.media_type(term.key if term else value)
        return self._classed(iri, row.class_) if iri else None

    def _license(self, value: Any, row: Property) -> Value | None:
        term = vocabulary("license").lookup(value)
        return self._thing(term.uri if term else value, row)

    def _status(self, value: Any, row: Property) -> Value | None:
        if self.version == 2 and (iri := address(value)):
            return iri
        return values.status(value) or self._labelled(value, row)

    def _identifier(self, value: Any, row: Property) -> Value | None:
        node = Node(None, [("rdf:type", Name("adms:Identifier")), ("skos:notation", Text(clean_text(value)))])
        if isinstance(value, _OwnIdentifier):
            node.statements.append(("adms:schemaAgency", Text(self.site.url)))
        return node

    # -- things with parts

    def _agent(self, value: Any, row: Property) -> Value | None:
        if not isinstance(value, dict):
            return None
        iri = address(value.get("uri"))
        name = value.get("name") or value.get("email") or value.get("url") or iri
        if not name:
            return None
        parts: list[tuple[str, Value | None]] = [
            ("rdf:type", Name("foaf:Agent")),
            ("foaf:name", Text(clean_text(name))),
            ("foaf:mbox", mail(value.get("email"))),
            ("foaf:homepage", address(value.get("url"))),
            ("dct:type", address(value.get("type")) or words(value.get("type"), "skos:Concept")),
            ("dct:identifier", plain(value.get("identifier"))),
        ]
        return self._shared(iri, parts)

    def _contact(self, value: Any, row: Property) -> Value | None:
        if not isinstance(value, dict) or not any(value.values()):
            return None
        iri = address(value.get("uri"))
        ways: list[tuple[str, Value | None]] = [
            ("vcard:hasEmail", mail(value.get("email"))),
            ("vcard:hasURL", address(value.get("url"))),
            ("vcard:hasTelephone", telephone(value.get("telephone"))),
        ]
        if not any(way for _name, way in ways):
            ways = [("vcard:hasURL", iri or Iri(self.page))]
        name, uid = plain(value.get("name")), value.get("identifier")
        parts = [
            ("rdf:type", Name("vcard:Organization")),
            ("vcard:fn", name),
            *ways,
            ("vcard:hasUID", address(uid) or plain(uid)),
        ]
        return self._shared(iri, parts)

    def _period(self, value: Any, row: Property) -> Value | None:
        if not isinstance(value, dict):
            return None
        ends = [(f"dcat:{key}Date", values.date(value[key])) for key in ("start", "end") if value.get(key)]
        ends = [(name, end) for name, end in ends if end]
        return Node(None, [("rdf:type", Name("dct:PeriodOfTime")), *ends]) if ends else None

    def _place(self, value: Any, row: Property) -> Value | None:
        if not isinstance(value, dict):
            return None
        iri = address(value.get("uri"))
        found = [values.geometry(value.get(key)) for key in ("geom", "bbox", "centroid")]
        parts = [
            ("rdf:type", Name("dct:Location")),
            ("skos:prefLabel", plain(value.get("text"))),
            *(shapes_of_version_2(*found) if self.version == 2 else shapes(*found)),
        ]
        if not any(part for _name, part in parts[1:]):
            return self._classed(iri, row.class_) if iri else None
        return self._shared(iri, parts)

    def _named_place(self, value: Any, row: Property) -> Value | None:
        return Node(None, [("rdf:type", Name("dct:Location")), ("locn:geographicName", Text(clean_text(value)))])

    def _relationship(self, value: Any, row: Property) -> Value | None:
        if not isinstance(value, dict) or not (target := address(value.get("relation"))):
            return None
        role = address(value.get("role")) or Iri("http://www.iana.org/assignments/relation/related")
        parts: list[tuple[str, Value | None]] = [
            ("rdf:type", Name("dcat:Relationship")),
            ("dct:relation", self._classed(target, "rdfs:Resource")),
            ("dcat:hadRole", self._classed(role, "dcat:Role")),
        ]
        return self._shared(address(value.get("uri")), parts)

    def _checksum(self, value: Any, row: Property) -> Value | None:
        digest, algorithm = value
        return Node(None, [("rdf:type", Name("spdx:Checksum")), ("spdx:algorithm", algorithm),
                           ("spdx:checksumValue", digest)])  # fmt: skip

    def _series(self, node: Node) -> None:
        around = {one.get("id"): one for one in listed(self.package.get("series_navigation")) if isinstance(one, dict)}
        for one in listed(self.package.get("in_series")):
            title = plain(around.get(one, {}).get("title") or around.get(one, {}).get("name") or one)
            iri = address(one) or Iri(f"{self.site.url}/dataset_series/{one}")
            parts: list[tuple[str, Value | None]] = [
                ("rdf:type", Name("dcat:DatasetSeries")),
                ("dct:title", title),
                ("dct:description", title),
                ("dct:publisher", self._agent(self._publisher(), DATASET[0])),
            ]
            node.statements.append(("dcat:inSeries", self._shared(iri, parts)))

    # -- distributions and services

    def _distribution(self, resource: dict[str, Any]) -> Value:
        page = f"{self.page}/resource/{resource.get('id')}"
        iri = self._own_iri(self.site.resource_iri({"package_id": self.package.get("id"), **resource}), page)
        node = Node(iri, [("rdf:type", Name("dcat:Distribution"))])
        self.out.own[iri] = node
        found = {key: value for key, value in resource.items() if value not in (None, "", [])}
        self._complete_distribution(found, page)
        services = found.pop("access_services", [])
        self._write_rows(node, DISTRIBUTION, found)
        for service in listed(services):
            if isinstance(service, dict):
                node.statements.append(("dcat:accessService", self._service(service, found)))
        return iri

    def _complete_distribution(self, found: dict[str, Any], page: str) -> None:
        url = found.get("url")
        is_file = found.get("url_type") == "upload" or (
            not found.get("access_url") and _is_file(url, found.get("format"))
        )
        if is_file and address(url):
            found.setdefault("download_url", url)
        found["access_url"] = address(found.get("access_url")) or address(url) or Iri(page)
        licenses = (found.get("license"), self.package.get("license_id"), self.site.license)
        found["license"] = next((one for one in licenses if one and plain(one)), None)
        if not address(found.get("download_url")):
            found.pop("download_url", None)
        if not found.get("mimetype") and (term := vocabulary("file_type").lookup(found.get("format"))):
            found["mimetype"] = term.media_type
        if self.is_local:
            found.setdefault("issued", _second(found.get("created")))
            found.setdefault("modified", _second(found.get("last_modified") or found.get("metadata_modified")))
        laws = [str(law) for law in listed(found.get("applicable_legislation"))]
        found["applicable_legislation"] = list(dict.fromkeys([*laws, *self.legislation]))
        digest = values.checksum(found.pop("hash", ""))
        algorithm = values.algorithm(found.get("hash_algorithm"), digest.value) if digest else None
        if digest and algorithm:
            found["hash"] = (digest, algorithm)

    def _service(self, service: dict[str, Any], distribution: Mapping[str, Any]) -> Value:
        found = {key: value for key, value in service.items() if value not in (None, "", [])}
        package = self.package
        found.setdefault("title", distribution.get("name") or package.get("title"))
        found.setdefault("endpoint_url", [distribution["access_url"]])
        found.setdefault("license", distribution["license"])
        found["publisher"] = listed(found.get("publisher"))[:1] or package["publisher"]
        found.setdefault("contact", package.get("contact"))
        if self.legislation:
            laws = [str(law) for law in listed(found.get("applicable_legislation"))]
            found["applicable_legislation"] = list(dict.fromkeys([*laws, *self.legislation]))
            found.setdefault("hvd_category", package.get("hvd_category"))
            found.setdefault("documentation", distribution.get("documentation") or package.get("documentation")
                             or [package.get("url") or self.page])  # fmt: skip
        node = Node(None, [("rdf:type", Name("dcat:DataService"))])
        self._write_rows(node, SERVICE, found)
        if not found.get("serves_dataset") or self.iri in found["serves_dataset"]:
            node.statements.append(("dcat:servesDataset", self.iri))
        iri = address(service.get("uri"))
        return self._shared(iri, list(node.statements))

    # -- addresses

    def _own_iri(self, wanted: str, ours: str) -> Iri:
        iri = address(wanted)
        return iri if iri and iri not in self.avoid and iri not in self.out.own else Iri(ours)

    def _shared(self, iri: Iri | None, parts: list[tuple[str, Value | None]]) -> Value:
        """A thing that is told about beside the dataset if it has an address that nothing else has."""
        statements = [(name, value) for name, value in parts if value]
        if iri is None or iri in self.avoid or iri in self.out.own:
            return Node(None, statements)
        known = self.out.shared.setdefault(iri, Node(iri, statements))
        return iri if known.statements == statements else Node(None, statements)

    def _classed(self, iri: Iri, class_: str) -> Iri:
        if class_:
            self.out.classes.setdefault(iri, {})[class_] = None
        return iri


class _OwnIdentifier(str):
    __slots__ = ()


def _second(moment: Any) -> str | None:
    # CKAN's moments are UTC without saying so
    return f"{str(moment)[:19]}Z" if moment and "T" in str(moment) else None


def _is_file(url: Any, format_: Any) -> bool:
    """Whether an address ends like the file it is said to be."""
    term = vocabulary("file_type").lookup(format_)
    path = str(url or "").partition("?")[0].lower()
    return bool(term and term.extension and term.group != "service" and path.endswith(f".{term.extension}"))
