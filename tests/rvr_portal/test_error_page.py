"""The page for faults stands also when database, index and templates do not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy.exc import OperationalError

from ckanext.rvr_portal import error_pages

pytestmark = pytest.mark.usefixtures("with_plugins")


def test_without_the_database_a_visitor_still_gets_a_page_with_a_way_on(app: Any, monkeypatch: Any) -> None:
    def no_database(*args: Any, **fields: Any) -> str:
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    monkeypatch.setattr(error_pages.base, "render", no_database)
    with app.flask_app.test_request_context("/dataset/"):
        text, code = error_pages._page(500, "", RuntimeError("first"))
    page = BeautifulSoup(text, "html.parser")
    assert code == 500
    assert page.h1.get_text() == "Das Portal ist im Moment nicht erreichbar."
    assert page.select_one("a")["href"] == "/"
    assert re.search("Vorgangsnummer: [0-9A-F]{8}", page.get_text())
    assert "SELECT" not in text
