"""Each field of the form with bad content: a German sentence beside the field, and everything else stays as typed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins")

CROSSING = '{"type": "Polygon", "coordinates": [[[7.0, 51.4], [7.2, 51.6], [7.2, 51.4], [7.0, 51.6], [7.0, 51.4]]]}'
UTM = '{"type": "Point", "coordinates": [365000, 5702000]}'
SWAPPED = '{"type": "Point", "coordinates": [51.46, 7.01]}'
LONG = "x" * 101_000
HTML, SCRIPT, FORMULA, RUNS = "<b>fett</b>", "<script>alert(1)</script>", '=HYPERLINK("a")', "javascript:alert(1)"

# What a kind of field refuses; what is not in its list it takes.
KINDS: dict[str, tuple[str, ...]] = {
    "line": (HTML, SCRIPT, FORMULA, RUNS, LONG),
    "prose": (SCRIPT, FORMULA, RUNS, LONG),
    "address": (HTML, SCRIPT, FORMULA, RUNS, LONG, "kein Netz"),
    "lines": (HTML, SCRIPT, FORMULA, RUNS, LONG),
    "email": (HTML, SCRIPT, FORMULA, RUNS, LONG, "kein Postfach"),
    "date": (HTML, SCRIPT, FORMULA, RUNS, LONG, "gestern", "2024-13-01", "31.02.2024"),
    "choice": (HTML, SCRIPT, FORMULA, RUNS, LONG, "gibt es nicht"),
    "open choice": (HTML, SCRIPT, FORMULA, RUNS, LONG),
    "place": (HTML, SCRIPT, FORMULA, RUNS, LONG, "Atlantis"),
    "geometry": (HTML, SCRIPT, FORMULA, RUNS, LONG, "Hattingen", CROSSING, UTM, SWAPPED),
    "size": (HTML, SCRIPT, FORMULA, RUNS, LONG, "groß", "-1"),
    "tags": (HTML, SCRIPT, FORMULA, RUNS, LONG, "x"),
    "name": (HTML, SCRIPT, FORMULA, RUNS, LONG, "Groß & klein"),
    "title": (HTML, SCRIPT, FORMULA, RUNS, LONG, " "),
    "organization": (HTML, SCRIPT, FORMULA, RUNS, "gibt-es-nicht"),
}
AGENT = {"name": "line", "email": "email", "url": "address"}
DATASET: dict[str, Any] = {
    "owner_org": "organization", "title": "title", "name": "name", "notes": "prose", "publisher": AGENT,
    "contact": AGENT | {"telephone": "line"}, "license_id": "open choice", "places": "place", "theme": "choice",
    "tag_string": "tags", "temporal_coverage": {"start": "date", "end": "date"}, "issued": "date", "modified": "date",
    "frequency": "choice", "access_rights": "choice", "language": "choice", "creator": AGENT, "originator": AGENT,
    "custodian": AGENT, "url": "address", "documentation": "address", "availability": "choice", "conforms_to": "lines",
    "provenance": "prose", "version": "line", "version_notes": "prose", "political_geocoding_level": "choice",
    "geocoding_text": "line", "hvd_category": "choice", "applicable_legislation": "address", "legal_basis": "line",
    "quality_process": "address", "spatial_coverage": {"text": "line", "geom": "geometry", "bbox": "geometry"},
    "political_geocoding": "address", "identifier": "line", "alternate_identifier": "lines", "contributor_id": "address",
}  # fmt: skip
RESOURCE: dict[str, Any] = {
    "url": "address", "name": "line", "format": "open choice", "license": "open choice", "description": "prose",
    "license_attribution_by_text": "line", "modified": "date", "issued": "date", "rights": "line",
    "availability": "choice", "language": "choice", "documentation": "address", "conforms_to": "lines",
    "download_url": "address", "mimetype": "line", "size": "size",
}  # fmt: skip


def _make() -> dict[str, Any]:
    steward = factories.UserWithToken()
    organization = factories.Organization(name="hattingen", users=[{"name": steward["name"], "capacity": "admin"}])
    dataset = factories.Dataset(name="baeume", title="Bäume", owner_org=organization["id"])
    return {"organization": organization, "dataset": dataset, "headers": {"Authorization": steward["token"]}}


@pytest.fixture
def portal(fill_once: Any) -> dict[str, Any]:
    return fill_once(_make)


def _cases(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Field of the form and kind; of a group its first one."""
    for field, kind in table.items():
        if isinstance(kind, dict):
            yield from ((f"{field}-0-{part}", one) for part, one in kind.items())
        else:
            yield field, kind


