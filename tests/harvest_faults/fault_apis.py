"""Portals with an interface, one of each kind, that serve the same three datasets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from fault_server import Behaviour, Request, answer, as_json
from fault_sites import PAGES, RDF, TITLES, Site, guids

__all__ = ["APIS", "CKAN", "CSW", "DATA_JSON", "DKAN", "OGC", "OPENDATASOFT", "SITES", "Api", "csw_answer"]


@dataclass(frozen=True)
class Api:
    """A portal with an interface.

    `row` makes one dataset as the interface gives it, `serve` a behaviour that serves such rows one a page (or all at
    once). `page` is the parameter that asks for a page and its value for the second one; none where there are no pages.
    """

    site: Site
    row: Callable[..., Any]
    serve: Callable[..., Behaviour]
    page: tuple[str, str] | None = None

    def rows(self, **changes: Any) -> list[Any]:
        """The three datasets; `changes` are made in the second one."""
        return [self.row(number, **(changes if number == 2 else {})) for number in (1, 2, 3)]

    def on_page_2(self, behave: Behaviour) -> Behaviour:
        """The portal is well, but for its second page."""
        assert self.page
        name, value = self.page
        good = self.serve(self.rows())
        return lambda request: (behave if request.query.get(name) == value else good)(request)


def _api(
    name: str, kind: str, address: tuple[str, str], row: Callable[..., Any], serve: Callable[..., Behaviour],
    page: tuple[str, str] | None = None, **config: Any,
) -> Api:  # fmt: skip
    """`address`: path of the source, and path (or, with “/” at its end, prefix) of its interface."""
    path, data = address
    good = {data: serve([row(number) for number in (1, 2, 3)])}
    return Api(Site(name, kind, path, data, good, guids(f"{name}-"), config), row, serve, page)


def _link(name: str, number: int) -> str:
    return f"https://example.org/{name}/{number}.csv"


def _ckan_row(number: int, title: str = "", notes: str = "", link: str = "", key: str = "ckan-") -> dict[str, Any]:
    title = title or TITLES[number - 1]
    resource = {"id": f"r{number}", "url": link or _link("ckan", number), "format": "CSV", "name": title}
    return {
        "id": f"{key}{number}", "name": f"ckan-{number}", "title": title, "type": "dataset", "extras": [],
        "notes": notes or f"Über {title}.", "state": "active", "private": False, "license_id": "dl-de-by-2.0",
        "tags": [{"name": "Stadtgrün", "display_name": "Stadtgrün"}], "metadata_modified": "2024-05-01T00:00:00",
        "resources": [resource],
    }  # fmt: skip


def _ckan(rows: list[Any], count: Any = None) -> Behaviour:
    """A CKAN portal whose search has these datasets; it says it has `count`."""

    def behave(request: Request) -> None:
        start, size = int(request.query.get("start", 0)), int(request.query.get("rows", 10))
        result = {"count": len(rows) if count is None else count, "results": rows[start : start + size]}
        as_json({"success": True, "result": result})(request)

    return behave


def _data_json_row(
    number: int, title: str = "", notes: str = "", link: str = "", key: str = "data-json-"
) -> dict[str, Any]:
    title = title or TITLES[number - 1]
    return {
        "identifier": f"{key}{number}", "title": title, "description": notes or f"Über {title}.",
        "keyword": ["Stadtgrün"], "modified": "2024-05-01", "accessLevel": "public", "publisher": {"name": "Stadt Beispiel"},
        "distribution": [{"accessURL": link or _link(key, number), "format": "CSV"}],
    }  # fmt: skip


def _dkan_row(number: int, title: str = "", notes: str = "", link: str = "", key: str = "dkan-") -> dict[str, Any]:
    row = _data_json_row(number, title, notes, link or _link("dkan", number), key)
    wrapped = [{"identifier": f"d{number}", "data": data} for data in row["distribution"]]
    return row | {"distribution": wrapped, "keyword": [{"identifier": "k", "data": "Stadtgrün"}]}


def _opendatasoft_row(
    number: int, title: str = "", notes: str = "", link: str = "", key: str = "opendatasoft-"
) -> dict[str, Any]:
    title = title or TITLES[number - 1]
    attached = {"id": "tabelle", "title": title, "mimetype": "text/csv", "url": link or _link("opendatasoft", number)}
    metas = {
        "title": title, "description": notes or f"<p>Über {title}.</p>", "keyword": ["Stadtgrün"], "publisher": "Stadt Beispiel",
        "license_url": "https://www.govdata.de/dl-de/by-2-0", "modified": "2024-05-01T00:00:00+00:00", "records_count": 7,
    }  # fmt: skip
    return {
        "dataset_id": f"saetze-{number}", "dataset_uid": f"{key}{number}", "has_records": True, "features": [],
        "attachments": [attached], "alternative_exports": [], "fields": [], "metas": {"default": metas},
    }  # fmt: skip


def _opendatasoft(rows: list[Any], count: Any = None, export: Behaviour | None = None) -> Behaviour:
    """A portal that gives one dataset a page, and all of them as an export."""

    def behave(request: Request) -> None:
        if "/exports/" in request.path:
            return (export or as_json(rows))(request)
        offset = int(request.query.get("offset", 0))
        total = len(rows) if count is None else count
        return as_json({"total_count": total, "results": rows[offset : offset + 1]})(request)

    return behave


def _ogc_row(number: int, title: str = "", notes: str = "", link: str = "", key: str = "ogc-") -> dict[str, Any]:
    title = title or TITLES[number - 1]
    properties = {
        "type": "dataset", "title": title, "description": notes or f"Über {title}.", "keywords": ["Stadtgrün"],
        "updated": "2024-05-01", "license": "https://www.govdata.de/dl-de/by-2-0",
    }  # fmt: skip
    links = [{"rel": "enclosure", "href": link or _link("ogc", number), "type": "text/csv", "title": title}]
    return {"id": f"{key}{number}", "type": "Feature", "geometry": None, "properties": properties, "links": links}


def _ogc(rows: list[Any], count: Any = None, following: str = "") -> Behaviour:
    """One record a page, each page leading to the next; `following` is where the second one leads instead."""

    def behave(request: Request) -> None:
        offset = int(request.query.get("offset", 0))
        more = f"{request.server.url}{request.path}?limit=1&offset={offset + 1}" if offset + 1 < len(rows) else ""
        if following and offset == 1:
            more = following.replace("{server}", request.server.url)
        body = {"type": "FeatureCollection", "features": rows[offset : offset + 1], "links": []}
        if more:
            body["links"] = [{"rel": "next", "href": more, "type": "application/geo+json"}]
        as_json(body | {"numberMatched": len(rows) if count is None else count})(request)

    return behave


_ISO = """<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">
<gmd:fileIdentifier><gco:CharacterString>KEY</gco:CharacterString></gmd:fileIdentifier>
<gmd:dateStamp><gco:Date>2024-05-01</gco:Date></gmd:dateStamp>
<gmd:identificationInfo><gmd:MD_DataIdentification>
<gmd:citation><gmd:CI_Citation><gmd:title><gco:CharacterString>TITLE</gco:CharacterString></gmd:title></gmd:CI_Citation></gmd:citation>
<gmd:abstract><gco:CharacterString>NOTES</gco:CharacterString></gmd:abstract>
<gmd:descriptiveKeywords><gmd:MD_Keywords><gmd:keyword><gco:CharacterString>Stadtgrün</gco:CharacterString></gmd:keyword>
</gmd:MD_Keywords></gmd:descriptiveKeywords>
<gmd:resourceConstraints><gmd:MD_LegalConstraints><gmd:otherConstraints>
<gco:CharacterString>https://www.govdata.de/dl-de/by-2-0</gco:CharacterString>
</gmd:otherConstraints></gmd:MD_LegalConstraints></gmd:resourceConstraints>
</gmd:MD_DataIdentification></gmd:identificationInfo>
<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions><gmd:MD_DigitalTransferOptions><gmd:onLine><gmd:CI_OnlineResource>
<gmd:linkage><gmd:URL>LINK</gmd:URL></gmd:linkage><gmd:name><gco:CharacterString>TITLE</gco:CharacterString></gmd:name>
</gmd:CI_OnlineResource></gmd:onLine></gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>
</gmd:MD_Metadata>"""


def _csw_row(number: int, title: str = "", notes: str = "", link: str = "", key: str = "csw-") -> str:
    title = title or TITLES[number - 1]
    words = {
        "KEY": f"{key}{number}", "TITLE": title, "NOTES": notes or f"Über {title}.", "LINK": link or _link("csw", number)
    }  # fmt: skip
    return re.sub("KEY|TITLE|NOTES|LINK", lambda mark: escape(words[mark.group()]), _ISO)


def csw_answer(rows: list[str], matched: Any, following: int) -> str:
    """What a catalogue service answers."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2">'
        f'<csw:SearchResults numberOfRecordsMatched="{matched}" numberOfRecordsReturned="{len(rows)}" '
        f'nextRecord="{following}">{"".join(rows)}</csw:SearchResults></csw:GetRecordsResponse>'
    )


