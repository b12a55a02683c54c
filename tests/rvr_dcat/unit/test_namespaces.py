from __future__ import annotations

import pytest

from ckanext.rvr_dcat.namespaces import dcatde_name


@pytest.mark.parametrize(
    "address",
    ["http://dcat-ap.de/def/dcatde/", "https://www.dcat-ap.de/def/dcatde/1.1/", "http://dcat-ap.de/def/dcatde/1_0/"],
)
def test_all_addresses_of_the_namespace_are_one(address: str) -> None:
    assert dcatde_name(address + "contributorID") == "contributorID"
    assert dcatde_name(address + "geocodingText") == "geocodingDescription"


@pytest.mark.parametrize("address", ["http://purl.org/dc/terms/title", "http://dcat-ap.de/def/licenses/cc-by", ""])
def test_other_properties_are_not_of_it(address: str) -> None:
    assert dcatde_name(address) is None
