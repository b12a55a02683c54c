"""Addresses on the map: asked of the operator's geocoder by the server, off by default."""

from __future__ import annotations

import html
import http.server
import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from ckan.lib.redis import connect_to_redis

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

TOWN_HALL = {
    "geometry": {"type": "Point", "coordinates": [7.2196, 51.5388]},
    "properties": {"name": "Rathaus <b>", "street": "Friedrich-Ebert-Platz", "housenumber": "2", "city": "Herne"},
}


class _Geocoder(http.server.BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"features": self.server.features}).encode())

    def log_message(self, *_arguments: Any) -> None:
        pass


@pytest.fixture
def geocoder(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A geocoder that the portal asks."""
    redis = connect_to_redis()
    for key in redis.scan_iter("ckan:*:rvr_portal:geocoder*"):
        redis.delete(key)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Geocoder) as running:
        running.asked, running.status, running.features = [], 200, [TOWN_HALL]  # type: ignore[attr-defined]
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        address = f"http://127.0.0.1:{running.server_address[1]}/api?q={{q}}&lang=de"
        monkeypatch.setitem(ckan_config, "ckanext.rvr_portal.geocoder_url", address)
        yield running
        running.shutdown()


def found_part(app: Any, address: str) -> str:
    page = app.get(address).body
    part = re.search(r'id="rvr-box-found".*?</div>', page, re.DOTALL)
    return html.unescape(part[0]) if part else ""


def test_an_address_leads_to_the_data_around_it_with_the_search_kept(app: Any, geocoder: Any) -> None:
    page = app.get("/map?q=Rad&address=Rathaus+%26+Platz%2C+Herne").body
    assert geocoder.asked == ["/api?q=Rathaus%20%26%20Platz%2C%20Herne&lang=de"]
    assert "Rathaus &lt;b&gt;, Friedrich-Ebert-Platz 2, Herne</a>" in page
    link = html.unescape(re.search(r'<li><a href="([^"]+)"[^>]*>Rathaus', page)[1])
    assert link.startswith("/map?q=Rad&bbox=7.21")
    assert "rvr-chip" in app.get(link).body


def test_the_same_address_is_asked_once(app: Any, geocoder: Any) -> None:
    for _twice in range(2):
        assert "Rathaus" in found_part(app, "/map?address=Herne+Rathaus")
    assert len(geocoder.asked) == 1


def test_an_address_elsewhere_a_fault_and_too_many_questions_are_said(
    app: Any, geocoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    geocoder.features = []
    assert "keine Adresse der Region" in found_part(app, "/map?address=Mondweg+1")
    geocoder.status = 500
    assert "antwortet im Moment nicht" in found_part(app, "/map?address=Mondweg+2")
    geocoder.status = 200
    monkeypatch.setattr("ckanext.rvr_portal.geocoder.A_MINUTE", 2)
    assert "zu viele Adressen" in found_part(app, "/map?address=Mondweg+3")
    assert len(geocoder.asked) == 2


def test_without_the_setting_nothing_is_offered_and_nobody_is_asked(
    app: Any, geocoder: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.rvr_portal.geocoder_url", "")
    page = app.get("/map?address=Herne+Rathaus").body
    assert "rvr-box-address" not in page
    assert geocoder.asked == []


@pytest.mark.parametrize("text", ["", "ab", "%00", "x" * 5_000, "<script>", "';--", "😀😀😀", "a%0d%0aHost:+x"])
def test_whatever_is_typed_is_one_question_at_most(app: Any, geocoder: Any, text: str) -> None:
    answer = app.get(f"/map?address={text}")
    assert answer.status_code == 200
    assert "<script>'" not in answer.body
    assert len(geocoder.asked) <= 1
    assert all(len(path) < 1_600 for path in geocoder.asked)