def _csw(rows: list[str], count: Any = None, following: int | None = None) -> Behaviour:
    """A catalogue service that gives one record a page; `following` is what it names as the next one."""

    def behave(request: Request) -> None:
        start = int(request.query.get("startPosition", 1))
        came = [] if request.query.get("resultType") == "hits" else rows[start - 1 : start]
        after = start + 1 if start < len(rows) else 0
        matched = len(rows) if count is None else count
        answer(csw_answer(came, matched, after if following is None else following), "application/xml")(request)

    return behave


CKAN = _api("ckan", "rvr_ckan", ("/ckan", "/ckan/"), _ckan_row, _ckan, ("start", "1"), page_size=1)
DATA_JSON = _api(
    "data-json",
    "rvr_data_json",
    ("/dj/data.json", "/dj/data.json"),
    _data_json_row,
    lambda rows: as_json({"dataset": rows}),
)
DKAN = _api("dkan", "rvr_dkan", ("/dkan", "/dkan/"), _dkan_row, as_json)
OPENDATASOFT = _api(
    "opendatasoft", "rvr_opendatasoft", ("/", "/api/explore/"), _opendatasoft_row, _opendatasoft, ("offset", "1")
)
OGC = _api(
    "ogc", "rvr_ogc_records", ("/ogc/collections/records", "/ogc/"), _ogc_row, _ogc, ("offset", "1"), page_size=1
)
CSW = _api("csw", "rvr_csw", ("/csw", "/csw"), _csw_row, _csw, ("startPosition", "2"), page_size=1)
APIS = (CKAN, DATA_JSON, DKAN, OPENDATASOFT, OGC, CSW)
SITES = {site.name: site for site in (RDF, PAGES, *(api.site for api in APIS))}
