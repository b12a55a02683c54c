"""The migrations of each plugin form one chain; two that were written at the same time are put one behind the other."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PLUGINS = sorted({path.parts[-2] for path in ROOT.glob("ckanext/rvr_*/migration/*/versions")})


@pytest.mark.parametrize("plugin", PLUGINS)
def test_the_migrations_of_a_plugin_form_one_chain(plugin: str) -> None:
    texts = [path.read_text("utf-8") for path in ROOT.glob(f"ckanext/{plugin}/migration/{plugin}/versions/*.py")]
    revisions = [re.search(r'^revision = "(.+)"$', text, re.MULTILINE)[1] for text in texts]
    before = [found[1] for text in texts if (found := re.search(r'^down_revision = "(.+)"$', text, re.MULTILINE))]
    assert [name for name, times in Counter(revisions).items() if times > 1] == [], "two have the same name"
    assert [name for name, times in Counter(before).items() if times > 1] == [], "two follow the same one"
    assert len(before) == len(revisions) - 1
