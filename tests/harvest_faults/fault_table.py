"""The faults: how a portal misbehaves, which portals can, and what the report says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fault_answers import ANSWERS
from fault_apis import SITES
from fault_server import (
    Behaviour,
    answer,
    as_json,
    cut_off,
    dripping,
    endless,
    hang_up,
    redirect,
    silent,
    zipped_bomb,
)
from fault_sites import PAGES, TITLES, Fault, Site, page, pages, says, turtle

__all__ = ["FAULTS"]

Spoil = Callable[[Site], Mapping[str, Behaviour]]
_RDF_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/" '
    'xmlns:dcat="http://www.w3.org/ns/dcat#">'
)
_XHTML = '<?xml version="1.0"?><{0}html xmlns{1}="http://www.w3.org/1999/xhtml"><{0}body>Wartung</{0}body></{0}html>'
_GOOD = turtle(*TITLES)
_BOMB = (
    '<!DOCTYPE rdf:RDF [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + f']>{_RDF_XML}<rdf:Description rdf:about="x"><dct:title>&i;</dct:title></rdf:Description></rdf:RDF>'
)
_OUTSIDE = '<!DOCTYPE rdf:RDF [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + _RDF_XML + "</rdf:RDF>"


def _all(behave: Behaviour) -> Spoil:
    """All that the site answers is replaced."""
    return lambda site: dict.fromkeys(site.good, behave)


def _only(answers: Mapping[str, Behaviour]) -> Spoil:
    return lambda site: answers


def _rdf(name: str, behave: Behaviour, word: str, status: str | tuple[str, ...] = "failed", runs: int = 1) -> Fault:
    """A fault of the catalogue in one file."""
    return Fault(name, says(behave), status, word, runs=runs)


def _paged(
    name: str, answers: Mapping[str, str | Behaviour], word: str, status: str = "incomplete", runs: int = 2
) -> Fault:
    """A fault of the catalogue of three pages."""
    behaviours = {path: answer(one) if isinstance(one, str) else one for path, one in answers.items()}
    return Fault(name, _only(behaviours), status, word, (PAGES.name,), runs)


def _with(number: int, old: str, new: str) -> str:
    """The good catalogue with something else in dataset `number`."""
    before, mark, after = _GOOD.partition(f"<https://example.org/rdf/{number}> a")
    assert old in after
    return before + mark + after.replace(old, new, 1)


_OK_AND_FINDINGS = ("complete",)

_EVERYWHERE = tuple(SITES)
TRANSPORT = [
    Fault("accepts and never answers", _all(silent), "failed", "zu lange nicht geantwortet", _EVERYWHERE),
    Fault("hangs up", _all(hang_up), "failed", "abgebrochen"),
    Fault("one byte a second", _all(dripping), "failed", "zu lange nicht geantwortet"),
    Fault("404", _all(answer("gone", "text/plain", 404)), "failed", "gibt es nichts", _EVERYWHERE),
    Fault("410 with a page", _all(answer("<html>gone</html>", "text/html", 410)), "failed", "gibt es nichts"),
    Fault("401", _all(answer("", "text/plain", 401)), "failed", "verweigert den Zugriff"),
    Fault("403", _all(answer("", "text/plain", 403)), "failed", "verweigert den Zugriff"),
    Fault("500", _all(answer("broken", "text/plain", 500)), "failed", "ist gestört", _EVERYWHERE),
    Fault("503", _all(answer("", "text/plain", 503)), "failed", "ist gestört"),
    Fault("503 for a minute", _all(answer("", "text/plain", 503, Retry_After="60")), "failed", "bittet um eine Pause"),
    Fault("503 for six hours", _all(answer("", "text/plain", 503, Retry_After="21600")), "failed", "kann er wieder gefragt"),
    Fault("429", _all(answer("", "text/plain", 429)), "failed", "zu viele Anfragen", _EVERYWHERE),
    Fault(
        "429 until tomorrow", _all(as_json({"error": "x", "reset_time": "2099-01-01T00:00:00Z"}, 429)), "failed",
        "kann er wieder gefragt",
    ),
    Fault("304 that nobody asked for", _all(answer("", "text/turtle", 304)), ("failed", "complete"), ""),
    Fault("no content", _all(answer("", "text/turtle", 204)), "failed", "leere Antwort"),
    Fault("nothing", _all(answer("", "text/turtle")), "failed", "leere Antwort", _EVERYWHERE),
    Fault("a part nobody asked for", _all(answer("x", "text/turtle", 206)), "failed", "abgebrochen"),
    Fault("redirect to a private address", _all(redirect("http://169.254.169.254/latest/")), "failed", "privates Netz"),
    Fault("redirect to a file", _all(redirect("file:///etc/passwd")), "failed", "keine Internetadresse"),
    Fault("redirect to itself", lambda site: {path: redirect("{server}" + path) for path in site.good}, "failed", "leitet zu oft"),
    Fault("gzip bomb", _all(zipped_bomb), "failed", "größer als die erlaubten"),
    Fault("body without end", _all(endless), "failed", "größer als die erlaubten"),
    Fault("HTML with 200", _all(answer("<!DOCTYPE html><html>Wartung</html>", "text/html")), "failed", "Webseite", _EVERYWHERE),
]  # fmt: skip

RDF_DOCUMENTS = [
    _rdf("HTML called RDF", answer("<html>Wartung</html>", "application/rdf+xml"), "Webseite"),
    _rdf("XHTML that parses as RDF", answer(_XHTML.format("", ""), "application/rdf+xml"), "Webseite"),
    _rdf("XHTML with a prefix", answer(_XHTML.format("h:", ":h"), "application/rdf+xml"), "Webseite"),
    _rdf("no RDF", answer("Dies ist kein RDF.", "text/plain"), "kein RDF"),
    _rdf("empty RDF/XML", answer(_RDF_XML + "</rdf:RDF>", "application/rdf+xml"), "kein Katalog"),
    _rdf("empty Turtle", answer("@prefix a: <http://example.org/> .\n"), "kein Katalog"),
    _rdf("an empty catalogue", answer(turtle()), "keinen Datensatz", runs=3),
    _rdf("other RDF", answer('<http://example.org/> <http://purl.org/dc/terms/title> "x" .'), "kein Katalog"),
    _rdf('{"dataset": []}', as_json({"dataset": []}), "kein JSON-LD"),
    _rdf('{"success": false}', as_json({"success": False, "error": {"message": "x"}}), "Fehlermeldung"),
    _rdf("empty JSON-LD", answer("[]", "application/ld+json"), "kein Katalog"),
    _rdf("JSON cut off", cut_off('{"@graph": [{"@id": "x"}]}', 0.6, "application/ld+json", announced=False), "abgeschnitten"),
    _rdf("XML cut off", answer(_RDF_XML + "<rdf:Descr", "application/rdf+xml"), "abgeschnitten"),
    _rdf("XML cut off, length told", cut_off(_RDF_XML + " " * 99, 0.9), "abgebrochen"),
    _rdf("Turtle cut in a statement", cut_off(_GOOD, 0.93, announced=False), "abgeschnitten"),
    _rdf("Turtle cut at a statement end, length told", cut_off(_GOOD, _GOOD.index("<https://example.org/rdf/3> a") / len(_GOOD)), "abgebrochen"),
    _rdf("an entity bomb", answer(_BOMB, "application/rdf+xml"), "Entitäten"),
    _rdf("an external entity", answer(_OUTSIDE, "application/rdf+xml"), "Entitäten"),
    _rdf("a context from the network", answer('{"@context": "{server}/rdf/context", "@id": "x"}', "application/ld+json"), "fremden Kontext"),
    _rdf("a context in a list", answer('{"@context": [["{server}/rdf/context"]], "@id": "x"}', "application/ld+json"), "fremden Kontext"),
    _rdf("a context from a file", answer('{"@context": "file:///etc/passwd", "@id": "x"}', "application/ld+json"), "fremden Kontext"),
    _rdf("nested without end", answer("[" * 100_000, "application/ld+json"), "abgeschnitten"),
    # nothing in such a document says that it is not whole: the guard holds what is missing
    _rdf("Turtle cut at a statement end", answer(turtle(*TITLES[:1])), "zu viele auf einmal", "complete", runs=3),
    _rdf("Turtle cut before the last one", answer(turtle(*TITLES[:2])), "kam dieses Mal nicht", "complete"),
]  # fmt: skip

ENCODINGS = [
    _rdf("wrong charset", answer(_GOOD.encode("cp1252"), "text/turtle; charset=utf-8"), "", "complete"),
    _rdf("a charset nobody knows", answer(_GOOD, "text/turtle; charset=klingon"), "", "complete"),
    _rdf("BOM", answer(_GOOD.encode("utf-8-sig")), "", "complete"),
    _rdf("UTF-16", answer(_GOOD.encode("utf-16")), "", "complete"),
    _rdf("mixed encodings", answer(_GOOD.replace("Über", "XX").encode().replace(b"XX", b"\xdcber")), "", "complete"),
]

RECORDS = [
    *(
        _rdf(f"a bad record at position {number}", answer(
            turtle(*TITLES[: number - 1]) + turtle(*TITLES[number:], first=number + 1)
            + f'<https://example.org/rdf/{number}> a dcat:Dataset ; dct:modified "irgendwann" .'
        ), "Titel", "complete")
        for number in (1, 2, 3)
    ),
    _rdf("a nameless record more", answer(_GOOD + "[] a dcat:Dataset ."), "weder Titel noch Kennung", "complete"),
    _rdf("HTML in a title", answer(_with(2, '"Bäder"', '"<script>alert(1)</script><b>Bäder</b>"')), "", "complete"),
    _rdf("300 KB description", answer(_with(2, '"Über Bäder."', '"' + "Über Bäder. " * 25_000 + '"')), "", "complete"),
    _rdf("300 KB id", answer(_GOOD + f'<https://example.org/{"x" * 300_000}> a dcat:Dataset ; dct:title "Lang" .'), "", "complete"),
    _rdf("300 KB title", answer(_with(2, '"Bäder"', '"' + "Bäder " * 50_000 + '"')), "Titel", "complete"),
    _rdf("javascript: link", answer(_with(2, "<https://example.org/rdf/2.csv>", "<javascript:alert(1)>")), "keine Webadresse", "complete"),
    _rdf("data: link", answer(_with(2, "<https://example.org/rdf/2.csv>", "<data:text/html,x>")), "keine Webadresse", "complete"),
    _rdf("NUL in a text", answer(_with(2, '"Über Bäder."', '"Ü\\u0000b\\ud800er"')), "", "complete"),
    _rdf("a date of the year 99999", answer(_with(2, "2024-05-02", "99999-99-99")), "nicht lesbar", "complete"),
    _rdf("the same id twice", answer(_GOOD.replace("/rdf/3>", "/rdf/2>").replace("/rdf/3/", "/rdf/2/")), "", "complete"),
    _rdf("changed ids, same links", answer(_GOOD.replace("/rdf/1>", "/rdf/11>").replace("/rdf/2>", "/rdf/12>").replace(
        "/rdf/3>", "/rdf/13>")), "", "complete", runs=2),
    _rdf("changed ids", answer(turtle(*TITLES, base="https://example.org/neu")), "bleiben erhalten", "complete", runs=2),
]  # fmt: skip

PAGING = [
    _paged("error on page 2", {"/pages/2": answer("", "text/plain", 500)}, "Seite 2", runs=3),
    _paged("page 2 hangs", {"/pages/2": silent}, "Seite 2", runs=1),
    _paged("page 2 is a web page", {"/pages/2": answer("<html>x</html>", "text/html")}, "Seite 2"),
    _paged("page 2 is empty", {"/pages/2": turtle()}, "nennt 3 Datensätze"),
    _paged("page 2 is empty and leads on", {"/pages/2": page(2, "/pages/3", titles=())}, "nennt 3 Datensätze"),
    _paged("pages shift while read", {"/pages/2": page(2, "/pages/3", first=1, titles=TITLES[:1])}, "nennt 3 Datensätze"),
    _paged("pages in a circle", {"/pages/3": page(3, "/pages/1")}, "im Kreis"),
    _paged("pages in a circle beside the first one", {"/pages/3": page(3, "/pages/2")}, "im Kreis"),
    _paged("a page leads to itself", {"/pages/2": page(2, "/pages/2")}, "im Kreis"),
    _paged("the same page without end", {"/pages/3": page(3, "/pages/9/1"), "/pages/9/": lambda request: answer(
        page(3, f"{request.path}1"))(request)}, "immer wieder dieselben"),
    _paged("empty pages without end", {"/pages/3": page(3, "/pages/9/1"), "/pages/9/": lambda request: answer(
        page(3, f"{request.path}1", titles=()))(request)}, "mehr als 20 Seiten", runs=1),
    _paged("the next page is elsewhere", {"/pages/2": page(2, None, 3).replace(
        "hydra:totalItems", "hydra:next <http://evil.example/3> ; hydra:totalItems")}, "anderen Server"),
    _paged("the next page is private", {"/pages/2": page(2, None, 3).replace(
        "hydra:totalItems", "hydra:next <http://169.254.169.254/> ; hydra:totalItems")}, "anderen Server"),
    _paged("the next page is a file", {"/pages/2": page(2, None, 3).replace(
        "hydra:totalItems", "hydra:next <file:///etc/passwd> ; hydra:totalItems")}, "anderen Server"),
    _paged("no next page on page 1", {"/pages/1": page(1, None)}, "nennt 3 Datensätze"),
    _paged("no next page and no total", {"/pages/1": page(1, None, None)}, "zu viele auf einmal", "complete"),
    _paged("a total that is no number", {f"/pages/{n}": one.replace("totalItems 3", 'totalItems "viele"') for n, one in zip(
        (1, 2, 3), pages().values(), strict=True)}, "", "complete"),
    _paged("a total that is too large", {f"/pages/{n}": one.replace("totalItems 3", "totalItems 4") for n, one in zip(
        (1, 2, 3), pages().values(), strict=True)}, "nennt 4 Datensätze"),
]  # fmt: skip

FAULTS = [*TRANSPORT, *RDF_DOCUMENTS, *ENCODINGS, *RECORDS, *PAGING, *ANSWERS]
assert len({fault.name for fault in FAULTS}) == len(FAULTS)
