"""Fixtures that all tests share: empty database and index, a live web server, a browser, small factories."""

from __future__ import annotations

import configparser
import contextlib
import email
import email.policy
import importlib.util
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# only the result of an example counts, not how long it took on a busy machine; CI (.ci/run) tries the same ones every time
settings.register_profile("calm", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")

ROOT = Path(__file__).resolve().parent.parent
# the shell is Chromium without windows and menus, which cost more than the pages; the same engine draws and runs them
BROWSERS = ("chromium-headless-shell", "chromium")
AXE = ROOT / "tests/browser/vendor/axe-core-4.14.1/axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_instance_url = ""


def pytest_configure(config: pytest.Config) -> None:
    """Never let a test empty the demo's database, and let tests have the address of test.ini."""
    global _instance_url
    if os.environ.get("RVR_STACK_INSTANCE") == "demo":
        raise pytest.UsageError("Tests empty the database; run them with another instance than “demo”.")
    _instance_url = os.environ.pop("CKAN_SITE_URL", "")
    config.addinivalue_line("markers", "browser: looks at pages with a real browser")


# The portal --------------------------------------------------------------------------------------
#
# CKAN's own fixtures load all plugins and build the application anew for every test, which takes longer than most tests.
# Here all tests share one portal, but for those with settings that are read at the start, or that change the portal.

_shared: Any = None
_beginnings = 0
_filled: dict[Callable[..., Any], tuple[int, Any]] = {}


@pytest.fixture
def with_plugins(request: pytest.FixtureRequest) -> None:
    """All plugins are loaded: those of the shared portal, or for a test with settings of its own anew."""
    if _has_own_settings(request):
        _forget_shared()
        request.getfixturevalue("with_plugins")
    else:
        request.getfixturevalue("ckan_config")
        _shared_portal()


@pytest.fixture
def app(request: pytest.FixtureRequest, ckan_config: Any) -> Any:
    """A visitor without cookies in front of the portal."""
    if _has_own_settings(request):
        return request.getfixturevalue("own_app")
    import ckan.plugins.toolkit as tk
    from ckan.tests.helpers import CKANTestApp

    # making this account when it is not there is part of a start
    portal = _shared_portal()
    tk.get_action("get_site_user")({"ignore_auth": True}, {})
    return CKANTestApp(portal)


@pytest.fixture
def own_app(make_app: Callable[[], Any]) -> Any:
    """The same in front of a portal that is only there for this test, which may change it."""
    _forget_shared()
    return make_app()


def _has_own_settings(request: pytest.FixtureRequest) -> bool:
    return any(request.node.get_closest_marker(name) for name in ("ckan_config", "provide_plugin", "with_plugins"))


def _shared_portal() -> Any:
    """The application with the settings of test.ini; its plugins stay loaded."""
    global _shared, _beginnings
    from ckan.lib import app_globals
    from ckan.tests import helpers

    app_globals._CONFIG_CACHE.clear()
    if _shared is None:
        portal = helpers._get_test_app().app
        _shared = portal, dict(portal._wsgi_app.config)
        _beginnings += 1
    portal, settings = _shared
    portal._wsgi_app.config.clear()
    portal._wsgi_app.config.update(settings)
    return portal


def _forget_shared() -> None:
    """Its plugins are about to be unloaded."""
    global _shared, _beginnings
    _shared = None
    _beginnings += 1


@pytest.fixture
def clean_db(with_plugins: None, reset_db: Callable[[], None]) -> None:
    """An empty database with the tables of CKAN and of all plugins; the plugins are loaded, so that data gets indexed."""
    global _beginnings
    _beginnings += 1
    from ckan import model
    from sqlalchemy import inspect

    if not model.repo.tables_created_and_initialised:
        # the stack has made all tables; CKAN would drop and make them again, without those of the plugins
        missing = {"package", *_version_tables()} - set(inspect(model.ensure_engine()).get_table_names())
        if missing:
            _make_tables()
        model.repo.tables_created_and_initialised = True
    reset_db()


@pytest.fixture
def fill_once(request: pytest.FixtureRequest, with_plugins: None) -> Callable[..., Any]:
    """Fill the empty database and index for tests that only read: `fill_once(make, …)` returns what `make(…)` made.

    It is made again only if the database was emptied since, or the portal is another one.
    """

    def fill(make: Callable[..., Any], *arguments: Any) -> Any:
        beginning, made = _filled.get(make, (None, None))
        if beginning != _beginnings:
            for fixture in ("clean_db", "clean_index"):
                request.getfixturevalue(fixture)
            made = make(*arguments)
            _filled[make] = _beginnings, made
        return made

    return fill


def _version_tables() -> list[str]:
    """The tables that say a plugin's migrations have run."""
    settings = configparser.RawConfigParser()
    settings.read(Path(os.environ["CKAN_INI"]).with_name("migrate.ini"), encoding="utf-8")
    plugins = settings["app:main"]["ckan.plugins"].split()
    return [f"{plugin}_alembic_version" for plugin in plugins if plugin != "datastore"]


def _make_tables() -> None:
    ini = Path(os.environ["CKAN_INI"]).with_name("migrate.ini")
    subprocess.run(["ckan", "-c", str(ini), "db", "upgrade"], check=True, capture_output=True)


# Tools that are not ours -------------------------------------------------------------------------


@pytest.fixture(scope="session")
def dcat_check() -> ModuleType:
    """An independent checker of DCAT-AP, DCAT-AP.de and GovData's rules, with the published shapes and lists."""
    path = ROOT.parent / "shared/tools/dcat_check.py"
    spec = importlib.util.spec_from_file_location("dcat_check", path) if path.exists() else None
    if spec is None or spec.loader is None:
        pytest.skip("the independent checker dcat_check.py is not on this machine")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# A web server ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LiveServer:
    """A real web process of the portal on the test instance's services."""

    url: str
    log: Path

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Fetch a page as an anonymous visitor; return status and text."""
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")


def free_port() -> int:
    """Return a loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The portal on a free port with the instance's own settings (CSRF protection on), for browsers and peers."""
    with _served(tmp_path_factory.mktemp("live")) as server:
        yield server


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., LiveServer]]:
    """The same with other settings: serve("ckan.plugins = …") for one test."""
    with contextlib.ExitStack() as stack:
        yield lambda settings: stack.enter_context(_served(tmp_path, settings))


