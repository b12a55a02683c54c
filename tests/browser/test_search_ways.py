"""Every path of finding something, with a mouse, with the keyboard alone and without JavaScript, in both languages, on a
phone, a tablet and a desk: the table in README.md."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import search_scene
from in_browser import go_back, watched
from visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]

WAYS, WIDTHS, LANGUAGES = ("mouse", "keyboard", "plain"), (320, 768, 1280), ("de", "en")
# each way at each width, the languages by turns: each way and each width has both
COMBINATIONS = [
    (way, width, LANGUAGES[(number + place) % 2])
    for number, way in enumerate(WAYS)
    for place, width in enumerate(WIDTHS)
]
#: One choice of each facet, and what is folded around it.
CHOICES = {
    "places": ("#facet-places-05916000", ()),
    "theme": ("#facet-theme-TRAN", ()),
    "format group": ("#facet-format_group-table", ()),
    "format": ("#facet-res_format-CSV", ("#inside-format_group-table",)),
    "publisher": ("#facet-organization-ennepe-ruhr-kreis", ()),
    "licence": ("#facet-openness-attribution", ()),
    "currency": ("#facet-updated-week", ()),
    "high value": ("#facet-hvd-any", ()),
}
MORE = ("Radwege", 2)


@pytest.fixture(params=COMBINATIONS, ids=lambda one: "-".join(map(str, one)))
def visitor(request: Any, fill_once: Callable[..., None], live_server: Any, new_page: Callable[..., Any]) -> Any:
    """Somebody at a portal with datasets; the page threw no error and fits the screen when the test is through."""
    fill_once(search_scene.fill)
    way, width, language = request.param
    page = watched(new_page(javascript=way != "plain", width=width, accept_downloads=True))
    yield Visitor(page, live_server.url, way, language)
    assert page.errors == []
    if way != "plain":
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def _open_filters(visitor: Visitor) -> None:
    visitor.unfold("#rvr-filters")


def test_words_are_searched_and_the_hit_shows_why(visitor: Visitor) -> None:
    visitor.open("/dataset/")
    visitor.write("#field-giant-search", "Radwege")
    visitor.go("#rvr-search-submit")
    visitor.sees(2, "Radwege")
    assert set(visitor.page.locator(".rvr-results mark").all_inner_texts()) == {"Radwege"}


def test_a_place_in_the_words_is_a_filter_that_can_be_taken_away(visitor: Visitor) -> None:
    visitor.open("/dataset/?q=Radwege+in+Herne")
    visitor.sees(1, "Herne")
    visitor.go("#rvr-literally")
    visitor.sees(1, "Radwege in Herne")
    visitor.open("/dataset/?q=Radwege+in+Herne")
    visitor.go("#chip-places-05916000")
    visitor.sees(2, "Radwege")


def test_essen_is_the_city_or_the_food_and_the_reader_decides(visitor: Visitor) -> None:
    visitor.open("/dataset/?q=Essen")
    visitor.sees(2)
    visitor.go("#rvr-offer-05113000")
    visitor.sees(1, "Essen")
    assert visitor.page.locator(".rvr-results .rvr-card__title").inner_text() == "Ladesäulen"


def test_every_facet_filters_as_many_as_it_counts(visitor: Visitor) -> None:
    visitor.open("/dataset/?q=Radwege+OR+Wälder+OR+Spielplätze+OR+Ladesäulen")
    visitor.sees(5)
    for name, (choice, folds) in CHOICES.items():
        _open_filters(visitor)
        visitor.unfold(*folds)
        count = _count(visitor.page, choice)
        assert 0 < count < 5, name
        take = visitor.go if "updated" in choice else visitor.tick
        take(choice)
        visitor.sees(count)
        visitor.go(".rvr-chip")
        visitor.sees(5)


def _count(page: Any, choice: str) -> int:
    option = page.locator(".rvr-option, .rvr-facet__item").filter(has=page.locator(choice))
    shown = option if option.count() else page.locator(choice)
    return int(re.match(r"\d+", shown.locator(".rvr-count").inner_text())[0])  # type: ignore[index]


def test_a_period_is_typed_and_taken_away(visitor: Visitor) -> None:
    visitor.open("/dataset/?theme=TRAN")
    visitor.sees(2)
    _open_filters(visitor)
    visitor.write("#period_from", "2022")
    visitor.go("#rvr-apply-filters")
    visitor.sees(0)
    visitor.go("#chip-period_from-2022")
    visitor.sees(2)


def test_one_of_more_than_fifty_publishers_is_found_by_its_name(visitor: Visitor) -> None:
    visitor.open("/dataset/")
    _open_filters(visitor)
    assert visitor.page.locator("#facet-organization .rvr-option").count() > 50
    if visitor.scripts:
        visitor.write("#find-organization", "stelle 47")
        visitor.page.locator("#facet-organization .rvr-option:visible").nth(1).wait_for(state="detached")
    else:
        visitor.unfold("#rest-organization")
    visitor.tick("#facet-organization-stelle-47")
    visitor.sees(1, "Stelle 47")


def test_back_shows_the_list_before_and_its_address_can_be_passed_on(visitor: Visitor) -> None:
    visitor.open("/dataset/?q=Radwege")
    visitor.sees(2)
    _open_filters(visitor)
    visitor.tick("#facet-places-05916000")
    visitor.sees(1)
    shared = visitor.page.url
    go_back(visitor.page)
    visitor.sees(2)
    visitor.page.goto(shared)
    visitor.sees(1)
    assert visitor.page.locator("#facet-places-05916000").is_checked()


def test_list_and_map_show_the_same_and_lead_to_each_other(visitor: Visitor) -> None:
    visitor.open("/dataset/?q=Radwege&sort=title")
    titles = visitor.page.locator(".rvr-results .rvr-card__title").all_inner_texts()
    visitor.go(".rvr-switch a:not([aria-current])")
    visitor.page.wait_for_url(re.compile("/map"))
    visitor.sees(2)
    assert visitor.page.locator(".rvr-results .rvr-card__title").all_inner_texts() == titles
    visitor.go(".rvr-switch a:not([aria-current])")
    visitor.page.wait_for_url(re.compile("/dataset"))
    visitor.sees(2)


def test_a_section_of_the_map_is_taken_after_a_search_and_keeps_its_words(visitor: Visitor) -> None:
    visitor.open("/map")
    visitor.sees(58)
    visitor.write("#field-giant-search", "Radwege")
    visitor.go("#rvr-search-submit")
    visitor.sees(2)
    if visitor.scripts:
        visitor.page.locator("[data-rvr-cell]").first.wait_for()
        visitor.go(".rvr-map__tools button >> nth=0")
        visitor.page.wait_for_url(re.compile("bbox="))
    else:  # without a map to move about in, the four sides are there as they are
        visitor.unfold("#rvr-box")
        visitor.go("[data-rvr-box] button")
    visitor.sees(2, "Radwege")
    assert "q=Radwege" in visitor.page.url


def test_a_section_is_typed_without_a_map(visitor: Visitor) -> None:
    visitor.open("/map?q=Radwege")
    visitor.sees(2)
    visitor.unfold("#rvr-box")
    for side, degrees in {"west": "7,15", "south": "51,50", "east": "7,30", "north": "51,58"}.items():
        visitor.write(f"[data-rvr-box] [name={side}]", degrees)
    visitor.go("[data-rvr-box] button")
    visitor.page.wait_for_url(re.compile("bbox="))
    visitor.sees(1, "Radwege")
    visitor.go(".rvr-chip")
    visitor.sees(2)


def test_nothing_found_leads_on_with_true_numbers(visitor: Visitor) -> None:
    for path, link in (
        ("/dataset/?q=Radwge", "#way-1"),
        ("/dataset/?q=Radwege+Quastenflosser", "#way-1"),
        ("/dataset/?q=Radwege&theme=REGI", "#way-1"),
        ("/dataset/?q=Spielplätze+in+Bochum", "#near-1"),
    ):
        visitor.open(path)
        visitor.sees(0)
        way = visitor.page.locator(link)
        number = int(re.search(r"\d+", way.locator("xpath=..").inner_text().replace(way.inner_text(), ""))[0])  # type: ignore[index]
        visitor.go(link)
        visitor.sees(number)


def test_a_search_is_followed_by_feed_and_taken_along_as_a_table(visitor: Visitor, live_server: Any) -> None:
    visitor.open("/dataset/?q=Radwege&places=05916000")
    visitor.sees(1)
    feeds = visitor.page.locator(".rvr-forms a[type^='application/']")
    for kind in ("atom", "feed+json"):
        address = feeds.and_(visitor.page.locator(f"[type*='{kind}']")).get_attribute("href")
        status, body = live_server.get(address.removeprefix(live_server.url))
        assert status == 200
        assert "Radwege der Stadt" in body
        assert "Radwege des Kreises" not in body
    with visitor.page.expect_download() as download:
        visitor.press(".rvr-forms a[type^='text/csv']")
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig")), delimiter=";"))
    assert [row for row in rows[1:] if "Radwege der Stadt" in row] == rows[1:] != []
