"""The pages of quality in a browser: accessible, as wide as the screen, without a word of English."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup

ENGLISH = re.compile(
    r"\b(points?|datasets?|quality|level|history|address(?:es)?|overdue|missing|the|of|and|not|your|please|findings?|none|true|false|all|new)\b",
    re.IGNORECASE,
)  # fmt: skip
CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|\b[a-z]+_[a-z_]+\b|\{\w+\}")
PATHS = [
    "/quality", "/quality/organization/bochum", "/quality/organization/leer", "/quality/datasets", "/quality/datasets?level=excellent",
    "/quality/mine", "/organization/bochum", "/quality/dataset/voll", "/quality/dataset/arm", "/quality/dataset/zu",
]  # fmt: skip


def make() -> dict[str, Any]:
    from datetime import timedelta

    from ckan import model
    from ckan.tests import factories

    from ckanext.rvr_dcat import rating
    from ckanext.rvr_dcat.model import QualityDay

    steward = factories.User(name="pflegerin")
    users = [{"name": steward["name"], "capacity": "editor"}]
    bochum = factories.Organization(name="bochum", title="Stadt Bochum", users=users)["id"]
    factories.Organization(name="leer", title="Ohne Daten")
    file = {
        "name": "Tabelle mit einem langen Namen",
        "url": "https://example.org/" + "sehr-lang-" * 20 + ".csv",
        "format": "CSV",
    }
    base = {"owner_org": bochum, "notes": "Alle Bäume.", "frequency": "ANNUAL", "modified": "2020", "resources": [file]}
    for name, private in (("voll", False), ("zu", True)):
        factories.Dataset(**base, name=name, title="Bäume", private=private, tags=[{"name": "Baum"}])
    factories.Dataset(**(base | {"notes": ""}), name="arm", title="Verkehrsmengen" * 6)
    rating.update()
    for days in range(1, 30):
        day = rating.today() - timedelta(days=days)
        model.Session.add(
            QualityDay(
                day=day, organization_id="", datasets=2, points=300 + days, dimensions={}, overdue=0, broken=0, errors=0
            )
        )
    model.Session.commit()
    return {"Authorization": factories.APIToken(user=steward["name"])["token"]}


@pytest.fixture
def steward(fill_once: Any) -> dict[str, str]:
    return fill_once(make)


def test_no_english_word_and_no_code_is_left(steward: dict[str, str], app: Any) -> None:
    for path in PATHS:
        page: Any = BeautifulSoup(app.get(path, headers=steward).body, "html.parser")
        part = page.select_one(".rvr-quality, .rvr-quality-line")
        for address in part.select(".rvr-quality-address"):
            address.decompose()
        text = part.get_text(" ").replace("data.europa.eu", "")
        assert ENGLISH.findall(text) == [], path
        assert CODE.findall(text) == [], path


def test_the_pages_are_english_for_who_wants_it(steward: dict[str, str], app: Any) -> None:
    page = app.get("/en/quality/dataset/arm", headers=steward).body
    assert "Give the period covered" in page
    assert "The dataset has no description." in page


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_have_no_accessibility_violation_and_fit_the_screen(
    live_server: Any, new_page: Any, axe: Any, steward: dict[str, str], width: int
) -> None:
    page = new_page(width=width, extra_http_headers=steward)
    for path in [*PATHS, "/dataset/arm"]:
        answer = page.goto(live_server.url + path)
        assert answer.status == 200, path
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
