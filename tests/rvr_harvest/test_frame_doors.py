"""Doors that ckanext-harvest leaves open, or that CKAN 2.12 shuts after the fact; and its form, which lost a source."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup


@pytest.fixture
def source(harvest: Any, portal: Any, turtle: Any) -> str:
    """A harvested source with settings and a plan; its name."""
    config = '{"token": "geheim-4711", "plan": "weekly thu 02:15"}'
    harvest(portal.put("/catalog", turtle("Bäume"), "text/turtle"), "quelle", config=config)
    return "quelle"


def _operator() -> dict[str, str]:
    from ckan.tests import factories

    return {"Authorization": factories.SysadminWithToken()["token"]}


def _stored() -> tuple[str, str, dict[str, Any]]:
    from ckan import model
    from ckanext.harvest.model import HarvestSource

    model.Session.remove()
    package: Any = model.Package.get("quelle")
    found: Any = HarvestSource.get(package.id)
    return found.type, found.frequency, json.loads(found.config)


def test_saving_the_form_without_a_change_changes_nothing_also_after_a_run(source: str, app: Any) -> None:
    before = _stored()
    headers = _operator()
    form: Any = BeautifulSoup(app.get(f"/harvest/edit/{source}", headers=headers).body, "html.parser").select_one(
        "#source-new"
    )
    sent = {one["name"]: one.get("value", "") for one in form.select("input[name]") if one.get("type") != "radio"}
    sent |= {one["name"]: one["value"] for one in form.select("input[type=radio][checked]")}
    sent |= {one["name"]: one.get_text().strip() for one in form.select("textarea[name]")}
    for one in form.select("select[name]"):
        chosen = one.select_one("option[selected]") or one.select_one("option")
        sent[one["name"]] = chosen["value"]
    assert (sent["plan_every"], sent["plan_weekday"], sent["plan_time"]) == ("weekly", "thu", "02:15")
    assert "plan" not in sent["config"]
    answer = app.post(f"/harvest/edit/{source}", data={**sent, "save": "save"}, headers=headers, follow_redirects=False)
    assert answer.status_code == 302, answer.body
    assert _stored() == before


def test_one_field_of_a_source_can_be_changed_by_the_api_after_a_run(source: str, app: Any) -> None:
    before = _stored()
    data = {"id": source, "title": "Neuer Name"}
    answer = app.post("/api/action/harvest_source_patch", json=data, headers=_operator())
    assert answer.json["result"]["title"] == "Neuer Name"
    assert _stored() == before


@pytest.mark.parametrize(
    "action",
    [
        "harvest_abort_failed_jobs", "get_mail_extra_vars", "prepare_error_mail", "prepare_summary_mail",
        "send_error_email", "send_mail", "send_summary_email", "harvest_source_patch", "harvest_job_create_all",
        "harvest_jobs_run", "harvest_objects_import", "harvest_sources_job_history_clear", "harvest_sources_reindex",
    ],
)  # fmt: skip
def test_strangers_find_the_doors_shut(clean_db: None, app: Any, action: str) -> None:
    from ckan.tests import factories

    factories.Organization(name="hagen", description="")
    stranger = {"Authorization": factories.UserWithToken()["token"]}
    for headers in ({}, stranger):
        answer = app.post(
            f"/api/action/{action}", json={"id": "x", "life_span": "1"}, headers=headers, expect_errors=True
        )
        assert answer.status_code in (403, 404), (action, answer.body)


def test_starting_all_sources_leaves_out_new_ones_and_those_with_a_job(source: str, app: Any) -> None:
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckan.lib import jobs

    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    stored: Any = model.Package.get(source)
    data: Any = {
        "name": "neu", "title": "Neu", "url": "http://127.0.0.1:9/neu", "source_type": "rvr_dcat_rdf",
        "owner_org": stored.owner_org, "config": '{"trial": true}',
    }  # fmt: skip
    tk.get_action("harvest_source_create")({"user": user, "ignore_auth": True}, data)
    jobs.get_queue("rvr_harvest").empty()
    path, headers = "/api/action/harvest_job_create_all", _operator()
    made = app.post(path, json={}, headers=headers).json["result"]
    assert [one["source_id"] for one in made] == [stored.id]
    assert app.post(path, json={}, headers=headers).json["result"] == []
    jobs.get_queue("rvr_harvest").empty()