@contextlib.contextmanager
def _served(folder: Path, settings: str = "") -> Iterator[LiveServer]:
    ini = os.environ.get("CKAN_INI", "")
    if not ini:
        pytest.skip("runs only through stack/stack.py run NAME pytest")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = folder / "web.log"
    # the keys of test.ini: API tokens that a test makes are good here, too
    key = _secret_of_tests()
    secrets = f"SECRET_KEY = {key}\n" + "".join(
        f"api_token.jwt.{way}.secret = string:{key}\n" for way in ("encode", "decode")
    )
    (folder / "live.ini").write_text(f"[app:main]\nuse = config:{ini}\n{secrets}{settings}\n", encoding="utf-8")
    command = [sys.executable, "-m", "gunicorn", "--chdir", str(ROOT / "stack"), "-w", "1", "--threads", "4"]
    command += ["-b", f"127.0.0.1:{port}", "--timeout", "120", "--worker-tmp-dir", "/tmp", "wsgi:application"]
    with open(log, "wb") as stream:
        process = subprocess.Popen(
            command,
            # the site's id as in test.ini: the index shows a site only what it wrote itself
            env={**os.environ, "CKAN_SITE_URL": url, "CKAN_INI": str(folder / "live.ini"), "CKAN_SITE_ID": "test"},
            stdout=stream,
            stderr=stream,
        )
    server = LiveServer(url, log)
    try:
        _wait_until_served(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def _secret_of_tests() -> str:
    settings = configparser.RawConfigParser()
    settings.read(ROOT / "test.ini", encoding="utf-8")
    return settings["app:main"]["SECRET_KEY"]


def _wait_until_served(server: LiveServer, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end and process.poll() is None:
        try:
            if server.get("/api/3/action/status_show")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The web server did not start:\n{server.log.read_text(errors='replace')[-3000:]}")


# A mail server -----------------------------------------------------------------------------------


class _Smtp(socketserver.StreamRequestHandler):
    """As much of a mail server as a mail needs."""

    server: MailServer

    def handle(self) -> None:
        self._say("220 local")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            verb = line.split(" ")[0].upper()
            if verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                self.server.recipients += [] if self._refused(to) else [to]
                self._say("550 no such user" if self._refused(to) else "250 ok")
            elif verb == "DATA":
                self._say("354 go")
                lines = []
                while (text := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                    lines.append(text)
                self.server.mails.append("\n".join(lines))
                self._say("250 ok")
            else:
                self._say("221 bye" if verb == "QUIT" else "250 ok")

    def _refused(self, to: str) -> bool:
        return self.server.refuses is True or to == self.server.refuses

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """`mails` as they came, `recipients` of the envelopes; `refuses` makes it accept nothing, or nothing to one address."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.mails: list[str] = []
        self.recipients: list[str] = []
        self.refuses: bool | str = False

    def letters(self) -> list[Any]:
        """The mails that came, read."""
        return [email.message_from_string(one, policy=email.policy.default) for one in self.mails]


@pytest.fixture
def mail_server(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A real mail server, which the portal sends to."""
    with MailServer() as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        for name, value in {
            "smtp.server": f"127.0.0.1:{running.server_address[1]}", "smtp.starttls": False, "smtp.user": "",
            "smtp.mail_from": "portal@example.org",
        }.items():  # fmt: skip
            monkeypatch.setitem(ckan_config, name, value)
        yield running
        running.shutdown()


# A browser ---------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, headless, driven by Playwright; it never talks to the outside by itself.

    It keeps no whole pages for Back, as Playwright asks of it: that comes from its HTTP cache or anew.
    """
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("Chromium is not installed")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    flags += ["--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Factory of pages, each in a context of its own: new_page(javascript=True, width=1280, height=900)."""
    contexts = []

    def make(*, javascript: bool = True, width: int = 1280, height: int = 900, **options: Any) -> Any:
        context = browser.new_context(
            java_script_enabled=javascript, viewport={"width": width, "height": height}, locale="de-DE", **options
        )
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def axe() -> Callable[[Any], list[str]]:
    """Check a page with axe-core; returns one readable line a violation of WCAG 2.0-2.2 A/AA."""

    def check(page: Any) -> list[str]:
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        # all rules run; that every element is right is not written down for each of them, which takes longer than the rules
        options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
        violations = page.evaluate("(options) => axe.run(document, options).then((found) => found.violations)", options)
        return [
            f"{violation['id']}: {', '.join(' '.join(map(str, node['target'])) for node in violation['nodes'][:5])}"
            for violation in violations
        ]

    return check


# Factories ---------------------------------------------------------------------------------------


@pytest.fixture
def make_organization() -> Callable[..., dict[str, Any]]:
    """Factory of organisations: make_organization(name="hagen", title="Hagen", …)."""
    from ckan.tests import factories

    def make(**fields: Any) -> dict[str, Any]:
        return factories.Organization(**fields)

    return make


@pytest.fixture
def make_dataset(make_organization: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Factory of datasets with the mandatory fields: make_dataset(title=…, resources=[…], …)."""
    from ckan.tests import factories

    home: dict[str, str] = {}

    def make(**fields: Any) -> dict[str, Any]:
        if "owner_org" not in fields:
            home.setdefault("id", "") or home.update(id=make_organization()["id"])
            fields["owner_org"] = home["id"]
        fields.setdefault("title", "Ein Datensatz")
        fields.setdefault("notes", "Ein Datensatz zum Prüfen.")
        return factories.Dataset(**fields)

    return make


@pytest.fixture
def token_headers() -> Callable[[str], dict[str, str]]:
    """Headers with an API token for a user: token_headers(user["name"])."""
    from ckan.tests import factories

    def make(user: str) -> dict[str, str]:
        return {"Authorization": factories.APIToken(user=user)["token"]}

    return make
