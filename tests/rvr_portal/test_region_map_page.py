from __future__ import annotations

import gzip
import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from ckan.tests import factories

MAP = re.compile(r'<div class="rvr-region">.*?</details>', re.DOTALL)
TOWN = re.compile(r'<a href="([^"]+)" class="rvr-region__town[^"]*" aria-label="([^"]+)"')


_made: dict[str, str] = {}


@pytest.fixture(autouse=True, scope="module")
def _forget() -> Iterator[None]:
    yield
    _made.clear()


@pytest.fixture
def text(request: pytest.FixtureRequest) -> str:
    """The map on the front page, with three datasets in two municipalities and a private one; made once."""
    if not _made:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        make_dataset = request.getfixturevalue("make_dataset")
        kreis = factories.Organization(name="ennepe-ruhr-kreis", title="Ennepe-Ruhr-Kreis")
        for place, private in (("05954016", False), ("05954016", False), ("05911000", False), ("05911000", True)):
            make_dataset(owner_org=kreis["id"], places=[place], private=private)
        found = MAP.search(request.getfixturevalue("app").get("/").body)
        assert found
        _made["text"] = found[0]
    return _made["text"]


def test_every_municipality_is_a_link_with_a_name_and_its_number(text: str):
    towns = [html.unescape(name) for _, name in TOWN.findall(text)]
    assert len(towns) == 53
    assert {"Bochum: 1 Datensatz", "Hattingen: 2 Datensätze", "Hagen: 0 Datensätze"} <= set(towns)


def test_every_number_on_the_map_is_the_length_of_its_list(app: Any, text: str):
    for link, name in TOWN.findall(text):
        number = int(re.search(r": (\d+)", name)[1])  # type: ignore[index]
        if number or "Hagen" in name:
            page = app.get(html.unescape(link)).body
            head = re.search(r'id="rvr-result-head"[^>]*>\s*(\d*)', page)
            assert head
            assert int(head[1] or 0) == number


def test_the_list_beside_the_map_holds_the_same_places_with_the_same_numbers(text: str):
    listed = re.findall(r'<li><a href="([^"]+)">([^<]+)</a> <span class="rvr-count">([\d.]+)', text)
    assert {(link, f"{name}: {number}") for link, name, number in listed} == {
        (link, name.rpartition(" ")[0]) for link, name in TOWN.findall(text)
    }


def test_the_map_is_light(text: str):
    assert len(gzip.compress(text.encode())) <= 15_000
