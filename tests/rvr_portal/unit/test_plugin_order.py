"""A plugin order that cannot work is refused with a sentence that says what to change."""

from __future__ import annotations

import pytest

from ckanext.rvr_portal.domain.plugin_order import problem_with_order, problem_with_profiles, problem_with_schemas

GOOD = (
    "rvr_dashboards rvr_smartcity rvr_harvest rvr_dcat rvr_portal dcat structured_data harvest spatial_metadata "
    "spatial_query scheming_datasets scheming_organizations datastore text_view image_view datatables_view activity"
).split()


def test_the_order_of_the_guide_is_fine() -> None:
    assert problem_with_order(GOOD) is None


@pytest.mark.parametrize("plugin", [name for name in GOOD if name.startswith("rvr_")])
def test_each_plugin_may_stand_alone(plugin: str) -> None:
    assert problem_with_order([plugin]) is None
    assert problem_with_schemas([plugin], [], ["ckanext.rvr_portal:schemas/dataset.yaml"]) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("dcat", "spatial_query"), ("rvr_portal", "dcat"), ("rvr_portal", "scheming_datasets"), ("rvr_portal", "activity"),
        ("rvr_portal", "datastore"), ("rvr_harvest", "harvest"), ("rvr_dcat", "dcat"), ("rvr_smartcity", "scheming_datasets"),
    ],
)  # fmt: skip
def test_a_wrong_order_is_named_with_both_plugins(first: str, second: str) -> None:
    wrong = [name for name in GOOD if name != first]
    wrong.insert(wrong.index(second) + 1, first)
    sentence = problem_with_order(wrong)
    assert sentence is not None
    assert f"“{first}” before “" in sentence and sentence.startswith("In ckan.plugins, put")


def test_own_plugins_may_come_in_any_order_among_themselves() -> None:
    own = [name for name in GOOD if name.startswith("rvr_")]
    assert problem_with_order([*reversed(own), *GOOD[len(own) :]]) is None


def test_the_two_profiles_that_write_twice_are_refused_together() -> None:
    assert problem_with_profiles(["dcat_ap_de_3"]) is None
    assert problem_with_profiles(["euro_dcat_ap_3"]) is None
    assert "euro_dcat_ap_scheming" in str(problem_with_profiles(["euro_dcat_ap_3", "euro_dcat_ap_scheming"]))


def test_a_missing_schema_is_named() -> None:
    needed = ["ckanext.rvr_portal:schemas/dataset.yaml"]
    assert problem_with_schemas(GOOD, needed, needed) is None
    assert needed[0] in str(problem_with_schemas(GOOD, ["ckanext.dcat.schemas:dcat_ap_full.yaml"], needed))
