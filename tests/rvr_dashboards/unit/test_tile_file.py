from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import ckanext.rvr_dashboards.domain.tile_file as tile_file
from ckanext.rvr_dashboards.exceptions import TileFileError

GOOD = """
page: zahlen
title: {de: Zahlen, en: Numbers}
description: {de: Alle Zahlen., en: All numbers.}
tiles:
  - id: erste
    measure: rvr_portal.something
    title: {de: Erste, en: First}
    category: {de: Art, en: Kind}
    sentence:
      many: {de: "{total}; {top} {top_label}", en: "{total}"}
      tie: {de: "{total}", en: "{total}"}
      only: {de: "{total}", en: "{total}"}
    empty: {de: Nichts., en: Nothing.}
"""


def wrong(text: str) -> str:
    with pytest.raises(TileFileError) as caught:
        tile_file.parse(text, "zahlen.yaml")
    return str(caught.value)


def test_a_good_file_is_read():
    page = tile_file.parse(GOOD, "zahlen.yaml")
    assert (page.name, page.title and page.title.get("de"), [tile.id for tile in page.tiles]) == (
        "zahlen",
        "Zahlen",
        ["erste"],
    )
    assert page.tiles[0].sentence.many.get("en") == "{total}"


def test_the_overview_of_the_portal_is_a_good_file():
    path = Path(tile_file.__file__).parent.parent / "data" / "ueberblick.yaml"
    page = tile_file.parse(path.read_text("utf-8"), path.name)
    assert [tile.id for tile in page.tiles] == ["mitglieder", "themen", "formate", "projekte"]


def test_a_missing_text_is_named_with_file_line_and_tile():
    assert wrong(GOOD.replace("    empty: {de: Nichts., en: Nothing.}\n", "")) == (
        "zahlen.yaml, line 6, tile 1 (erste): the tile lacks 'empty'."
    )


def test_a_missing_translation_is_named_with_its_line():
    assert wrong(GOOD.replace("title: {de: Erste, en: First}", "title: {de: Erste}")) == (
        "zahlen.yaml, line 8, tile 1 (erste): 'title' lacks 'en'."
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: erste", "id: Erste Kachel", "'id' must be made of"),
        ("id: erste", "id: 5", "'id' must be made of"),
        ("measure: rvr_portal.something", "measure: something", "'measure' must be made of"),
        ("category:", "chart: pie\n    category:", "has 'chart', which is not known"),
        ("category:", "colour: rainbow\n    category:", "'colour' must be amount or category, not 'rainbow'"),
        ("category:", "bars: 0\n    category:", "'bars' must be a whole number from 1 to 20"),
        ("category:", "bars: true\n    category:", "'bars' must be a whole number from 1 to 20"),
        ("{total}; {top} {top_label}", "{summe}", "names {summe}; only"),
        ("{total}; {top} {top_label}", "{total", "has a brace that is not closed"),
        ("{total}; {top} {top_label}", "{total.__class__}", "names {total.__class__}"),
        ("{total}; {top} {top_label}", "{0}", "names {0}"),
        ("{total}; {top} {top_label}", "{}", "names {}"),
        ("de: Nichts.", "de: ''", "'empty.de' must be a text"),
        ("page: zahlen", "page: [a]", "'page' must be made of"),
        ("page: zahlen", "seite: zahlen", "the file lacks 'page'"),
        ("description: {de: Alle Zahlen., en: All numbers.}\n", "", "needs a description"),
        ("tiles:\n", "tiles:\n  - 5\n", "tile 1: the tile must be"),
    ],
)
def test_what_is_wrong_is_said(old: str, new: str, said: str):
    assert old in GOOD
    sentence = wrong(GOOD.replace(old, new))
    assert said in sentence
    assert sentence.startswith("zahlen.yaml, line ")


def test_two_tiles_with_one_id_are_refused():
    tile = GOOD[GOOD.index("  - id") :]
    assert "several tiles have the id 'erste'" in wrong(GOOD + tile)


def test_a_key_that_stands_twice_is_refused():
    assert "line 3: this is no valid YAML ('page' stands here twice)" in wrong(
        GOOD.replace("page: zahlen", "page: a\npage: b")
    )


def test_what_is_no_yaml_is_refused_with_its_line():
    assert wrong("page: [\n").startswith("zahlen.yaml, line 2: this is no valid YAML")


@pytest.mark.parametrize("text", ["", "5", "[]", "tiles: []\npage: a"])
def test_a_file_without_tiles_is_refused(text: str):
    assert wrong(text).startswith("zahlen.yaml, line 1")


def test_yaml_cannot_run_code():
    assert "no valid YAML" in wrong("page: !!python/object/apply:os.system ['true']")


def test_a_file_without_title_adds_its_tiles_to_the_page_of_another():
    data = yaml.safe_load(GOOD)
    del data["title"], data["description"]
    data["tiles"][0]["id"] = "zweite"
    more = tile_file.parse(yaml.safe_dump(data), "mehr.yaml")
    page = tile_file.join_pages([more, tile_file.parse(GOOD, "zahlen.yaml")])["zahlen"]
    assert [tile.id for tile in page.tiles] == ["erste", "zweite"]


def test_a_page_that_nobody_gives_a_title_is_refused():
    data = yaml.safe_load(GOOD)
    del data["title"], data["description"]
    with pytest.raises(TileFileError, match="no tile file gives it a title"):
        tile_file.join_pages([tile_file.parse(yaml.safe_dump(data), "mehr.yaml")])


def test_the_same_tile_in_two_files_is_refused():
    data = yaml.safe_load(GOOD)
    del data["title"], data["description"]
    with pytest.raises(TileFileError, match="several tiles have the id 'erste'"):
        tile_file.join_pages([tile_file.parse(GOOD, "a.yaml"), tile_file.parse(yaml.safe_dump(data), "b.yaml")])
