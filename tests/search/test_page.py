"""The page and its action search as `package_search` does, and show why a hit matched."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest

ANYBODY: Any = {"user": "", "auth_user_obj": None}


@pytest.fixture
def scene(index_of: Any, written: Any) -> None:
    index_of(
        "page",
        lambda: written(
            ("Radwege der Stadt", "Verlauf"), ("Kindertageseinrichtungen", "Plätze je Gruppe"), ("Baumkataster", "Alle Bäume mit Baumart und Pflanzjahr"),
            ("Haushaltsplan", "Erträge"), resources=[{"id": "d", "name": "Tabelle der Laternen", "description": "", "format": "CSV", "url": ""}],
        ),
    )  # fmt: skip


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize(
    "text",
    ["Radweg", "Kita", "Baum Pflanzjahr Unsinn", "Radwege OR Kita", "Wort das fehlt Baumart Pflanzjahr", "Laternen", "Radwege -Stadt", "Weg", "", "🚲", "title:Radwege"],
)  # fmt: skip
def test_the_page_finds_what_package_search_finds(text: str) -> None:
    from ckanext.rvr_portal.dataset_search import find
    from ckanext.rvr_portal.domain.search_request import SearchRequest

    plain = tk.get_action("package_search")(dict(ANYBODY), {"q": text, "fq": "+dataset_type:dataset"})
    page = find(dict(ANYBODY), SearchRequest(q=text))
    # of equal rank the page has an order of its own
    assert page.count == plain["count"]
    assert {hit.package["id"] for hit in page.hits} == {row["id"] for row in plain["results"]}


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize(
    ("text", "field", "word"),
    [("Radweg", "title", "Radwege"), ("Kita", "title", "Kindertageseinrichtungen"), ("Baumarten", "notes", "Baumart")],
)  # fmt: skip
def test_a_hit_says_by_which_word_in_which_field_it_matched(text: str, field: str, word: str) -> None:
    from ckanext.rvr_portal.dataset_search import find
    from ckanext.rvr_portal.domain.search_request import SearchRequest
    from ckanext.rvr_portal.solr import MARK_END, MARK_START

    hit = find(dict(ANYBODY), SearchRequest(q=text), marked=True).hits[0]
    assert f"{MARK_START}{word}{MARK_END}" in hit.marked[field]
