"""Whatever a portal sends: the run ends, the report says it in a sentence, nothing is lost, the others go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/">'
BILLION = (
    '<!DOCTYPE rdf:RDF [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
    + XML + '<rdf:Description rdf:about="x"><dct:title>&c;</dct:title></rdf:Description></rdf:RDF>'
)  # fmt: skip
OUTSIDE = (
    '<!DOCTYPE rdf:RDF [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    + XML + '<rdf:Description rdf:about="x"><dct:title>&a;</dct:title></rdf:Description></rdf:RDF>'
)  # fmt: skip
EMPTY = "<http://example.org/> a <http://www.w3.org/ns/dcat#Catalog> ."
NO_CATALOGUE = '<http://example.org/> <http://purl.org/dc/terms/title> "x" .'

BAD = {
    "no RDF": ("Dies ist kein RDF.", "text/plain", 200, "kein RDF"),
    "HTML with 200": ("<!DOCTYPE html><html><body>Wartung</body></html>", "text/html", 200, "Webseite"),
    "HTML called RDF": ("<html><body>Wartung</body></html>", "application/rdf+xml", 200, "Webseite"),
    "nothing": ("", "text/turtle", 200, "leere Antwort"),
    "an empty catalogue": (EMPTY, "text/turtle", 200, "keinen Datensatz"),
    "RDF without catalogue": (NO_CATALOGUE, "text/turtle", 200, "kein Katalog"),
    "a JSON error": ('{"success": false, "error": {}}', "application/json", 200, "Fehlermeldung"),
    "a foreign context": ('{"@context": "http://127.0.0.1:1/c", "@id": "x"}', "application/ld+json", 200, "Kontext"),
    "XML cut off": (XML + "<rdf:Descr", "application/rdf+xml", 200, "abgeschnitten"),
    "Turtle with an error": (EMPTY + " <x> dct:title 'y", "text/turtle", 200, "fehlerhaft"),
    "an entity bomb": (BILLION, "application/rdf+xml", 200, "Entitäten"),
    "an external entity": (OUTSIDE, "application/rdf+xml", 200, "Entitäten"),
    "404": ("gone", "text/plain", 404, ""),
    "500": ("broken", "text/plain", 500, ""),
}  # fmt: skip


def test_a_source_that_turns_bad_changes_nothing_and_says_so(
    harvest: Any, datasets: Any, portal: Any, turtle: Callable[..., str]
) -> None:
    good = turtle("Bäume", "Bäder", "Brücken")
    url = portal.put("/catalog", good, "text/turtle")
    other = portal.put("/other", turtle("Andere", base="https://example.com/"), "text/turtle")
    assert harvest(url)["added"] == 3
    before = sorted((one["id"], one["metadata_modified"]) for one in datasets())
    for kind, (body, media_type, status, words) in BAD.items():
        portal.put("/catalog", body, media_type, status)
        report = harvest(url)
        assert report["status"] == "failed", kind
        assert words in report["sentences_de"][0], kind
        assert "Nichts wurde geändert" in report["sentences_de"][1], kind
        assert report["sentences_en"][0] != report["sentences_de"][0] or status >= 400, kind
    assert sorted((one["id"], one["metadata_modified"]) for one in datasets()) == before
    assert harvest(other, "andere")["added"] == 1
    portal.put("/catalog", good, "text/turtle")
    again = harvest(url)
    assert (again["status"], again["unchanged"], again["changed"]) == ("complete", 3, 0)


def test_a_source_that_cannot_be_reached_is_said_in_a_sentence(harvest: Any) -> None:
    report = harvest("http://127.0.0.1:9/catalog.ttl")
    assert report["status"] == "failed"
    assert "127.0.0.1" in report["sentences_de"][0]


def _lead_to(url: str) -> None:
    """The address of a source as it may have been stored before it was forbidden."""
    from ckan import model
    from ckanext.harvest.model import HarvestSource

    package: Any = model.Package.get("quelle")
    source: Any = HarvestSource.get(package.id)
    source.url = url
    model.Session.commit()


def test_a_private_address_is_refused_unless_it_is_allowed(
    harvest: Any, portal: Any, turtle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ckan.plugins.toolkit as tk

    url = portal.put("/catalog", turtle("Bäume"), "text/turtle")
    harvest(url)
    portal.asked.clear()
    monkeypatch.setitem(tk.config, "ckanext.rvr_portal.http_allow_local", False)
    report = harvest(url)
    assert (report["status"], report["added"]) == ("failed", 0)
    assert "privates Netz" in report["sentences_de"][0]
    assert portal.asked == []
    with pytest.raises(tk.ValidationError, match="url"):
        harvest(url + "?neu", "neu")


def test_a_file_address_is_never_read(harvest: Any, datasets: Any, portal: Any, tmp_path: Any, turtle: Any) -> None:
    import ckan.plugins.toolkit as tk

    harvest(portal.put("/catalog", turtle("Bäume"), "text/turtle"))
    path = tmp_path / "catalog.ttl"
    path.write_text(turtle("Geheim"))
    for url in (f"file://{path}", str(path)):
        with pytest.raises(tk.ValidationError, match="url"):
            harvest(url, "neu")
        _lead_to(url)
        report = harvest(url)
        assert (report["status"], report["added"]) == ("failed", 0)
    assert [one["title"] for one in datasets()] == ["Bäume"]


def test_a_broken_record_does_not_stop_the_others(harvest: Any, datasets: Any, portal: Any, turtle: Any) -> None:
    extra = """
    <https://example.org/dataset/a> a dcat:Dataset ; dct:description "Ohne Titel, aber beschrieben." .
    <https://example.org/dataset/b> a dcat:Dataset ; dct:title "Datum" ;
        dct:modified "2021-01-28 GMT 01:51:03.34919300"^^xsd:dateTime ; dct:issued "irgendwann" .
    [] a dcat:Dataset .
    <https://example.org/dataset/c> a dcat:Dataset ; dct:title "Adresse" ; dcat:landingPage <javascript:alert(1)> ;
        dcat:distribution [ a dcat:Distribution ; dcat:accessURL "https://example.org/text.csv" ] .
    """
    report = harvest(portal.put("/catalog", turtle("Bäume", "Bäder", extra=extra), "text/turtle"))
    by_title = {one["title"]: one for one in datasets()}
    assert by_title.keys() == {"Bäume", "Bäder", "Ohne Titel, aber beschrieben.", "Datum", "Adresse"}
    assert by_title["Datum"]["modified"] == "2021-01-28T01:51:03+00:00"
    assert not by_title["Datum"].get("issued")
    assert not by_title["Adresse"].get("url")
    assert by_title["Adresse"]["resources"][0]["url"] == "https://example.org/text.csv"
    codes = {finding["code"] for finding in report["findings"]}
    assert {"no_title", "date_mended", "date_unreadable", "nothing_usable", "url_bad"} <= codes


def test_a_record_that_ckan_refuses_does_not_stop_the_others(
    harvest: Any, datasets: Any, portal: Any, turtle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ckan.plugins.toolkit as tk

    from ckanext.rvr_harvest import writer

    call = writer.call_silently

    def refusing(action: str, context: Any, data: Any) -> Any:
        if data["title"] == "Bäder":
            from ckan import model

            model.Session.rollback()  # as CKAN does
            raise tk.ValidationError({"title": ["So nicht."]})
        return call(action, context, data)

    monkeypatch.setattr(writer, "call_silently", refusing)
    report = harvest(portal.put("/catalog", turtle("Bäume", "Bäder", "Brücken"), "text/turtle"))
    assert (report["added"], report["refused"]) == (2, 1)
    assert {one["title"] for one in datasets()} == {"Bäume", "Brücken"}
    told = [finding["message_de"] for record in report["records"] for finding in record["findings"]]
    assert any("So nicht." in sentence for sentence in told)


def test_a_failing_second_page_leaves_everything_where_it_is(
    harvest: Any, datasets: Any, portal: Any, turtle: Any
) -> None:
    from ckanext.rvr_harvest.helpers import rvr_harvest_origin

    view = "<{portal}/1> a hydra:PagedCollection ; hydra:totalItems 3 ; hydra:next <{portal}/catalog?page=2> ."
    url = portal.put("/catalog?page=1", turtle("Bäume", "Bäder", extra=view), "text/turtle")
    portal.put("/catalog?page=2", turtle("Brücken", base="https://example.org/2/"), "text/turtle")
    first = harvest(url)
    assert (first["status"], first["added"], first["expected"]) == ("complete", 3, 3)
    del portal.pages["/catalog?page=2"]
    for _ in range(3):
        report = harvest(url)
        assert report["status"] == "incomplete"
        assert report["vanished"] == 0
        assert "Seite 2" in report["sentences_de"][0]
    assert len(datasets()) == 3
    assert not any(rvr_harvest_origin(one)["vanished"] for one in datasets())


def test_pages_in_a_circle_end(harvest: Any, portal: Any, turtle: Any) -> None:
    for number, other in ((1, 2), (2, 1)):
        view = f"<> a hydra:PartialCollectionView ; hydra:next '{{portal}}/page{other}' ."
        body = turtle(f"Nummer {number}", extra=view, base=f"https://example.org/{number}/")
        url = portal.put(f"/page{number}", body, "text/turtle")
    report = harvest(url)
    assert (report["status"], report["added"]) == ("incomplete", 2)
    assert "im Kreis" in report["sentences_de"][0]


def test_pages_without_end_are_left_at_the_limit(
    harvest: Any, portal: Any, turtle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ckan.plugins.toolkit as tk

    monkeypatch.setitem(tk.config, "ckanext.rvr_harvest.max_pages", 3)
    for number in range(6):
        view = f"<> a hydra:PagedCollection ; hydra:nextPage '{{portal}}/p{number + 1}' ."
        portal.put(f"/p{number}", turtle("x", extra=view, base=f"https://example.org/{number}/"), "text/turtle")
    report = harvest(portal.url + "/p0")
    assert (report["status"], report["added"]) == ("incomplete", 3)


def test_the_same_guid_twice_is_one_dataset_and_a_finding(
    harvest: Any, datasets: Any, portal: Any, turtle: Any
) -> None:
    view = "<> a hydra:PagedCollection ; hydra:next '{portal}/2' ."
    url = portal.put("/1", turtle("Zuerst", extra=view), "text/turtle")
    portal.put("/2", turtle("Danach"), "text/turtle")
    report = harvest(url)
    assert [one["title"] for one in datasets()] == ["Zuerst"]
    assert "duplicate_guid" in {finding["code"] for finding in report["findings"]}


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_other_encodings_arrive(harvest: Any, datasets: Any, portal: Any, turtle: Any, encoding: str) -> None:
    harvest(portal.put("/catalog", turtle("Bäume").encode(encoding), "text/turtle"))
    assert [one["title"] for one in datasets()] == ["Bäume"]
