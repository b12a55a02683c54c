"""Forged posts are refused, also after somebody anonymous looked at the form; programs with a token work on."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.tests import factories

pytestmark = [
    pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index"),
    pytest.mark.ckan_config("WTF_CSRF_ENABLED", True),
]


@pytest.fixture
def member(app: Any) -> dict[str, str]:
    """Cookie header of a logged-in sysadmin."""
    user = factories.Sysadmin(password="correct-horse-9")
    page = app.get("/user/login")
    token = page.body.split('name="_csrf_token" content="', 1)[1].split('"', 1)[0]
    answer = app.post(
        "/user/login",
        data={"login": user["name"], "password": "correct-horse-9", "remember": "63072000", "_csrf_token": token},
        follow_redirects=False,
    )
    assert answer.status_code == 302
    cookies = dict(header.split(";", 1)[0].split("=", 1) for header in answer.headers.getlist("Set-Cookie"))
    assert "remember_token" in cookies
    return {"cookies": "; ".join(f"{name}={value}" for name, value in cookies.items())}


def _fresh(app: Any) -> Any:
    """A client without cookies of its own."""
    return app.flask_app.test_client(use_cookies=False)


def test_a_form_without_token_is_refused_after_an_anonymous_look_at_it(app: Any, member: dict[str, str]) -> None:
    client, headers = _fresh(app), {"Cookie": member["cookies"]}
    form = {"name": "forged", "title": "x", "save": ""}
    assert client.get("/group/new", headers=headers).status_code == 200  # the login counts
    assert client.post("/group/new", data=form, headers=headers).status_code == 400
    assert client.get("/group/new").status_code == 403
    assert client.post("/group/new", data=form, headers=headers).status_code == 400
    assert model.Group.get("forged") is None


def test_the_remember_cookie_alone_is_not_enough_for_a_forged_form(app: Any, member: dict[str, str]) -> None:
    client = _fresh(app)
    only = next(part for part in member["cookies"].split("; ") if part.startswith("remember_token="))
    client.get("/group/new")
    answer = client.post("/group/new", data={"name": "forged", "title": "x", "save": ""}, headers={"Cookie": only})
    assert answer.status_code == 400
    assert model.Group.get("forged") is None


def test_a_form_with_its_token_still_works(app: Any, member: dict[str, str]) -> None:
    client, headers = _fresh(app), {"Cookie": member["cookies"]}
    page = client.get("/group/new", headers=headers).text
    token = page.split('name="_csrf_token" content="', 1)[1].split('"', 1)[0]
    form = {"name": "wanted", "title": "Wanted", "save": "", "_csrf_token": token}
    assert client.post("/group/new", data=form, headers=headers).status_code == 302
    assert model.Group.get("wanted") is not None


def test_the_api_with_a_cookie_needs_a_token_whatever_came_before(app: Any, member: dict[str, str]) -> None:
    client, headers = _fresh(app), {"Cookie": member["cookies"], "Origin": "https://evil.example"}
    address, data = "/api/action/group_create", {"name": "forged", "title": "x"}
    assert client.post(address, data=data, headers=headers).status_code == 400
    assert client.get("/api/action/status_show").status_code == 200
    assert client.post(address, data=data, headers=headers).status_code == 400
    token = factories.APIToken(user=factories.Sysadmin()["name"])["token"]
    assert (
        client.post(address, data={"name": "by-token", "title": "x"}, headers={"Authorization": token}).status_code
        == 200
    )
    assert client.post(address, data=data, headers=headers).status_code == 400
    assert model.Group.get("forged") is None


def test_the_anonymous_api_needs_no_token(app: Any) -> None:
    answer = _fresh(app).post("/api/action/package_search", json={"q": "x"})
    assert answer.status_code == 200


def test_the_remember_cookie_stays_at_home(app: Any) -> None:
    user = factories.User(password="correct-horse-9")
    page = app.get("/user/login")
    token = page.body.split('name="_csrf_token" content="', 1)[1].split('"', 1)[0]
    answer = app.post(
        "/user/login",
        data={"login": user["name"], "password": "correct-horse-9", "remember": "63072000", "_csrf_token": token},
        follow_redirects=False,
    )
    cookies = {header.split("=", 1)[0]: header for header in answer.headers.getlist("Set-Cookie")}
    for name in ("remember_token", "ckan"):
        assert "SameSite=Lax" in cookies[name]
        assert "HttpOnly" in cookies[name]


@pytest.mark.ckan_config("ckan.site_url", "https://daten.example")
def test_behind_https_cookies_are_secure(app: Any) -> None:
    assert app.flask_app.config["SESSION_COOKIE_SECURE"] is True
    assert app.flask_app.config["REMEMBER_COOKIE_SECURE"] is True
