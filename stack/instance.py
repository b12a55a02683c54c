"""One instance: its services, its settings, its database."""

from __future__ import annotations

import configparser
import os
import re
import secrets
import subprocess
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import environment
import packages
import solr_server
from files import hash_files, locked, read_json, remove_tree, write_json, write_whole
from paths import BIN, ROOT, STACK, VENV
from postgres import Postgres
from processes import LOOPBACK, choose_port, port_is_free
from redis_server import Redis
from solr_server import Solr
from steps import StackError, in_parallel, step

_DATABASE, _DATASTORE = "ckan", "datastore"
_SERVICES = ("postgres", "redis", "solr", "web")


class Instance:
    """A private set of services in `.stack/NAME`."""

    def __init__(self, name: str) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,30}", name):
            raise StackError(f"“{name}” cannot be an instance's name; use small letters, digits and hyphens.")
        self.name = name
        self.folder = STACK / name
        self._state_file = self.folder / "state.json"
        self._chosen_ports: dict[str, int] = {}

    @cached_property
    def state(self) -> dict[str, object]:
        """Ports and passwords, made once and remembered."""
        state = read_json(self._state_file)
        ports = state.setdefault("ports", {})
        words = state.setdefault("secrets", {})
        assert isinstance(ports, dict)
        assert isinstance(words, dict)
        for word in ("postgres", "ckan", "datastore_read", "redis", "key", "api_token"):
            words.setdefault(word, secrets.token_hex(24))
        for service in _SERVICES:
            if not ports.get(service):
                ports[service] = choose_port(f"{ROOT}:{self.name}:{service}", _ports_of_others(self.name))
        return state

    def save(self) -> None:
        """Remember the state; only the owner may read it."""
        write_json(self._state_file, self.state, 0o600)

    def port(self, service: str) -> int:
        """Return the port of a service."""
        ports = self.state["ports"]
        assert isinstance(ports, dict)
        return int(ports[service])

    def set_port(self, service: str, port: int) -> None:
        """Give a service another port."""
        ports = self.state["ports"]
        assert isinstance(ports, dict)
        ports[service] = self._chosen_ports[service] = port

    def secret(self, name: str) -> str:
        """Return a generated password or key."""
        words = self.state["secrets"]
        assert isinstance(words, dict)
        return str(words[name])

    @property
    def postgres(self) -> Postgres:
        """Its PostgreSQL."""
        return Postgres(self.folder / "postgres", self.port("postgres"), self.secret("postgres"))

    @property
    def redis(self) -> Redis:
        """Its Redis."""
        return Redis(self.folder / "redis", self.port("redis"), self.secret("redis"))

    @property
    def solr(self) -> Solr:
        """Its Solr."""
        return Solr(self.folder / "solr", self.port("solr"))

    @property
    def ini(self) -> Path:
        """Its ckan.ini."""
        return self.folder / "ckan.ini"

    @property
    def site_url(self) -> str:
        """The address its web server answers at."""
        return f"http://{LOOPBACK}:{self.port('web')}"

    def exists(self) -> bool:
        """Tell whether it was ever made."""
        return self._state_file.exists()

    def up(self, *, wait_for_solr: bool = True) -> None:
        """Start the services that do not run, and bring the database up to date."""
        packages.ensure(python=not environment.complete(), solr=not solr_server.distribution().exists())
        environment.ensure()
        with locked(STACK / "solr.lock", "Solr"):
            with step("Solr and Jetty from Maven Central", quiet_below=1):
                solr_server.ensure_distribution()
        with locked(STACK / f"{self.name}.lock", f"the instance {self.name}"):
            self._remember()
            self._settle_ports()
            self.save()
            self._write_ini()
            in_parallel(
                ("PostgreSQL", self._start_postgres),
                ("Redis", self.redis.start),
                ("Solr started", self.solr.launch),
            )
            self._migrate()
            if wait_for_solr:
                with step("Solr ready", quiet_below=0.05):
                    self.solr.wait()
                self.index_again()

    def index_again(self) -> None:
        """Fill the index anew when a changed schema has emptied it; Solr must be ready."""
        if self.solr.emptied.exists():
            with step("search index filled again"):
                self.ckan("rvr-portal", "search-index", "rebuild", "--quiet")
            self.solr.emptied.unlink()

    def down(self) -> list[str]:
        """Stop what runs; return the names of what was stopped."""
        if not self.exists():
            return []
        services = {"Solr": self.solr, "Redis": self.redis, "PostgreSQL": self.postgres}
        return [title for title, service in services.items() if service.stop()]

    def running(self) -> dict[str, bool]:
        """Tell for each service whether it runs."""
        services = {"postgres": self.postgres, "redis": self.redis, "solr": self.solr}
        return {title: service.running() for title, service in services.items()}

    def remove(self) -> None:
        """Stop the instance and remove all it has."""
        self.down()
        if (self.folder / "postgres").is_symlink():
            remove_tree((self.folder / "postgres").resolve())
        remove_tree(self.folder)

    def env(self) -> dict[str, str]:
        """Return the environment for commands that work on the instance."""
        return {
            **{key: value for key, value in os.environ.items() if not _leads_astray(key)},
            "RVR_STACK_INSTANCE": self.name,
            "VIRTUAL_ENV": str(VENV),
            "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '/usr/bin:/bin')}",
            "CKAN_INI": str(self.ini),
            **{f"CKAN_{name}": value for name, value in self._addresses().items()},
        }

    def ckan(self, *arguments: str) -> str:
        """Run the ckan command line and return its output."""
        done = subprocess.run(
            [str(BIN / "ckan"), *arguments],
            env=self.env(),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            log = self.folder / "ckan-command.log"
            log.write_text(f"ckan {' '.join(arguments)}\n{done.stdout}\n{done.stderr}\n", encoding="utf-8")
            reason = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
            raise StackError(f"“ckan {' '.join(arguments)}” failed: {reason}\n  All of its output: {log}")
        return done.stdout

    def _addresses(self) -> dict[str, str]:
        postgres = self.postgres
        return {
            "SQLALCHEMY_URL": postgres.url("ckan", self.secret("ckan"), _DATABASE),
            "DATASTORE_WRITE_URL": postgres.url("ckan", self.secret("ckan"), _DATASTORE),
            "DATASTORE_READ_URL": postgres.url("datastore_read", self.secret("datastore_read"), _DATASTORE),
            "REDIS_URL": self.redis.url,
            "SOLR_URL": self.solr.url,
            "SITE_URL": self.site_url,
            "STORAGE_PATH": str(self.folder / "storage"),
        }

    def _remember(self) -> None:
        """Read the state again: while this command waited, another one may have made the instance, passwords and all."""
        self.__dict__.pop("state", None)
        for service, port in self._chosen_ports.items():
            self.set_port(service, port)

    def _settle_ports(self) -> None:
        """Give a service that does not run another port when somebody took its own."""
        for service, running in self.running().items():
            if not running and not port_is_free(self.port(service)):
                taken = _ports_of_others(self.name) | {self.port(s) for s in _SERVICES}
                self.set_port(service, choose_port(f"{self.name}:{service}", taken))

    def _write_ini(self) -> None:
        addresses = self._addresses()
        lines = [
            "# Generated for this instance; the common settings are in stack/settings.ini.",
            "[app:main]",
            f"use = config:{ROOT / 'stack' / 'settings.ini'}",
            f"SECRET_KEY = {self.secret('key')}",
            f"api_token.jwt.encode.secret = string:{self.secret('api_token')}",
            f"api_token.jwt.decode.secret = string:{self.secret('api_token')}",
            "ckanext.rvr_portal.http_allow_local = true",
            f"ckan.site_url = {addresses['SITE_URL']}",
            f"sqlalchemy.url = {addresses['SQLALCHEMY_URL']}",
            f"ckan.datastore.write_url = {addresses['DATASTORE_WRITE_URL']}",
            f"ckan.datastore.read_url = {addresses['DATASTORE_READ_URL']}",
            f"solr_url = {addresses['SOLR_URL']}",
            f"ckan.redis.url = {addresses['REDIS_URL']}",
            f"ckan.storage_path = {addresses['STORAGE_PATH']}",
        ]
        (self.folder / "storage").mkdir(parents=True, exist_ok=True)
        write_whole(self.ini, "\n".join(lines) + "\n", 0o600)
        # only the plugins with tables of their own: quicker, and nothing else can stand in the way
        plugins = " ".join(_plugins_with_tables())
        text = f"[app:main]\nuse = config:{self.ini}\nckan.plugins = {plugins}\n"
        write_whole(self.folder / "migrate.ini", text, 0o600)

    def _start_postgres(self) -> None:
        postgres = self.postgres
        postgres.start()
        if self.state.get("databases") == 1:
            return
        postgres.ensure_role("ckan", self.secret("ckan"))
        postgres.ensure_role("datastore_read", self.secret("datastore_read"))
        postgres.ensure_database(_DATABASE, "ckan")
        postgres.ensure_database(_DATASTORE, "ckan")
        self.state["databases"] = 1
        self.save()

    def _migrate(self) -> None:
        """Run the migrations of CKAN and of all plugins, if they changed since the last time."""
        wanted = _migrations()
        if self.state.get("migrations") == wanted:
            return
        ini = self.folder / "migrate.ini"
        in_parallel(
            ("database tables of CKAN and the plugins", lambda: self.ckan("-c", str(ini), "db", "upgrade")),
            ("permissions of the DataStore", lambda: self._permit(ini)),
        )
        self.state["migrations"] = wanted
        self.save()

    def _permit(self, ini: Path) -> None:
        self.postgres.sql(self.ckan("-c", str(ini), "datastore", "set-permissions"), _DATASTORE)


def all_instances() -> list[Instance]:
    """Return all instances of this checkout."""
    return [Instance(path.parent.name) for path in sorted(STACK.glob("*/state.json"))]


def _ports_of_others(name: str) -> set[int]:
    ports: set[int] = set()
    for path in STACK.glob("*/state.json"):
        values = read_json(path).get("ports")
        if path.parent.name != name and isinstance(values, dict):
            ports |= {int(port) for port in values.values()}
    return ports


def _migrations() -> str:
    site = next(VENV.glob("lib/python3*/site-packages"))
    names = [*site.glob("ckan/migration/versions/*.py"), *site.glob("ckanext/*/migration/*/versions/*.py")]
    names += ROOT.glob("ckanext/*/migration/*/versions/*.py")
    return hash_files(names)


def _plugins_with_tables() -> list[str]:
    """Return the plugins of the settings that come with migrations, in the order of the settings."""
    site = next(VENV.glob("lib/python3*/site-packages"))
    folders = [*site.glob("ckanext/*/migration/*/env.py"), *ROOT.glob("ckanext/*/migration/*/env.py")]
    with_tables = {folder.parent.name for folder in folders} | {"datastore"}
    settings = configparser.RawConfigParser()
    settings.read(ROOT / "stack" / "settings.ini", encoding="utf-8")
    return [plugin for plugin in settings["app:main"]["ckan.plugins"].split() if plugin in with_tables]


def _leads_astray(variable: str) -> bool:
    """Variables of the caller that would send commands to other services or other code."""
    return variable.startswith(("CKAN_", "PG")) or variable in {"PYTHONPATH", "PYTHONHOME"}


def environment_of(name: str) -> Mapping[str, str]:
    """Return the environment of an instance by its name."""
    return Instance(name).env()
