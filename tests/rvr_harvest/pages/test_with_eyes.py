"""The new pages in a browser: accessible, as wide as the screen, working without JavaScript, in German."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from in_browser import follow

CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|rvr_|\b[a-z]+_[a-z_]+\b")
ENGLISH = re.compile(
    r"\b(harvest\w*|jobs?|runs?|finished|sources?|found|errors?|added|changed|updated|the|of|and|not|your|please|"
    r"findings?|datasets?|unknown|none|true|false|all|new|decide|waiting)\b",
    re.IGNORECASE,
)


def paths(scene: dict[str, Any]) -> list[str]:
    """Every page with something on it, and empty."""
    jobs = scene["jobs"]
    return [
        "/harvest/mine", "/harvest/findings", "/harvest/findings?severity=all", "/harvest/findings?source=wartung",
        "/harvest/frage/decide", "/harvest/wartung/decide", "/harvest/stadtdaten/job", "/harvest/about/stadtdaten",
        "/harvest/admin/frage", "/harvest/admin/laeuft", f"/harvest/laeuft/job/{jobs['laeuft']}",
        f"/harvest/stadtdaten/job/{jobs['stadtdaten']}", f"/harvest/wartung/job/{jobs['wartung']}", "/harvest/",
        "/harvest/frage/dry-run", "/harvest/wartung/dry-run", "/harvest/neu/dry-run",
    ]  # fmt: skip


def test_no_english_word_and_no_code_is_left(scene: dict[str, Any], app: Any) -> None:
    for path in paths(scene):
        main: Any = BeautifulSoup(app.get(path, headers=scene["headers"]["clerk"]).body, "html.parser")
        part = main.select_one(".rvr-harvest")
        assert part is not None, path
        text = re.sub(r"\b(dct|dcat):\w+", "", part.get_text(" ")).replace("intern.example.org", "")
        assert ENGLISH.findall(text) == [], path
        assert CODE.findall(text) == [], path


def test_the_pages_are_english_for_who_wants_it(scene: dict[str, Any], app: Any) -> None:
    page = app.get("/en/harvest/mine", headers=scene["headers"]["clerk"]).body
    assert "The last run failed. What was there before has stayed." in page
    assert "A file or service has no licence." in page


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_have_no_accessibility_violation_and_fit_the_screen(
    live_server: Any, new_page: Any, axe: Any, scene: dict[str, Any], width: int
) -> None:
    page = new_page(width=width, extra_http_headers=scene["headers"]["clerk"])
    for path in paths(scene):
        answer = page.goto(live_server.url + path)
        assert answer.status == 200, path
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    empty = new_page(width=width, extra_http_headers=scene["headers"]["nobody"])
    empty.goto(live_server.url + "/harvest/mine")
    assert axe(empty) == []


@pytest.mark.browser
def test_the_findings_are_filtered_without_javascript(live_server: Any, new_page: Any, scene: dict[str, Any]) -> None:
    page = new_page(javascript=False)
    page.goto(live_server.url + "/harvest/findings")
    page.get_by_label("Quelle").select_option("fremd")
    page.get_by_label("Reihenfolge").select_option("newest")
    follow(page.get_by_role("button", name="Anzeigen"))
    assert page.locator(".rvr-harvest-findings-list li").count() == 1, page.url
    assert "source=fremd" in page.url
    assert "order=newest" in page.url
