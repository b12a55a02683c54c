"""The questions that only a person can answer."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup


def page_of(app: Any, scene: dict[str, Any], who: str = "clerk") -> Any:
    return BeautifulSoup(app.get("/harvest/frage/decide", headers=scene["headers"][who]).body, "html.parser")


def test_the_page_names_what_would_go_and_since_when(scene: dict[str, Any], app: Any) -> None:
    page = page_of(app, scene)
    section = page.select_one("section[aria-labelledby=rvr-decide-gone]")
    assert section.h2.get_text() == "3 Datensätze fehlen in der Quelle"
    listed = [item.get_text(" ", strip=True) for item in section.select("li")]
    assert [item.split(" fehlt")[0] for item in listed] == ["Freibad 0", "Freibad 1", "Freibad 2"]
    assert all("fehlt seit dem Lauf vom" in item for item in listed)
    assert [button.get_text() for button in section.select("button")] == [
        "Datensätze behalten",
        "Datensätze herausnehmen",
    ]
    assert "Gelöscht wird nichts" in section.get_text()


def test_the_page_names_what_has_moved(scene: dict[str, Any], app: Any) -> None:
    section = page_of(app, scene).select_one("section[aria-labelledby=rvr-decide-moved]")
    assert section.h2.get_text() == "1 Datensatz hat wahrscheinlich eine neue Kennung"
    assert [link["href"] for link in section.select("li a")] == ["https://frage.example.org/neu", "/dataset/baeume"]
    assert section.select_one("input[name=guid]")["value"] == "neu"


def test_the_pages_of_the_source_lead_to_the_question(scene: dict[str, Any], app: Any) -> None:
    for path in ("/harvest/admin/frage", "/harvest/mine", "/harvest/frage/job"):
        body = app.get(path, headers=scene["headers"]["clerk"]).body
        assert "/harvest/frage/decide" in body, path
    empty = app.get("/harvest/stadtdaten/decide", headers=scene["headers"]["clerk"]).body
    assert "Es ist nichts zu entscheiden." in empty


def test_only_the_stewards_of_a_source_are_asked(scene: dict[str, Any], app: Any) -> None:
    for who in ("all", "nobody", "member"):
        assert app.get("/harvest/frage/decide", headers=scene["headers"][who], status=403).status_code == 403
        answer = {"about": "gone", "answer": "confirm"}
        sent = app.post("/harvest/frage/decide", data=answer, headers=scene["headers"][who], status=403)
        assert sent.status_code == 403
    assert app.get("/harvest/geheim/decide", headers=scene["headers"]["clerk"], status=404).status_code == 404
    assert app.get("/harvest/stadtdaten/decide", headers=scene["headers"]["sysadmin"]).status_code == 200


def test_an_unknown_answer_changes_nothing(scene: dict[str, Any], app: Any) -> None:
    for answer in ({}, {"about": "gone", "answer": "vielleicht"}, {"about": "alles", "answer": "confirm"}):
        sent = app.post("/harvest/frage/decide", data=answer, headers=scene["headers"]["clerk"], status=400)
        assert sent.status_code == 400
    assert "3 Datensätze fehlen" in page_of(app, scene).get_text()


@pytest.mark.browser
def test_an_answer_needs_the_token_of_its_form(live_server: Any, scene: dict[str, Any]) -> None:
    """With a login by cookie; an API token is a proof of its own."""
    import urllib.error
    import urllib.request

    data = b"about=gone&answer=confirm"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(live_server.url + "/harvest/frage/decide", data=data, timeout=60)
    assert refused.value.code in (400, 403)
