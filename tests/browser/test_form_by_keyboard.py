"""A dataset made from end to end with the keyboard alone, in both languages, on a phone's width and on a screen."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]

TABLE = "AGS;Ort;Einwohner;Stand\r\n05954016;Hattingen;54.438;31.12.2023\r\n05954024;Schwelm;28.542;31.12.2023\r\n"
# Where the keyboard is: whether it can be seen there, and what a screen reader calls it.
STOP = """async (wanted) => {
  await new Promise(requestAnimationFrame);  // scrolled there
  const at = document.activeElement;
  if (at === document.body) return null;
  // what moves into sight has arrived: also without motion it takes until the next picture
  await Promise.allSettled(at.getAnimations().map((motion) => motion.finished));
  const box = at.getBoundingClientRect();
  const look = getComputedStyle(at.closest(".select2-selection") || at);
  const labels = [...(at.labels || [])].map((label) => label.innerText).join(" ");
  return {
    wanted: at.matches(wanted),
    where: at.id || at.outerHTML.slice(0, 120),
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    marked: look.outlineStyle !== "none" || look.boxShadow !== "none",
    name: (at.getAttribute("aria-label") || labels || at.innerText || at.title || at.value || "").trim(),
  };
}"""
# Whether the page stands where its address points, or as near as it can be scrolled.
ARRIVED = """() => {
  const place = location.hash && document.querySelector(location.hash);
  const end = document.documentElement.scrollHeight - innerHeight;
  return !place || Math.abs(place.getBoundingClientRect().top) < 100 || scrollY >= end - 1;
}"""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def _fill() -> dict[str, Any]:
    from ckan.tests import factories

    user = factories.User(name="datenpflege", password="geheim-genug-1")
    return factories.Organization(
        name="hattingen", title="Stadt Hattingen", places=["05954016"], email="opendata@example.org",
        users=[{"name": user["name"], "capacity": "editor"}],
    )  # fmt: skip


class Keyboard:
    """Somebody who never touches a mouse."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.faults: set[str] = set()

    def to(self, wanted: str) -> None:
        """Press Tab until the focus is where a selector points."""
        for _press in range(200):
            self._page.keyboard.press("Tab")
            stop = self._page.evaluate(STOP, wanted)
            if stop is None:
                continue  # the browser's own bars
            self.faults |= {f"{what}: {stop['where']}" for what in ("seen", "marked", "name") if not stop[what]}
            if stop["wanted"]:
                return
        pytest.fail(f"The keyboard does not reach {wanted}")

    def write(self, wanted: str, text: str) -> None:
        """Go to a field and type."""
        self.to(wanted)
        self._page.keyboard.type(text)

    def press(self, wanted: str, key: str = "Enter") -> None:
        """Go to a button, link or box and press a key."""
        self.to(wanted)
        self._page.keyboard.press(key)

    def leave(self, wanted: str) -> None:
        """Press a button that leads to another page, and wait until the keyboard is where that page's address points.

        The browser goes there with a picture it draws, which may come after the page is loaded; a focus set earlier is lost,
        or left behind out of sight.
        """
        with self._page.expect_navigation():
            self.press(wanted)
        self._page.wait_for_function(ARRIVED)
        self._page.evaluate(DRAWN)


@pytest.mark.parametrize(("lang", "width"), [("de", 1280), ("en", 320)])
def test_a_dataset_with_a_file_is_published_by_keyboard_alone(
    live_server: Any, new_page: Any, log_in: Any, axe: Any, fill_once: Callable[..., Any], tmp_path: Path, lang: str,
    width: int,
) -> None:  # fmt: skip
    fill_once(_fill)
    page = log_in(new_page(width=width, reduced_motion="reduce"), "datenpflege")
    # From the start: waiting for the file dialog only when it opens misses it on a busy machine.
    page.on("filechooser", lambda chooser: chooser.set_files(tmp_path / "spielplaetze.csv"))
    keys = Keyboard(page)

    def look(name: str) -> None:
        if folder := os.environ.get("RVR_PICTURES"):
            page.screenshot(path=f"{folder}/keyboard-{name}-{lang}-{width}.png", full_page=True)
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name

    page.goto(f"{live_server.url}{'/en' if lang == 'en' else ''}/dataset/new")
    keys.write("#field-title", f"Spielplätze {lang}")
    keys.write("#field-notes", "Alle Spielplätze mit ihren Geräten.")
    look("required")
    keys.press("section:not([hidden]) .rvr-step__next a")
    page.locator("#step-recommended").wait_for()
    assert page.evaluate("document.activeElement.id") == "step-recommended-title"
    keys.write("#field-theme-filter", "umw" if lang == "de" else "env")
    keys.press("input[name=theme]", "Space")
    keys.write("#field-temporal_coverage-0-start", "2023")
    look("recommended")
    keys.press("section:not([hidden]) .rvr-step__next a")
    page.locator("#step-more").wait_for()
    keys.press("details:has(#field-version) > summary")
    keys.write("#field-version", "1.0")
    look("more")
    keys.leave("button[name=save][value=go-resources]:not([aria-hidden])")
    page.locator("#field-resource-upload").wait_for()

    (tmp_path / "spielplaetze.csv").write_bytes(TABLE.encode("cp1252"))
    keys.press("#field-resource-upload", "Space")
    page.locator("#file-check").get_by_text("CSV").first.wait_for()
    keys.write("#field-name", "Liste der Spielplätze")
    look("file")
    keys.leave("button[name=save][value=go-metadata]")
    page.get_by_role("heading", name=f"Spielplätze {lang}", level=1).wait_for()
    look("published")
    assert keys.faults == set()

    import ckan.plugins.toolkit as tk
    from ckan import model

    model.Session.remove()
    made = tk.get_action("package_show")({"ignore_auth": True}, {"id": page.url.rpartition("/")[2]})
    assert (made["state"], made["version"], made["temporal_coverage"]) == ("active", "1.0", [{"start": "2023"}])
    assert made["theme"] == ["http://publications.europa.eu/resource/authority/data-theme/ENVI"]
    assert [(one["name"], one["format"], one["url_type"]) for one in made["resources"]] == [
        ("Liste der Spielplätze", "CSV", "upload")
    ]