@pytest.mark.parametrize(("table", "part"), [(DATASET, "dataset_fields"), (RESOURCE, "resource_fields")])
def test_every_field_that_somebody_can_fill_in_is_tried(app: Any, table: dict[str, Any], part: str) -> None:
    def names(fields: list[dict[str, Any]]) -> set[str]:
        return {one["field_name"] for one in fields if one.get("form_snippet") != "rvr_hidden.html"}

    fields = tk.h.scheming_get_dataset_schema("dataset")[part]
    assert names(fields) == set(table)
    for field in fields:
        if "repeating_subfields" in field:
            assert names(field["repeating_subfields"]) == set(table[field["field_name"]])


def _rounds(table: dict[str, Any]) -> Iterator[dict[str, str]]:
    """All fields with bad content at once, each round with the next kind of it."""
    # the organisation decides who may save at all, and the address stands in the control for uploads: see below
    cases = {
        field: kind
        for field, kind in _cases(table)
        if field not in ("owner_org", "url") or table is DATASET and field == "url"
    }
    for number in range(max(len(KINDS[kind]) for kind in cases.values())):
        yield {field: KINDS[kind][number] for field, kind in cases.items() if number < len(KINDS[kind])}


@pytest.mark.parametrize("bad", list(_rounds(DATASET)))
def test_each_field_of_a_dataset_says_what_to_do_and_keeps_what_was_typed(
    app: Any, portal: dict[str, Any], bad: dict[str, str]
) -> None:
    good = {"title": "Ein guter Titel", "name": "ein-guter-name", "owner_org": portal["organization"]["id"],
            "rvr_place": "dataset/new/1", "save": "keep-draft", "_ckan_phase": "dataset_new_1", "geocoding_text": "Bleibt stehen"}  # fmt: skip
    answer = app.post("/dataset/new", data=good | bad, headers=portal["headers"], follow_redirects=False)
    assert answer.status_code == 200
    _check(answer.body, bad)
    if "geocoding_text" not in bad:
        assert "Bleibt stehen" in answer.body


@pytest.mark.parametrize("bad", list(_rounds(RESOURCE)))
def test_each_field_of_a_file_says_what_to_do_and_keeps_what_was_typed(
    app: Any, portal: dict[str, Any], bad: dict[str, str]
) -> None:
    good = {
        "id": "",
        "rvr_place": f"resource/{portal['dataset']['id']}/new",
        "save": "go-metadata",
        "url": "https://example.org",
    }
    answer = app.post(
        "/dataset/baeume/resource/new", data=good | bad, headers=portal["headers"], follow_redirects=False
    )
    assert answer.status_code == 200
    _check(answer.body, bad)


@pytest.mark.parametrize("bad", KINDS["organization"])
def test_an_organisation_one_may_not_publish_for_is_told_and_the_rest_kept(
    app: Any, portal: dict[str, Any], bad: str
) -> None:
    data = {
        "title": "Fremd",
        "owner_org": bad,
        "geocoding_text": "Bleibt stehen",
        "rvr_place": "dataset/new/5",
        "save": "keep-draft",
    }
    page = app.post("/dataset/new", data=data, headers=portal["headers"], follow_redirects=False).body
    assert "Für diese Organisation dürfen Sie nicht veröffentlichen. Bitte wählen Sie eine andere." in page
    assert "Bleibt stehen" in page
    assert SCRIPT not in page


