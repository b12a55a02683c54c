"""The services of an instance work together."""

import pytest
from ckan.tests import factories, helpers


@pytest.mark.usefixtures("clean_db", "clean_index")
@pytest.mark.ckan_config("ckan.plugins", "")
def test_a_dataset_is_stored_and_found():
    dataset = factories.Dataset(title="Radzählstellen")
    found = helpers.call_action("package_search", q="radzählstellen")
    assert [hit["id"] for hit in found["results"]] == [dataset["id"]]
