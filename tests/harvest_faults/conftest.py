"""The same portal and harvest fixtures as the tests of `rvr_harvest`, and a scene with good and bad sources."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fault_scene import Scene
from fault_server import BadServer

_kit = runpy.run_path(str(Path(__file__).resolve().parents[1] / "rvr_harvest/conftest.py"))
portal, turtle, harvest, datasets = _kit["portal"], _kit["turtle"], _kit["harvest"], _kit["datasets"]
harvest_here, counting = _kit["harvest_here"], _kit["counting"]


@pytest.fixture(scope="session")
def bad_server() -> Iterator[BadServer]:
    """The server that misbehaves on demand."""
    with BadServer().running() as server:
        yield server


@pytest.fixture(scope="session")
def _apps() -> list[Any]:
    return []


@pytest.fixture
def app(_apps: list[Any]) -> Any:
    """The portal; made anew only where an earlier test has unloaded its plugins, which takes longer than most faults."""
    import ckan.plugins as p
    from ckan.tests import helpers

    if not _apps or not p.plugin_loaded("rvr_harvest"):
        _apps[:] = [helpers._get_test_app()]
    return _apps[0]


@pytest.fixture(scope="session")
def _baselines() -> dict[str, Any]:
    return {}


@pytest.fixture
def scene(
    request: pytest.FixtureRequest,
    app: Any,
    bad_server: BadServer,
    harvest_here: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    _baselines: dict[str, Any],
) -> Scene:
    """Sources on the bad server, with short limits. The database is emptied once for many tests: each fault must leave
    behind exactly what was there before, and that is what each test looks at.
    """
    import ckan.plugins.toolkit as tk

    limits = {"connect_timeout": 1, "read_timeout": 1, "total_timeout": 2, "retries": 0, "max_bytes": 20_000_000}
    for name, value in limits.items():
        monkeypatch.setitem(tk.config, f"ckanext.rvr_portal.http_{name}", value)
    monkeypatch.setitem(tk.config, "ckanext.rvr_harvest.max_pages", 20)
    made = Scene(bad_server, harvest_here, _baselines)
    if not made.is_ready:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        made.begin()
    return made
