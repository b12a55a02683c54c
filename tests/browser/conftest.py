"""What several files of browser tests need."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

PASSWORD = "geheim-genug-1"


@pytest.fixture
def log_in(live_server: Any) -> Callable[..., Any]:
    """Log in on a page and return it: log_in(page, "datenpflege"). The account's password is PASSWORD."""

    def enter(page: Any, name: str, url: str = "") -> Any:
        page.goto((url or live_server.url) + "/user/login")
        page.locator("#field-login").fill(name)
        page.locator("#field-password").fill(PASSWORD)
        page.locator("#field-password").press("Enter")
        page.wait_for_url(re.compile("(?<!login)$"))
        page.wait_for_load_state()
        return page

    return enter
