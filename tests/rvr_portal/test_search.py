"""One search behind the page, the action, the files and the feeds: the same datasets, and numbers that are true."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

THEME = "http://publications.europa.eu/resource/authority/data-theme/"
HVD = "http://data.europa.eu/bna/c_ac64a52d"
FREE, NAMED = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0", "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
HATTINGEN, HERNE, BOCHUM, KREIS = "05954016", "05916000", "05911000", "05954"
ATOM = "{http://www.w3.org/2005/Atom}"
# title, organisation, places, themes, (format, licence) of its files, more
ROWS: list[tuple[str, str, list[str], list[str], list[tuple[str, str]], dict[str, Any]]] = [
    ("Spielplätze in Herne", "herne", [], ["REGI"], [("CSV", FREE), ("WMS", FREE)], {"modified": "2026-11-20"}),
    ("Radwege in Herne", "herne", [HERNE], ["TRAN"], [("GEOJSON", NAMED)], {"modified": "2019-01-01"}),
    ("Radwege in Bochum", "bochum", [BOCHUM], ["TRAN", "ENVI"], [("CSV", NAMED)], {}),
    ("Radwege im Kreis", "ennepe-ruhr-kreis", [], ["TRAN"], [("PDF", "")], {"hvd_category": [HVD]}),
    ("Bäume in Hattingen", "ennepe-ruhr-kreis", [HATTINGEN], ["ENVI"], [("CSV", FREE)],
     {"temporal_coverage": [{"start": "2015", "end": "2019"}]}),
    ("Haushalt Bochum", "bochum", [], ["ECON"], [], {"temporal_coverage": [{"start": "2020"}], "tags": [{"name": "geld"}]}),
    ("Essen in Kantinen", "herne", [], [], [("XLSX", "https://example.org/eigene")], {}),
    ("Klima der Region", "bochum", ["ruhr"], ["ENVI"], [("CSV", FREE)], {}),
]  # fmt: skip


def _fill() -> None:
    orgs = {
        name: factories.Organization(name=name, title=f"Organisation {name}")["id"] for name in {r[1] for r in ROWS}
    }
    for title, org, places, themes, files, more in ROWS:
        factories.Dataset(
            title=title, notes=f"Beschreibung: {title}.", owner_org=orgs[org], places=places,
            theme=[THEME + code for code in themes],
            resources=[{"url": "https://x.example/a", "format": kind, "license": license} for kind, license in files], **more,
        )  # fmt: skip
    factories.Dataset(
        title="Geheime Radwege zq17", private=True, notes="x", owner_org=orgs["herne"], places=[HATTINGEN],
        theme=[THEME + "JUST"], hvd_category=["http://data.europa.eu/bna/c_b79e35eb"],
        resources=[{"url": "https://x.example/a", "format": "GPKG", "license": "http://dcat-ap.de/def/licenses/dl-by-nc-de/1.0"}],
        temporal_coverage=[{"start": "1900", "end": "1901"}],
    )  # fmt: skip


@pytest.fixture
def client(fill_once: Any, app: Any) -> Any:
    fill_once(_fill)
    return app.flask_app.test_client(use_cookies=False)


def _search(client: Any, **params: Any) -> dict[str, Any]:
    answer = client.post("/api/action/rvr_search", json=params)
    assert answer.status_code == 200, answer.text
    return answer.json["result"]


def _titles(found: dict[str, Any]) -> list[str]:
    return sorted(package["title"] for package in found["results"])


def _words(element: Any) -> str:
    return re.sub(r"\s+", " ", element.get_text()).strip()


def _soup(client: Any, path: str, **query: Any) -> BeautifulSoup:
    answer = client.get(path, query_string=query)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


SEARCHES: list[dict[str, Any]] = [
    {},
    {"q": "Radwege"},
    {"q": "Radwege in Hattingen"},
    {"q": "Radwege", "places": [HERNE, BOCHUM]},
    {"theme": ["TRAN", "ENVI"], "format_group": ["table"]},
    {"openness": ["unknown"]},
    {"updated": "month"},
    {"period_from": "2018"},
    {"period_to": "2016"},
    {"hvd": ["any"]},
    {"tags": "geld"},
    {"organization": ["herne"], "sort": "title"},
    {"res_format": ["PDF"], "format_group": ["service"]},
]


@pytest.mark.parametrize("params", SEARCHES, ids=str)
def test_page_action_files_and_feeds_hold_the_same_datasets(client: Any, params: dict[str, Any]) -> None:
    found = _search(client, **params)
    expected = [package["title"] for package in found["results"]]
    assert found["count"] == len(expected) > 0
    query = dict(params)
    page = _soup(client, "/dataset/", **query)
    assert [_words(card) for card in page.select(".rvr-results .rvr-card__title")] == expected
    assert str(len(expected)) in page.select_one("#rvr-result-head").get_text()  # type: ignore[union-attr]
    text = client.get("/datasets.csv", query_string=query).data.decode("utf-8-sig")
    assert [row[0] for row in list(csv.reader(io.StringIO(text), delimiter=";"))[1:]] == expected
    features = client.get("/datasets.geojson", query_string=query).json["features"]
    assert [feature["properties"]["title"] for feature in features] == expected
    atom = ElementTree.fromstring(client.get("/datasets.atom", query_string=query).data)
    items = client.get("/datasets.json", query_string=query).json["items"]
    in_atom = [entry.findtext(f"{ATOM}id") for entry in atom.iter(f"{ATOM}entry")]
    assert in_atom == [item["id"] for item in items]
    assert sorted(item["title"] for item in items) == sorted(expected)


@pytest.mark.parametrize("params", [{}, {"q": "Radwege"}, {"places": [HERNE], "theme": ["TRAN"]}], ids=str)
def test_the_number_beside_every_choice_is_what_it_leads_to(client: Any, params: dict[str, Any]) -> None:
    found = _search(client, **params)
    wrong = {}
    checked = 0
    for name, options in found["facets"].items():
        if name == "period":
            continue
        own = {option["parameter"] for option in options}
        others = {key: value for key, value in params.items() if key not in own}
        for option in options:
            value = option["value"] if option["parameter"] == "updated" else [option["value"]]
            count = _search(client, rows=0, facets=[], **others, **{option["parameter"]: value})["count"]
            checked += 1
            if count != option["count"]:
                wrong[option["parameter"], option["value"]] = (option["count"], count)
    assert wrong == {}
    assert checked > 10


def test_a_choice_widens_its_own_facet_and_narrows_the_others(client: Any) -> None:
    def counts(name: str, **params: Any) -> dict[str, int]:
        return {option["value"]: option["count"] for option in _search(client, **params)["facets"][name]}

    assert counts("theme", theme=["TRAN"]) == counts("theme")
    assert counts("theme", organization=["bochum"]) == {"TRAN": 1, "ENVI": 2, "ECON": 1}
    assert _titles(_search(client, theme=["ECON", "REGI"])) == ["Haushalt Bochum", "Spielplätze in Herne"]
    assert _titles(_search(client, theme=["TRAN"], organization=["bochum"])) == ["Radwege in Bochum"]


def test_a_dataset_of_a_kreis_is_found_for_its_municipalities_and_says_so(client: Any) -> None:
    assert _titles(_search(client, places=[HATTINGEN])) == ["Bäume in Hattingen", "Radwege im Kreis"]
    page = _soup(client, "/dataset/", q="Radwege in Hattingen")
    assert "Gilt für den ganzen Ennepe-Ruhr-Kreis" in page.select_one(".rvr-card").get_text()  # type: ignore[union-attr]
    own = _soup(client, "/dataset/", q="Bäume in Hattingen")
    assert "Gilt für" not in own.select_one(".rvr-card").get_text()  # type: ignore[union-attr]
    whole = _soup(client, "/dataset/", places=KREIS)
    assert len(whole.select(".rvr-card")) == 2
    assert "Gilt für" not in whole.get_text()


def test_a_place_in_the_words_is_a_visible_filter_that_can_be_taken_away(client: Any) -> None:
    page = _soup(client, "/dataset/", q="Radwege in Herne")
    assert page.select_one("input[name=q]")["value"] == "Radwege"  # type: ignore[index]
    assert "„in Herne“ wurde als Ort gelesen" in page.select_one(".rvr-hints").get_text()  # type: ignore[union-attr]
    chip = page.select_one(".rvr-chip")
    assert "Herne" in chip.get_text()  # type: ignore[union-attr]
    assert dict(parse_qsl(urlsplit(chip["href"]).query)) == {"q": "Radwege"}  # type: ignore[index]
    literally = client.get(page.select_one("#rvr-literally")["href"])  # type: ignore[index]
    assert "wurde als Ort gelesen" not in literally.text
    assert BeautifulSoup(literally.text, "html.parser").select_one("input[name=q]")["value"] == "Radwege in Herne"  # type: ignore[index]


def test_found_words_are_marked_in_title_and_text(client: Any) -> None:
    card = _soup(client, "/dataset/", q="Radweg in Bochum").select_one(".rvr-card")
    assert [mark.get_text() for mark in card.select(".rvr-card__title mark, .rvr-card__text mark")] == ["Radwege"] * 2  # type: ignore[union-attr]


def test_a_name_with_two_meanings_is_offered_and_not_guessed(client: Any) -> None:
    page = _soup(client, "/dataset/", q="Essen")
    assert not page.select(".rvr-chip")
    assert "Essen in Kantinen" in page.select_one(".rvr-results").get_text()  # type: ignore[union-attr]
    offer = page.select_one("#rvr-offer-05113000")
    assert dict(parse_qsl(urlsplit(offer["href"]).query)) == {"places": "05113000"}  # type: ignore[index]


def test_nothing_found_says_what_would_help_with_true_numbers(client: Any) -> None:
    page = _soup(client, "/dataset/", q="Spielplätze in Bochum", organization="herne", tags="gibtesnicht")
    results = page.select_one(".rvr-results")
    assert "Keine Datensätze" in results.get_text()  # type: ignore[union-attr]
    page = _soup(client, "/dataset/", q="Spielplätze in Bochum")
    text = re.sub(r"\s+", " ", page.select_one(".rvr-results").get_text())  # type: ignore[union-attr]
    assert "Nichts in Bochum. In der Nähe: Herne (1)" in text
    for link in page.select("[id^=way-], [id^=near-]"):
        led = BeautifulSoup(client.get(link["href"]).text, "html.parser")
        number = int(re.search(r"\d+", link.parent.get_text()[len(link.get_text()) :])[0])  # type: ignore[index,union-attr]
        assert len(led.select(".rvr-results .rvr-card")) == number > 0
    assert len(page.select("[id^=way-]")) == 2


@pytest.mark.parametrize(
    ("typed", "title", "number"),
    [
        ("Spielpltäze", "Meinten Sie „spielplätze“?", 1),
        ("Radwege Quatschwort", "Ohne das Wort „Quatschwort“", 3),
        ("Radwege Quatschwort in Herne", "Ohne das Wort „Quatschwort“", 1),
    ],
)
def test_nothing_found_offers_other_words_under_the_same_filters(
    client: Any, typed: str, title: str, number: int
) -> None:
    link = _soup(client, "/dataset/", q=typed).select_one("#way-1")
    assert link is not None
    assert _words(link) == title
    led = BeautifulSoup(client.get(link["href"]).text, "html.parser")
    assert len(led.select(".rvr-results .rvr-card")) == number


@pytest.mark.parametrize(
    ("address", "titles"),
    [
        ("/dataset/?tags=geld", ["Haushalt Bochum"]),
        ("/dataset/?organization=herne&q=Radwege", ["Radwege in Herne"]),
        ("/dataset/?res_format=PDF", ["Radwege im Kreis"]),
        ("/dataset/?rvr_theme=REGI", ["Spielplätze in Herne"]),
        ("/dataset/?rvr_format=none", ["Haushalt Bochum"]),
        ("/dataset/?rvr_license=dl-by-de%2F2.0", ["Radwege in Bochum", "Radwege in Herne"]),
        ("/dataset/?q=title:Haushalt", ["Haushalt Bochum"]),
        ("/dataset?q=Haushalt&sort=title_string+asc&utm_source=x", ["Haushalt Bochum"]),
        ("/organization/herne?rvr_theme=TRAN", ["Radwege in Herne"]),
        ("/organization/herne?tags=geld", []),
        ("/organization/herne?organization=bochum&q=Radwege", ["Radwege in Herne"]),
    ],
)
def test_addresses_of_before_still_lead_there(client: Any, address: str, titles: list[str]) -> None:
    answer = client.get(address, follow_redirects=True)
    found = BeautifulSoup(answer.text, "html.parser").select(".rvr-results .rvr-card__title")
    assert sorted(map(_words, found)) == titles


def test_a_box_finds_what_lies_in_it_by_both_of_its_names(client: Any) -> None:
    # outside of the region, where nothing else is: datasets without a geometry stand for their places
    square = {"type": "Polygon", "coordinates": [[[8.5, 50.5], [8.6, 50.5], [8.6, 50.6], [8.5, 50.6], [8.5, 50.5]]]}
    package = tk.get_action("package_search")({"ignore_auth": True}, {"fq": 'title:"Klima der Region"'})["results"][0]
    sysadmin = {"user": factories.Sysadmin()["name"]}
    tk.get_action("package_patch")(sysadmin, {"id": package["id"], "spatial_coverage": [{"geom": json.dumps(square)}]})
    inside, outside = "8.4,50.4,8.7,50.7", "6.0,50.0,6.2,50.2"
    assert _titles(_search(client, bbox=inside)) == ["Klima der Region"]
    assert _search(client, ext_bbox=outside)["count"] == 0
    page = _soup(client, "/dataset/", ext_bbox=inside)
    assert len(page.select(".rvr-results .rvr-card")) == 1
    assert page.select_one("input[type=hidden][name=bbox]")
    features = client.get("/datasets.geojson", query_string={"bbox": inside}).json["features"]
    assert features[0]["geometry"]["type"] == "Polygon"
    tk.get_action("package_patch")(sysadmin, {"id": package["id"], "spatial_coverage": []})


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"foo": "x"}, ["foo"]),
        ({"rows": -1, "start": "x", "sort": "docfreq(name,'x') asc"}, ["rows", "sort", "start"]),
        ({"rows": 1001}, ["rows"]),
        ({"rows": True}, ["rows"]),
        ({"places": ["Atlantis"]}, ["places"]),
        ({"facets": ["permission_labels"]}, ["facets"]),
        ({"bbox": "1,2,3"}, ["bbox"]),
        ({"q": {"x": 1}}, ["q"]),
        ({"fq": "+capacity:private"}, ["fq"]),
        ({"q": "metadata_modified:gestern"}, ["q"]),
        ({"period_from": "gestern"}, ["period_from"]),
    ],
)
def test_what_the_action_cannot_read_it_refuses_by_name(client: Any, params: dict[str, Any], names: list[str]) -> None:
    answer = client.post("/api/action/rvr_search", json=params)
    assert answer.status_code == 409
    assert sorted(set(answer.json["error"]) - {"__type"}) == names
    assert "solr" not in answer.text.lower()


@pytest.mark.parametrize("form", ["csv", "geojson", "atom", "json"])
def test_files_refuse_what_cannot_be_read_instead_of_giving_everything(client: Any, form: str) -> None:
    for query, code in (
        ("places=Atlantis", 400),
        ("q=metadata_modified:gestern", 400),
        ("q=Haushalt&utm_source=x", 200),
    ):
        answer = client.get(f"/datasets.{form}?{query}")
        assert answer.get_data() and answer.status_code == code, query


def test_rows_and_start_walk_through_the_same_order_as_the_files(client: Any) -> None:
    one_by_one = [_search(client, rows=1, start=n)["results"][0]["id"] for n in range(len(ROWS))]
    assert len(set(one_by_one)) == len(ROWS)
    assert [feature["id"] for feature in client.get("/datasets.geojson").json["features"]] == one_by_one


def test_a_feed_without_a_change_is_the_same_and_is_not_sent_again(client: Any) -> None:
    first = client.get("/datasets.atom?places=05916000&places=05911000&sort=title")
    again = client.get("/datasets.atom?places=05911000&places=05916000")
    ids = [ElementTree.fromstring(one.data).findtext(f"{ATOM}id") for one in (first, again)]
    assert ids[0] == ids[1]
    assert client.get("/datasets.atom?q=Haushalt").data == client.get("/datasets.atom?q=Haushalt").data
    repeated = client.get(
        "/datasets.atom?q=Haushalt", headers={"If-None-Match": client.get("/datasets.atom?q=Haushalt").headers["ETag"]}
    )
    assert repeated.status_code == 304


def test_the_page_offers_its_other_forms_and_its_feeds(client: Any) -> None:
    page = _soup(client, "/dataset/", q="Radwege in Herne")
    hrefs = {link["href"] for link in page.select(".rvr-forms a")}
    state = f"q=Radwege&places={HERNE}"
    assert {f"/datasets.{form}?{state}" for form in ("csv", "geojson", "atom", "json")} <= hrefs
    head = {link["type"]: link["href"] for link in page.select("head link[rel=alternate]")}
    assert head["application/atom+xml"] == f"/datasets.atom?{state}"
    description = ElementTree.fromstring(client.get(page.select_one("head link[rel=search]")["href"]).data)  # type: ignore[index]
    template = description.find("{http://a9.com/-/spec/opensearch/1.1/}Url").attrib["template"]  # type: ignore[union-attr]
    assert template.endswith("/dataset/?q={searchTerms}&page={startPage?}")


def test_sitemaps_list_all_public_pages_and_no_other(client: Any) -> None:
    index = ElementTree.fromstring(client.get("/sitemap.xml").data)
    parts = [urlsplit(str(one.text)).path for one in index.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert parts == ["/sitemap-pages.xml", "/sitemap-datasets-1.xml"]
    text = client.get(parts[1]).text
    assert text.count("<loc>") == len(ROWS)
    assert "/organization/herne<" in client.get(parts[0]).text
    assert client.get("/sitemap-datasets-2.xml").status_code == 404
    assert "Sitemap: http" in client.get("/robots.txt").text


def test_the_last_page_answers_for_those_behind_it(client: Any) -> None:
    answer = client.get("/dataset/?q=Radwege&page=9")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/dataset/?q=Radwege")


def test_the_action_answers_a_program_on_the_server_as_well(client: Any) -> None:
    found = tk.get_action("rvr_search")({"ignore_auth": True}, {"q": "Haushalt", "rows": 0})
    assert found["count"] == 1
    assert {option["value"] for option in found["facets"]["openness"]} == {"unknown"}
    assert all(
        option["label"] for options in (found["facets"]["format"], found["facets"]["openness"]) for option in options
    )


NAMES = ["q", "places", "theme", "format_group", "res_format", "openness", "organization", "hvd", "updated", "period_from",
         "bbox", "ext_bbox", "sort", "tags", "license_id", "ids", "literal", "extras_x", "page", "x y", "_x"]  # fmt: skip
TEXT = st.text(max_size=20) | st.sampled_from(
    [
        "Herne",
        "{!func}x",
        "_query_:x",
        "a:b",
        '"',
        "\\",
        "* TO *",
        "[x",
        "AND",
        "🚲",
        "title:(",
        "name:~",
        "/(/",
        "ruhr",
        "none",
    ]
)


@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(NAMES), TEXT), max_size=5))
def test_no_search_of_anyone_breaks_it(client: Any, pairs: list[tuple[str, str]]) -> None:
    params: dict[str, Any] = {}
    for name, value in pairs:
        params.setdefault(name, []).append(value)
    answer = client.post("/api/action/rvr_search", json={"facets": [], "rows": 1, **params})
    assert answer.status_code in (200, 409), answer.text[:500]
    told = answer.text.lower()
    assert not any(word in told for word in ("solr", "org.apache", "syntaxerror", "zq17"))
