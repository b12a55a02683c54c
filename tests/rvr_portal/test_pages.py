"""The pages as a reader gets them: German, whole, in plain words, from this server alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.rvr_portal.logic.refusal import KEEP_INVALID

pytestmark = pytest.mark.usefixtures("with_plugins")

EU = "http://publications.europa.eu/resource/authority/"
UNREADABLE = re.compile(
    r"https?://|\w_SRVC|\bNone\b|\[\]|\{\}|\bnan\b|&lt;|undefined|9999"
    r"|\b(ANNUAL|IRREG|UNKNOWN|CONT|DAILY|MONTHLY|OP_DATPRO|DEU|PUBLIC|NON_PUBLIC|STABLE|AVAILABLE)\b"
)
ENGLISH = re.compile(
    r"\b(Search|Datasets?|Organizations?|Filter by|License|Login|Home|Resources?|Publisher|Followers?|Groups?|Edit"
    r"|Add|Sort|Last Updated|Created|State|active|unknown|Download|Embed|Fullscreen|Preview|Tags|Activity Stream)\b"
)
FULL: dict[str, Any] = {
    "name": "radwege",
    "title": "Radwege in Bochum",
    "notes": "Das Netz der **Radwege** der Stadt und ihrer Nachbarn.\n\n* Belag\n* Breite\n\n<script>alert(1)</script>",
    "places": ["05911000"],
    "theme": [EU + "data-theme/TRAN"],
    "frequency": EU + "frequency/WEEKLY",
    "language": [EU + "language/DEU"],
    "access_rights": EU + "access-right/PUBLIC",
    "availability": "http://publications.europa.eu/resource/authority/planned-availability/STABLE",
    "issued": "2023",
    "modified": "2024-06",
    "temporal_coverage": [{"start": "2020-01-01", "end": "9999-12-31"}],
    "contact": [
        {
            "name": "Open-Data-Team",
            "email": "opendata@example.org",
            "telephone": "+49 234 1",
            "uri": "http://x.example/c",
        }
    ],
    "publisher": [{"name": "Tiefbauamt", "type": "http://purl.org/adms/publishertype/LocalAuthority"}],
    "documentation": ["https://www.example.org/dokumentation"],
    "conforms_to": ["http://www.opengis.net/def/crs/EPSG/0/25832"],
    "political_geocoding": ["http://dcat-ap.de/def/politicalGeocoding/municipalityKey/05911000"],
    "extras": [
        {"key": "aktenzeichen", "value": "GEO 17"},
        {"key": "andere_adresse", "value": "https://example.org/x"},
        {"key": "leer", "value": "[]"},
    ],
    "resources": [
        {
            "name": "Radwege als Tabelle",
            "url": "https://daten.example.org/radwege.csv",
            "format": "CSV",
            "size": 2345678,
            "license": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
            "mimetype": "https://www.iana.org/assignments/media-types/text/csv",
        },
        {
            "url": "https://daten.example.org/dienst",
            "format": "WMS_SRVC",
            "license": "https://example.org/eigene-lizenz",
        },
    ],
}


@pytest.fixture
def get(app: Any) -> Callable[..., BeautifulSoup]:
    def fetch(path: str, status: int = 200, **headers: str) -> BeautifulSoup:
        return BeautifulSoup(app.get(path, status=status, headers=headers).body, "html.parser")

    return fetch


_made: dict[str, Any] = {}


@pytest.fixture(autouse=True, scope="module")
def _forget() -> Iterator[None]:
    yield
    _made.clear()


@pytest.fixture
def scene(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A full and a bare dataset of one city: `{bochum, full, bare}`; made once for tests that only read."""
    if not _made:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        make_dataset = request.getfixturevalue("make_dataset")
        bochum = factories.Organization(name="bochum", title="Stadt Bochum", description="", places=["05911000"])
        bare = make_dataset(owner_org=bochum["id"], name="karg", title="Nur ein Titel")
        # as from another portal: nobody could type it here
        as_harvested = {"user": factories.Sysadmin()["name"], KEEP_INVALID: True}
        full = call_action("package_create", as_harvested, owner_org=bochum["id"], **FULL)
        _made.update(bochum=bochum, full=full, bare=bare)
    return _made


