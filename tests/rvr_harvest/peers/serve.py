"""Run by the environment of the catalogue servers: one of them on a free loopback port, which it prints.

serve.py csw FOLDER RECORDS         pycsw with the ISO 19139 files of the folder RECORDS
serve.py ogc_records FOLDER FILE    pygeoapi with the records of FOLDER/records.tinydb
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

_CSW = """
[server]
home={folder}
url={url}/csw
mimetype=application/xml; charset=UTF-8
encoding=UTF-8
language=en-US
maxrecords=100
domainquerytype=list
domaincounts=true
profiles=apiso
[manager]
transactions=false
allowed_ips=127.0.0.1
[metadata:main]
identification_title=Geodatenkatalog
{unused}
[repository]
database=sqlite:///{folder}/records.db
table=records
[metadata:inspire]
enabled=false
"""
_UNUSED = """identification_abstract identification_keywords identification_keywords_type identification_fees
identification_accessconstraints provider_name provider_url contact_name contact_position contact_address contact_city
contact_stateorprovince contact_postalcode contact_country contact_phone contact_fax contact_email contact_url
contact_hours contact_instructions contact_role"""

_OGC = """
server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: {url}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  languages: [de-DE]
  limits: {{default_items: 10, max_items: 100}}
  map: {{url: "https://example.org/{{z}}/{{x}}/{{y}}.png", attribution: "-"}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: Metadaten, description: "-", keywords: ["-"], keywords_type: theme, terms_of_service: "-", url: "https://example.org/"}}
  license: {{name: "-", url: "https://example.org/"}}
  provider: {{name: "-", url: "https://example.org/"}}
  contact: {{name: "-", position: "-", address: "-", city: "-", stateorprovince: "-", postalcode: "-", country: "-", phone: "-", fax: "-", email: info@example.org, url: "https://example.org/", hours: "-", instructions: "-", role: pointOfContact}}
resources:
  records:
    type: collection
    title: Datensätze
    description: "-"
    keywords: ["-"]
    links: []
    extents: {{spatial: {{bbox: [-180, -90, 180, 90]}}}}
    providers:
      - {{type: record, name: TinyDBCatalogue, data: {folder}/records.tinydb, id_field: id, time_field: created, title_field: title}}
"""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 50


class _Handler(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def csw(folder: Path, records: str, url: str) -> Callable[..., Any]:
    from pycsw import server
    from pycsw.core import admin, config

    unused = "\n".join(f"{name}=-" for name in _UNUSED.split())
    settings = folder / "pycsw.cfg"
    settings.write_text(_CSW.format(folder=folder, url=url, unused=unused), encoding="utf-8")
    database = f"sqlite:///{folder}/records.db"
    admin.setup_db(database, "records", str(folder))
    admin.load_records(config.StaticContext(), database, "records", records)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        environ["local.app_root"] = str(folder)
        status, body = server.Csw(str(settings), environ).dispatch_wsgi()
        start_response(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
        return [body]

    return application


def ogc_records(folder: Path, _records: str, url: str) -> Callable[..., Any]:
    settings, openapi = folder / "pygeoapi.yml", folder / "openapi.yml"
    settings.write_text(_OGC.format(folder=folder, url=url, port=url.rpartition(":")[2]), encoding="utf-8")
    os.environ |= {"PYGEOAPI_CONFIG": str(settings), "PYGEOAPI_OPENAPI": str(openapi)}
    from pygeoapi.openapi import generate_openapi_document

    openapi.write_text(generate_openapi_document(settings, "yaml"), encoding="utf-8")
    from pygeoapi.flask_app import APP

    return APP


if __name__ == "__main__":
    kind, place, filled = sys.argv[1:4]
    served = _Server(("127.0.0.1", 0), _Handler)
    address = f"http://127.0.0.1:{served.server_address[1]}"
    served.set_app({"csw": csw, "ogc_records": ogc_records}[kind](Path(place), filled, address))
    print(f"serving {served.server_address[1]}", flush=True)
    served.serve_forever()
