"""Numbers for Prometheus: only when switched on, only for whom they are meant."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Any:
    import ckan.plugins.toolkit as tk

    def change(**values: Any) -> None:
        for name, value in values.items():
            monkeypatch.setitem(tk.config, f"ckanext.rvr_harvest.{name}", value)

    return change


def test_there_are_no_numbers_unless_switched_on(scene: dict[str, Any], app: Any) -> None:
    assert app.get("/metrics", status=404).status_code == 404


def test_the_numbers_tell_how_each_source_is_doing(scene: dict[str, Any], app: Any, setting: Any) -> None:
    setting(metrics=True)
    answer = app.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.body.splitlines()
    assert "rvr_harvest_sources 6" in lines
    assert 'rvr_harvest_last_run_complete{source="wartung"} 0' in lines
    assert 'rvr_harvest_datasets{source="frage"} 3' in lines
    assert 'rvr_harvest_last_run_duration_seconds{source="stadtdaten"} 12.5' in lines
    assert 'rvr_harvest_refused{source="stadtdaten"} 1' in lines
    since = next(line for line in lines if line.startswith('rvr_harvest_seconds_since_good_run{source="wartung"}'))
    assert float(since.split()[-1]) >= 2 * 86400 - 60
    assert "geheim" not in answer.body
    assert all(line.startswith(("#", "rvr_harvest_")) for line in lines)


def test_with_a_token_only_who_knows_it_gets_them_and_private_sources_are_among_them(
    scene: dict[str, Any], app: Any, setting: Any
) -> None:
    setting(metrics=True, metrics_token="sesam")
    assert app.get("/metrics", status=404).status_code == 404
    assert app.get("/metrics", headers={"Authorization": "Bearer sesamö"}, status=404).status_code == 404
    assert "geheim" in app.get("/metrics", headers={"Authorization": "Bearer sesam"}).body


def test_other_machines_than_the_allowed_ones_get_nothing(scene: dict[str, Any], app: Any, setting: Any) -> None:
    setting(metrics=True, metrics_hosts=["10.0.0.0/8"])
    assert app.get("/metrics", status=404).status_code == 404
    setting(metrics=True, metrics_hosts=["10.0.0.0/8", "127.0.0.1"])
    assert app.get("/metrics").status_code == 200


def test_behind_a_proxy_the_address_of_the_visitor_counts_not_that_of_the_proxy(
    scene: dict[str, Any], app: Any, setting: Any, ckan_config: Any, monkeypatch: Any
) -> None:
    setting(metrics=True, metrics_hosts=["10.0.0.0/8", "127.0.0.1"])
    monkeypatch.setitem(ckan_config, "ckanext.rvr_portal.trusted_proxies", 0)
    assert app.get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"}, status=404).status_code == 404
    monkeypatch.setitem(ckan_config, "ckanext.rvr_portal.trusted_proxies", 1)
    assert app.get("/metrics", headers={"X-Forwarded-For": "10.9.9.9, 203.0.113.7"}, status=404).status_code == 404
    assert app.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7, 10.1.2.3"}).status_code == 200
