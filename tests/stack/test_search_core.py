"""The running core has the schema that the generator makes, and treats German as it should."""

import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def solr(path, **parameters):
    address = f"{os.environ['CKAN_SOLR_URL']}/{path}?{urllib.parse.urlencode(parameters)}"
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("configset")
    subprocess.run([sys.executable, ROOT / "solr" / "configset.py", folder], check=True)
    return folder


@pytest.mark.parametrize("name", ["schema.xml", "solrconfig.xml", "protected_places.txt", "stems.txt"])
def test_the_running_core_has_the_generated_files(generated, name):
    assert solr("admin/file", file=name) == (generated / name).read_text(encoding="utf-8")


def test_the_running_core_knows_our_fields():
    fields = {field["name"]: field for field in json.loads(solr("schema/fields", wt="json"))["fields"]}
    assert {
        "spatial_geom",
        "bbox_area",
        "maxx",
        "maxy",
        "minx",
        "miny",
        "places",
        "rvr_text_de",
        "rvr_title_de",
        "rvr_words",
    } <= set(fields)
    assert fields["places"]["multiValued"]
    dynamic = {field["name"]: field["type"] for field in json.loads(solr("schema/dynamicfields"))["dynamicFields"]}
    assert dynamic["rvr_*"] == "keyword"


def terms(text, kind):
    """What the analyser of text_de makes of a text for the index or a query."""
    parameters = {
        "analysis.fieldtype": "text_de",
        "wt": "json",
        f"analysis.{'fieldvalue' if kind == 'index' else 'q'}": text,
    }
    if kind == "query":
        parameters["analysis.query"] = parameters.pop("analysis.q")
        parameters["analysis.fieldvalue"] = "x"
    answer = json.loads(solr("analysis/field", **parameters))
    steps = answer["analysis"]["field_types"]["text_de"][kind]
    return {token["text"] for token in steps[-1]}


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("Radweg", "Radwege"),
        ("Spielplatz", "Spielplätze"),
        ("Muelheim", "Mülheim"),
        ("Mulheim", "Mülheim an der Ruhr"),
        ("Straße", "Strassen"),
        ("Gewerbesteuer", "Gewerbesteuer:"),
        ("kamp", "Kamp-Lintfort"),
    ],
)
def test_a_word_is_found_in_its_other_forms(asked, written):
    assert terms(asked, "query") <= terms(written, "index")


@pytest.mark.parametrize("place", ["Essen", "Hagen", "Herne", "Witten", "Marl", "Dorsten", "Wetter", "Schwerte"])
def test_the_name_of_a_place_keeps_its_ending(place):
    assert terms(place, "index") == {place.lower()}
