"""Serves the demo catalogues as DCAT-AP.de RDF, and the small files their distributions point to.

`python demo/catalog_server.py --port 5010` answers at
/{organisation}/catalog (the RDF, paged with ?page=N where the catalogue has pages) and /{organisation}/files/{name}.
"""

from __future__ import annotations

import argparse
import threading
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from catalog_content import DemoCatalog, load_catalogs
from catalog_graph import CatalogGraph, PlaceFacts, file_bytes, pages_of, place_keys
from sample_files import KINDS

from ckanext.rvr_portal.domain.places import Place, register

SERIALISATIONS = {
    "rdfxml": ("pretty-xml", "application/rdf+xml"),
    "turtle": ("turtle", "text/turtle"),
    "jsonld": ("json-ld", "application/ld+json"),
}


class DemoPortals:
    """All demo catalogues with their addresses and files."""

    def __init__(self, base_url: str) -> None:
        """:param base_url: address of this server as the portal and its visitors see it"""
        self.base_url = base_url.rstrip("/")
        self.catalogs = load_catalogs()
        self.places = _places(self.catalogs)
        self.page = cache(self._page)

    def catalog_url(self, organization: str) -> str:
        """Where a member body's catalogue can be harvested."""
        return f"{self.base_url}/{organization}/catalog"

    def _page(self, organization: str, number: int) -> tuple[bytes, str]:
        catalog = self.catalogs[organization]
        pages = pages_of(catalog.datasets, catalog.page_size)
        writer = CatalogGraph(catalog, self.places, self.base_url)
        writer.build(pages[number - 1])
        if catalog.page_size:
            writer.add_paging(self.catalog_url(organization), number, len(pages), len(catalog.datasets))
        form, media_type = SERIALISATIONS[catalog.format]
        return writer.graph.serialize(format=form, encoding="utf-8"), media_type

    def file(self, organization: str, name: str) -> tuple[bytes, str]:
        """One distribution's bytes and media type; `KeyError` if there is none of that name."""
        catalog = self.catalogs[organization]
        identifier, _, suffix = name.partition(".")
        dataset = next((item for item in catalog.datasets if item.id == identifier), None)
        code = next((code for code, kind in KINDS.items() if kind.suffix == suffix), None)
        if dataset is None or code not in dataset.files:
            raise KeyError(name)
        place = self.places[dataset.place or organization]
        return file_bytes(catalog, dataset, code, place), KINDS[code].media_type

    def answer(self, target: str) -> tuple[bytes, str]:
        """Body and media type of an address; `KeyError` or `IndexError` if nothing is there."""
        parts = urlsplit(target)
        path = parts.path.strip("/").split("/")
        if parts.path == "/health":
            return b"ok\n", "text/plain"
        if len(path) == 2 and path[1] == "catalog":
            number = int(parse_qs(parts.query).get("page", ["1"])[0])
            if number < 1:
                raise IndexError(number)
            return self.page(path[0], number)
        if len(path) == 3 and path[1] == "files":
            return self.file(path[0], path[2])
        raise KeyError(target)


def _places(catalogs: dict[str, DemoCatalog]) -> dict[str, PlaceFacts]:
    known = register()
    facts = {name: _facts(known.by_slug(name), name) for name in catalogs}
    return facts | {key: _facts(known.get(key), key) for key in place_keys(catalogs.values())}


def _facts(place: Place | None, key: str) -> PlaceFacts:
    if place is None:
        raise KeyError(f"Das Ortsverzeichnis kennt {key} nicht.")
    return PlaceFacts(place.key, place.name, place.lon, place.lat, place.area_km2)


class _Handler(BaseHTTPRequestHandler):
    portals: DemoPortals
    protocol_version = "HTTP/1.1"
    server_version = "BeispielPortal"

    def do_GET(self) -> None:
        self._respond(body=True)

    def do_HEAD(self) -> None:
        self._respond(body=False)

    def _respond(self, *, body: bool) -> None:
        try:
            content, media_type = self.portals.answer(self.path)
            status = HTTPStatus.OK
        except (KeyError, IndexError, ValueError):
            content, media_type, status = b"Hier liegt nichts.\n", "text/plain", HTTPStatus.NOT_FOUND
        self.send_response(status)
        charset = "; charset=utf-8" if media_type.startswith("text/") else ""
        self.send_header("Content-Type", media_type + charset)
        self.send_header("Content-Length", str(len(content)))
        # Table and map previews of the portal fetch the files from the visitor's browser.
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the demo shows its own steps."""


def make_server(port: int, base_url: str | None = None) -> ThreadingHTTPServer:
    """A server on 127.0.0.1 that is not running yet; port 0 takes any free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    address = base_url or f"http://127.0.0.1:{server.server_address[1]}"
    handler = type("Handler", (_Handler,), {"portals": DemoPortals(address)})
    server.RequestHandlerClass = handler
    server.daemon_threads = True
    return server


def start_in_thread(port: int = 0) -> tuple[ThreadingHTTPServer, DemoPortals]:
    """Start the server inside this process, for loading and tests; call `shutdown()` on it afterwards."""
    server = make_server(port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, server.RequestHandlerClass.portals  # type: ignore[attr-defined]


def main() -> None:
    """Run until interrupted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=5010)
    parser.add_argument("--base-url", help="address under which visitors reach this server")
    options = parser.parse_args()
    make_server(options.port, options.base_url).serve_forever()


if __name__ == "__main__":
    main()
