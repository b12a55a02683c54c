"""The datasets of a catalogue as a CKAN portal shows them: what `package_search` of the Action API answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from catalogues import DCAT, DCT, RDF, Catalogue, Pattern
from lxml import etree

__all__ = ["Answers"]

_FOAF, _VCARD = "{http://xmlns.com/foaf/0.1/}", "{http://www.w3.org/2006/vcard/ns#}"
_LOCN = "{http://www.w3.org/ns/locn#}"
_CREATED, _MODIFIED, _NOW = "2025-02-05T10:36:09.311953", "2026-04-02T22:31:55.358565", "2099-01-01T03:00:00.000000"
_MAX_ROWS = 1000


class Answers:
    """All datasets of a catalogue, in the order of their ids; `answer` is one page of them."""

    def __init__(self, catalogue: Catalogue, known: Iterable[Pattern]) -> None:
        self.organization = _organization(catalogue)
        rows = [self._row(catalogue, position, copy, one) for position, copy, one in catalogue.copies(known)]
        rows.sort(key=lambda row: row["id"])
        self._rows = [(row["metadata_modified"], json.dumps(row, ensure_ascii=False)) for row in rows]

    def answer(self, address: str) -> bytes:
        """The answer to a `package_search` address with `rows`, `start` and, in `fq`, a least `metadata_modified`."""
        question = parse_qs(urlsplit(address).query)
        rows = min(int(question.get("rows", ["10"])[0]), _MAX_ROWS)
        start = int(question.get("start", ["0"])[0])
        since = re.search(r"metadata_modified:\[(\S+?)Z? TO", question.get("fq", [""])[0])
        found = [text for modified, text in self._rows if not since or modified >= since[1]]
        head = f'{{"help": "", "success": true, "result": {{"count": {len(found)}, "facets": {{}}, "sort": "id asc", '
        return f'{head}"results": [{", ".join(found[start : start + rows])}], "search_facets": {{}}}}}}'.encode()

    def _row(self, catalogue: Catalogue, position: int, copy: int, pattern: Pattern) -> dict[str, Any]:
        nodes = {str(one.get(f"{RDF}about") or one.get(f"{RDF}nodeID")): one for one in pattern.elements}
        dataset, name = nodes[pattern.address], catalogue.new_id(copy, pattern.address)
        title, notes = _first(dataset, f"{DCT}title"), _first(dataset, f"{DCT}description")
        tags = sorted({_tag(word.text or "") for word in dataset.iter(f"{DCAT}keyword")} - {""})
        resources = [
            _resource(nodes[other], catalogue.new_id(copy, f"{pattern.address} {other}"), name, place)
            for place, other in enumerate(_links(dataset, f"{DCAT}distribution"))
            if other in nodes
        ]
        new = position in catalogue.changed
        contact = _agent(nodes, dataset, f"{DCAT}contactPoint")
        author = _agent(nodes, dataset, f"{DCT}creator") or _agent(nodes, dataset, f"{DCT}publisher")
        return {
            "author": author.get("name"), "author_email": author.get("email"), "creator_user_id": self.organization["id"],
            "id": name, "isopen": True, "license_id": "dl-de-by-2.0",
            "license_title": "Datenlizenz Deutschland Namensnennung 2.0",
            "license_url": "https://www.govdata.de/dl-de/by-2-0", "maintainer": contact.get("name"),
            "maintainer_email": contact.get("email"), "metadata_created": _CREATED,
            "metadata_modified": _NOW if new else _MODIFIED, "name": f"{catalogue.key}-{position}",
            "notes": f"{notes} Stand {catalogue.edition}." if new else notes, "num_resources": len(resources),
            "num_tags": len(tags), "organization": self.organization, "owner_org": self.organization["id"],
            "private": False, "state": "active", "title": f"{title} ({copy + 1})" if copy else title, "type": "dataset",
            "url": pattern.address, "version": None, "extras": _extras(nodes, dataset, name),
            "groups": [_group(link) for link in _links(dataset, f"{DCAT}theme")], "resources": resources,
            "tags": [{"display_name": tag, "id": catalogue.new_id(0, tag), "name": tag, "state": "active",
                      "vocabulary_id": None} for tag in tags],
            "relationships_as_object": [], "relationships_as_subject": [],
        }  # fmt: skip


def _resource(node: etree._Element, id_: str, package_id: str, position: int) -> dict[str, Any]:
    url = next(iter(_links(node, f"{DCAT}accessURL")), "") or _first(node, f"{DCAT}accessURL")
    size = _first(node, f"{DCAT}byteSize").partition(".")[0]
    return {
        "cache_last_updated": None, "cache_url": None, "created": _CREATED, "description": _first(node, f"{DCT}description"),
        "format": (_first(node, f"{DCT}format") or _tail(next(iter(_links(node, f"{DCT}format")), ""))).upper(),
        "hash": "", "id": id_, "last_modified": None, "license": next(iter(_links(node, f"{DCT}license")), ""),
        "metadata_modified": _MODIFIED, "mimetype": None, "mimetype_inner": None, "name": _first(node, f"{DCT}title"),
        "package_id": package_id, "position": position, "resource_type": None, "size": int(size) if size.isdigit() else None,
        "state": "active", "url": url, "url_type": None,
    }  # fmt: skip


def _extras(nodes: dict[str, etree._Element], dataset: etree._Element, identifier: str) -> list[dict[str, str]]:
    values = {
        "identifier": identifier,
        "issued": _first(dataset, f"{DCT}issued"),
        "modified": _first(dataset, f"{DCT}modified"),
        "frequency": next(iter(_links(dataset, f"{DCT}accrualPeriodicity")), ""),
        "theme": json.dumps(_links(dataset, f"{DCAT}theme")),
        "publisher_name": _agent(nodes, dataset, f"{DCT}publisher").get("name") or "",
    }
    for place in _links(dataset, f"{DCT}spatial"):
        geometry = _first(nodes[place], f"{_LOCN}geometry") if place in nodes else ""
        values |= {"spatial": geometry} if geometry.startswith("{") else {}
    return [{"key": key, "value": value} for key, value in sorted(values.items()) if value]


def _agent(nodes: dict[str, etree._Element], dataset: etree._Element, role: str) -> dict[str, str]:
    """Name and, if it is one, e-mail address of a contact or publisher; empty if there is none."""
    node = next((nodes[link] for link in _links(dataset, role) if link in nodes), None)
    if node is None:
        return {}
    name = _first(node, f"{_VCARD}fn") or _first(node, f"{_FOAF}name")
    mails = [*_links(node, f"{_VCARD}hasEmail"), _first(node, f"{_VCARD}hasEmail"), _first(node, f"{_FOAF}mbox")]
    mail = next((one.removeprefix("mailto:") for one in mails if "@" in one), "")
    return {"name": name, "email": mail if re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", mail) else ""}


def _group(theme: str) -> dict[str, str]:
    name = _tail(theme).lower()
    return {"description": "", "display_name": name, "id": name, "image_display_url": "", "name": name, "title": name}


def _organization(catalogue: Catalogue) -> dict[str, Any]:
    return {
        "approval_status": "approved", "created": _CREATED, "description": "", "id": catalogue.new_id(0, "organization"),
        "image_url": "", "is_organization": True, "name": "stadt", "state": "active", "title": "Stadt", "type": "organization",
    }  # fmt: skip


def _first(node: etree._Element, tag: str) -> str:
    return next((" ".join(one.text.split()) for one in node.iter(tag) if one.text and one.text.strip()), "")


def _links(node: etree._Element, tag: str) -> list[str]:
    links = [one.get(f"{RDF}resource") or one.get(f"{RDF}nodeID") for one in node.iter(tag)]
    return [str(link) for link in links if link]


def _tail(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def _tag(word: str) -> str:
    return re.sub(r"[^\w\- .]", "", " ".join(word.split()))[:100].strip()
