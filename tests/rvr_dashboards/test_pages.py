from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

import ckanext.rvr_dashboards.registry as registry
from ckanext.rvr_portal.solr import SearchIndexError

PAGE = "/dashboards/ueberblick"
THEME = "http://publications.europa.eu/resource/authority/data-theme/"
TILES = ("mitglieder", "themen", "formate", "projekte")
MakeDataset = Callable[..., dict[str, Any]]


_made: dict[str, Any] = {}


@pytest.fixture(autouse=True, scope="module")
def _forget() -> Iterator[None]:
    yield
    _made.clear()


@pytest.fixture
def empty(request: pytest.FixtureRequest) -> None:
    """A portal without content."""
    _made.clear()
    request.getfixturevalue("clean_db")
    request.getfixturevalue("clean_index")


@pytest.fixture
def filled(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Two cities with six datasets that everybody sees, and one private dataset; made once for tests that only read."""
    if not _made:
        request.getfixturevalue("empty")
        _made.update(_fill(request.getfixturevalue("make_dataset")))
    return _made


@pytest.fixture
def changeable(filled: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same content for a test that changes it: the next test gets it anew."""
    yield dict(filled)
    _made.clear()


def _fill(make_dataset: MakeDataset) -> dict[str, Any]:
    bochum = factories.Organization(name="bochum", title="Bochum")
    herne = factories.Organization(name="herne", title="Herne")

    def files(*formats: str) -> list[dict[str, str]]:
        return [{"url": f"https://example.org/{code}", "format": code, "name": code} for code in formats]

    for number in range(3):
        make_dataset(owner_org=bochum["id"], theme=[THEME + "ENVI"], resources=files("CSV"), title=f"Bäume {number}")
    make_dataset(owner_org=bochum["id"], theme=[THEME + "ENVI", THEME + "TRAN"], resources=files("CSV", "GEOJSON"))
    make_dataset(owner_org=herne["id"], theme=[THEME + "TRAN"], resources=files("PDF"), places=["05916000"])
    make_dataset(owner_org=herne["id"], resources=[], title="Ohne Thema und Datei")
    secret = make_dataset(
        owner_org=herne["id"],
        theme=[THEME + "HEAL"],
        resources=files("XLSX"),
        private=True,
        title="Geheim",
        places=["05916000"],
    )
    return {"bochum": bochum, "herne": herne, "secret": secret}


def number_in(text: str) -> int:
    """The number of items that a list page tells above its list."""
    told = re.search(r'id="rvr-result-head"[^>]*>(.*?)</h2>', text, re.DOTALL) or re.search(
        r'class="rvr-result-status"[^>]*>(.*?)</p>', text, re.DOTALL
    )
    assert told, "the list does not say how long it is"
    found = re.match(r"\s*(\d[\d.]*) ", html.unescape(told[1]))
    number = int(found[1].replace(".", "")) if found else 0
    assert number > 20 or text.count("rvr-card__title") == number
    return number


def tile_json(app: Any, tile: str, **options: Any) -> dict[str, Any]:
    return json.loads(app.get(f"{PAGE}/{tile}.json", **options).body)


def values(data: dict[str, Any]) -> dict[str, int]:
    return {row["key"]: row["value"] for row in data["rows"] if row["value"]}


@pytest.mark.parametrize("tile", TILES[:3])
def test_every_number_leads_to_a_list_with_exactly_that_many_items(app: Any, filled: Any, tile: str):
    text = app.get(PAGE).body
    article = re.search(rf'<article class="rvr-tile" id="tile-{tile}".*?</article>', text, re.DOTALL)
    assert article
    bars = re.findall(r'<a href="([^"]+)" class="rvr-bar[^"]*">.*?__number[^>]*>\s*([\d.]+)<', article[0], re.DOTALL)
    cells = re.findall(r'__value"><a href="([^"]+)">([\d.]+)<', article[0])
    assert bars and len(cells) > len(bars)
    counts = {(html.unescape(link), number) for link, number in bars + cells}
    for link, number in counts:
        assert number_in(app.get(link).body) == int(number), link


@pytest.mark.parametrize("tile", TILES[:3])
def test_the_addresses_in_the_files_lead_to_the_same_lists(app: Any, filled: Any, tile: str):
    data = tile_json(app, tile)
    lines = list(csv.reader(io.StringIO(app.get(f"{PAGE}/{tile}.csv").data.decode("utf-8-sig")), delimiter=";"))[1:]
    assert [(row["query_url"], str(row["value"])) for row in data["rows"]] == [(line[5], line[2]) for line in lines]
    for row in [*data["rows"], data]:
        address = urlsplit(row["query_url"])
        assert address.netloc == urlsplit(tk.config["ckan.site_url"]).netloc
        assert number_in(app.get(f"{address.path}?{address.query}").body) == row["value"]


def test_datasets_are_counted_by_publisher_theme_and_format(app: Any, filled: Any):
    assert values(tile_json(app, "mitglieder")) == {"bochum": 4, "herne": 2}
    assert values(tile_json(app, "themen")) == {"ENVI": 4, "TRAN": 2, "none": 1}
    assert values(tile_json(app, "formate")) == {"CSV": 4, "GEOJSON": 1, "PDF": 1, "none": 1}


def test_all_fifteen_member_bodies_are_in_the_table(app: Any, filled: Any):
    assert len(tile_json(app, "mitglieder")["rows"]) == 15


def test_a_private_dataset_is_counted_for_nobody_but_its_members(app: Any, filled: Any, token_headers: Any):
    member = factories.User()
    tk.get_action("organization_member_create")(
        {"ignore_auth": True, "user": factories.Sysadmin()["name"]},
        {"id": filled["herne"]["id"], "username": member["name"], "role": "member"},
    )
    for tile, key in (("themen", "HEAL"), ("formate", "XLSX")):
        assert key not in values(tile_json(app, tile))
        own = tile_json(app, tile, headers=token_headers(member["name"]))
        assert values(own)[key] == 1 and own["value"] == 7
    assert tile_json(app, "mitglieder")["value"] == 6
    outsider = token_headers(factories.User()["name"])
    assert tile_json(app, "mitglieder", headers=outsider)["value"] == 6


def test_numbers_that_depend_on_the_visitor_are_not_for_shared_caches(app: Any, filled: Any, token_headers: Any):
    answer = app.get(f"{PAGE}/themen.json", headers=token_headers(factories.User()["name"]))
    assert answer.cache_control.private and not answer.cache_control.public
    assert "Cookie" in app.get(f"{PAGE}/themen.json").headers["Vary"]


def test_drafts_deleted_datasets_and_other_types_are_not_counted(app: Any, changeable: Any, make_dataset: MakeDataset):
    gone = make_dataset(owner_org=changeable["bochum"]["id"])
    tk.get_action("package_delete")({"ignore_auth": True, "user": factories.Sysadmin()["name"]}, {"id": gone["id"]})
    make_dataset(owner_org=changeable["bochum"]["id"], state="draft")
    assert tile_json(app, "mitglieder")["value"] == 6


def test_a_tile_says_its_numbers_in_a_sentence(app: Any, filled: Any):
    assert "6 Datensätze von 2 Herausgebern; die meisten, 4, stellt Bochum bereit." in app.get(PAGE).body
    assert "6 datasets from 2 publishers; most of them, 4, come from Bochum." in app.get("/en" + PAGE).body


@pytest.mark.parametrize(
    ("form", "media_type", "start"),
    [("csv", "text/csv", b"\xef\xbb\xbf"), ("json", "application/json", b"{"), ("svg", "image/svg+xml", b"<?xml")],
)
def test_a_tile_is_there_as_a_file(app: Any, filled: Any, form: str, media_type: str, start: bytes):
    answer = app.get(f"{PAGE}/themen.{form}")
    assert answer.mimetype == media_type
    assert answer.data.startswith(start)
    assert f"ueberblick-themen.{form}" in answer.headers["Content-Disposition"]


def test_the_picture_is_whole_and_has_no_style_that_a_content_policy_forbids(app: Any, filled: Any):
    from lxml import etree

    root = etree.fromstring(app.get(f"{PAGE}/mitglieder.svg").data)
    assert root.get("role") == "img"
    assert "6 Datensätze von 2 Herausgebern" in root.findtext(".//{*}desc")
    assert "Bochum: 4" in root.findtext(".//{*}desc")
    assert not root.xpath("//*[local-name()='style'] | //@style | //*[local-name()='script']")


@pytest.mark.parametrize("form", ["csv", "json", "svg"])
def test_an_unchanged_tile_is_not_sent_again(app: Any, changeable: Any, make_dataset: MakeDataset, form: str):
    first = app.get(f"{PAGE}/themen.{form}")
    again = app.get(f"{PAGE}/themen.{form}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    make_dataset(owner_org=changeable["bochum"]["id"], theme=[THEME + "GOVE"])
    assert app.get(f"{PAGE}/themen.{form}", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/dashboards/nichts", f"{PAGE}/nichts.csv", f"{PAGE}/themen.xls", "/dashboards/nichts/themen.csv"]
)
def test_what_does_not_exist_is_not_found(app: Any, filled: Any, path: str):
    app.get(path, status=404)


@pytest.mark.usefixtures("empty")
def test_an_empty_portal_says_what_would_stand_here(app: Any):
    text = app.get(PAGE).body
    assert text.count("Noch nichts zu zählen") >= 3
    assert "sobald der erste veröffentlicht ist" in text
    assert tile_json(app, "themen")["value"] == 0
    assert app.get(f"{PAGE}/themen.svg").status_code == 200


def test_a_tile_whose_measure_nobody_offers_is_absent_and_breaks_nothing(app: Any, filled: Any, monkeypatch: Any):
    offered = registry.measure
    monkeypatch.setattr(registry, "measure", lambda id_: None if id_.startswith("rvr_smartcity.") else offered(id_))
    text = app.get(PAGE).body
    assert 'id="tile-formate"' in text and 'id="tile-projekte"' not in text
    app.get(f"{PAGE}/projekte.csv", status=404)


def test_a_measure_that_fails_does_not_take_the_other_tiles_with_it(app: Any, filled: Any, monkeypatch: Any):
    offered = registry.measure

    def broken() -> Any:
        raise SearchIndexError("secret inner text")

    monkeypatch.setattr(registry, "measure", lambda id_: broken if id_.endswith("theme") else offered(id_))
    text = app.get(PAGE).body
    assert "Die Zahlen können zurzeit nicht ermittelt werden" in text and "secret inner text" not in text
    assert "die meisten, 4, stellt Bochum bereit" in text
    app.get(f"{PAGE}/themen.json", status=503)


def test_the_list_of_dashboards_leads_to_the_overview(app: Any, filled: Any):
    assert f'href="{PAGE}"' in app.get("/dashboards").body


def test_the_front_page_says_what_the_numbers_say(app: Any, filled: Any):
    assert "die meisten, 4, stellt Bochum bereit" in app.get("/").body


def test_the_menu_leads_to_the_dashboards(app: Any, filled: Any):
    assert 'href="/dashboards"' in app.get("/").body


@pytest.mark.usefixtures("empty")
def test_a_title_that_looks_like_markup_stays_text(app: Any, make_dataset: MakeDataset):
    evil = factories.Organization(name="boese")
    make_dataset(owner_org=evil["id"])
    # nobody can type it today; it may stand in the database from before
    model.Group.get(evil["id"]).title = '<script>alert("x")</script>'  # type: ignore[union-attr]
    model.repo.commit()
    for path in (PAGE, f"{PAGE}/mitglieder.svg"):
        assert '<script>alert("x")' not in app.get(path).body


def test_every_number_of_the_projects_leads_to_a_list_with_exactly_that_many_items(app: Any, empty: None):
    home = factories.Organization(name="essen", title="Essen")
    who = {"user": factories.Sysadmin()["name"], "ignore_auth": True}
    project = {
        "type": "smart-city-project",
        "summary": "Licht nach Bedarf.",
        "places": ["05113000"],
        "owner_org": home["id"],
    }
    for number, phase in enumerate(("pilot", "pilot", "idea")):
        data = {**project, "title": f"Kluge Laternen {number}", "phase": phase, "field_of_action": "energy"}
        tk.get_action("package_create")(dict(who), data)
    hidden = {**project, "title": "Geheim", "phase": "idea", "field_of_action": "energy", "private": True}
    tk.get_action("package_create")(dict(who), hidden)
    data = tile_json(app, "projekte")
    assert values(data) == {"pilot": 2, "idea": 1} and data["value"] == 3
    for row in [*data["rows"], data]:
        address = urlsplit(row["query_url"])
        assert number_in(app.get(f"{address.path}?{address.query}").body) == row["value"], row["query_url"]
