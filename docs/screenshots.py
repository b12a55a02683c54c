#!/usr/bin/env python3
"""Makes the pictures of README and documentation from the running demo: `make screenshots`."""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

TARGET = Path(__file__).resolve().parent / "img"
TABLE = Path(__file__).resolve().parents[1] / "demo/files/freibad-besuche.csv"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
OPERATOR = "betrieb"
# The dataset of the demo with an uploaded table, and such a table with a line too long
UPLOADED = "/dataset/freibad-besuche-hattingen"
FAULTY = "Jahr;Bad;Jan;Feb\n" + "2024;Waldbad;12;9\n" * 15 + "2025;Waldbad;12;9;5\n"
# Path, width and height of each picture; an empty path stands for the dataset found by dataset_path
PAGES = {
    "startseite": ("/", 1280, 1000),
    "datensatz": ("", 1280, 1000),
    "karte": ("/map", 1000, 860),
    "formular": ("/dataset/new?owner_org=ennepe-ruhr-kreis", 1000, 1300),
    "projektkarte": ("/smart-city-project/map", 1280, 1000),
    "ueberblick": ("/dashboards/ueberblick", 1280, 1000),
    "qualitaet": ("/quality/organization/ennepe-ruhr-kreis", 1280, 1000),
    "hinweise": ("/harvest/findings", 1000, 760),
    "meine-quellen": ("/harvest/mine", 1000, 900),
    "tabelle": ("/sheets/bochum", 1000, 900),
    "bericht": ("/harvest/admin/beispielkatalog-bochum", 1000, 760),
    "datei": (f"{UPLOADED}/resource/new", 1000, 660),
    "datei-fehler": (f"{UPLOADED}/resource/new", 1000, 660),
    "datei-tabelle": (UPLOADED, 1000, 1000),
}
# These are seen by operators and stewards only
INSIDE = frozenset({"formular", "meine-quellen", "tabelle", "bericht", "datei", "datei-fehler", "datei-tabelle"})


def dataset_path(base: str) -> str:
    """Address of a dataset that shows much: several files, a map service, a preview."""
    address = f"{base}/api/3/action/package_search?q=title:Baumkataster&rows=1"
    with urllib.request.urlopen(address, timeout=30) as answer:
        results = json.load(answer)["result"]["results"]
    if not results:
        raise LookupError("The demo has no content; run make demo first.")
    return f"/dataset/{results[0]['name']}"


def take(browser: Browser, base: str, name: str, target: Path) -> None:
    """One picture in German, without animations, after everything is loaded."""
    path, width, height = PAGES[name]
    page = browser.new_page(viewport={"width": width, "height": height}, locale="de-DE", reduced_motion="reduce")
    if name in INSIDE:
        log_in(page, base)
    page.goto(base + (path or dataset_path(base)), wait_until="load", timeout=60_000)
    STEPS.get(name, lambda _page: None)(page)
    page.wait_for_function("document.fonts.status === 'loaded'")
    page.screenshot(path=target / f"{name}.png", animations="disabled")
    page.close()


def choose(page: Page, name: str, content: bytes) -> None:
    """Choose a file in the form; it is looked at, not sent."""
    page.route("**/dashboard/drafts/keep", lambda route: route.abort())
    page.set_input_files("#field-resource-upload", {"name": name, "mimeType": "text/csv", "buffer": content})
    page.locator("#file-check > *").first.wait_for()
    page.locator("#step-required").evaluate("(step) => step.scrollIntoView()")


def show_table(page: Page) -> None:
    """Go on to the file that became a table, and unfold how it was read."""
    page.locator("a", has_text="Besuche je Tag und Bad").first.click()
    page.locator("summary", has_text="So wurde die Datei gelesen").click()
    page.locator("#table-part").evaluate("(part) => part.scrollIntoView()")


# What is done on a page before its picture is taken
STEPS: dict[str, Callable[[Page], None]] = {
    "datei": lambda page: choose(page, "freibad-besuche.csv", TABLE.read_bytes()),
    "datei-fehler": lambda page: choose(page, "besuche-je-monat.csv", FAULTY.encode()),
    "datei-tabelle": show_table,
}


def log_in(page: Page, base: str) -> None:
    """As the operator of the demo."""
    accounts = Path(os.environ["CKAN_INI"]).parent / "accounts.json"
    password = json.loads(accounts.read_text(encoding="utf-8"))[OPERATOR]["password"]
    page.goto(f"{base}/user/login", wait_until="load", timeout=60_000)
    page.locator("#field-login").fill(OPERATOR)
    page.locator("#field-password").fill(password)
    page.locator("#field-password").press("Enter")
    page.wait_for_url(lambda url: "/user/login" not in url)


def main(names: list[str]) -> int:
    """Take all pictures, or those named."""
    base = os.environ.get("CKAN_SITE_URL", "http://127.0.0.1:5000").rstrip("/")
    target = Path(os.environ.get("SCREENSHOTS", TARGET))
    target.mkdir(parents=True, exist_ok=True)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for name in names or PAGES:
                take(browser, base, name, target)
                print(f"  ✓ {name}.png")
            browser.close()
    except (LookupError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    except Error as problem:
        print(f"The pages cannot be shown; does the demo run (make demo)? {problem.message}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
