"""What stewards and visitors learn of sources, runs and findings, and what is none of their business."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup

WHO = ("all", "nobody", "member", "clerk", "sysadmin")


def soup(app: Any, path: str, headers: dict[str, str]) -> Any:
    return BeautifulSoup(app.get(path, headers=headers).body, "html.parser")


def text(part: Any) -> str:
    return re.sub(r"\s+", " ", part.get_text(" ")).replace(" .", ".").strip()


def findings(app: Any, headers: dict[str, str], query: str = "") -> dict[str, Any]:
    return json.loads(app.get(f"/harvest/findings.json?severity=all&{query}", headers=headers).body)


# My sources ----------------------------------------------------------------------------------------


def test_a_steward_sees_each_of_the_own_sources_with_a_light_in_words(scene: dict[str, Any], app: Any) -> None:
    page = soup(app, "/harvest/mine", scene["headers"]["clerk"])
    parts = {part.h2.get_text(strip=True): text(part) for part in page.select(".rvr-harvest-mine")}
    assert list(parts) == ["Wartung", "Frage", "Stadtdaten", "Laeuft", "Neu"]
    assert "✕ gestört" in parts["Wartung"]
    assert "Der Server unter intern.example.org antwortet nicht." in parts["Wartung"]
    assert "! bitte ansehen" in parts["Stadtdaten"]
    assert "2 neu, 1 geändert, 37 unverändert, 1 abgelehnt, 1 verschwunden" in parts["Stadtdaten"]
    assert "Kaputter Satz" in parts["Stadtdaten"]
    assert "Bitte ein Thema (dcat:theme) aus der EU-Liste angeben." in parts["Stadtdaten"]
    assert "Ein Abgleich läuft" in parts["Laeuft"]
    assert "noch nicht abgeglichen" in parts["Neu"]
    assert "Letzter vollständiger Abgleich" in parts["Wartung"]
    assert "3 Datensätze fehlen in der Quelle: Bitte entscheiden Sie" in parts["Frage"]


def test_who_looks_after_nothing_is_told_how_that_changes(scene: dict[str, Any], app: Any) -> None:
    for who in ("nobody", "member"):
        page = soup(app, "/harvest/mine", scene["headers"][who])
        assert "Sie betreuen noch keine Quelle." in text(page)
        assert "Wartung" not in text(page)
    assert app.get("/harvest/mine", status=403).status_code == 403


def test_operators_see_all_sources_and_the_own_area_leads_there(scene: dict[str, Any], app: Any) -> None:
    page = soup(app, "/harvest/mine", scene["headers"]["sysadmin"])
    assert len(page.select(".rvr-harvest-mine")) == 7
    assert "/harvest/mine" in app.get("/dashboard/datasets", headers=scene["headers"]["clerk"]).body
    assert "/harvest/mine" not in app.get("/dashboard/datasets", headers=scene["headers"]["nobody"]).body


def test_the_overview_comes_in_parts_and_of_one_source(scene: dict[str, Any], app: Any) -> None:
    def ask(query: str) -> dict[str, Any]:
        address = f"/api/3/action/rvr_harvest_source_overview?{query}"
        return json.loads(app.get(address, headers=scene["headers"]["clerk"]).body)["result"]

    assert [one["name"] for one in ask("limit=2&offset=1")["results"]] == ["laeuft", "neu"]
    assert ask("limit=2")["count"] == 5
    assert ask("id=wartung")["results"][0]["light"]["name"] == "bad"
    address = "/api/3/action/rvr_harvest_source_overview?id="
    assert app.get(f"{address}fremd", headers=scene["headers"]["clerk"], status=404).status_code == 404
    assert app.get(f"{address}&limit=0", headers=scene["headers"]["clerk"], status=409).status_code == 409


# Findings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "titles"),
    [
        ("all", {"Bäume", "=Straßen"}),
        ("nobody", {"Bäume", "=Straßen"}),
        ("member", {"Bäume", "=Straßen", "Geheimplan"}),
        ("clerk", {"Bäume", "=Straßen", "Geheimplan", "Kaputter Satz"}),
        ("sysadmin", {"Bäume", "=Straßen", "Geheimplan", "Kaputter Satz", "Entwurf", "Abgelehnt"}),
    ],
)
def test_everybody_sees_findings_of_public_datasets_and_nobody_those_of_others(
    scene: dict[str, Any], app: Any, who: str, titles: set[str]
) -> None:
    answer = findings(app, scene["headers"][who])
    assert {one["title"] for one in answer["results"]} == titles
    assert answer["count"] == len(answer["results"])
    shown = {one["source"]["name"] for one in answer["results"]}
    assert ("geheim" in shown) == (who == "sysadmin")
    page = app.get("/harvest/findings?severity=all", headers=scene["headers"][who]).body
    for title in (
        {"Geheimplan", "Kaputter Satz", "Entwurf", "Abgelehnt", "Geheim<"}
        - titles
        - ({"Geheim<"} if who == "sysadmin" else set())
    ):
        assert title not in page


def test_the_numbers_of_the_filters_do_not_count_what_is_hidden(scene: dict[str, Any], app: Any) -> None:
    page = soup(app, "/harvest/findings?severity=all", {})
    options = [text(option) for option in page.select("form.rvr-harvest-filter option")]
    assert "Fremd (1)" in options
    assert "Stadtdaten (3)" in options
    assert "Alles (4)" in options
    assert not any(option.startswith("Geheim") for option in options)


def test_a_choice_stands_in_the_address_and_a_finding_says_what_to_do_and_since_when(
    scene: dict[str, Any], app: Any
) -> None:
    page = soup(app, "/harvest/findings?source=stadtdaten&field=license&order=dataset", {})
    assert page.select_one("h2#rvr-findings").get_text(strip=True) == "1 Hinweis"
    entry = page.select_one(".rvr-harvest-findings-list li")
    assert entry.a["href"].endswith("/dataset/baeume")
    assert "Lizenz: Eine Datei oder ein Dienst hat keine Lizenz." in text(entry)
    assert "Was zu tun ist: Bitte an jeder Distribution eine Lizenz" in text(entry)
    assert re.search(r"seit \d+\. \w+ \d{4}", text(entry))
    chosen = [option.get("value") for option in page.select("option[selected]")]
    assert chosen == ["stadtdaten", "", "license", "dataset"]
    assert "source=stadtdaten" in page.select_one(".rvr-harvest-files a")["href"]


def test_trifles_are_shown_only_when_asked_for(scene: dict[str, Any], app: Any) -> None:
    assert "Kleinigkeit" not in text(soup(app, "/harvest/findings", {}).select_one("section"))
    assert "Kleinigkeit" in text(soup(app, "/harvest/findings?severity=info", {}).select_one("section"))


def test_any_address_of_the_list_is_answered(scene: dict[str, Any], app: Any) -> None:
    for query in (
        "page=x",
        "page=0",
        "page=99999",
        "order=zz",
        "sort=zz",
        "severity=zz",
        "source=zz",
        "field=zz",
        "code=%27",
        "refused=x",
    ):
        assert app.get(f"/harvest/findings?{query}").status_code == 200, query


def test_the_list_in_a_spreadsheet_holds_no_formula(scene: dict[str, Any], app: Any) -> None:
    answer = app.get("/harvest/findings.csv?source=fremd")
    rows = list(csv.reader(io.StringIO(answer.body.lstrip("\ufeff")), delimiter=";"))
    assert rows[0][:2] == ["Quelle", "Datensatz"]
    assert [row[1] for row in rows[1:]] == ["'=Straßen"]
    assert rows[1][2].endswith("/dataset/strassen")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_plugin_with_rights_of_its_own_closes_the_findings_of_others(
    scene: dict[str, Any], app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ckan.plugins as p

    known = p.PluginImplementations

    def with_labels(interface: Any) -> Iterator[Any]:
        return iter([object()]) if interface is p.IPermissionLabels else iter(known(interface))

    monkeypatch.setattr("ckanext.rvr_harvest.access.p.PluginImplementations", with_labels)
    from ckanext.rvr_harvest import access
    from ckanext.rvr_harvest import findings as module

    assert module.counts(access.reader({"user": ""}), module.Wish())[0] == 0
    assert module.counts(access.reader({"user": "datenpflege"}), module.Wish())[0] == 5


# Runs ----------------------------------------------------------------------------------------------


def test_the_history_is_a_picture_with_a_table_and_files(scene: dict[str, Any], app: Any) -> None:
    page = soup(app, "/harvest/stadtdaten/job", scene["headers"]["clerk"])
    chart = page.select_one(".rvr-harvest-chart")
    assert len(chart.select("svg[role=img] > rect")) == 10
    assert "unvollständig" in text(chart.select_one("ul"))
    rows = page.select("table.rvr-harvest-runs tbody tr")
    assert [cell.get_text(strip=True) for cell in rows[0].select("td")][1:] == ["2", "1", "37", "1", "1", "0"]
    assert rows[0].th.a["href"].endswith(scene["jobs"]["stadtdaten"])
    public = soup(app, "/harvest/about/stadtdaten", {})
    assert public.select_one("table.rvr-harvest-runs")
    assert not public.select("table.rvr-harvest-runs a")
    for form in ("csv", "json", "atom"):
        assert public.select(f'a[href$="/harvest/stadtdaten/runs.{form}"]')


def test_the_runs_as_files_tell_everybody_the_numbers_and_nobody_the_inner_reasons(
    scene: dict[str, Any], app: Any
) -> None:
    answer = json.loads(app.get("/harvest/wartung/runs.json").body)
    assert (answer["count"], answer["results"][0]["status"]) == (2, "failed")
    for form in ("csv", "json", "atom"):
        assert "intern.example.org" not in app.get(f"/harvest/wartung/runs.{form}").body
        assert app.get(f"/harvest/geheim/runs.{form}", status=404).status_code == 404
        assert app.get(f"/harvest/gibtesnicht/runs.{form}", status=404).status_code == 404
    inner = json.loads(app.get("/harvest/wartung/runs.json", headers=scene["headers"]["clerk"]).body)
    assert "intern.example.org" in inner["results"][0]["sentence_de"]
    rows = list(csv.reader(io.StringIO(app.get("/harvest/stadtdaten/runs.csv").body.lstrip("\ufeff")), delimiter=";"))
    assert rows[0][2] == "Zustand"
    assert rows[1][2:9] == ["vollständig", "41", "2", "1", "37", "1", "1"]


def test_the_feed_tells_only_of_runs_that_changed_something(scene: dict[str, Any], app: Any) -> None:
    answer = app.get("/harvest/stadtdaten/runs.atom")
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    name = "{http://www.w3.org/2005/Atom}"
    titles = [entry.findtext(f"{name}title") for entry in ET.fromstring(answer.body.encode()).findall(f"{name}entry")]
    assert titles == [
        "Stadtdaten: vollständig: 2 neu, 1 geändert, 1 verschwunden, 1 abgelehnt",
        "Stadtdaten: vollständig: nichts geändert",
        "Stadtdaten: unvollständig: nichts geändert",
        "Stadtdaten: vollständig: nichts geändert",
        "Stadtdaten: gescheitert: nichts geändert",
        "Stadtdaten: vollständig: nichts geändert",
    ]


def test_the_lists_of_runs_and_findings_are_api_actions_in_parts(scene: dict[str, Any], app: Any) -> None:
    runs = json.loads(app.get("/api/3/action/rvr_harvest_run_list?id=stadtdaten&limit=3&offset=9").body)["result"]
    assert (runs["count"], len(runs["results"])) == (10, 1)
    found = json.loads(app.get("/api/3/action/rvr_harvest_finding_list?limit=1&severity=error").body)["result"]
    assert (found["count"], len(found["results"])) == (1, 1)
    hidden = app.get("/api/3/action/rvr_harvest_run_list?id=geheim", status=404)
    unknown = app.get("/api/3/action/rvr_harvest_run_list?id=gibtesnicht", status=404)
    assert json.loads(hidden.body)["error"] == json.loads(unknown.body)["error"]
    for query in ("limit=x", "sort=zz", "severity=zz"):
        assert app.get(f"/api/3/action/rvr_harvest_finding_list?{query}", status=409).status_code == 409


# Twins ---------------------------------------------------------------------------------------------


def test_a_dataset_says_which_other_source_delivers_it(scene: dict[str, Any], app: Any) -> None:
    told = text(soup(app, "/dataset/baeume", {}).select_one(".rvr-harvest-twins"))
    assert told == "Dieser Datensatz kommt auch von Fremd. Er steht hier nur einmal."
    seen = text(soup(app, "/dataset/baeume", scene["headers"]["sysadmin"]).select_one(".rvr-harvest-twins"))
    assert "Fremd, Geheim" in seen.replace(" ,", ",")
