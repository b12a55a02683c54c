"""Headers for browsers and caches, error pages, dates."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

PAGES = [
    "/",
    "/dataset/",
    "/organization/",
    "/user/login",
    "/nicht-da",
    "/api/action/status_show",
    "/catalog.ttl",
    "/dashboards/ueberblick",
]


@pytest.fixture
def client(app: Any) -> Any:
    return app.flask_app.test_client(use_cookies=False)


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_protects_its_reader(client: Any, page: str) -> None:
    headers = client.get(page).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "microphone=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "object-src 'none'" in policy and "frame-ancestors 'self'" in policy
    assert re.search(r"script-src 'self';", policy)
    assert "http" not in policy


@pytest.mark.parametrize("page", [page for page in PAGES if not page.startswith("/api")])
def test_no_page_loads_anything_from_elsewhere(client: Any, page: str) -> None:
    text = client.get(page).text
    if text.lstrip().startswith("<!DOCTYPE"):
        assert re.findall(r"<(?:script|img|iframe|source|object)[^>]+(?:src|data)=\"(?:https?:)?//[^\"]+", text) == []
        assert [
            link
            for link in re.findall(r"<link[^>]+href=\"https?://[^\"]+\"[^>]*>", text)
            if "stylesheet" in link or "icon" in link or "preload" in link or "preconnect" in link
        ] == []


@pytest.mark.parametrize("page", ["/dataset/", "/api/action/package_search", "/catalog.ttl", "/"])
def test_caches_know_what_an_answer_depends_on(client: Any, page: str) -> None:
    vary = {part.strip() for part in client.get(page).headers["Vary"].split(",")}
    assert {"HX-Request", "Authorization", "Cookie"} <= vary


@pytest.mark.ckan_config("ckan.cache_enabled", True)
@pytest.mark.ckan_config("ckan.cache_expires", 600)
def test_what_a_member_sees_stays_out_of_shared_caches(app: Any, client: Any) -> None:
    user = factories.User()
    org = factories.Organization(users=[{"name": user["name"], "capacity": "editor"}])
    private = factories.Dataset(private=True, owner_org=org["id"])
    token = {"Authorization": factories.APIToken(user=user["name"])["token"]}
    for page in (
        f"/api/action/package_show?id={private['id']}",
        f"/dataset/{private['id']}.ttl",
        f"/dataset/{private['name']}",
    ):
        answer = client.get(page, headers=token)
        assert answer.status_code == 200, page
        assert "private" in answer.headers["Cache-Control"], page
        assert "public" not in answer.headers["Cache-Control"], page
    assert "public" in client.get("/api/action/status_show").headers["Cache-Control"]


@pytest.mark.ckan_config("ckanext.rvr_portal.external_hosts", "https://bilder.example.org javascript:x")
@pytest.mark.ckan_config("ckanext.spatial.common_map.custom_url", "https://{s}.kacheln.example/{z}/{x}/{y}.png")
def test_map_tiles_and_named_hosts_are_allowed_for_pictures(client: Any) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "img-src 'self' data: blob: https://*.kacheln.example https://bilder.example.org;" in policy
    assert "javascript" not in policy


@pytest.mark.ckan_config("ckanext.rvr_portal.map_layers", "rvr_light rvr_luftbild basemap_grau")
def test_chosen_map_layers_are_allowed_and_named_on_the_map(client: Any) -> None:
    page = client.get("/map")
    layers = json.loads(html.unescape(re.search(r'data-layers="([^"]+)"', page.text)[1]))
    assert [layer["title"] for layer in layers] == ["Stadtplanwerk hell (RVR)", "Luftbild (RVR)", "basemap.de in Grau"]
    assert all(
        layer["attribution"].startswith("Stadtplanwerk Ruhrgebiet") or "©" in layer["attribution"] for layer in layers
    )
    policy = page.headers["Content-Security-Policy"]
    assert "img-src 'self' data: blob: https://geodaten.metropoleruhr.de https://sgx.geodatenzentrum.de;" in policy


def test_without_a_chosen_layer_no_map_asks_another_server(client: Any) -> None:
    page = client.get("/map")
    assert "data-layers" not in page.text
    assert "img-src 'self' data: blob:;" in page.headers["Content-Security-Policy"]


def test_a_map_layer_that_nobody_knows_stops_the_start(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckanext.rvr_portal.map_layers import problem_with_layers

    assert problem_with_layers() is None
    monkeypatch.setitem(ckan_config, "ckanext.rvr_portal.map_layers", ["rvr_light", "mondkarte"])
    assert "mondkarte. Known are: rvr_light" in str(problem_with_layers())


def test_an_uploaded_page_runs_nothing_in_the_name_of_the_portal() -> None:
    from ckanext.rvr_portal.content_policy import content_security_policy

    policy = content_security_policy("dataset_resource.download", "text/html", logged_in=True, hosts="")
    assert "sandbox" in policy and "script-src" not in policy and "default-src 'none'" in policy


@pytest.mark.parametrize(
    "address", ["/nicht-da", "/dataset/nicht-da", "/organization/nicht-da", "/dataset/?page=abc", "/group/new"]
)
def test_an_error_is_a_german_page_that_says_what_to_do(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code in (400, 403, 404)
    assert '<html lang="de"' in answer.text
    assert "/dataset/" in answer.text
    for english in (
        "Not Found",
        "The requested URL",
        "Bad Request",
        "Forbidden",
        "not authorized",
        "Page not found",
        "Traceback",
    ):
        assert english not in answer.text


@pytest.fixture
def broken(own_app: Any) -> Any:
    """The application as in production: unexpected errors become a page."""
    from ckanext.rvr_portal import error_pages

    def fail() -> Any:
        raise ValueError("inneres Geheimnis")

    flask_app = own_app.flask_app
    flask_app.view_functions["home.about"] = fail
    flask_app.register_error_handler(Exception, error_pages._unexpected)
    flask_app.config["PROPAGATE_EXCEPTIONS"] = False
    return flask_app.test_client(use_cookies=False)


def test_an_unexpected_error_has_a_number_that_stands_in_the_log(broken: Any, caplog: pytest.LogCaptureFixture) -> None:
    answer = broken.get("/about")
    assert answer.status_code == 500
    assert "inneres Geheimnis" not in answer.text and "ValueError" not in answer.text
    number = re.search(r"\b[0-9A-F]{8}\b", answer.text)
    assert number is not None
    assert any(number[0] in record.getMessage() and record.exc_info for record in caplog.records)


@pytest.mark.parametrize(
    ("language", "shown"), [("de", "30. Dezember 2024, 15:05 Uhr"), ("en", "December 30, 2024, 15:05")]
)
def test_a_date_with_time_has_the_year_of_the_calendar_and_the_order_of_the_language(
    app: Any, language: str, shown: str
) -> None:
    import ckan.plugins.toolkit as tk

    with app.flask_app.test_request_context("/", environ_overrides={"CKAN_LANG": language}):
        app.flask_app.preprocess_request()
        assert shown in tk.h.render_datetime("2024-12-30T14:05:00", with_hours=True)
        assert "2024" in tk.h.render_datetime("2024-12-30T14:05:00")
        assert tk.h.render_datetime("2024-12-30T14:05:09", date_format="%Y") == "2024"
        assert tk.h.render_datetime("unsinn", with_hours=True) == ""
