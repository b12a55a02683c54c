"""Fixtures that all tests share."""

from __future__ import annotations

import os

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Never let a test empty the demo's database."""
    if os.environ.get("RVR_STACK_INSTANCE") == "demo":
        raise pytest.UsageError("Tests empty the database; run them with another instance than “demo”.")


@pytest.fixture
def clean_db(reset_db, migrate_db_for):
    """An empty database with the tables of CKAN and of all plugins."""
    reset_db()
    for plugin in ("activity", "harvest", "rvr_harvest"):
        if _has_migrations(plugin):
            migrate_db_for(plugin)


def _has_migrations(plugin: str) -> bool:
    from importlib.util import find_spec

    spec = find_spec(f"ckanext.{plugin}")
    places = spec.submodule_search_locations if spec and spec.submodule_search_locations else []
    return any(os.path.isdir(os.path.join(place, "migration", plugin, "versions")) for place in places)