@pytest.fixture
def full(scene: dict[str, Any]) -> dict[str, Any]:
    return scene["full"]


@pytest.fixture
def bare(scene: dict[str, Any]) -> dict[str, Any]:
    return scene["bare"]


@pytest.fixture
def changeable(scene: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same for a test that adds to it: the next test gets it anew."""
    yield dict(scene)
    _made.clear()


def words(page: BeautifulSoup) -> str:
    """What a visitor can read, folded parts included."""
    for hidden in page.select("script, style, template"):
        hidden.decompose()
    return " ".join(page.get_text(" ").split())


def paths(full: dict[str, Any]) -> list[str]:
    resources = [f"/dataset/radwege/resource/{resource['id']}" for resource in full["resources"]]
    return [
        "/", "/dataset/", "/dataset/radwege", "/dataset/karg", *resources, "/organization/", "/organization/bochum",
        "/dataset/?res_format=CSV&rvr_theme=TRAN", "/user/login", "/about",
    ]  # fmt: skip


def faults(page: BeautifulSoup, path: str, typed: tuple[str, ...] = ()) -> list[str]:
    """What no reader should see on a page: addresses, codes, empty rows, English; `typed` is what a person wrote."""
    found = []
    for cell in page.select("dd, .rvr-fact dt, td"):
        if not cell.get_text(strip=True) and not cell.find(("img", "svg")):
            found.append(f"{path}: empty {cell.name}")
    text = words(page)
    for wrote in typed:
        text = text.replace(" ".join(wrote.split()), " ")
    for pattern in (UNREADABLE, ENGLISH):
        found += [f"{path}: {text[max(0, hit.start() - 50) : hit.end() + 50]}" for hit in pattern.finditer(text)]
    return found


def test_no_address_code_empty_row_or_english_word_is_shown_on_any_page(
    get: Any, full: dict[str, Any], bare: dict[str, Any]
) -> None:
    assert [fault for path in paths(full) for fault in faults(get(path), path)] == []


def test_every_page_is_german_and_has_one_title_and_one_main_part(
    get: Any, full: dict[str, Any], bare: dict[str, Any]
) -> None:
    for path in paths(full):
        page = get(path)
        assert page.html["lang"] == "de"
        assert len(page.select("h1")) == 1, path
        assert len(page.select('[role="main"], main')) == 1, path


def test_nothing_is_loaded_from_another_server(get: Any, full: dict[str, Any], bare: dict[str, Any]) -> None:
    for path in paths(full):
        page = get(path)
        loaded = [
            tag.get("src") or tag.get("href")
            for tag in page.select("script[src], img[src], iframe[src], link[href]:not([rel~=alternate])")
        ]
        assert loaded
        assert [url for url in loaded if url.startswith(("http", "//"))] == [], path


def test_no_page_names_a_social_network(get: Any, full: dict[str, Any]) -> None:
    text = str(get("/dataset/radwege")) + str(get("/"))
    assert not re.search(r"facebook|twitter|x\.com/|gravatar", text, re.IGNORECASE)


def test_a_dataset_page_says_what_a_reader_needs(get: Any, full: dict[str, Any]) -> None:
    text = words(get("/dataset/radwege"))
    for part in (
        "Stadt Bochum", "Tiefbauamt", "Radwege als Tabelle", "2,3 MB", "daten.example.org", "Herunterladen",
        "Datenlizenz Deutschland", "seit 1. Januar 2020", "Juni 2024", "wöchentlich", "Verkehr", "opendata@example.org",
        "+49 234 1", "aktenzeichen", "GEO 17", "Dokumentation (example.org)",
    ):  # fmt: skip
        assert part in text, part
    assert "9999" not in text


def test_downloads_stand_before_facts_and_technical_things_last(get: Any, full: dict[str, Any]) -> None:
    page = str(get("/dataset/radwege"))
    order = [
        page.index(mark) for mark in ('id="dataset-resources"', 'id="about-title"', 'id="facts-title"', "rvr-technical")
    ]
    assert order == sorted(order)


def test_script_in_a_description_does_not_reach_the_page(get: Any, full: dict[str, Any]) -> None:
    page = get("/dataset/radwege")
    code = [tag for tag in page.select("script") if tag.get("type") != "application/ld+json"]
    assert "alert(1)" not in "".join(tag.get_text() for tag in code)


def test_a_dataset_without_files_says_so(get: Any, bare: dict[str, Any]) -> None:
    page = get("/dataset/karg")
    assert page.select_one(".rvr-state--empty")
    assert "Keine Lizenz angegeben" in words(page) or "Ohne Angabe der Lizenz" in words(page)


def test_facets_have_german_words_and_numbers(get: Any, full: dict[str, Any], bare: dict[str, Any]) -> None:
    page = get("/dataset/")
    labels = {item.get_text(strip=True) for item in page.select(".rvr-option__label")}
    assert {"Stadt Bochum", "Bochum", "Verkehr", "Tabelle", "CSV-Tabelle"} <= labels
    assert {"Ohne Angabe des Themas", "Ohne Dateien"} <= labels
    numbers = [item.get_text(" ", strip=True) for item in page.select(".rvr-option .rvr-count")]
    assert all(re.fullmatch(r"\d+ Datens(atz|ätze)", number) for number in numbers)


def test_a_search_says_in_a_sentence_what_it_found(get: Any, full: dict[str, Any], bare: dict[str, Any]) -> None:
    page = get("/dataset/?q=Radwege&places=05911000")
    assert page.select_one("#rvr-result-head").get_text(strip=True) == "1 Datensatz zu „Radwege“, gefiltert nach Bochum"
    assert page.title.get_text(strip=True).startswith("1 Datensatz zu „Radwege“")
    assert [chip.get_text(" ", strip=True) for chip in page.select(".rvr-chip")] == ["Filter entfernen: Ort Bochum ×"]


def test_the_live_region_lies_outside_of_what_is_swapped(get: Any, full: dict[str, Any]) -> None:
    status = get("/dataset/").select_one("#rvr-result-status")
    assert status["role"] == "status"
    assert not status.find_parent(attrs={"hx-swap-oob": True})
    assert not status.find_parent(id=re.compile("rvr-search-head|search-facets|search-results"))


def test_the_answer_to_htmx_holds_the_three_parts_and_no_frame(get: Any, full: dict[str, Any]) -> None:
    page = get("/dataset/", **{"HX-Request": "true"})
    assert {part["id"] for part in page.select("[hx-swap-oob]")} == {
        "rvr-search-head",
        "search-facets",
        "search-results",
    }
    assert not page.select("html, header, #rvr-result-status")


def test_choosing_an_order_does_not_search_by_itself(get: Any, full: dict[str, Any]) -> None:
    form = get("/dataset/").select_one("#dataset-search-form")
    assert form["hx-trigger"] == "submit"
    assert len(form.select('button[type="submit"]')) == 2


def test_a_search_without_results_says_what_may_help(get: Any, full: dict[str, Any]) -> None:
    page = get("/dataset/?q=xyzzyq&places=05911000")
    assert "nichts gefunden" in words(page).casefold()
    assert page.select_one(".rvr-state a.btn")["href"].endswith("/dataset/")


def test_pages_of_a_list_have_names_and_keep_the_search(
    get: Any, make_dataset: Callable[..., dict[str, Any]], changeable: dict[str, Any], ckan_config: Any
) -> None:
    ckan_config["ckan.datasets_per_page"] = 2
    for number in range(4):
        make_dataset(owner_org=changeable["bochum"]["id"], title=f"Datensatz {number}")
    pages = get("/dataset/?places=05911000&page=2").select_one("nav.rvr-pages")
    assert [link.get_text(" ", strip=True) for link in pages.select("a")] == [
        "Seite 1",
        "Seite 2",
        "Seite 3",
        "Nächste Seite",
    ]
    assert pages.select_one('[aria-current="page"]').get_text(" ", strip=True) == "Seite 2"
    assert all("places=05911000" in link["href"] for link in pages.select("a"))


def test_the_front_page_counts_what_its_links_show(get: Any, full: dict[str, Any], bare: dict[str, Any]) -> None:
    page = get("/")
    assert page.select_one(".rvr-number__value").get_text(strip=True) == "2"
    traffic = next(link for link in page.select(".rvr-themes a") if "Verkehr" in link.get_text())
    shown = get(traffic["href"]).select(".rvr-results .rvr-card")
    assert str(len(shown)) == re.search(r"\d+", traffic.select_one(".rvr-themes__count").get_text()).group()
    assert len(page.select(".rvr-members__item")) == 15


def test_the_front_page_counts_open_datasets_only_also_for_those_who_see_more(
    get: Any, make_dataset: Callable[..., dict[str, Any]], changeable: dict[str, Any], token_headers: Any
) -> None:
    make_dataset(owner_org=changeable["bochum"]["id"], title="Geheim", private=True)
    page = get("/", **token_headers(factories.Sysadmin()["name"]))
    assert page.select_one(".rvr-number__value").get_text(strip=True) == "2"
    titles = [link.get_text(strip=True) for link in page.select(".rvr-card--compact .rvr-card__title a")]
    assert sorted(titles) == ["Nur ein Titel", "Radwege in Bochum"]


def test_the_front_page_shows_no_false_numbers_while_the_index_does_not_answer(
    get: Any, scene: dict[str, Any], ckan_config: Any
) -> None:
    ckan_config["solr_url"] = "http://127.0.0.1:9/solr/ckan"
    page = get("/")
    assert "Die Suche antwortet gerade nicht" in words(page)
    assert page.select_one("#front-q")
    assert not re.search(r"\d|Noch keine", words(page.select_one("main, #content")))


def test_the_front_page_names_all_member_bodies_and_their_state(get: Any, full: dict[str, Any]) -> None:
    states = [item.get_text(" ", strip=True) for item in get("/").select(".rvr-members__item")]
    assert "Stadt Bochum 2 Datensätze" in states
    assert "Essen Noch keine Daten" in states


def test_error_pages_are_german_and_say_what_to_do(get: Any, scene: dict[str, Any]) -> None:
    for path, status in (("/gibt-es-nicht", 404), ("/ckan-admin", 403), ("/dataset/gibt-es-nicht", 404)):
        page = get(path, status=status)
        text = words(page)
        assert "Was Sie tun können" in text
        assert "Zur Startseite" in text
        assert not re.search(r"\b(Not Found|Forbidden|error|Error)\b", text), text


def test_the_components_page_is_there_in_debug_mode_only(get: Any, scene: dict[str, Any], ckan_config: Any) -> None:
    get("/rvr/components", status=404)
    ckan_config["debug"] = True
    assert get("/rvr/components").select_one(".rvr-state--error")


def test_the_page_about_the_portal_holds_the_operators_own_text_or_one_that_speaks_of_the_portal(
    get: Any, changeable: dict[str, Any]
) -> None:
    page = get("/about")
    assert "Städte, Kreise und Gemeinden der Metropole Ruhr" in words(page)
    assert not page.select_one('a[href*="ckan.org"]')
    operator: Any = {"user": factories.Sysadmin()["name"]}
    call_action("config_option_update", operator, **{"ckan.site_about": "Ein Dienst des **Beispielverbands**."})
    try:
        page = get("/about")
    finally:
        call_action("config_option_update", operator, **{"ckan.site_about": ""})
    assert page.select_one("[role=main] strong").text == "Beispielverbands"
    assert "Woher die Daten kommen" not in words(page)


def test_the_portal_speaks_english_too(get: Any, full: dict[str, Any]) -> None:
    page = get("/en/dataset/radwege")
    assert page.html["lang"] == "en"
    assert "At a glance" in words(page)
    assert not UNREADABLE.search(words(page))


@pytest.mark.parametrize(
    ("path", "german"),
    [
        ("/dataset/radwege", "Radwege in Bochum"),
        ("/dataset/", "Radwege in Bochum"),
        ("/dataset/", "Stadt Bochum"),
        ("/organization/", "Stadt Bochum"),
    ],
)
def test_on_english_pages_german_titles_and_names_say_that_they_are_german(
    get: Any, full: dict[str, Any], path: str, german: str
) -> None:
    page = get("/en" + path)
    spoken = [
        found.find_parent(attrs={"lang": True})["lang"] for found in page.select_one("#content, main")(string=german)
    ]
    assert spoken and set(spoken) == {"de"}
    assert not get(path).select_one("#content, main").select("[lang]")


def test_the_newest_datasets_are_those_of_different_bodies(
    get: Any, make_dataset: Callable[..., dict[str, Any]], changeable: dict[str, Any]
) -> None:
    essen = factories.Organization(name="essen", title="Stadt Essen", places=["05113000"])
    for number in range(7):
        make_dataset(owner_org=essen["id"], title=f"Lieferung {number}")
    titles = [link.get_text(strip=True) for link in get("/").select(".rvr-card--compact .rvr-card__title a")]
    assert titles == ["Lieferung 6", "Lieferung 5", "Lieferung 4", "Lieferung 3", "Radwege in Bochum", "Nur ein Titel"]


def test_a_large_delivery_of_one_body_hides_no_other(
    get: Any, make_dataset: Callable[..., dict[str, Any]], changeable: dict[str, Any]
) -> None:
    from ckan.lib.search.common import make_connection

    from ckanext.rvr_portal.index_batch import documents

    essen = factories.Organization(name="essen", title="Stadt Essen", places=["05113000"])
    made = make_dataset(owner_org=essen["id"], title="Lieferung")["id"]
    document = dict(documents([made]))[made]
    assert document
    later = {"metadata_created": "2999-01-01T00:00:00Z"}  # they are in the index only
    copies = [{**document, **later, **dict.fromkeys(("id", "index_id", "name"), f"copy-{one}")} for one in range(80)]
    make_connection().add(copies, commit=True)
    titles = [link.get_text(strip=True) for link in get("/").select(".rvr-card--compact .rvr-card__title a")]
    assert titles == [*["Lieferung"] * 4, "Radwege in Bochum", "Nur ein Titel"]
    assert "83 Datensätze" in words(get("/"))


def test_the_list_of_bodies_counts_datasets_and_nothing_else(get: Any, changeable: dict[str, Any]) -> None:
    call_action(
        "package_create",
        context={"user": factories.Sysadmin()["name"]},
        type="smart-city-project", title="Kluge Laternen", summary="Kurz gesagt.", places=["05911000"],
        field_of_action="energy", phase="pilot", owner_org=changeable["bochum"]["id"],
    )  # fmt: skip
    card = get("/organization/").select_one(".rvr-card")
    assert card.select_one(".rvr-card__footer").get_text(strip=True) == "2 Datensätze"


def test_a_wrong_log_in_is_explained_in_german(app: Any, changeable: dict[str, Any]) -> None:
    factories.User(name="anna")
    answer = app.post("/user/login", data={"login": "anna", "password": "falsch-falsch"})
    assert "Passwort" in answer.body
    assert "Login failed" not in answer.body
