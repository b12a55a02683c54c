"""The worker of a local portal does all background jobs of the plugins."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]


def test_the_worker_of_the_demo_listens_to_every_queue_that_a_plugin_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "stack")
    import web

    declared = {
        option["default"]
        for path in ROOT.glob("ckanext/*/config_declaration.yaml")
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
        for option in group["options"]
        if option["key"].endswith(".queue")
    }
    assert declared
    assert {"default", *declared} == set(web.QUEUES)
