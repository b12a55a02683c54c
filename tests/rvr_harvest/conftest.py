"""A real local web server for catalogues, and one call that harvests from it."""

from __future__ import annotations

import functools
import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, URIRef
from web_server import Answer, Request, served

CATALOGS = Path(__file__).resolve().parents[3] / "shared/data/catalogs"
PEERS = Path(__file__).parent / "peers"


@dataclass
class Portal:
    """A small web server. `pages`: path → (media type, body) or (media type, body, status)."""

    url: str
    pages: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, path: str, body: str | bytes, media_type: str = "application/rdf+xml", status: int = 200) -> str:
        """Serve `body` under `path`; `{portal}` in it becomes the server's address. Returns the full address."""
        if isinstance(body, str):
            body = body.replace("{portal}", self.url).encode()
        self.pages[path] = (media_type, body, status)
        return self.url + path


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal on a free loopback port."""
    with _running_portal() as found:
        yield found


@contextmanager
def _running_portal() -> Iterator[Portal]:
    found = Portal("")

    def answer(request: Request) -> Answer:
        found.asked.append(request.path)
        media_type, body, status = found.pages.get(request.path.rstrip("?"), ("text/plain", b"nothing here", 404))
        return status, {"Content-Type": media_type}, body

    with served(answer) as server:
        found.url = server.url
        yield found


@pytest.fixture
def turtle() -> Callable[..., str]:
    """A catalogue in Turtle with the given datasets: turtle("Bäume", "Bäder", extra=…)."""

    def make(*titles: str, extra: str = "", base: str = "https://example.org/dataset/") -> str:
        head = (
            "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
            "@prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
            "@prefix dcatde: <http://dcat-ap.de/def/dcatde/2.0/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
            '<https://example.org/> a dcat:Catalog ; dct:title "Beispiel" .\n'
        )
        sets = [
            f'<{base}{number}> a dcat:Dataset ; dct:title "{title}" ; dct:description "Über {title}." ;'
            f' dct:identifier "id-{number}" ; dcat:distribution <{base}{number}/r> .\n'
            f"<{base}{number}/r> a dcat:Distribution ; dcat:accessURL <https://example.org/{number}.csv> ;"
            f' dct:format "CSV" ; dct:license <http://dcat-ap.de/def/licenses/dl-by-de/2.0> .\n'
            for number, title in enumerate(titles, 1)
        ]
        return head + "".join(sets) + extra

    return make


@pytest.fixture
def harvest(clean_db: None, clean_index: None, harvest_here: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """As `harvest_here`, beginning with an empty portal."""
    return harvest_here


@pytest.fixture
def harvest_here(app: Any) -> Callable[..., dict[str, Any]]:
    """Harvest an address as a source (made when it is new) and return the report; with whatever the portal holds."""
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckan.tests import factories
    from ckanext.harvest.model import HarvestJob

    from ckanext.rvr_harvest import harvester

    def run(url: str, name: str = "quelle", organization: str = "dortmund", **fields: Any) -> dict[str, Any]:
        if (group := model.Group.get(organization)) is None:
            made = factories.Organization(name=organization, title=f"Stadt {organization.title()}", description="")
            group = model.Group.get(made["id"])
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        context = {"user": user, "ignore_auth": True}
        if model.Package.get(name) is None:
            source = {
                "name": name,
                "title": name.title(),
                "url": url,
                "source_type": "rvr_dcat_rdf",
                "owner_org": group.id,
            }
            tk.get_action("harvest_source_create")(dict(context), {"frequency": "MANUAL", **source, **fields})
        source_id = model.Package.get(name).id
        job = tk.get_action("harvest_job_create")(dict(context), {"source_id": source_id, "run": False})
        harvester.run_job(HarvestJob.get(job["id"]))
        model.Session.remove()
        return tk.get_action("rvr_harvest_report_show")({"ignore_auth": True}, {"id": source_id})

    return run


@pytest.fixture
def datasets() -> Callable[..., list[dict[str, Any]]]:
    """All active datasets as the site shows them, read from the database."""
    import ckan.plugins.toolkit as tk
    from ckan import model

    def read(source: str | None = None) -> list[dict[str, Any]]:
        from ckanext.rvr_harvest.model import HarvestRecord

        query = model.Session.query(model.Package.id).filter(
            model.Package.type == "dataset", model.Package.state == "active"
        )
        if source:
            ids = model.Session.query(HarvestRecord.package_id).filter(
                HarvestRecord.source_id == model.Package.get(source).id
            )
            query = query.filter(model.Package.id.in_(ids))
        context = {"ignore_auth": True, "use_cache": False}
        return [tk.get_action("package_show")(dict(context), {"id": row[0]}) for row in query.all()]

    return read


@dataclass
class Counted:
    """How often CKAN's tables of datasets and Solr were written to, and in how many transactions the former."""

    packages: int = 0
    solr: int = 0
    transactions: int = 0


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Count writes, below everything of ours: at SQLAlchemy and at the HTTP requests to Solr."""
    import pysolr
    from ckan import model
    from sqlalchemy import event

    @contextmanager
    def count() -> Iterator[Counted]:
        counted = Counted()
        send = pysolr.Solr._send_request

        def counting_send(self: Any, method: str, path: str = "", *args: Any, **kwargs: Any) -> Any:
            counted.solr += "update" in path
            return send(self, method, path, *args, **kwargs)

        def before_cursor(conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            words = statement.split(None, 3)
            tables = {"package", "resource", "package_tag", "activity", "member"}
            if words[0] in ("INSERT", "UPDATE", "DELETE"):
                table = words[2 if words[0] != "UPDATE" else 1].strip('"')
                counted.packages += table in tables
                conn.info["wrote"] = conn.info.get("wrote") or table in tables

        def commit(conn: Any) -> None:
            counted.transactions += bool(conn.info.pop("wrote", False))

        listeners = {"before_cursor_execute": before_cursor, "commit": commit}
        monkeypatch.setattr(pysolr.Solr, "_send_request", counting_send)
        for name, listener in listeners.items():
            event.listen(model.meta.engine, name, listener)
        try:
            yield counted
        finally:
            for name, listener in listeners.items():
                event.remove(model.meta.engine, name, listener)
            monkeypatch.setattr(pysolr.Solr, "_send_request", send)

    return count


@pytest.fixture(scope="session")
def real_catalog() -> Iterator[Callable[[str], str]]:
    """Serve one of the real catalogues, to all tests at the same address; returns it."""
    with _running_portal() as portal:

        def serve(name: str) -> str:
            path = CATALOGS / name
            if not path.exists():
                pytest.skip(f"the reference catalogue {name} is not on this machine")
            # its next page would be on the portal it comes from: here it is a page that does not exist
            body = path.read_bytes().replace(
                b"https://www.opendata-hro.de/catalog.rdf", f"{portal.url}/{name}".encode()
            )
            return portal.put(f"/{name}", body)

        yield serve


@dataclass(frozen=True)
class RealCatalogues:
    """What is known of the two: the reports of their first runs, and what was already read of their pages."""

    reports: dict[str, dict[str, Any]]
    published: dict[tuple[str, str], Graph] = field(default_factory=dict)


@pytest.fixture
def real_catalogues(fill_once: Any, harvest_here: Any, real_catalog: Any) -> RealCatalogues:
    """Two real catalogues, bremen and rostock, each the source of an organisation."""
    return fill_once(_harvest_both, harvest_here, real_catalog)


def _harvest_both(harvest_here: Callable[..., Any], real_catalog: Callable[[str], str]) -> RealCatalogues:
    names = ("bremen", "rostock")
    return RealCatalogues({name: harvest_here(real_catalog(f"{name}.rdf"), name, organization=name) for name in names})


@pytest.fixture
def published(app: Any, real_catalogues: RealCatalogues) -> Callable[..., Graph]:
    """The part of an organisation as a visitor gets it, all pages, in a format; read once for all tests that only look."""

    def read(name: str, format: str) -> Graph:
        graph, page = Graph(), 1
        while True:
            answer = app.get(f"/organization/{name}.{format}", query_string={"page": page})
            assert answer.status_code == 200
            part = Graph().parse(data=answer.body, format={"rdf": "xml", "jsonld": "json-ld"}.get(format, "turtle"))
            graph += part
            if not list(part.objects(None, URIRef("http://www.w3.org/ns/hydra/core#next"))):
                return graph
            page += 1

    def known(name: str, format: str = "ttl") -> Graph:
        found = real_catalogues.published
        return found.get((name, format)) or found.setdefault((name, format), read(name, format))

    return known


@pytest.fixture(scope="session")
def source_graph() -> Callable[[str], Graph]:
    """What a real catalogue itself says, read with rdflib alone; once for all tests that only look."""
    return functools.cache(lambda name: Graph().parse(CATALOGS / f"{name}.rdf", format="xml"))


@dataclass(frozen=True)
class SecondSite:
    """A running CKAN site of its own, plain as it comes, with some datasets."""

    url: str
    token: str

    def call(self, action: str, **data: Any) -> Any:
        """Ask its Action API as its administrator."""
        request = urllib.request.Request(
            f"{self.url}/api/3/action/{action}",
            json.dumps(data).encode(),
            {"Authorization": self.token, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["result"]


@pytest.fixture(scope="session")
def second_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecondSite]:
    """A second CKAN site with stock plugins; tests that change its datasets put them back."""
    if not os.environ.get("CKAN_INI"):
        pytest.skip("runs only through stack/stack.py run NAME pytest")
    folder = tmp_path_factory.mktemp("second-site")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    (folder / "ckan.ini").write_text(
        f"[app:main]\nuse = egg:ckan\nckan.plugins = dcat\nckan.site_url = {url}\nckan.site_id = second\n"
        "ckan.site_title = Offene Daten Moers\nckan.locale_default = de\nSECRET_KEY = only-for-tests\n"
        f"ckan.storage_path = {folder}\nckanext.dcat.datasets_per_page = 5\n"
    )
    kept = {name: os.environ[name] for name in ("CKAN_SQLALCHEMY_URL", "CKAN_SOLR_URL", "CKAN_REDIS_URL")}
    others = {name: value for name, value in os.environ.items() if not name.startswith("CKAN")}
    log = folder / "web.log"
    with open(log, "wb") as stream:
        process = subprocess.Popen(
            [sys.executable, str(PEERS / "ckan_site.py"), str(port)],
            env={**others, **kept, "CKAN_INI": str(folder / "ckan.ini")},
            stdout=subprocess.PIPE,
            stderr=stream,
        )
    try:
        assert process.stdout
        if not (line := process.stdout.readline()):
            pytest.fail(f"The second site did not start:\n{log.read_text(errors='replace')[-3000:]}")
        site = SecondSite(url, json.loads(line)["token"])
        content = json.loads((PEERS / "ckan_site.json").read_text("utf-8"))
        for kind in ("organization", "group"):
            for one in content[f"{kind}s"]:
                site.call(f"{kind}_create", **one)
        for one in content["datasets"]:
            site.call("package_create", **one)
        yield site
    finally:
        process.terminate()
        process.wait(timeout=30)
