"""A dry run that goes on, seen from its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup

PATH = "/harvest/stadtdaten/dry-run"


def _page(app: Any, scene: dict[str, Any], path: str = PATH, **headers: str) -> Any:
    return app.get(path, headers={**scene["headers"]["clerk"], **headers}, follow_redirects=False)


@pytest.fixture
def dry(scene: dict[str, Any], rows: Any, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Make a dry run of a source; it is gone afterwards, and so is what waits in the queue."""
    from ckan import model
    from ckan.lib import jobs

    from ckanext.rvr_harvest.model import HarvestRun

    def clear() -> None:
        source = HarvestRun.source_id == scene["ids"]["stadtdaten"]
        model.Session.query(HarvestRun).filter(source, HarvestRun.kind == "dry").delete()
        model.Session.commit()
        jobs.get_queue("rvr_harvest").empty()

    request.addfinalizer(clear)
    return lambda status, **values: rows.run(scene["ids"]["stadtdaten"], status, 0, kind="dry", **values)[0]


def test_the_page_says_how_far_a_dry_run_is_and_offers_no_second_one(
    scene: dict[str, Any], app: Any, dry: Callable[..., Any], rows: Any
) -> None:
    dry("running", phase="reading", heartbeat=rows.alive, done=30, expected=40)
    page = BeautifulSoup(_page(app, scene).body, "html.parser")
    live = page.select_one("#rvr-harvest-live")
    assert "Liest den Katalog: 30 von 40" in live.get_text()
    assert (live["hx-get"], live["hx-trigger"]) == (f"{PATH}/progress?said=reading-7", "every 2s")
    assert live.a["href"] == PATH
    assert page.select_one("#rvr-harvest-said[role=status]").get_text() == "Liest den Katalog: 30 von 40"
    assert not page.select(f"form[action='{PATH}']")
    part = _page(app, scene, f"{PATH}/progress?said=reading-7", **{"HX-Request": "true"})
    assert "rvr-harvest-said" not in part.body
    assert _page(app, scene, f"{PATH}/progress").status_code == 302


def test_at_the_end_the_page_is_asked_for_as_a_whole_and_shows_the_report(
    scene: dict[str, Any], app: Any, dry: Callable[..., Any]
) -> None:
    dry("complete", added=40, examples={"added": ["Radwege"]})
    part = _page(app, scene, f"{PATH}/progress?said=reading-9", **{"HX-Request": "true"})
    assert (part.body, part.headers["HX-Refresh"]) == ("", "true")
    assert "Radwege" in _page(app, scene).body


def test_a_dry_run_that_waits_for_a_worker_is_said_to_wait_also_where_there_was_one_before(
    scene: dict[str, Any], app: Any, dry: Callable[..., Any]
) -> None:
    dry("complete", added=40, examples={"added": ["Radwege"]})
    app.post(PATH, headers=scene["headers"]["clerk"], follow_redirects=False)
    page = _page(app, scene).body
    assert "Wartet, bis er an der Reihe ist." in page
    assert "Radwege" not in page


def test_a_dry_run_that_broke_off_can_be_started_again(
    scene: dict[str, Any], app: Any, dry: Callable[..., Any], rows: Any
) -> None:
    from datetime import timedelta

    dry("running", phase="reading", heartbeat=rows.alive - timedelta(days=1), done=30, expected=40)
    page = _page(app, scene).body
    assert "Der letzte Probelauf ist abgebrochen." in page
    assert f'action="{PATH}"' in page


def test_only_stewards_see_how_far_a_dry_run_is(scene: dict[str, Any], app: Any) -> None:
    htmx = {"HX-Request": "true"}
    assert app.get(f"{PATH}/progress", headers=htmx, status=403).status_code == 403
    assert app.get(f"{PATH}/progress", headers={**scene["headers"]["nobody"], **htmx}, status=403).status_code == 403
    hidden = "/harvest/geheim/dry-run/progress"
    assert app.get(hidden, headers={**scene["headers"]["clerk"], **htmx}, status=404).status_code == 404
