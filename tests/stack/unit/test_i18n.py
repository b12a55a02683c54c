"""Every text has a German translation, and the compiled catalogues are those of the sources."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rvr_stack_i18n", ROOT / "stack" / "i18n.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


i18n = load()


@pytest.mark.parametrize("plugin", i18n.plugins(), ids=lambda plugin: plugin.name)
def test_every_text_of_a_plugin_has_a_current_german_translation(plugin: Path) -> None:
    assert i18n.check(plugin) == []


def make_plugin(folder: Path, code: str) -> Any:
    plugin = folder / "rvr_example"
    plugin.mkdir()
    (plugin / "plugin.py").write_text(code, encoding="utf-8")
    return plugin


def test_a_text_without_translation_is_reported(tmp_path: Path) -> None:
    plugin = make_plugin(tmp_path, 'tk._("A new text")\n')
    assert i18n.check(plugin) == ["rvr_example: no German for “A new text”"]


def test_a_translation_that_lost_a_placeholder_is_reported(tmp_path: Path) -> None:
    plugin = make_plugin(tmp_path, 'tk._("{number} files")\n')
    i18n.update(plugin)
    path = i18n.po_path(plugin)
    path.write_text(
        path.read_text("utf-8").replace('msgstr ""\n', 'msgstr "Dateien"\n').replace('msgstr "Dateien"', 'msgstr ""', 1)
    )
    i18n.compile_catalog(plugin)
    assert i18n.check(plugin) == ["rvr_example: other placeholders in the German for “{number} files”"]


def test_a_catalogue_that_was_not_compiled_is_reported(tmp_path: Path) -> None:
    plugin = make_plugin(tmp_path, "")
    i18n.update(plugin)
    assert i18n.check(plugin) == [
        "rvr_example: ckanext-rvr_example.mo is not current; run `python stack/i18n.py compile`"
    ]


def test_updating_twice_changes_nothing(tmp_path: Path) -> None:
    plugin = make_plugin(tmp_path, 'tk._("A text")\ntk.ungettext("{n} file", "{n} files", 2)\n')
    i18n.update(plugin)
    first = i18n.po_path(plugin).read_bytes()
    i18n.update(plugin)
    assert i18n.po_path(plugin).read_bytes() == first
