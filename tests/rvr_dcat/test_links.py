"""The nightly check of addresses, against real servers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from ckanext.rvr_portal.http import HttpDoor

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")
NIGHT = datetime(2026, 11, 23, 2, tzinfo=None)  # noqa: DTZ001 - the database keeps UTC without an offset


def run(now: datetime = NIGHT, **options: Any) -> Any:
    from ckanext.rvr_dcat.links import check_links

    with HttpDoor(allow_local=True, retries=0, total_timeout=1.0) as door:
        return check_links(door=options.pop("door", door), now=lambda: now, **options)


def rows() -> dict[str, Any]:
    from ckan import model

    from ckanext.rvr_dcat.model import LinkCheck

    model.Session.expire_all()
    return {row.url: row for row in model.Session.query(LinkCheck)}


def test_each_kind_of_answer_has_its_word(web: Any, make_dataset: Any, app: Any) -> None:
    web.routes = {
        "/da": (200, {}), "/kein-head": (200, {"X-No-Head": "1"}), "/um": (302, {"Location": "/da"}),
        "/zu": (403, {}), "/kaputt": (500, {}), "/still": (None, {}), "/intern": (302, {"Location": "http://169.254.169.254/"}),
    }  # fmt: skip
    names = [*web.routes, "/weg"]
    make_dataset(resources=[{"url": web.url + name} for name in names])
    done = run()
    found = {url.removeprefix(web.url): row.outcome for url, row in rows().items()}
    assert found == {
        "/da": "ok", "/kein-head": "ok", "/um": "ok", "/zu": "refused", "/kaputt": "disturbed", "/still": "slow",
        "/intern": "forbidden", "/weg": "gone",
    }  # fmt: skip
    assert done.outcomes.total() == 8
    assert ("GET", "/kein-head") in web.seen and ("GET", "/da") not in web.seen
    weg = rows()[web.url + "/weg"]
    assert (weg.status, weg.checked, weg.failing_since) == (404, NIGHT, NIGHT)


def test_an_address_is_asked_once_a_day_and_its_failing_has_a_beginning(web: Any, make_dataset: Any) -> None:
    make_dataset(resources=[{"url": web.url + "/a"}, {"url": web.url + "/a"}])
    run()
    before = len(web.seen)
    run(NIGHT + timedelta(hours=5))
    assert len(web.seen) == before
    run(NIGHT + timedelta(days=1))
    assert len(web.seen) > before
    row = rows()[web.url + "/a"]
    assert (row.failing_since, row.checked) == (NIGHT, NIGHT + timedelta(days=1))
    web.routes["/a"] = (200, {})
    run(NIGHT + timedelta(days=2))
    assert (rows()[web.url + "/a"].failing_since, rows()[web.url + "/a"].changed) == (None, NIGHT + timedelta(days=2))


def test_a_run_goes_on_where_the_last_one_stopped(web: Any, make_dataset: Any) -> None:
    web.routes = {f"/{number}": (200, {}) for number in range(5)}
    make_dataset(resources=[{"url": web.url + path} for path in web.routes])
    run(limit=2)
    assert len(web.seen) == 2
    run(limit=2)
    run(limit=2)
    assert sorted(path for _, path in web.seen) == sorted(web.routes)


def test_a_run_that_is_killed_keeps_what_it_had(web: Any, make_dataset: Any) -> None:
    class Killed(BaseException):
        pass

    class Door(HttpDoor):
        asked = 0

        def probe(self, url: str) -> Any:
            self.asked += 1
            if self.asked == 3:
                raise Killed
            return super().probe(url)

    web.routes = {f"/{number}": (200, {}) for number in range(5)}
    make_dataset(resources=[{"url": web.url + path} for path in web.routes])
    with Door(allow_local=True, retries=0) as door, pytest.raises(Killed):
        run(door=door)
    assert sum(row.outcome == "ok" for row in rows().values()) == 2
    run()
    assert sorted(path for _, path in web.seen) == sorted(web.routes)


def test_a_server_that_asks_for_a_pause_gets_it_and_nobody_is_blamed(web: Any, make_dataset: Any) -> None:
    web.routes = {f"/{number}": (429, {"Retry-After": "3600"}) for number in range(4)}
    make_dataset(resources=[{"url": web.url + path} for path in web.routes])
    done = run()
    assert len(web.seen) == 1
    assert (done.outcomes.total(), done.resting.total()) == (0, 4)
    assert {row.outcome for row in rows().values()} == {""}


def test_a_server_that_never_answers_is_left_in_peace_and_the_others_are_asked(web: Any, make_dataset: Any) -> None:
    nobody = "http://gibt-es-nicht.invalid"
    web.routes = {"/da": (200, {})}
    make_dataset(resources=[{"url": f"{nobody}/{number}"} for number in range(8)] + [{"url": web.url + "/da"}])
    done = run()
    assert done.outcomes == {"unknown_host": 5, "ok": 1}
    assert done.resting == {"gibt-es-nicht.invalid": 3}


def test_private_addresses_are_refused_unless_the_site_allows_them(web: Any, make_dataset: Any) -> None:
    make_dataset(resources=[{"url": web.url + "/da"}])
    with HttpDoor(allow_local=False, retries=0) as door:
        run(door=door)
    assert rows()[web.url + "/da"].outcome == "forbidden"
    assert web.seen == []


def test_addresses_of_private_datasets_are_not_asked(web: Any, make_dataset: Any) -> None:
    make_dataset(private=True, resources=[{"url": web.url + "/geheim"}])
    run()
    assert (web.seen, rows()) == ([], {})


def test_what_no_dataset_has_any_more_is_forgotten(web: Any, make_dataset: Any) -> None:
    from ckan.tests.helpers import call_action

    dataset = make_dataset(resources=[{"url": web.url + "/alt", "access_url": web.url + "/seite"}])
    run()
    assert len(rows()) == 1
    site = call_action("get_site_user")["name"]
    call_action("package_patch", {"user": site}, id=dataset["id"], resources=[{"url": web.url + "/neu"}])
    run()
    assert list(rows()) == [web.url + "/neu"]


def test_what_is_no_web_address_is_said_so(make_dataset: Any) -> None:
    make_dataset(resources=[{"url": "ftp://example.org/a.csv"}])
    run()
    assert rows()["ftp://example.org/a.csv"].outcome == "bad"


def test_two_runs_at_once_do_not_ask_twice(web: Any, make_dataset: Any) -> None:
    from ckanext.rvr_dcat import links

    make_dataset(resources=[{"url": web.url + "/a"}])
    with links._alone() as alone:
        assert alone
        assert run().busy
    assert web.seen == []


def test_the_command_says_what_it_did(web: Any, make_dataset: Any, cli: Any, app: Any) -> None:
    from ckanext.rvr_dcat.cli import rvr_dcat

    web.routes = {"/da": (200, {})}
    make_dataset(resources=[{"url": web.url + "/da"}, {"url": web.url + "/weg"}])
    with app.flask_app.test_request_context():
        result = cli.invoke(rvr_dcat, ["links", "check", "--limit", "10"])
    assert result.exit_code == 0, result.output
    assert "Geprüft: 2 Adressen, davon erreichbar: 1." in result.output
    assert "unter der Adresse ist nichts mehr: 1" in result.output
