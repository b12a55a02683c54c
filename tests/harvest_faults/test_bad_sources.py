"""What may not be read, and records that are hard to read: all that can be told apart arrives."""

from __future__ import annotations

from typing import Any

import pytest


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
