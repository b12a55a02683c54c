"""Projects for tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def make_project(make_organization: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Factory of projects with the mandatory fields: make_project(title=…, phase=…, …); without user rights in the way."""
    from ckan.tests import factories
    from ckan.tests.helpers import call_action

    home: dict[str, str] = {}
    who = {"user": factories.Sysadmin()["name"]}

    def make(**fields: Any) -> dict[str, Any]:
        if "owner_org" not in fields:
            home.setdefault("id", "") or home.update(id=make_organization(name="essen", title="Essen")["id"])
            fields["owner_org"] = home["id"]
        data = {
            "type": "smart-city-project",
            "title": "Kluge Laternen",
            "summary": "Licht nach Bedarf.",
            "places": ["05113000"],
            "field_of_action": "energy",
            "phase": "pilot",
        }
        return call_action("package_create", context=dict(who), **{**data, **fields})

    return make
