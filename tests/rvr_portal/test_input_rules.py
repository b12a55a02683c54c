"""What is refused, and what stays: new input is checked, what is stored or harvested never stands in the way."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories, helpers

pytestmark = pytest.mark.usefixtures("with_plugins")

SWAPPED = json.dumps({"type": "Point", "coordinates": [51.46, 7.01]})
BAD: dict[str, Any] = {
    "title": "<b>Bäume</b>",
    "notes": "<script>alert(1)</script>",
    "issued": "2021-01-28 GMT 01:51",
    "contact": [{"name": "=1+1", "email": "kein Postfach"}],
    "temporal_coverage": [{"start": "2024", "end": "2023-12"}],
    "spatial_coverage": [{"geom": SWAPPED}],
    "documentation": ["kein Netz"],
    "theme": ["Bäume"],
    "frequency": "manchmal",
    "license_id": "<b>frei</b>",
    "resources": [{"url": "ohne Adresse", "format": "<i>", "size": "groß", "download_url": "kein Netz"}],
}


@pytest.fixture
def organization(fill_once: Any) -> dict[str, Any]:
    return fill_once(_make)


def _make() -> dict[str, Any]:
    return factories.Organization(name="hagen")


def act(action: str, harvested: bool = False, **data: Any) -> Any:
    context = {"user": helpers.call_action("get_site_user")["name"], "ignore_auth": True}
    return helpers.call_action(action, context | ({"rvr_portal_keep_invalid": True} if harvested else {}), **data)


def refused(**data: Any) -> dict[str, Any]:
    with pytest.raises(tk.ValidationError) as problem:
        act("package_create", **data)
    return dict(problem.value.error_dict)


def test_new_input_that_is_no_value_is_refused_field_by_field(organization: dict[str, Any]) -> None:
    errors = refused(name="neu", owner_org=organization["id"], **BAD)
    assert set(BAD) <= set(errors)
    assert set(errors["contact"][0]) == {"name", "email"}
    assert set(errors["temporal_coverage"][0]) == {"end"}
    assert set(errors["resources"][0]) == {"url", "format", "size", "download_url"}


def test_what_is_harvested_is_kept_and_does_not_stand_in_the_way_of_a_later_repair(
    organization: dict[str, Any],
) -> None:
    made = act("package_create", harvested=True, name="geerntet", owner_org=organization["id"], **BAD)
    assert made["title"] == BAD["title"]
    assert made["spatial_coverage"] == BAD["spatial_coverage"]
    assert made["theme"] == BAD["theme"]
    changed = act("package_patch", id="geerntet", version="2", notes="Ohne Skript.")
    assert (changed["version"], changed["notes"]) == ("2", "Ohne Skript.")
    for field in set(BAD) - {"notes", "resources"}:
        assert changed.get(field) == made.get(field), field
    with pytest.raises(tk.ValidationError) as problem:
        act("package_patch", id="geerntet", title="<b>Andere Bäume</b>", issued="gestern")
    assert set(problem.value.error_dict) == {"title", "issued"}


@pytest.mark.parametrize("address", ["http://]", "]", "http://a[b", "http://℀.de"])
def test_an_address_that_nothing_can_take_apart_neither_breaks_the_dataset_nor_comes_in_anew(
    organization: dict[str, Any], address: str
) -> None:
    assert "url" in refused(name="neu", owner_org=organization["id"], resources=[{"url": address}])["resources"][0]
    made = act(
        "package_create", harvested=True, owner_org=organization["id"], name="klammer", resources=[{"url": address}]
    )
    for _again in range(2):
        made = act("package_update", harvested=True, **act("package_show", id=made["id"]))
    (resource,) = act("package_show", id=made["id"])["resources"]
    act("resource_patch", id=resource["id"], name="Bäume")
    act("package_delete", id=made["id"])
    act("dataset_purge", id=made["id"])


def test_an_address_that_runs_code_is_kept_from_nobody(organization: dict[str, Any]) -> None:
    bad = "javascript://x%0aalert(1)"
    made = act(
        "package_create", harvested=True, name="boese", title="Böse", owner_org=organization["id"], url=bad,
        documentation=[bad, "https://example.org"], resources=[{"url": bad, "download_url": bad}],
    )  # fmt: skip
    assert bad not in json.dumps(made)
    errors = refused(
        name="boeser", title="Böse", owner_org=organization["id"], url=bad, documentation=[bad, "https://a.de"]
    )
    assert set(errors) == {"url", "documentation"}
    assert errors["documentation"][0].startswith("Line 1: ")


def test_a_title_alone_is_enough_and_gives_the_name(organization: dict[str, Any]) -> None:
    first, second = (
        act("package_create", title="Straßen & Bäume", owner_org=organization["id"]) for _number in range(2)
    )
    assert (first["name"], second["name"]) == ("strassen-baeume", "strassen-baeume-2")
    assert "title" in refused(name="ohne-titel", title=" ", owner_org=organization["id"])


def test_unknown_addresses_stay_where_a_list_cannot_know_everything(organization: dict[str, Any]) -> None:
    made = act(
        "package_create", name="eigenes", title="Eigenes", owner_org=organization["id"],
        theme=["https://inspire.ec.europa.eu/theme/tn"], license_id="https://example.org/terms",
        conforms_to=["EPSG:25832"], resources=[{"url": "https://example.org/a", "format": "Fachformat 3", "license": "Eigene Lizenz"}],
    )  # fmt: skip
    assert made["theme"] == ["https://inspire.ec.europa.eu/theme/tn"]
    assert made["license_id"] == "https://example.org/terms"
    assert made["conforms_to"] == ["EPSG:25832"]
    assert made["resources"][0]["format"] == "Fachformat 3"
    assert made["resources"][0]["license"] == "Eigene Lizenz"
