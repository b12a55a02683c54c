"""Faults of portals with an interface: what each kind can get wrong in its answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fault_apis import APIS, CKAN, CSW, DATA_JSON, DKAN, OGC, OPENDATASOFT, Api, csw_answer
from fault_server import Behaviour, answer, as_json, cut_off, redirect
from fault_sites import Fault, says

__all__ = ["ANSWERS"]

_EITHER = ("complete", "incomplete")
_LONG = "Über Bäder. " * 25_000
_TAGGED = "<script>alert(1)</script><b>Bäume</b><img src=x onerror=alert(1)>"
_JSON = (CKAN, DATA_JSON, DKAN, OPENDATASOFT, OGC)


def _of(
    api: Api, name: str, behave: Behaviour, words: str | tuple[str, ...] = "", status: str | tuple[str, ...] = "failed",
    runs: int = 1,
) -> Fault:  # fmt: skip
    return Fault(f"{name} ({api.site.kind})", says(behave), status, words, (api.site.name,), runs)


def _with_any(api: Api) -> Iterator[Fault]:
    """What can happen to every interface."""
    rows = api.rows()
    yield _of(api, "no datasets", api.serve([]), "keinen Datensatz", runs=3)
    yield _of(api, "fewer than before", api.serve(rows[:1]), "zu viele auf einmal", "complete", 3)
    yield _of(
        api, "changed ids", api.serve([api.row(number, key="neu-") for number in (1, 2, 3)]), "bleib", "complete", 2
    )
    yield _of(api, "the same id twice", api.serve([*rows, rows[0]]), "mehrfach", _EITHER)
    yield _of(api, "an error message in the middle of nowhere", redirect("{server}/nowhere"), "gibt es nichts")
    yield _of(
        api, "bad records, 300 KB description",
        api.serve([*_odd(api), api.row(1, title=_TAGGED), _bare(api), api.row(3, notes=_LONG, link="javascript:alert(1)")]),
        "Titel" if api is OPENDATASOFT else ("Titel", "keine Webadresse"), _EITHER,
    )  # fmt: skip


def _odd(api: Api) -> list[Any]:
    """Rows that are no datasets."""
    return [] if api is CSW else [None, 7, "Bäder"]


def _bare(api: Api) -> Any:
    """The second dataset with nothing but its identifier."""
    if api is CSW:
        return api.row(2).partition("<gmd:dateStamp>")[0] + "</gmd:MD_Metadata>"
    row = dict(api.row(2))
    kept = {key: row[key] for key in ("id", "identifier", "dataset_uid") if key in row}
    return dict.fromkeys(row) | kept


def _with_json(api: Api) -> Iterator[Fault]:
    """What can happen to JSON."""
    whole = json.dumps(api.rows())
    words = "Action-API" if api is CKAN else "JSON geschickt, aber"
    yield _of(api, "null", as_json(None), words)
    yield _of(api, "JSON of another kind", as_json({"items": []}), words)
    yield _of(
        api,
        "{'success': false} with 200",
        as_json({"success": False, "error": {"message": "Suche kaputt"}}),
        "Suche kaputt",
    )
    yield _of(api, "JSON cut off", cut_off(whole, 0.9, "application/json", announced=False), "abgeschnitten")
    yield _of(api, "nested without end", answer('{"a": ' * 100_000, "application/json"), "abgeschnitten")
    yield _of(api, "HTML called JSON", answer("<!DOCTYPE html><html>Wartung</html>", "application/json"), "Webseite")


def _with_pages(api: Api) -> Iterator[Fault]:
    """What can happen between pages."""
    rows = api.rows()
    yield _of(api, "error on page 2", api.on_page_2(answer("", "text/plain", 500)), "Seite 2", "incomplete", 3)
    yield _of(
        api, "page 2 is a web page", api.on_page_2(answer("<html>x</html>", "text/html")), "Seite 2", "incomplete"
    )
    yield _of(api, "page 2 is empty", api.on_page_2(api.serve([], 3)), "nennt 3", "incomplete", 3)
    yield _of(api, "pages shift while read", api.on_page_2(_first_again(api)), "nennt 3", "incomplete", 3)
    yield _of(api, "the same page without end", api.serve([rows[0]] * 30, 9_000), "immer wieder", "incomplete")
    yield _of(api, "a number that is too large", api.serve(rows, 4), "nennt 4", "incomplete")
    yield _of(api, "a number that is none", api.serve(rows, "viele"), "", _EITHER)


def _first_again(api: Api) -> Behaviour:
    """On page 2 what stood on page 1, as when a dataset before it was added meanwhile."""
    rows = api.rows()
    return api.serve([rows[0], rows[0], rows[2]])


def _with_opendatasoft() -> Iterator[Fault]:
    rows = OPENDATASOFT.rows()
    tomorrow = {"errorcode": 10002, "error": "Too many requests", "reset_time": "2099-01-01T00:00:00Z"}
    yield _of(OPENDATASOFT, "429 with a reset_time", as_json(tomorrow, 429), "kann er wieder gefragt")
    yield _of(
        OPENDATASOFT, "a message with 200", as_json({"error_code": "X", "message": "Suche kaputt"}), "Suche kaputt"
    )  # fmt: skip
    for name, export, words, status in (
        ("is cut off", cut_off(json.dumps(rows), 0.9, "application/json", announced=False), "abgeschnitten", "failed"),
        ("holds less than announced", as_json(rows), "nennt 12000", "incomplete"),
        ("is a message", as_json({"error_code": "X", "message": "Export kaputt"}), "Export kaputt", "failed"),
    ):
        yield _of(OPENDATASOFT, f"an export that {name}", OPENDATASOFT.serve(rows, 12_000, export), words, status)


def _with_dkan() -> Iterator[Fault]:
    yield _of(DKAN, "a message with 200", as_json({"message": "Suche kaputt", "status": 500}), "Suche kaputt")
    row = DKAN.row(2) | {"distribution": {"identifier": "x", "data": {"identifier": "y", "data": None}}, "keyword": 7}
    yield _of(DKAN, "references to nothing", as_json([DKAN.row(1), row, DKAN.row(3)]), "", "complete")


def _with_data_json() -> Iterator[Fault]:
    yield _of(DATA_JSON, "dataset is null", as_json({"dataset": None}), "Liste „dataset“ fehlt")
    yield _of(
        DATA_JSON, "BOM", answer(b"\xef\xbb\xbf" + json.dumps({"dataset": DATA_JSON.rows()}).encode(), "application/json"),
        "", "complete",
    )  # fmt: skip


def _with_ckan() -> Iterator[Fault]:
    rows = CKAN.rows()
    yield _of(CKAN, "no envelope", as_json({"count": 0, "results": []}), "Action-API")
    yield _of(
        CKAN, "refused with a result", as_json({"success": False, "result": {"count": 0, "results": []}}), "Fehler"
    )
    yield _of(CKAN, "no datasets, but a number", CKAN.serve([], 3), "Datens")
    odd = {**rows[0], "tags": "x", "resources": {"url": 7}, "extras": [1]}
    yield _of(CKAN, "wrong types", CKAN.serve([odd, *rows[1:]]), "", "complete")


def _with_ogc() -> Iterator[Fault]:
    rows = OGC.rows()
    for name, following, words in (
        ("leads to the first", "{server}/ogc/collections/records/items?limit=1", "im Kreis"),
        ("is elsewhere", "http://evil.example/items", "anderen Server"),
        ("is private", "http://169.254.169.254/", "anderen Server"),
        ("is a file", "file:///etc/passwd", "anderen Server"),
    ):
        yield _of(OGC, f"a next page that {name}", OGC.serve(rows, None, following), words, "incomplete")
    yield _of(
        OGC, "wrong types", OGC.serve([{**rows[0], "geometry": 7, "links": {"href": 1}}, *rows[1:]]), "", "complete"
    )


_DOCTYPE = "<!DOCTYPE x [{}]>"
_BOMB = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
_REPORT = '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows"><ows:Exception>Suche kaputt</ows:Exception></ows:ExceptionReport>'


def _with_csw() -> Iterator[Fault]:
    rows = CSW.rows()
    whole = csw_answer(rows, 3, 0)
    body = whole.partition("?>")[2]
    for name, text, words in (
        ("a message with 200", _REPORT, "Suche kaputt"),
        ("XML of another kind", "<rss><channel/></rss>", "Katalogdienst"),
        ("no XML", "Dies ist kein XML.", "kein XML"),
        ("XML cut off", whole[:-300], "abgeschnitten"),
        ("records in Dublin Core", csw_answer(["<csw:Record/>"], 1, 0), "ISO 19139"),
        ("an entity bomb", _DOCTYPE.format('<!ENTITY a "aaaaaaaaaa">' + _BOMB) + body.replace("Bäume", "&i;"), "DOCTYPE"),
        ("an external entity", _DOCTYPE.format('<!ENTITY a SYSTEM "file:///etc/passwd">') + body.replace("Bäume", "&a;"), "DOCTYPE"),
        ("nested without end", "<a>" * 100_000, "abgeschnitten"),
    ):  # fmt: skip
        yield _of(CSW, name, answer(text, "application/xml"), words)
    for name, raw in (
        ("BOM", whole.encode("utf-8-sig")), ("UTF-16", whole.encode("utf-16")),
        ("wrong charset", whole.encode("cp1252")),
        ("control characters", whole.replace("Über", "\x00\x0b&#8;Über").encode()),
    ):  # fmt: skip
        yield _of(CSW, name, answer(raw, "application/xml"), "", "complete")
    yield _of(CSW, "a next record that is the first", CSW.serve(rows, None, 1), "", "complete")


ANSWERS = [
    *(fault for api in APIS for fault in _with_any(api)),
    *(fault for api in _JSON for fault in _with_json(api)),
    *(fault for api in APIS if api.page for fault in _with_pages(api)),
    *_with_ckan(), *_with_data_json(), *_with_dkan(), *_with_opendatasoft(), *_with_ogc(), *_with_csw(),
]  # fmt: skip
