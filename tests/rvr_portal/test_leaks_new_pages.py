"""The portal's own pages, tiles, maps and harvest reports tell an anonymous visitor nothing of what is private."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories

NAME = "geheimname-zq17"
SECRET = re.compile(r"zq17", re.IGNORECASE)
THEME = "http://publications.europa.eu/resource/authority/data-theme/"


class Scene:
    """Hagen has one public and one private dataset and project, and a harvest source that knows both."""

    def __init__(self, app: Any) -> None:
        self.client = app.flask_app.test_client(use_cookies=False)
        self.editor = factories.User()
        self.outsider = factories.User()
        self.org = factories.Organization(
            name="hagen", title="Hagen", users=[{"name": self.editor["name"], "capacity": "editor"}]
        )
        own = {"owner_org": self.org["id"], "notes": "Beschreibung"}
        self.public = factories.Dataset(
            title="Offen", name="offen", places=["05914000"], theme=[THEME + "TRAN"],
            resources=[{"url": "http://x.example/a", "format": "CSV"}], **own,
        )  # fmt: skip
        self.private = factories.Dataset(
            name=NAME, title="Geheimtitel zq17", private=True, places=["05914000", "05113000"],
            theme=[THEME + "TRAN", THEME + "ENVI"], resources=[{"url": "http://x.example/b", "format": "GPKG"}], **own,
        )  # fmt: skip
        self.sysadmin = {"user": factories.Sysadmin()["name"]}
        self._projects(own)
        self._harvested()

    def _projects(self, own: dict[str, Any]) -> None:
        common = {"type": "smart-city-project", "summary": "Text", "field_of_action": "energy", **own}
        create = tk.get_action("package_create")
        self.open_project = create(
            dict(self.sysadmin),
            {
                **common,
                "title": "Laternen",
                "places": ["05914000"],
                "phase": "pilot",
                "related_datasets": ["offen", NAME],
            },
        )
        self.project = create(
            dict(self.sysadmin),
            {
                **common, "title": "Geheimprojekt zq17", "name": "projekt-zq17", "places": ["05113000"], "phase": "idea",
                "field_of_action": "mobility", "private": True, "lon": "7.01", "lat": "51.45",
            },
        )  # fmt: skip

    def _harvested(self) -> None:
        from ckanext.harvest import model as harvest

        from ckanext.rvr_harvest.model import HarvestRecord, HarvestRun

        context = {**self.sysadmin, "ignore_auth": True}
        source = {"source_type": "rvr_dcat_rdf", "frequency": "MANUAL", "owner_org": self.org["id"]}
        create = tk.get_action("harvest_source_create")
        self.source = create(dict(context), {**source, "name": "quelle", "title": "Quelle", "url": "http://q.example/"})
        self.hidden_source = create(
            dict(context),
            {**source, "name": "quelle-zq17", "title": "Quelle zq17", "url": "http://zq17.example/", "private": True},
        )
        job = tk.get_action("harvest_job_create")(dict(context), {"source_id": self.source["id"], "run": False})
        self.job = job["id"]
        stored = harvest.HarvestJob.get(self.job)
        common = {
            "source": stored.source, "job": stored, "current": True, "state": "COMPLETE",
            "import_finished": datetime.now(UTC).replace(tzinfo=None),
        }  # fmt: skip
        session = model.Session
        self.object = harvest.HarvestObject(
            guid="zq17", content='{"title": "zq17"}', package_id=self.private["id"], **common
        )
        self.refused = harvest.HarvestObject(guid="zq17-2", content='{"title": "zq17"}', **common)
        session.add_all([self.object, self.refused])
        session.flush()
        self.objects = [self.object.id, self.refused.id]
        stored.status, stored.finished = "Finished", datetime.now(UTC).replace(tzinfo=None)
        session.add(harvest.HarvestGatherError(message="Fehler in zq17", job=stored))
        session.add(harvest.HarvestObjectError(message="Fehler in zq17", stage="Import", object=self.object))
        finding = {"severity": "error", "field": "title", "code": "zq17", "value": "zq17"}
        now = datetime.now(UTC).replace(tzinfo=None)
        session.add(
            HarvestRecord(
                source_id=self.source["id"], guid="zq17", package_id=self.private["id"], url="http://q.example/zq17",
                state="active", created=now, changed=now, findings=[finding], fingerprint="", page_url="",
            )
        )  # fmt: skip
        session.add(
            HarvestRun(
                id=str(uuid.uuid4()), source_id=self.source["id"], job_id=self.job, started=now, finished=now,
                status="complete", report={"records": [{"guid": "zq17", "title": "Geheimtitel zq17"}], "added": 1},
            )
        )  # fmt: skip
        session.commit()
        for source_id in (self.source["id"], self.hidden_source["id"]):
            tk.get_action("harvest_source_reindex")(dict(context), {"id": source_id})

    def token(self, user: dict[str, Any]) -> dict[str, str]:
        return {"Authorization": factories.APIToken(user=user["name"])["token"]}


@pytest.fixture
def here(fill_once: Any, app: Any) -> Scene:
    return fill_once(Scene, app)


PAGES = [
    "/", "/en/", "/dataset/", "/dataset/?places=05113000", "/dataset/?rvr_theme=ENVI", "/dataset/?res_format=GPKG",
    "/dataset/?format_group=data", "/dataset/?q=Geheimtitel", "/dataset/?q=Geheimtitel+in+Essen", "/dataset/?ids={private}",
    "/organization/hagen?q=Geheimtitel", "/organization/hagen?theme=ENVI",
    *(f"/datasets.{form}{query}" for form in ("csv", "geojson", "atom", "json")
      for query in ("", "?q=Geheimtitel", "?places=05113000", "?ids={private}", "?theme=ENVI&organization=hagen")),
    *(f"/suggest.json?q={text}" for text in ("Geheimtitel", "geheim", "Hage", "Esse", "Umwel", "zq", "Geheimtitle")),
    "/suggest.json?q=Geheim&organization=hagen", "/en/suggest.json?q=geheim",
    "/sitemap.xml", "/sitemap-pages.xml", "/sitemap-datasets-1.xml", "/opensearch.xml",
    "/organization/", "/organization/hagen", "/dataset/offen", "/dashboards/", "/dashboards/ueberblick",
    "/smart-city-project", "/smart-city-project/", "/smart-city-project/?phase=idea", "/smart-city-project/map",
    "/smart-city-project.geojson", "/smart-city-project.csv", "/smart-city-project/laternen", "/smart-city-project/projekt-zq17",
    "/smart-city-project/edit/projekt-zq17", "/dataset/projekt-zq17", "/harvest", "/harvest/", "/harvest/quelle", "/harvest/about/quelle",
    "/harvest/admin/quelle", "/harvest/quelle/job", "/harvest/quelle/job/last", "/harvest/quelle/job/{job}",
    "/harvest/object/{object}", "/harvest/object/{refused}", "/dataset/harvest_object/{private}", "/catalog.ttl",
    "/catalog.rdf", "/catalog.xml", "/catalog.n3", "/catalog.jsonld", "/catalog.ttl?q=Geheim*", "/feeds/dataset.atom",
    "/feeds/organization/hagen.atom", "/organization/activity/hagen", "/dataset/activity/offen",
    *(f"/dashboards/ueberblick/{tile}.{form}" for tile in ("mitglieder", "themen", "formate", "projekte") for form in ("csv", "json", "svg")),
]  # fmt: skip


def _fill(here: Scene, page: str) -> str:
    return page.format(job=here.job, object=here.objects[0], refused=here.objects[1], private=here.private["id"])


@pytest.mark.parametrize("who", ["anonymous", "outsider"])
def test_no_page_shows_a_word_of_what_is_private(here: Scene, who: str) -> None:
    headers = here.token(here.outsider) if who == "outsider" else {}
    told = {}
    for page in PAGES:
        answer = here.client.get(_fill(here, page), headers=headers, follow_redirects=True)
        text = answer.text.replace("projekt-zq17", "") if "projekt-zq17" in page else answer.text
        words = sorted({match.group() for match in SECRET.finditer(text)})
        if "{private}" not in page and here.private["id"] in text:
            words.append("id")
        if words or answer.status_code >= 500:
            told[page] = (answer.status_code, words)
    assert told == {}


def _front_number(text: str, title: str) -> int:
    return text.count(title)


def test_numbers_count_only_what_is_public(here: Scene) -> None:
    get = here.client.get
    rows = {
        tile: get(f"/dashboards/ueberblick/{tile}.json").json
        for tile in ("mitglieder", "themen", "formate", "projekte")
    }
    counted = {
        tile: {row["key"]: row["value"] for row in answer["rows"] if row["value"]} for tile, answer in rows.items()
    }
    assert counted == {
        "mitglieder": {"hagen": 1},
        "themen": {"TRAN": 1},
        "formate": {"CSV": 1},
        "projekte": {"pilot": 1},
    }
    assert [item["properties"]["title"] for item in get("/smart-city-project.geojson").json["features"]] == ["Laternen"]
    assert len(get("/smart-city-project.csv").text.strip().splitlines()) == 2
    front = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", get("/").text))
    assert re.search(r"\b1 Datens", front)
    assert not re.search(r"\b2 Datens", front)
    assert "Essen: 1" not in front and "Essen, 1" not in front
    facets = get("/dataset/").text
    assert "facet-theme-TRAN" in facets
    for hidden in ("facet-theme-ENVI", "facet-places-05113000", "facet-res_format-GPKG"):
        assert hidden not in facets


CALLS: list[tuple[str, dict[str, Any]]] = [
    ("harvest_source_list", {}),
    ("harvest_source_list", {"return_last_job_status": "true"}),
    ("harvest_source_show", {"id": "quelle"}),
    ("package_show", {"id": "quelle"}),
    ("harvest_source_show_status", {"id": "quelle"}),
    ("harvest_object_show", {"id": "{object}"}),
    ("harvest_object_show", {"id": "{refused}"}),
    ("harvest_object_show", {"dataset_id": "{private}"}),
    ("harvest_object_list", {"source_id": "{source}"}),
    ("harvest_job_list", {"source_id": "{source}"}),
    ("harvest_job_show", {"id": "{job}"}),
    ("harvest_job_report", {"id": "{job}"}),
    ("harvest_log_list", {}),
    ("rvr_harvest_report_show", {"id": "quelle"}),
    ("rvr_harvest_report_show", {"id": "quelle", "job_id": "{job}"}),
    ("package_search", {"fq": "dataset_type:harvest"}),
    ("package_search", {"fq": "dataset_type:harvest", "fl": "*"}),
    ("package_search", {"fq": "dataset_type:harvest", "fl": "name,status,data_dict"}),
    ("package_search", {"fq": "dataset_type:smart-city-project", "include_private": "true"}),
    (
        "package_search",
        {"fq": "+dataset_type:(harvest OR smart-city-project OR dataset)", "include_private": "true", "rows": "100"},
    ),
    ("package_show", {"id": "laternen"}),
    ("rvr_search", {}),
    ("rvr_search", {"q": "Geheimtitel"}),
    ("rvr_search", {"q": "name:geheim*"}),
    ("rvr_search", {"q": "capacity:private OR permission_labels:*"}),
    ("rvr_search", {"ids": "{private}"}),
    ("rvr_search", {"places": "05113000", "theme": "ENVI"}),
    ("rvr_search", {"extras_x": '") OR capacity:private OR x:("'}),
    ("rvr_suggest", {"q": "Geheimtitel"}),
    ("rvr_suggest", {"q": "geheim", "organization": "hagen", "limit": "20"}),
    ("rvr_suggest", {"q": "Essen"}),
    ("rvr_suggest", {"q": "Umwelt"}),
    ("package_activity_list", {"id": "quelle"}),
]


@pytest.mark.parametrize("who", ["anonymous", "outsider"])
def test_no_action_tells_of_what_is_private(here: Scene, who: str) -> None:
    headers = here.token(here.outsider) if who == "outsider" else {}
    told = {}
    for action, params in CALLS:
        query = {
            key: value.format(
                object=here.objects[0],
                refused=here.objects[1],
                private=here.private["id"],
                job=here.job,
                source=here.source["id"],
            )
            for key, value in params.items()
        }
        answer = here.client.get(f"/api/action/{action}", query_string=query, headers=headers)
        if SECRET.search(answer.text) or answer.status_code >= 500:
            told[action, json.dumps(params)] = (answer.status_code, SECRET.search(answer.text) and answer.text[:600])
    assert told == {}


ABOUT_A_SOURCE = [
    "harvest_source_show", "harvest_source_show_status", "harvest_source_update", "harvest_source_patch",
    "harvest_source_delete", "harvest_source_clear", "harvest_source_reindex", "harvest_job_create", "harvest_job_list",
    "harvest_object_list", "rvr_harvest_report_show", "rvr_harvest_run_list", "rvr_harvest_finding_list",
    "rvr_harvest_source_overview", "rvr_harvest_dry_run", "rvr_harvest_dry_run_show", "rvr_harvest_run_confirm",
    "rvr_harvest_run_reject", "rvr_harvest_moved_confirm", "rvr_harvest_moved_reject", "rvr_harvest_source_activate",
]  # fmt: skip


SOURCE_PAGES = [
    "/harvest/{}", "/harvest/about/{}", "/harvest/admin/{}", "/harvest/{}/job", "/harvest/{}/job/last", "/harvest/edit/{}",
    "/harvest/{}/decide", "/harvest/{}/dry-run", "/harvest/{}/runs.csv", "/harvest/{}/runs.atom",
]  # fmt: skip


@pytest.mark.parametrize("who", ["anonymous", "outsider"])
def test_a_private_source_is_answered_like_an_unknown_one(here: Scene, who: str) -> None:
    headers = here.token(here.outsider) if who == "outsider" else {}
    different = []
    for action in ABOUT_A_SOURCE:
        answers = []
        for source in (here.hidden_source["id"], "quelle-zq17", str(uuid.uuid4()), "unbekannt-9x"):
            keys = dict.fromkeys(("id", "source_id", "source"), source)
            answer = here.client.post(f"/api/action/{action}", json=keys, headers=headers)
            answers.append(f"{answer.status_code} {answer.json.get('error') or answer.json}".replace(source, "…"))
        if answers[:2] != answers[2:]:
            different.append((action, answers))
    for page in SOURCE_PAGES:
        codes = [
            here.client.get(page.format(source), headers=headers).status_code
            for source in ("quelle-zq17", "unbekannt-9x")
        ]
        if codes[0] != codes[1]:
            different.append((page, codes))
    assert not different, "\n".join(map(str, different))


def test_members_still_see_their_own(here: Scene) -> None:
    token = here.token(here.editor)

    def call(action: str, **params: str) -> Any:
        return here.client.get(f"/api/action/{action}", query_string=params, headers=token)

    assert "zq17" in call("harvest_object_show", id=here.objects[0]).text
    assert "zq17" in call("harvest_object_show", dataset_id=here.private["id"]).text
    assert "zq17" in call("rvr_harvest_report_show", id="quelle").text
    assert "gather_error_summary" in call("harvest_source_show_status", id=here.source["id"]).text
    assert call("member_list", id=here.org["id"], object_type="package").json["result"]
    sources = here.client.get("/api/action/harvest_source_list").json["result"]
    assert [source["title"] for source in sources] == ["Quelle"]
    assert "Geheimprojekt zq17" in here.client.get("/smart-city-project", headers=token).text
