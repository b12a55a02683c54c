"""Suggestions while typing: what is meant, in German spellings, where it leads, and nothing that the asker may not see."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.usefixtures("with_plugins")

THEME = "http://publications.europa.eu/resource/authority/data-theme/"
HERNE, BOCHUM, ESSEN, UNNA = "05916000", "05911000", "05113000", "05978"


def _fill() -> dict[str, Any]:
    member, stranger = factories.User(), factories.User()
    herne = factories.Organization(
        name="herne", title="Stadt Herne", users=[{"name": member["name"], "capacity": "member"}]
    )
    closed = factories.Organization(
        name="zq17", title="Verdeckte Stelle", users=[{"name": member["name"], "capacity": "member"}]
    )
    factories.Organization(
        name="fremde", title="Fremde Stelle", users=[{"name": stranger["name"], "capacity": "admin"}]
    )
    made = [
        {
            "title": "Spielplätze",
            "name": "spielplaetze",
            "theme": [THEME + "REGI"],
            "tags": [{"name": "Spielplatzpaten"}],
        },
        {"title": "Alle Spielplätze und Bolzplätze", "theme": [THEME + "REGI"], "places": [BOCHUM]},
        {"title": "Straßenbäume", "name": "baeume", "theme": [THEME + "ENVI"], "tags": [{"name": "Bäume"}]},
        {"title": "Radwege in Herne", "name": "radwege", "theme": [THEME + "TRAN"]},
        {"title": "Haushalt des Kreises", "places": [UNNA]},
    ]
    for fields in made:
        factories.Dataset(owner_org=herne["id"], notes="Ein Text.", **fields)
    factories.Dataset(
        owner_org=closed["id"], name="geheim-zq17", title="Spielplatzgeheimnis zq17", private=True, places=[ESSEN],
        theme=[THEME + "HEAL"], tags=[{"name": "Spielgeheimtag-zq17"}], notes="Ein Text.",
    )  # fmt: skip
    return {"member": member, "stranger": stranger}


@pytest.fixture
def filled(fill_once: Callable[..., Any]) -> dict[str, Any]:
    return fill_once(_fill)


@pytest.fixture
def suggest(app: Any, filled: dict[str, Any]) -> Callable[..., list[tuple[str, str]]]:
    def ask(text: str, path: str = "/suggest.json", **more: Any) -> list[tuple[str, str]]:
        answer = app.get(path, query_string={"q": text, **more.pop("args", {})}, **more).json
        return [(one["kind"], one["label"]) for one in answer["suggestions"]]

    return ask


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("spielpl", ("dataset", "Spielplätze")), ("spielplae", ("dataset", "Spielplätze")), ("SPIELPLÄTZE", ("dataset", "Spielplätze")),
        ("bolz", ("dataset", "Alle Spielplätze und Bolzplätze")), ("strassenb", ("dataset", "Straßenbäume")),
        ("Strassenbaeume", ("dataset", "Straßenbäume")), ("spielplt", ("dataset", "Spielplätze")), ("Radwege in He", ("dataset", "Radwege in Herne")),
        ("hern", ("place", "Herne")), ("44623", ("place", "Herne")), ("unn", ("place", "Kreis Unna")), ("verk", ("theme", "Verkehr")),
        ("umw", ("theme", "Umwelt")), ("stadt he", ("organization", "Stadt Herne")), ("herne", ("organization", "Stadt Herne")),
        ("baeu", ("tag", "Bäume")), ("spielplatzp", ("tag", "Spielplatzpaten")),
    ],
)  # fmt: skip
def test_a_beginning_in_any_german_spelling_suggests_what_is_there(
    suggest: Callable[..., list[tuple[str, str]]], text: str, expected: tuple[str, str]
) -> None:
    assert expected in suggest(text)


def test_the_title_that_begins_so_stands_first(suggest: Callable[..., list[tuple[str, str]]]) -> None:
    titles = [label for kind, label in suggest("spielp") if kind == "dataset"]
    assert titles == ["Spielplätze", "Alle Spielplätze und Bolzplätze"]


def test_words_before_stay_and_only_what_finds_something_with_them_is_suggested(
    app: Any, suggest: Callable[..., list[tuple[str, str]]]
) -> None:
    assert ("place", "Bochum") in suggest("Spielplätze in Bo")
    assert ("place", "Bochum") not in suggest("Radwege in Bo")
    found = app.get("/suggest.json?q=Spielpl%C3%A4tze+in+Bo").json["suggestions"][0]
    assert (found["parameter"], found["value"], found["q"]) == ("places", BOCHUM, "Spielplätze")


@pytest.mark.parametrize(
    "text", ["hern", "Spielplätze in Bo", "Herne Spie", "verk", "stadt hern", "baeu", "unn", "Herne Boch", "umwel"]
)
def test_every_suggestion_leads_to_as_many_datasets_as_it_counts(app: Any, filled: dict[str, Any], text: str) -> None:
    found = app.get("/suggest.json", query_string={"q": text}).json["suggestions"]
    assert found
    for one in found:
        page = app.get(one["url"]).body
        if one["kind"] == "dataset":
            assert f"<h1>{one['label']}" in re.sub(r"<h1[^>]*>\s*", "<h1>", page)
            continue
        assert page.count('class="rvr-card__title"') == one["count"], one
        assert f"chip-{one['parameter']}-" in page, "the filter stands on the page and can be removed"


def test_labels_are_words_in_the_language_of_the_page(app: Any, filled: dict[str, Any]) -> None:
    german, english = (app.get(f"{path}/suggest.json?q=verk").json for path in ("", "/en"))
    assert [(one["kind_label"], one["label"]) for one in german["suggestions"]] == [("Thema", "Verkehr")]
    assert [(one["kind_label"], one["label"]) for one in english["suggestions"]] == [("Theme", "Transport")]
    assert english["suggestions"][0]["url"].startswith("/en/")
    assert german["status"] == "1 Vorschlag. Auswahl mit den Pfeiltasten."
    assert app.get("/suggest.json?q=xyzxyz").json == {"status": "Keine Vorschläge", "suggestions": []}
    for text in ("her", "umw", "spiel", "stadt", "bae"):
        for one in app.get("/suggest.json", query_string={"q": text}).json["suggestions"]:
            assert "//" not in one["label"] + one["detail"] + one["kind_label"]


def test_on_the_page_of_an_organisation_only_its_datasets_count(suggest: Callable[..., list[tuple[str, str]]]) -> None:
    assert suggest("spielpl", args={"organization": "fremde"}) == []
    found = suggest("spielpl", args={"organization": "herne"})
    assert ("dataset", "Spielplätze") in found
    assert not [
        kind for kind, _label in suggest("stadt herne", args={"organization": "herne"}) if kind == "organization"
    ]


@pytest.mark.parametrize("who", ["anonymous", "stranger"])
@pytest.mark.parametrize(
    "text", ["spiel", "spielplatzg", "verdeckt", "zq17", "esse", "gesund", "spielgeheim", "Spielplatzgehiemnis"]
)
def test_what_is_closed_is_suggested_to_nobody_else(
    app: Any, filled: dict[str, Any], token_headers: Callable[[str], dict[str, str]], who: str, text: str
) -> None:
    headers = {} if who == "anonymous" else token_headers(filled[who]["name"])
    for path in ("/suggest.json", "/api/action/rvr_suggest"):
        answer = app.get(path, query_string={"q": text}, headers=headers)
        told = answer.body.replace(text, "")
        assert not re.search("geheim|verdeckt|zq17|Essen|Gesundheit", told, re.IGNORECASE), told


@pytest.mark.parametrize(
    ("text", "expected"),
    [("spielplatzg", ("dataset", "Spielplatzgeheimnis zq17")), ("verdeckt", ("organization", "Verdeckte Stelle")), ("esse", ("place", "Essen")),
     ("gesund", ("theme", "Gesundheit")), ("spielgeheim", ("tag", "Spielgeheimtag-zq17"))],
)  # fmt: skip
def test_a_member_is_suggested_what_the_member_may_see(
    suggest: Callable[..., list[tuple[str, str]]],
    filled: dict[str, Any],
    token_headers: Callable[[str], dict[str, str]],
    text: str,
    expected: tuple[str, str],
) -> None:
    assert expected in suggest(text, headers=token_headers(filled["member"]["name"]))


def test_what_everybody_may_see_is_kept_a_minute_and_what_a_member_sees_by_nobody(
    app: Any, filled: dict[str, Any], token_headers: Callable[[str], dict[str, str]]
) -> None:
    everybody = app.get("/suggest.json?q=spiel")
    assert (everybody.cache_control.public, everybody.cache_control.max_age) == (True, 60)
    assert {"Cookie", tk.config["apitoken_header_name"]} <= set(everybody.vary)
    assert "Set-Cookie" not in everybody.headers
    member = app.get("/suggest.json?q=spiel", headers=token_headers(filled["member"]["name"]))
    assert member.cache_control.private
    assert not member.cache_control.public
    other = app.get("/dataset/?q=spiel")
    assert not other.cache_control.max_age


def test_typing_writes_nothing(app: Any, filled: dict[str, Any]) -> None:
    from ckan.lib.redis import connect_to_redis

    redis = connect_to_redis()
    before = sorted(redis.keys("*session*"))
    for end in range(2, 9):
        assert "Set-Cookie" not in app.get("/suggest.json", query_string={"q": "spielplätze"[:end]}).headers
    assert sorted(redis.keys("*session*")) == before
    assert not model.Session.dirty


TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from([*'+-&|!(){}[]^"~*?:\\/', "Spiel", "he", "AND", "OR", "{!func}", "title:", "_val_:", "rvr_begin:", "\x00", "🚲", "Ä", "漢字"]),
        max_size=12,
    ).map(" ".join),
)  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_whatever_is_typed_is_answered(app: Any, filled: dict[str, Any], text: str) -> None:
    context: Any = {"user": "", "auth_user_obj": None}
    assert isinstance(tk.get_action("rvr_suggest")(context, {"q": text})["suggestions"], list)


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "wort " * 2_000, "((((" * 2_500, '"' * 9_999, "spiel\x00pl", "{!parent which=x}", "spiel*", "*:*", "name:geheim*",
             "tags:* OR capacity:private", "\\", "spiel/pl", "%", "’; DROP"],
)  # fmt: skip
def test_hostile_texts_are_answered_and_show_nothing_of_the_index(app: Any, filled: dict[str, Any], text: str) -> None:
    for path in ("/suggest.json", "/api/action/rvr_suggest"):
        answer = app.get(path, query_string={"q": text})
        assert answer.status_code in (200, 400), answer.body[:200]
        assert not re.search(
            "solr|org.apache|zq17|Traceback", answer.body.replace("zq17", "", text.count("zq17")), re.IGNORECASE
        )


@pytest.mark.parametrize("data", [{"q": ["a"]}, {"q": {"a": 1}}, {"q": "a" * 10_001}, {"q": "ab", "limit": 0}, {"q": "ab", "limit": "x"},
                                  {"q": "ab", "limit": 21}, {"q": "ab", "rows": 3}, {"q": "ab", "organization": 5}])  # fmt: skip
def test_the_action_refuses_what_it_does_not_know(filled: dict[str, Any], data: dict[str, Any]) -> None:
    context: Any = {"user": "", "auth_user_obj": None}
    with pytest.raises(tk.ValidationError):
        tk.get_action("rvr_suggest")(context, data)


def test_the_action_gives_as_many_as_asked_for(filled: dict[str, Any]) -> None:
    context: Any = {"user": "", "auth_user_obj": None}
    action = tk.get_action("rvr_suggest")
    assert len(action(context, {"q": "he", "limit": 2})["suggestions"]) == 2
    assert action(context, {})["suggestions"] == []


def test_every_search_field_names_its_suggestions(app: Any, filled: dict[str, Any]) -> None:
    fields = {
        path: unescape(re.search(r'data-rvr-suggest="([^"]*)"', app.get(path).body)[1])  # type: ignore[index]
        for path in ("/", "/dataset/", "/map", "/organization/herne", "/en/dataset/")
    }
    assert fields == {
        "/": "/suggest.json", "/dataset/": "/suggest.json", "/map": "/suggest.json", "/en/dataset/": "/en/suggest.json",
        "/organization/herne": "/suggest.json?organization=herne",
    }  # fmt: skip
