"""Puts the demo content into a portal through CKAN's own actions and the plugins' commands."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import logging
import os
import secrets
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import yaml
from catalog_content import DemoCatalog, load_catalogs
from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.lib.search.common import make_connection
from steps import StackError
from upload_content import upload

from ckanext.rvr_portal.shared import places

HERE = Path(__file__).resolve().parent
Dict = dict[str, Any]

ACCOUNTS: dict[str, Dict] = {
    "betrieb": {"fullname": "Betrieb (Beispielkonto)", "sysadmin": True, "role": "Betrieb des Portals"},
    "datenpflege": {
        "fullname": "Datenpflege Hattingen (Beispielkonto)",
        "organization": "ennepe-ruhr-kreis",
        "capacity": "editor",
        "role": "Datenpflege im Ennepe-Ruhr-Kreis, für Hattingen",
    },
    "projektpflege": {
        "fullname": "Projektpflege Gelsenkirchen (Beispielkonto)",
        "organization": "gelsenkirchen",
        "capacity": "editor",
        "role": "Smart-City-Projekte in Gelsenkirchen",
    },
    "mitglied": {
        "fullname": "Mitglied (Beispielkonto)",
        "organization": "dortmund",
        "capacity": "member",
        "role": "Mitglied ohne Schreibrecht",
    },
}
_PHASES_BEGUN = {"pilot", "implementation", "operation", "completed", "discontinued"}
_PREVIEWS_PER_CATALOG = 1


def open_portal(ini: str) -> Any:
    """The Flask application of a CKAN configuration."""
    app = make_app(load_config(ini))._wsgi_app
    logging.getLogger("ckan").setLevel(logging.ERROR)
    # ckanext-harvest reports each new source as missing, because it indexes it before it writes it.
    logging.getLogger("ckanext").setLevel(logging.CRITICAL)
    return app


@contextlib.contextmanager
def one_commit() -> Iterator[None]:
    """Commit to the search index once at the end instead of after every change."""
    before = tk.config["ckan.search.solr_commit"]
    tk.config["ckan.search.solr_commit"] = False
    try:
        yield
    finally:
        tk.config["ckan.search.solr_commit"] = before
        make_connection().commit()  # waits until it is found; CKAN's own commit does not


class PortalContent:
    """One loading of the demo content; needs an application context."""

    def __init__(self, base_url: str) -> None:
        """:param base_url: address of the demo catalogue server"""
        self.base_url = base_url
        self.catalogs: dict[str, DemoCatalog] = load_catalogs()
        self.user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]

    @property
    def catalog_names(self) -> list[str]:
        """Organisations with a demo catalogue."""
        return list(self.catalogs)

    def _call(self, action: str, data: Dict) -> Any:
        return tk.get_action(action)({"user": self.user, "ignore_auth": True}, data)

    def organizations(self) -> None:
        """The 15 member bodies."""
        _command("rvr_portal", "rvr-portal", "organizations", "create")

    def boundaries(self, path: str) -> None:
        """Boundaries from a file of the Federal Agency for Cartography and Geodesy."""
        _command("rvr_portal", "rvr-portal", "places", "load", path)

    def accounts(self, path: Path) -> None:
        """One account a role; passwords are made once for each instance and readable only by its owner."""
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        accounts = {
            name: {"role": facts["role"], "password": known.get(name, {}).get("password") or secrets.token_urlsafe(12)}
            for name, facts in ACCOUNTS.items()
        }
        _write_private(path, json.dumps(accounts, ensure_ascii=False, indent=2) + "\n")
        for name, facts in ACCOUNTS.items():
            self._account(name, facts, accounts[name]["password"])

    def _account(self, name: str, facts: Dict, password: str) -> None:
        if model.User.get(name) is None:
            data = {"name": name, "fullname": facts["fullname"], "email": f"{name}@portal.example"}
            self._call("user_create", data | {"password": password})
        user = model.User.get(name)
        if user is None:
            raise StackError(f"The account {name} could not be made.")
        if user.sysadmin != facts.get("sysadmin", False) or not user.validate_password(password):
            user.sysadmin = facts.get("sysadmin", False)
            user.password = password
            model.repo.commit()
        if "organization" in facts:
            data = {"id": facts["organization"], "username": name, "role": facts["capacity"]}
            self._call("organization_member_create", data)

    def harvest(self, name: str) -> None:
        """Register a catalogue as harvest source and run it, as an operator would."""
        source = self._source(name)
        _command("rvr_harvest", "rvr-harvest", "run", source, "--quiet")

    def _source(self, name: str) -> str:
        catalog = self.catalogs[name]
        source_name = f"beispielkatalog-{name}"
        data = {
            "name": source_name,
            "title": catalog.title,
            "url": f"{self.base_url}/{name}/catalog",
            "source_type": "rvr_dcat_rdf",
            "frequency": "DAILY",
            "owner_org": name,
            "notes": "Beispielkatalog zur Vorführung, Inhalte frei erfunden.",
        }
        existing = model.Package.get(source_name)
        if existing is None:
            self._call("harvest_source_create", data)
        elif existing.url != data["url"]:
            self._call("harvest_source_update", data | {"id": existing.id, "active": True, "config": None})
        return source_name

    def projects(self) -> None:
        """The example projects of the register."""
        projects = yaml.safe_load((HERE / "projects.yaml").read_text(encoding="utf-8"))
        names = self._dataset_names(reference for raw in projects for reference in raw.get("datasets", []))
        with one_commit():
            for raw in projects:
                data = self._project(raw, names)
                existing = model.Package.get(data["name"])
                if existing is None:
                    self._call("package_create", data)
                else:
                    self._call("package_update", data | {"id": existing.id})

    def _project(self, raw: Dict, dataset_names: dict[str, str]) -> Dict:
        begun, start = raw["phase"] in _PHASES_BEGUN, str(raw.get("start", ""))
        host = self.catalogs[raw["owner"]].host if raw["owner"] in self.catalogs else f"{raw['owner']}.example"
        data = {
            "type": "smart-city-project",
            "name": raw["name"],
            "title": raw["title"],
            "summary": raw["summary"],
            "notes": f"{raw['summary']}\n\nBeispielprojekt: frei erfunden, nur zur Vorführung des Portals.",
            "owner_org": raw["owner"],
            "places": [_place_key(name) for name in raw["where"]],
            "field_of_action": raw["field"],
            "phase": raw["phase"],
            "status_reason": raw.get("reason"),
            "status_as_of": str(raw["status_as_of"]),
            "start_planned": start,
            "end_planned": str(raw.get("end", "")),
            "start_actual": start if begun else "",
            "end_actual": str(raw.get("end_actual", "")),
            "solution_type": raw.get("solution", []),
            "budget_total": raw.get("budget"),
            "budget_own_share": raw.get("own"),
            "funding": "Beispielförderung" if raw.get("own", 0) < raw.get("budget", 0) else "",
            "partners": [dict(zip(("name", "type", "role"), row, strict=True)) for row in raw.get("partners", [])],
            "seeking_partners": raw.get("seeking", False),
            "contact_name": "Stabsstelle Digitalisierung (Beispiel)",
            "contact_email": f"smartcity@{host}",
            "transferable": raw.get("transferable"),
            "transfer_needs": raw.get("needs"),
            "lon": raw.get("lon"),
            "lat": raw.get("lat"),
            "related_datasets": [dataset_names[ref] for ref in raw.get("datasets", []) if ref in dataset_names],
        }
        return {key: value for key, value in data.items() if value not in (None, "", [])}

    def _dataset_names(self, references: Iterable[str]) -> dict[str, str]:
        """Names in the portal of harvested datasets, which are written as organisation/id."""
        identifiers = {}
        for reference in references:
            organization, _, key = reference.partition("/")
            catalog = self.catalogs[organization]
            dataset = next(item for item in catalog.datasets if item.id == key)
            identifiers[catalog.identifier(dataset)] = reference
        wanted = " OR ".join(f'"{identifier}"' for identifier in identifiers)
        found = self._found(f"identifier:({wanted})", rows=len(identifiers))
        return {identifiers[package["identifier"]]: package["name"] for package in found}

    def uploads(self) -> None:
        """A dataset with an uploaded table, as a steward makes it."""
        upload(self._call)

    def quality(self) -> None:
        """What the clock would have done by the next morning, so that the pages of quality have something to say."""
        _command("rvr_dcat", "rvr-dcat", "links", "check")
        _command("rvr_dcat", "rvr-dcat", "quality", "update")

    def _found(self, query: str, rows: int) -> list[Dict]:
        return self._call("package_search", {"fq": query, "rows": rows, "facet": False})["results"]

    def previews(self) -> None:
        """Tables of a few CSV files in the datastore, so that their pages show a preview."""
        if not p.plugin_loaded("datastore"):
            return
        with one_commit():
            for name in self.catalog_names:
                for resource in self._csv_resources(name)[:_PREVIEWS_PER_CATALOG]:
                    self._preview(resource)

    def _csv_resources(self, name: str) -> list[Dict]:
        resources = [
            resource
            for dataset in self._found(f"organization:{name} +dataset_type:dataset", rows=100)
            for resource in dataset["resources"]
            if resource["format"] == "CSV" and str(resource["url"]).startswith(self.base_url)
        ]
        return sorted(resources, key=lambda resource: str(resource["url"]))

    def _preview(self, resource: Dict) -> None:
        if resource.get("datastore_active"):
            return
        with urllib.request.urlopen(resource["url"], timeout=10) as answer:
            rows = list(csv.DictReader(io.StringIO(answer.read().decode("utf-8"))))
        fields = [{"id": title, "type": _column_type(rows, title)} for title in rows[0]]
        self._call(
            "datastore_create", {"resource_id": resource["id"], "fields": fields, "records": rows, "force": True}
        )
        if not self._call("resource_view_list", {"id": resource["id"]}):
            view = {"resource_id": resource["id"], "view_type": "datatables_view", "title": "Tabelle"}
            self._call("resource_view_create", view)


def _column_type(rows: list[Dict], title: str) -> str:
    try:
        for row in rows:
            float(row[title])
    except ValueError:
        return "text"
    return "numeric"


def _place_key(name: str) -> str:
    place = places().find(name)
    if place is None:
        raise StackError(f"The register of places does not know “{name}” (demo/projects.yaml).")
    return place.key


def _command(plugin: str, command: str, *arguments: str) -> None:
    """Run a plugin's command inside this process: starting CKAN anew for each would take most of the time."""
    offered: list[Any] = getattr(p.get_plugin(plugin), "get_commands", list)()
    found = next((item for item in offered if item.name == command), None)
    if found is None:
        raise StackError(f"The plugin {plugin} has no command {command}.")
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output), _quiet_exit():
            found.main(list(arguments), standalone_mode=False)
    except Exception as error:
        said = output.getvalue().strip().splitlines()
        raise StackError(f"“ckan {command} {' '.join(arguments)}” failed: {said[-1] if said else error}") from error


@contextlib.contextmanager
def _quiet_exit() -> Iterator[None]:
    """A command that ends with exit code 0 is a success."""
    try:
        yield
    except SystemExit as end:
        if end.code not in (0, None):
            raise RuntimeError(f"exit code {end.code}") from end


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    path.chmod(0o600)
