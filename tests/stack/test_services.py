"""The services of an instance work together."""

import pytest
from ckan.tests import helpers

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")


def test_a_dataset_is_stored_and_found(make_dataset):
    dataset = make_dataset(title="Radzählstellen")
    make_dataset(title="Spielplätze")
    found = helpers.call_action("package_search", q="radzählstellen")
    assert [hit["id"] for hit in found["results"]] == [dataset["id"]]


def test_a_new_test_begins_with_nothing():
    assert helpers.call_action("package_search")["count"] == 0
    assert helpers.call_action("organization_list") == []
