"""Settings and guids of the stock harvesters as ours."""

from __future__ import annotations

from ckanext.rvr_harvest.domain.adoption import our_guid, translate


def test_filters_of_the_stock_harvester_filter_the_same_here() -> None:
    found = translate(
        {"organizations_filter_include": ["moers"], "groups_filter_exclude": ["alt", "neu"], "force_all": True}
    )
    assert found.settings == {"organizations": ["moers"], "fq": "-groups:alt -groups:neu"}
    assert found.unknown == ()


def test_settings_without_a_counterpart_are_kept_and_named() -> None:
    found = translate({"default_tags": ["x"], "read_only": True, "remote_groups": None})
    assert found.settings == {"stock": {"default_tags": ["x"], "read_only": True}}
    assert found.unknown == ("default_tags", "read_only")


def test_only_a_dataset_that_was_named_after_the_source_gets_another_guid() -> None:
    url = "https://x.org/catalog"
    assert our_guid("rvr_dcat_rdf", f"{url}/baeume", url, "baeume", "Bäume", "") == "Bäume"
    assert our_guid("rvr_dcat_rdf", f"{url}/baeume", url, "baeume", "Bäume", f"{url}/baeume") == f"{url}/baeume"
    assert our_guid("rvr_dcat_rdf", "urn:x", url, "baeume", "Bäume", "") == "urn:x"
    assert our_guid("rvr_ckan", "4711", url, "4711", "Bäume", "") == "4711"
