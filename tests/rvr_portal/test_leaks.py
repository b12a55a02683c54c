"""Nothing that somebody can ask for who may not see it tells of a private dataset: each known way out, one row."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any
from urllib.parse import quote

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories

NAME = "geheimname-zq17"
TAG = "geheimtag-zq17"
SECRET = re.compile(r"zq17", re.IGNORECASE)


class Scene:
    """One organisation with a public and a private dataset full of telling words."""

    def __init__(self, app: Any) -> None:
        self.client = app.flask_app.test_client(use_cookies=False)
        self.editor = factories.User()
        self.org = factories.Organization(users=[{"name": self.editor["name"], "capacity": "editor"}])
        common = {"owner_org": self.org["id"], "notes": "Beschreibung"}
        self.public = factories.Dataset(title="Offen", tags=[{"name": "offenertag"}], **common)
        self.private = factories.Dataset(
            name=NAME,
            title="Geheimtitel zq17",
            author="Autorin zq17",
            maintainer="Pflege zq17",
            private=True,
            tags=[{"name": TAG}, {"name": "offenertag"}],
            resources=[
                {
                    "url": "https://zq17.example/datei.csv",
                    "name": "zq17 Datei",
                    "description": "zq17 Text",
                    "format": "ZQ17",
                    "hash": "zq17hash",
                }
            ],
            **{**common, "notes": "Geheimtext zq17"},
        )
        self.resource = self.private["resources"][0]["id"]
        sysadmin = {"user": factories.Sysadmin()["name"]}
        self.view = tk.get_action("resource_view_create")(
            sysadmin, {"resource_id": self.resource, "title": "zq17 Ansicht", "view_type": "text_view"}
        )["id"]
        self.ids = {self.private["id"], self.resource, self.view}
        self.token = factories.APIToken(user=self.editor["name"])["token"]
        self.stranger = factories.User(name="fremd")
        factories.Organization(users=[{"name": "fremd", "capacity": "admin"}])
        self.stranger_token = factories.APIToken(user="fremd")["token"]

    def call(self, action: str, params: dict[str, Any] | None = None, *, post: bool = False, **headers: str) -> Any:
        address = f"/api/action/{action}"
        if post:
            return self.client.post(address, json=params or {}, headers=headers)
        query = {key: value if isinstance(value, str) else json.dumps(value) for key, value in (params or {}).items()}
        return self.client.get(address, query_string=query, headers=headers)

    def telling(self, text: str, asked: str = "") -> list[str]:
        """Secrets in an answer that were not in the question."""
        found = {match.group() for match in SECRET.finditer(text.replace(asked, "") if asked else text)}
        return sorted(found | {secret for secret in self.ids if secret in text and secret != asked})


@pytest.fixture
def here(fill_once: Any, app: Any) -> Scene:
    return fill_once(Scene, app)


def _all(here: Scene, rows: list[tuple[str, Any]]) -> dict[str, list[str]]:
    return {label: secrets for label, text in rows if (secrets := here.telling(text))}


FACETS = [
    "name", "id", "title_string", "tags", "res_format", "res_url", "organization", "title", "notes", "author", "maintainer",
    "res_name", "res_description", "text", "permission_labels", "creator_user_id", "capacity", "validated_data_dict",
    "ckan_url", "creator", "res_hash", "rvr_text_de", "rvr_format", "rvr_license", "places", "url",
]  # fmt: skip


def test_facets_name_no_value_of_a_private_dataset(here: Scene) -> None:
    told = {}
    for field in FACETS:
        for mincount in ("0", "-1", "1"):
            params = {"rows": "0", "facet.field": [field], "facet.mincount": mincount, "facet.limit": "-1"}
            for post in (False, True):
                answer = here.call("package_search", params, post=post)
                words = here.telling(answer.text)
                if '"private"' in answer.text or f"member-{here.org['id']}" in answer.text:
                    words.append("label")
                if words:
                    told[field, mincount, post] = words
    assert told == {}


SEARCHES = [
    {"fl": ["name", f"d:docfreq(name,'{NAME}')"]},
    {"fl": f"name,d:docfreq(name,'{NAME}')"},
    {"fl": "[explain]"},
    {"q": f"docfreq(name,'{NAME}')", "defType": "func", "fl": "score"},
    {"q": "offen", "defType": "edismax", "boost": f"docfreq(name,'{NAME}')", "fl": "name,score"},
    {"q": "offen", "bf": f"ttf(name,'{NAME}')", "fl": "name,score"},
    {"q": f'_val_:"docfreq(name,{NAME})"', "fl": "score"},
    {"q": f"{{!func}}docfreq(name,{NAME})", "fl": "score"},
    {"sort": f"if(docfreq(name,'{NAME}'),name,id) asc"},
    {"q": f"name:{NAME}"},
    {"fq": f"name:{NAME}", "include_private": "true", "include_drafts": "true", "include_deleted": "true"},
    {"fq": "+state:(active OR draft) OR capacity:private OR permission_labels:*", "include_private": "true"},
    {"q": "zq17"},
    {"q": "*:*", "use_default_schema": "true", "include_private": "true"},
]


@pytest.fixture
def unknown_answers(here: Scene) -> list[Any]:
    unknown = f"x{uuid.uuid4().hex}"[: len(NAME)]
    return [here.call("package_search", json.loads(json.dumps(params).replace(NAME, unknown))) for params in SEARCHES]


def test_a_search_answers_about_a_private_name_as_about_an_unknown_one(here: Scene, unknown_answers: list[Any]) -> None:
    for params, unknown in zip(SEARCHES, unknown_answers, strict=True):
        answer = here.call("package_search", params)
        assert answer.status_code == unknown.status_code, params
        if answer.status_code == 200:
            assert answer.json["result"] == unknown.json["result"], params
        assert "docfreq" not in answer.text or answer.status_code != 200


LISTS: list[tuple[str, dict[str, Any]]] = [
    ("tag_list", {}),
    ("tag_list", {"all_fields": "true"}),
    ("tag_list", {"query": "geheim"}),
    ("tag_autocomplete", {"q": "geheim"}),
    ("tag_autocomplete", {"query": "geheim"}),
    ("tag_search", {"query": "geheim"}),
    ("package_list", {}),
    ("package_autocomplete", {"q": "geheim"}),
    ("format_autocomplete", {"q": "zq"}),
    ("resource_search", {"query": "name:zq17"}),
    ("resource_search", {"query": "hash:zq17hash"}),
    ("resource_search", {"query": "url:zq17"}),
    ("current_package_list_with_resources", {}),
    ("organization_list", {"all_fields": "true", "include_dataset_count": "true"}),
    ("recently_changed_packages_activity_list", {}),
    ("status_show", {}),
    ("dcat_catalog_show", {"format": "ttl"}),
    ("datastore_search", {"resource_id": "_table_metadata"}),
    ("vocabulary_list", {}),
]


@pytest.mark.parametrize("post", [False, True])
def test_lists_leave_private_datasets_out(here: Scene, post: bool) -> None:
    answers = [(f"{name} {params}", here.call(name, params, post=post).text) for name, params in LISTS]
    org = here.org["id"]
    about_org: list[tuple[str, dict[str, Any]]] = [
        ("organization_show", {"id": org, "include_datasets": "true"}),
        ("member_list", {"id": org}),
        ("member_list", {"id": org, "object_type": "package"}),
        ("organization_activity_list", {"id": org}),
        ("user_show", {"id": here.editor["name"], "include_datasets": "true"}),
        ("user_activity_list", {"id": here.editor["name"]}),
    ]
    answers += [(f"{name} {params}", here.call(name, params, post=post).text) for name, params in about_org]
    assert _all(here, answers) == {}


def test_counts_leave_private_datasets_out(here: Scene) -> None:
    assert here.call("organization_show", {"id": here.org["id"]}).json["result"]["package_count"] == 1
    listed = here.call("organization_list", {"all_fields": "true"}).json["result"]
    assert [org["package_count"] for org in listed if org["id"] == here.org["id"]] == [1]
    assert here.call("tag_search", {"query": "g"}).json["result"]["count"] <= 1
    members = here.call("member_list", {"id": here.org["id"], "object_type": "package"}).json["result"]
    assert [member[0] for member in members] == [here.public["id"]]


def test_members_still_see_their_own(here: Scene) -> None:
    token = {"Authorization": here.token}
    assert TAG in here.call("tag_list", **token).json["result"]
    assert here.call("tag_show", {"id": TAG}, **token).status_code == 200
    assert TAG in here.call("tag_autocomplete", {"q": "geheim"}, **token).json["result"]
    members = here.call("member_list", {"id": here.org["id"], "object_type": "package"}, **token).json["result"]
    assert len(members) == 2
    assert here.call("package_show", {"id": NAME}, **token).status_code == 200


def test_who_may_see_but_not_change_is_told_so(here: Scene) -> None:
    reader = factories.User()
    tk.get_action("member_create")(
        {"ignore_auth": True, "user": here.editor["name"]},
        {"id": here.org["id"], "object": reader["id"], "object_type": "user", "capacity": "member"},
    )
    token = {"Authorization": factories.APIToken(user=reader["name"])["token"]}
    assert here.call("package_show", {"id": NAME}, **token).status_code == 200
    assert here.call("package_patch", {"id": NAME}, post=True, **token).status_code == 403
    assert here.client.get(f"/dataset/edit/{NAME}", headers=token).status_code == 403


def test_tags_of_public_datasets_are_listed(here: Scene) -> None:
    assert here.call("tag_list").json["result"] == ["offenertag"]
    assert here.call("tag_show", {"id": "offenertag"}).status_code == 200
    assert here.call("tag_search", {"query": "offen"}).json["result"]["count"] == 1


ABOUT_ONE: list[tuple[str, str, str]] = [
    ("package_show", "package", "id"),
    ("package_activity_list", "package", "id"),
    ("package_relationships_list", "package", "id"),
    ("package_collaborator_list", "package", "id"),
    ("dataset_follower_count", "package", "id"),
    ("dcat_dataset_show", "package", "id"),
    ("resource_show", "resource", "id"),
    ("resource_view_list", "resource", "id"),
    ("resource_view_show", "view", "id"),
    ("datastore_search", "resource", "resource_id"),
    ("datastore_info", "resource", "id"),
    ("package_update", "package", "id"),
    ("package_patch", "package", "id"),
    ("package_delete", "package", "id"),
    ("package_resource_reorder", "package", "id"),
    ("package_owner_org_update", "package", "id"),
    ("dataset_purge", "package", "id"),
    ("follow_dataset", "package", "id"),
    ("unfollow_dataset", "package", "id"),
    ("am_following_dataset", "package", "id"),
    ("dataset_follower_list", "package", "id"),
    ("package_collaborator_create", "package", "id"),
    ("package_collaborator_delete", "package", "id"),
    ("rvr_dcat_dataset_quality_show", "package", "id"),
    ("resource_create", "package", "package_id"),
    ("resource_update", "resource", "id"),
    ("resource_patch", "resource", "id"),
    ("resource_delete", "resource", "id"),
    ("resource_view_create", "resource", "resource_id"),
    ("resource_view_update", "view", "id"),
    ("resource_view_delete", "view", "id"),
    ("datastore_create", "resource", "resource_id"),
    ("datastore_upsert", "resource", "resource_id"),
    ("datastore_delete", "resource", "resource_id"),
    ("tag_show", "tag", "id"),
    ("harvest_object_show", "package", "dataset_id"),
    ("package_revise", "package", "match__id"),
]


def _outcome(here: Scene, action: str, key: str, reference: str, headers: dict[str, str]) -> str:
    params: dict[str, Any] = {key: reference, "organization_id": here.org["id"], "order": [], "view_type": "text_view"}
    if action.startswith("package_re") or action == "package_collaborator_list" or action == "dataset_purge":
        params = {key: reference, "order": []}
    answer = here.call(action, params, post=True, **headers)
    return f"{answer.status_code} {answer.json.get('error') or answer.json}".replace(reference, "…")


@pytest.mark.parametrize("asker", ["nobody", "somebody of another organisation"])
def test_one_private_dataset_is_answered_like_an_unknown_one(here: Scene, asker: str) -> None:
    headers = {} if asker == "nobody" else {"Authorization": here.stranger_token}
    references = {
        "package": [(NAME, "unbekannt-9x17z"), (here.private["id"], str(uuid.uuid4()))],
        "resource": [(here.resource, str(uuid.uuid4()))],
        "view": [(here.view, str(uuid.uuid4()))],
        "tag": [(TAG, "unbekannt-9x17z")],
    }
    different = []
    for action, kind, key in ABOUT_ONE:
        for private, unknown in references[kind]:
            told, neutral = (_outcome(here, action, key, one, headers) for one in (private, unknown))
            if told != neutral or here.telling(told):
                different.append(f"{action}({private}):\n  {told}\n  {neutral}")
    assert not different, "\n".join(different)


PAGES = [
    "/dataset/{package}", "/dataset/edit/{package}", "/dataset/resources/{package}", "/dataset/activity/{package}",
    "/dataset/groups/{package}", "/dataset/followers/{package}", "/dataset/delete/{package}",
    "/dataset/collaborators/{package}", "/dataset/{package}/resource/new", "/dataset/{package}.ttl", "/dataset/{package}.rdf",
    "/dataset/{package}.jsonld", "/dataset/{package}/resource/{resource}", "/dataset/{package}/resource/{resource}/edit",
    "/dataset/{package}/resource/{resource}/download", "/dataset/{package}/resource/{resource}/view/",
    "/dataset/{package}/resource/{resource}/views", "/dataset/{package}/resource/{resource}/view/{view}",
    "/datastore/dump/{resource}", "/dataset/{package}/dictionary/{resource}", "/dataset/{package}/resource_data/{resource}",
    "/dataset/changes/{package}", "/dataset/follow/{package}", "/api/3/action/package_show?id={package}",
    "/smart-city-project/{package}", "/datatables/ajax/{view}",
]  # fmt: skip


@pytest.mark.parametrize("asker", ["nobody", "somebody of another organisation"])
def test_pages_about_a_private_dataset_look_like_those_of_an_unknown_one(here: Scene, asker: str) -> None:
    headers = {} if asker == "nobody" else {"Authorization": here.stranger_token}
    real = {"package": NAME, "resource": here.resource, "view": here.view}
    other = {"package": "unbekannt-9x17z", "resource": str(uuid.uuid4()), "view": str(uuid.uuid4())}
    different = []
    for page in PAGES:
        told, neutral = (_page(here, page, names, headers) for names in (real, other))
        if told != neutral:
            lines = [pair for pair in zip(told, neutral, strict=False) if pair[0] != pair[1]]
            different.append(f"{page}: {lines[:3]}")
        assert not told[0].startswith("5"), page
    assert not different, "\n".join(different)


def _page(here: Scene, page: str, names: dict[str, str], headers: dict[str, str]) -> list[str]:
    answer = here.client.get(page.format(**names), headers=headers)
    text, location = answer.text, answer.headers.get("Location", "")
    for name in names.values():
        text, location = text.replace(name, "…"), location.replace(name, "…")
    text = re.sub(r'content="[^"]*"|name="_csrf_token"[^>]*', "", text)
    return [str(answer.status_code), location, *text.splitlines()]


OPEN_PAGES = [
    "/", "/dataset/", "/dataset/?q=zq18", "/dataset/?organization={org}", "/organization/", "/organization/{org}",
    "/organization/activity/{org}", "/organization/about/{org}", "/group/", "/user/{user}", "/user/activity/{user}",
    "/catalog.ttl", "/catalog.rdf", "/catalog.jsonld", "/feeds/dataset.atom", "/feeds/organization/{org}.atom",
    "/feeds/custom.atom?q=geheim*", "/feeds/tag/offenertag.atom", "/api/2/util/tag/autocomplete?incomplete=geheim",
    "/api/2/util/dataset/autocomplete?incomplete=geheim", "/api/2/util/resource/format_autocomplete?incomplete=zq",
    "/sitemap.xml", "/dashboards/", "/dashboards/ueberblick", "/smart-city-project/", "/stats", "/api/3/action/help_show?name=tag_list",
]  # fmt: skip


def test_open_pages_leave_private_datasets_out(here: Scene) -> None:
    pages = [page.format(org=here.org["name"], user=here.editor["name"]) for page in OPEN_PAGES]
    assert _all(here, [(page, here.client.get(page).text) for page in pages]) == {}


def test_a_private_tag_is_answered_like_an_unknown_one(here: Scene) -> None:
    for page in ("/feeds/tag/{}.atom", "/dataset/?tags={}", "/dataset/?q={}", "/dataset/?vocab_x={}"):
        told, neutral = here.client.get(page.format(TAG)), here.client.get(page.format("unbekannt-9x17z"))
        assert told.status_code == neutral.status_code
        assert told.text.count("<article") == neutral.text.count("<article")
        assert not here.telling(told.text.replace(TAG, "").replace(quote(TAG), ""))


def test_a_value_in_the_address_cannot_leave_its_quotes(here: Scene) -> None:
    answer = here.client.get("/dataset/", query_string={"tags": 'x" OR name:* OR tags:"y'})
    assert answer.status_code == 200
    assert here.public["name"] not in answer.text
    odd = here.client.get("/dataset/", query_string={"x:y) OR name:* OR (tags": "offenertag"})
    assert odd.status_code == 200


def test_the_scene_is_what_it_says(here: Scene) -> None:
    """Guards the other tests: the secrets are in the index, and the way through the front door is closed."""
    sysadmin = {"user": factories.Sysadmin()["name"], "auth_user_obj": model.User.get(factories.Sysadmin()["name"])}
    found = tk.get_action("package_search")(sysadmin, {"q": "zq17", "include_private": True})
    assert found["count"] == 1
    assert here.call("package_show", {"id": here.public["id"]}).status_code == 200