@pytest.mark.parametrize("bad", KINDS["address"])
def test_a_bad_address_of_a_file_is_told_and_the_rest_kept(app: Any, portal: dict[str, Any], bad: str) -> None:
    data = {
        "id": "",
        "rvr_place": f"resource/{portal['dataset']['id']}/new",
        "save": "go-metadata",
        "url": bad,
        "name": "Bleibt stehen",
    }
    page = app.post("/dataset/baeume/resource/new", data=data, headers=portal["headers"], follow_redirects=False).body
    assert "Bitte geben Sie eine Internetadresse ein" in page
    assert "Bleibt stehen" in page
    assert SCRIPT not in page


def test_one_megabyte_in_one_field_does_not_lose_the_others(app: Any, portal: dict[str, Any]) -> None:
    data = {"title": "Riesig", "name": "riesig", "owner_org": portal["organization"]["id"], "notes": "y" * 1_000_000,
            "geocoding_text": "Bleibt stehen", "rvr_place": "dataset/new/2", "save": "keep-draft"}  # fmt: skip
    answer = app.post("/dataset/new", data=data, headers=portal["headers"], follow_redirects=False)
    assert answer.status_code == 200
    assert _messages(answer.body) == {
        "notes": "Bitte kürzen Sie den Text auf 100.000 Zeichen. Jetzt sind es 1.000.000."
    }
    assert "Bleibt stehen" in answer.body
    assert "y" * 1_000_000 in answer.body


def test_an_end_before_the_start_is_told_beside_the_end(app: Any, portal: dict[str, Any]) -> None:
    data = {"title": "Zeit", "owner_org": portal["organization"]["id"], "rvr_place": "dataset/new/3", "save": "keep-draft",
            "temporal_coverage-0-start": "01.06.2024", "temporal_coverage-0-end": "31.05.2024"}  # fmt: skip
    page = app.post("/dataset/new", data=data, headers=portal["headers"], follow_redirects=False).body
    assert _messages(page) == {
        "temporal_coverage-0-end": "Das Ende liegt vor dem Anfang. Bitte prüfen Sie beide Daten."
    }


def test_nothing_but_a_title_is_needed(app: Any, portal: dict[str, Any]) -> None:
    data = dict.fromkeys(dict(_cases(DATASET)), "") | {
        "title": "Nur ein Titel", "owner_org": portal["organization"]["id"], "rvr_place": "dataset/new/4", "save": "keep-draft"
    }  # fmt: skip
    assert app.post("/dataset/new", data=data, headers=portal["headers"], follow_redirects=False).status_code == 302


def _check(page: str, bad: dict[str, str]) -> None:
    messages = _messages(page)
    assert set(bad) <= set(messages), set(bad) - set(messages)
    for field, message in messages.items():
        assert re.search(
            r"\b(?:Bitte|bitte|muss|kann nur|[Dd]arf|existiert nicht|Länge|Umriss|Ende|Koordinaten)\b", message
        ), (
            field,
            message,
        )
        assert f'href="#field-{field}"' in page, field
        assert (
            f"field-{field}-error"
            in (re.search(rf'id="field-{field}"[^>]*aria-describedby="([^"]*)"', page) or [""])[0]
            or f'aria-describedby="field-{field}-error"' in page
        ), field
    # nothing of it is markup of the page
    assert SCRIPT not in page
    assert HTML not in page.replace("&lt;", "")
    for field, value in bad.items():
        shown = html.unescape(page)
        assert value.strip()[:200] in shown, field


def _messages(page: str) -> dict[str, str]:
    found = re.findall(r'class="error-block" id="field-([\w-]+)-error">(.*?)</span>', page, re.DOTALL)
    return {field: html.unescape(text).strip() for field, text in found}
