"""What two real catalogues look like to a reader: no address, no code, no empty row, no English word."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories

CATALOGS = Path(__file__).resolve().parents[3] / "shared/data/catalogs"
NAMES = ("bremen.rdf", "rostock.rdf")
UNREADABLE = re.compile(
    r"https?://|\w_SRVC|\bNone\b|\[\]|\{\}|\bnan\b|&lt;|undefined|9999"
    r"|\b(ANNUAL|IRREG|UNKNOWN|CONT|DAILY|MONTHLY|OP_DATPRO|DEU|PUBLIC|NON_PUBLIC|STABLE|AVAILABLE)\b"
)
ENGLISH = re.compile(
    r"\b(Search|Organizations?|Filter by|License|Resources?|Publisher|Edit|Last Updated|Created|State|unknown|Tags)\b"
)
# What people wrote stands here; it may hold an address.
WRITTEN = "h1, h2 a, h3 a, title, .rvr-prose, .rvr-lead, .rvr-dataset__summary, .rvr-card__text, .rvr-tags, .breadcrumb"

pytestmark = [
    pytest.mark.usefixtures("with_plugins"),
    pytest.mark.skipif(not CATALOGS.is_dir(), reason="the two catalogues are not here"),
]

_made: list[dict[str, Any]] = []


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = {".rdf": "application/rdf+xml"}

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(autouse=True, scope="module")
def _forget() -> Iterator[None]:
    yield
    _made.clear()


@pytest.fixture
def harvested(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """All datasets of both catalogues, harvested once for all tests of this file."""
    if not _made:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(CATALOGS)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            for name in NAMES:
                _harvest(f"http://127.0.0.1:{server.server_address[1]}/{name}", name.removesuffix(".rdf"))
        finally:
            server.shutdown()
        _made.extend(_datasets())
    return _made


def _harvest(url: str, name: str) -> None:
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckanext.harvest.model import HarvestJob

    from ckanext.rvr_harvest import harvester

    organization = factories.Organization(name=name, title=name.title())
    context = {"user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"], "ignore_auth": True}
    source = {"name": f"quelle-{name}", "title": f"Portal {name.title()}", "url": url, "source_type": "rvr_dcat_rdf"}
    made = tk.get_action("harvest_source_create")(
        dict(context), {**source, "frequency": "MANUAL", "owner_org": organization["id"]}
    )
    job = tk.get_action("harvest_job_create")(dict(context), {"source_id": made["id"], "run": False})
    harvester.run_job(HarvestJob.get(job["id"]))
    model.Session.remove()


def _datasets() -> list[dict[str, Any]]:
    import ckan.plugins.toolkit as tk

    wanted = {"fq": "+dataset_type:dataset", "rows": 1000, "sort": "name asc"}
    return tk.get_action("package_search")({}, wanted)["results"]


@pytest.fixture
def faults(app: Any) -> Any:
    """What no reader should see on the page at an address."""

    def look(path: str) -> list[str]:
        page = BeautifulSoup(app.get(path).body, "html.parser")
        found = [
            f"{path}: empty {cell.name}"
            for cell in page.select(
                "dd, dt, td, .rvr-facet__label, .rvr-option__label, .rvr-badge, .rvr-card__meta, .rvr-card__footer"
            )
            if not cell.get_text(strip=True)
        ]
        for part in page.select(f"script, style, template, {WRITTEN}"):
            part.decompose()
        text = " ".join(page.get_text(" ").split())
        for pattern in (UNREADABLE, ENGLISH):
            found += [f"{path}: {text[max(0, hit.start() - 60) : hit.end() + 60]}" for hit in pattern.finditer(text)]
        return found

    return look


def test_thirty_dataset_pages_of_real_catalogues_are_readable(harvested: list[dict[str, Any]], faults: Any) -> None:
    assert len(harvested) == 253
    chosen = harvested[:: len(harvested) // 30][:30]
    assert [fault for dataset in chosen for fault in faults(f"/dataset/{dataset['name']}")] == []


def test_pages_of_their_files_are_readable(harvested: list[dict[str, Any]], faults: Any) -> None:
    one_a_format = {
        resource.get("format"): f"/dataset/{dataset['name']}/resource/{resource['id']}"
        for dataset in harvested
        for resource in dataset["resources"]
    }
    assert len(one_a_format) > 5
    assert [fault for path in list(one_a_format.values())[:20] for fault in faults(path)] == []


def test_search_and_all_its_filters_are_readable(harvested: list[dict[str, Any]], faults: Any) -> None:
    paths = ["/", "/dataset/", "/dataset/?page=2&theme=ENVI", "/organization/", "/organization/bremen"]
    assert [fault for path in paths for fault in faults(path)] == []
