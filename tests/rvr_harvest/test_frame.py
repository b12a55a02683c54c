"""ckanext-harvest's frame on CKAN 2.12: what is mended, and how a run starts from its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

CONFIG = '{"token": "geheim-4711"}'


@pytest.fixture
def source(harvest: Any, portal: Any, turtle: Any) -> str:
    """A harvested source with a configuration; its name."""
    harvest(portal.put("/catalog", turtle("Bäume"), "text/turtle"), "quelle", config=CONFIG)
    return "quelle"


def _user(sysadmin: bool = False) -> dict[str, Any]:
    from ckan.tests import factories

    return factories.SysadminWithToken() if sysadmin else factories.UserWithToken()


def test_a_source_keeps_type_frequency_and_configuration_after_a_run(source: str) -> None:
    import ckan.plugins.toolkit as tk

    shown = tk.get_action("harvest_source_show")({"ignore_auth": True}, {"id": source})
    assert (shown["source_type"], shown["frequency"], shown["config"]) == ("rvr_dcat_rdf", "MANUAL", CONFIG)


def test_two_runs_through_the_stock_command_line_work(source: str, portal: Any) -> None:
    from ckanext.harvest import utils

    utils.run_test_harvester(source, None)
    utils.run_test_harvester(source, None)


def test_the_stock_command_line_and_the_page_about_a_source_tell_its_kind_after_a_run(source: str, app: Any) -> None:
    from ckanext.harvest import utils

    for told in (utils.show_harvest_source(source), utils.list_sources(False)):
        assert "type: rvr_dcat_rdf" in told
        assert "frequency: MANUAL" in told
    page = app.get(f"/harvest/about/{source}").body
    for name in ("source_type", "frequency", "rvr_dcat_rdf", "MANUAL"):
        assert name not in page


@pytest.mark.parametrize("path", ["clear", "delete", "refresh"])
def test_a_link_cannot_change_a_source(source: str, app: Any, path: str, datasets: Callable[..., Any]) -> None:
    user = _user(sysadmin=True)
    answer = app.get(f"/harvest/{path}/{source}", headers={"Authorization": user["token"]}, expect_errors=True)
    assert answer.status_code == 405
    assert len(datasets()) == 1


def test_a_link_cannot_stop_a_run_but_the_button_does(
    source: str, app: Any, portal: Any, turtle: Any, datasets: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckanext.harvest.model import HarvestJob

    from ckanext.rvr_harvest import harvester, pipeline

    view = "<> a hydra:PagedCollection ; hydra:next '{portal}/2' ."
    portal.put("/catalog", turtle("Bäder", base="https://example.org/1/", extra=view), "text/turtle")
    portal.put("/2", turtle("Brücken", base="https://example.org/2/"), "text/turtle")
    job = _running_job(source)
    path = f"/harvest/{source}/job/{job.id}/abort"
    admin = {"Authorization": _user(sysadmin=True)["token"]}
    assert app.get(path, headers=admin, expect_errors=True).status_code == 405
    assert app.post(path, expect_errors=True, follow_redirects=False).status_code in (302, 403)
    assert HarvestJob.get(job.id).status == "Running"

    take = pipeline.Run._take

    def stopped_after_the_first_page(self: Any, page: Any, reader: Any) -> None:
        take(self, page, reader)
        self._hand_over()
        self._finish_writing()
        answer = app.post(path, headers=admin, follow_redirects=False)
        assert answer.status_code == 302

    monkeypatch.setattr(pipeline.Run, "_take", stopped_after_the_first_page)
    report = harvester.run_job(HarvestJob.get(job.id))
    assert report is not None
    assert "angehalten" in report.sentences()[0].de
    assert (report.status, report.added) == ("failed", 1)
    model.Session.remove()
    assert {one["title"] for one in datasets()} == {"Bäume", "Bäder"}
    assert tk.get_action("package_search")({}, {"q": "Bäder"})["count"] == 1


def _running_job(source: str) -> Any:
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckanext.harvest.model import HarvestJob

    context: Any = {"user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"], "ignore_auth": True}
    made = tk.get_action("harvest_job_create")(context, {"source_id": model.Package.get(source).id, "run": False})
    job: Any = HarvestJob.get(made["id"])
    job.status = "Running"
    job.save()
    return job


def test_a_run_whose_worker_was_killed_is_done_by_the_next_one(source: str, app: Any) -> None:
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckan.lib import jobs
    from ckanext.harvest.model import HarvestJob

    queue = jobs.get_queue("rvr_harvest")
    queue.empty()
    queue.enqueue_call("no.such.function")  # what other programs leave behind
    job_id = _running_job(source).id
    context: Any = {"ignore_auth": True, "session": model.Session, "model": model, "user": ""}
    for _ in range(2):  # the second time it waits already
        tk.get_action("harvest_jobs_run")(dict(context), {})
        assert queue.job_ids.count(f"rvr_harvest-{job_id}") == 1
    jobs.Worker(["rvr_harvest"]).work(burst=True)
    model.Session.remove()
    assert HarvestJob.get(job_id).status == "Finished"
    tk.get_action("harvest_jobs_run")(dict(context), {})
    assert queue.job_ids == []


def test_the_configuration_of_a_source_is_hidden_from_who_may_not_change_it(source: str, app: Any) -> None:
    for path in (
        f"harvest_source_show?id={source}", f"package_show?id={source}", "harvest_source_list",
        "package_search?fq=dataset_type:harvest", f"package_show?id={source}&use_default_schema=true",
        "package_search?fq=dataset_type:harvest&use_default_schema=true",
        'package_search?fl=["*"]&fq=dataset_type:harvest',
    ):  # fmt: skip
        for headers in ({}, {"Authorization": _user()["token"]}):
            answer = app.get(f"/api/action/{path}", headers=headers, expect_errors=True)
            assert "geheim-4711" not in answer.body, path
    shown = app.get(
        f"/api/action/harvest_source_show?id={source}", headers={"Authorization": _user(sysadmin=True)["token"]}
    )
    assert "geheim-4711" in shown.body


def test_the_report_is_for_those_who_may_change_the_source(source: str, app: Any) -> None:
    assert app.get(f"/api/action/rvr_harvest_report_show?id={source}", expect_errors=True).status_code == 403
    headers = {"Authorization": _user(sysadmin=True)["token"]}
    answer = app.get(f"/api/action/rvr_harvest_report_show?id={source}", headers=headers)
    assert answer.json["result"]["added"] == 1


def test_the_button_puts_a_run_into_the_workers_queue_and_the_worker_does_it(
    source: str, app: Any, portal: Any, turtle: Any, datasets: Any
) -> None:
    import ckan.plugins.toolkit as tk
    from ckan.lib import jobs
    from ckanext.harvest.model import HarvestJob

    jobs.get_queue("rvr_harvest").empty()
    portal.put("/catalog", turtle("Bäume", "Bäder"), "text/turtle")
    headers = {"Authorization": _user(sysadmin=True)["token"]}
    source_id = tk.get_action("harvest_source_show")({"ignore_auth": True}, {"id": source})["id"]
    app.post(f"/harvest/refresh/{source_id}", headers=headers, follow_redirects=False)
    waiting = jobs.get_queue("rvr_harvest").jobs
    assert len(waiting) == 1
    jobs.Worker(["rvr_harvest"]).work(burst=True)
    from ckan import model

    model.Session.remove()
    assert len(datasets()) == 2
    assert {job.status for job in model.Session.query(HarvestJob)} == {"Finished"}


def test_the_pages_of_source_and_job_show_the_report(source: str, app: Any) -> None:
    from ckan import model
    from ckanext.harvest.model import HarvestJob

    headers = {"Authorization": _user(sysadmin=True)["token"]}
    job = model.Session.query(HarvestJob).first()
    for path in (f"/harvest/admin/{source}", f"/harvest/{source}/job/{job.id}"):
        page = app.get(path, headers=headers)
        assert re.search(r"<strong>1</strong> neu", page.body) or "1 neu, 0 geändert" in page.body, path
        assert "harvest/clear" not in page.body or 'method="post"' in page.body


def test_clearing_a_source_lets_the_next_run_start_anew(source: str, harvest: Any, portal: Any, datasets: Any) -> None:
    import ckan.plugins.toolkit as tk
    from ckan import model

    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    source_id = tk.get_action("harvest_source_show")({"ignore_auth": True}, {"id": source})["id"]
    context = {"user": user, "ignore_auth": True, "model": model, "session": model.Session}
    tk.get_action("harvest_source_clear")(context, {"id": source_id})
    assert datasets() == []
    assert harvest(portal.url + "/catalog")["added"] == 1


def test_two_runs_of_one_source_never_overlap(source: str) -> None:
    from ckan import model
    from ckanext.harvest.model import HarvestJob

    from ckanext.rvr_harvest import harvester
    from ckanext.rvr_harvest.exceptions import AlreadyRunningError

    job = model.Session.query(HarvestJob).first()
    with harvester._lock(job.source_id), pytest.raises(AlreadyRunningError):
        harvester.run_job(job)


def test_the_command_line_makes_a_source_runs_it_and_reports(
    harvest: Any, portal: Any, turtle: Any, make_organization: Any, cli: Any
) -> None:
    from ckanext.rvr_harvest.cli import rvr_harvest

    make_organization(name="hagen")
    url = portal.put("/catalog", turtle("Bäume"), "text/turtle")
    result = cli.invoke(rvr_harvest, ["run", "neu", "--url", url, "--organization", "hagen", "--quiet"])
    assert result.exit_code == 0, result.output
    assert "1 neu" in result.output
    portal.put("/catalog", "<html></html>", "text/html")
    assert cli.invoke(rvr_harvest, ["run", "neu", "--quiet"]).exit_code == 1
    assert "Webseite" in cli.invoke(rvr_harvest, ["report", "neu"]).output
    assert cli.invoke(rvr_harvest, ["run", "unbekannt"]).exit_code == 1
