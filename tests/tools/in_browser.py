"""What people do in a browser, for all tests that use one."""

from __future__ import annotations

import os
from typing import Any

PASSWORD = "geheim-genug-1"


def follow(target: Any) -> None:
    """Click what leads to another page, and wait until that page is there whole.

    A click alone returns when the browser has taken it: on a busy machine the old page is still there then, or half of the
    new one.
    """
    with target.page.expect_navigation():
        target.click()


def log_in(page: Any, url: str, name: str) -> Any:
    """Log a user in who was made with PASSWORD; returns the page."""
    page.goto(url + "/user/login")
    page.locator("#field-login").fill(name)
    page.locator("#field-password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Anmelden"))
    assert not page.url.endswith("/login"), page.locator("main, .main").first.inner_text()
    return page


def go_back(page: Any) -> None:
    """Back, and wait for the page: on one that htmx has changed the script asks for it anew, in a second step."""
    with page.expect_event("load"):
        page.go_back(wait_until="commit")


def watched(page: Any) -> Any:
    """The page with `errors`: what its scripts threw or said in the console as an error."""
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
    return page


def picture(page: Any, name: str) -> None:
    """A picture for those who look at what they change: RVR_PICTURES=/tmp/pictures."""
    if folder := os.environ.get("RVR_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
