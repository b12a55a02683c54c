"""A run that goes on, seen from its page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup


def soup(body: str) -> Any:
    return BeautifulSoup(body, "html.parser")


@pytest.fixture
def run(scene: dict[str, Any]) -> Iterator[str]:
    """The run that goes on; afterwards it goes on again."""
    from ckan import model

    from ckanext.rvr_harvest.model import HarvestRun

    run_id = model.Session.query(HarvestRun).filter_by(job_id=scene["jobs"]["laeuft"]).one().id
    yield run_id
    update(run_id, status="running", phase="reading", done=300, report={})


def finish(run_id: str) -> None:
    """What the engine writes at the end of a run."""
    from ckan import model

    from ckanext.rvr_harvest.model import HarvestRun

    run: Any = model.Session.get(HarvestRun, run_id)
    run.status, run.phase = "complete", ""
    run.report = {
        "status": "complete", "added": 765, "changed": 0, "unchanged": 0, "vanished": 0, "refused": 0, "held": 0,
        "sentences_de": ["765 neu, 0 geändert, 0 unverändert, 0 abgelehnt."], "sentences_en": [], "findings": [],
    }  # fmt: skip
    model.Session.commit()


def update(run_id: str, **values: Any) -> None:
    from ckan import model

    from ckanext.rvr_harvest.model import HarvestRun

    run: Any = model.Session.get(HarvestRun, run_id)
    for name, value in values.items():
        setattr(run, name, value)
    model.Session.commit()


@pytest.mark.parametrize("path", ["/harvest/laeuft/job/{job}", "/harvest/admin/laeuft"])
def test_a_page_says_in_plain_words_how_far_a_run_is_and_renews_itself(
    scene: dict[str, Any], app: Any, path: str
) -> None:
    page = soup(app.get(path.format(job=scene["jobs"]["laeuft"]), headers=scene["headers"]["clerk"]).body)
    live = page.select_one("#rvr-harvest-live")
    assert "Liest den Katalog: 300 von 765" in live.get_text()
    assert (live.progress["value"], live.progress["max"]) == ("300", "765")
    assert live["hx-trigger"] == "every 2s"
    assert page.select_one("#rvr-harvest-said[role=status]").get_text() == "Liest den Katalog: 300 von 765"
    assert live.a.get_text() == "Aktualisieren"
    assert live.a["href"].endswith(f"/harvest/laeuft/job/{scene['jobs']['laeuft']}")


def test_a_screen_reader_hears_each_tenth_only(scene: dict[str, Any], app: Any) -> None:
    address = f"/harvest/laeuft/job/{scene['jobs']['laeuft']}/progress?said="
    headers = {**scene["headers"]["clerk"], "HX-Request": "true"}
    assert soup(app.get(f"{address}reading-3", headers=headers).body).select("[hx-swap-oob]") == []
    said = soup(app.get(f"{address}reading-2", headers=headers).body).select("[hx-swap-oob]")
    assert [part["id"] for part in said] == ["rvr-harvest-said"]


def test_the_progress_of_a_run_is_shown_to_its_stewards_only(scene: dict[str, Any], app: Any) -> None:
    address = f"/harvest/laeuft/job/{scene['jobs']['laeuft']}/progress"
    htmx = {"HX-Request": "true"}
    assert app.get(address, headers=htmx, status=403).status_code == 403
    assert app.get(address, headers={**scene["headers"]["nobody"], **htmx}, status=403).status_code == 403
    foreign = f"/harvest/laeuft/job/{scene['jobs']['fremd']}/progress"
    assert app.get(foreign, headers={**scene["headers"]["clerk"], **htmx}, status=404).status_code == 404
    hidden = f"/harvest/geheim/job/{scene['jobs']['geheim']}/progress"
    assert app.get(hidden, headers={**scene["headers"]["clerk"], **htmx}, status=404).status_code == 404
    plain = app.get(address, headers=scene["headers"]["clerk"], follow_redirects=False)
    assert plain.status_code == 302


@pytest.mark.parametrize(
    ("phase", "done", "expected", "words"),
    [
        ("reading", 1200, None, "Liest den Katalog: 1.200"),
        ("writing", 400, 765, "Schreibt die Datensätze: 400 von 765"),
        ("finishing", 765, 765, "Schließt ab"),
    ],
)
def test_each_phase_has_its_words(
    scene: dict[str, Any], app: Any, phase: str, done: int, expected: int | None, words: str
) -> None:
    from ckanext.rvr_harvest.progress import Progress

    with app.flask_app.test_request_context():
        assert Progress(phase, done, expected).sentence.startswith(words)


def test_a_run_whose_process_is_silent_counts_as_broken_off(scene: dict[str, Any], app: Any) -> None:
    from datetime import datetime, timedelta

    from ckanext.rvr_harvest import overview

    now = datetime(2026, 1, 1)  # noqa: DTZ001
    long_ago = now - timedelta(days=3000)
    assert overview.state("running", long_ago, long_ago) == "interrupted"
    assert overview.state("complete", long_ago, long_ago) == "complete"


@pytest.mark.browser
def test_the_page_shows_the_report_by_itself_when_the_run_ends(
    live_server: Any, new_page: Any, axe: Any, scene: dict[str, Any], run: str
) -> None:
    page = new_page(extra_http_headers=scene["headers"]["clerk"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/progress" in request.url else None)
    page.goto(f"{live_server.url}/harvest/laeuft/job/{scene['jobs']['laeuft']}")
    assert axe(page) == []
    update(run, phase="writing", done=500)
    page.get_by_text("Schreibt die Datensätze: 500 von 765").first.wait_for()
    assert page.locator("#rvr-harvest-said").inner_text() == "Schreibt die Datensätze: 500 von 765"
    finish(run)
    page.get_by_role("heading", name="Was aus der Quelle kam").wait_for()
    assert page.locator("#rvr-harvest-said").inner_text() == "Fertig: Der ganze Katalog wurde gelesen."
    assert "765" in page.locator(".rvr-harvest-numbers").inner_text()
    assert page.locator("[hx-trigger]").count() == 0
    before = len(asked)
    page.wait_for_timeout(2500)
    assert len(asked) == before
    assert axe(page) == []
    plain = new_page(javascript=False, extra_http_headers=scene["headers"]["clerk"])
    plain.goto(f"{live_server.url}/harvest/laeuft/job/{scene['jobs']['laeuft']}")
    assert "765" in plain.locator(".rvr-harvest-numbers").inner_text()
