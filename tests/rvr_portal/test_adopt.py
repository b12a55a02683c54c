"""An older ckanext-rvr site is brought into our schema."""

from __future__ import annotations

import json
from typing import Any

SQUARE = {"type": "Polygon", "coordinates": [[[7.0, 51.4], [7.4, 51.4], [7.4, 51.6], [7.0, 51.6], [7.0, 51.4]]]}


def _store(kind: Any, name: str, **extras: Any) -> None:
    """Write fields as they lie in the database of such a site, past our schema."""
    from ckan import model

    entity = kind.get(name)
    entity.extras = {**(entity.extras or {}), **extras}
    model.Session.commit()


def test_areas_groups_and_people_of_the_older_plugin_become_fields_of_this_schema(
    clean_db: None, clean_index: None, cli: Any, make_organization: Any, make_dataset: Any
) -> None:
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckan.tests import factories

    from ckanext.rvr_portal.cli import rvr_portal

    bochum = make_organization(name="stadt-bochum", title="Stadt Bochum", places=[])
    make_organization(name="verbund", title="Verbund Mitte", places=[])
    factories.Group(name="tran")
    made = make_dataset(
        name="radwege", title="Radwege", owner_org=bochum["id"], theme=[], groups=[{"name": "tran"}],
        resources=[{"url": "https://daten.example.org/radwege.csv", "name": "Radwege", "format": "CSV"}],
    )  # fmt: skip
    _store(model.Group, "stadt-bochum", org_spatial=json.dumps(SQUARE))
    _store(model.Group, "verbund", org_spatial=json.dumps(SQUARE))
    _store(
        model.Package, "radwege", dataset_spatial=json.dumps(SQUARE), hvd_category="mobilitaet",
        applicable_legislation="http://data.europa.eu/eli/reg_impl/2023/138/oj",
    )  # fmt: skip
    package: Any = model.Package.get("radwege")
    package.maintainer, package.maintainer_email = "Tiefbauamt", "rad@example.org"
    model.Session.commit()

    told = cli.invoke(rvr_portal, ["adopt", "--dry-run"]).output
    assert "3 would change." in told
    assert "org_spatial" in model.Group.get("stadt-bochum").extras  # type: ignore[union-attr]
    assert "3 changed." in cli.invoke(rvr_portal, ["adopt"]).output
    model.Session.remove()

    def show(action: str, name: str) -> dict[str, Any]:
        return tk.get_action(action)({"ignore_auth": True, "use_cache": False}, {"id": name})

    assert show("organization_show", "stadt-bochum")["places"] == ["05911000"]
    assert {"05911000", "05916000"} <= set(show("organization_show", "verbund")["places"])
    found = show("package_show", "radwege")
    assert found["id"] == made["id"]
    assert json.loads(found["spatial_coverage"][0]["geom"]) == SQUARE
    assert [one.rpartition("/")[2] for one in found["theme"]] == ["TRAN"]
    assert found["contact"] == [{"name": "Tiefbauamt", "email": "rad@example.org"}]
    assert len(found["hvd_category"]) == 1
    assert found["hvd_category"][0].startswith("http://data.europa.eu/bna/")
    assert found["applicable_legislation"] == ["http://data.europa.eu/eli/reg_impl/2023/138/oj"]
    assert not any(one["key"].endswith("spatial") for one in found.get("extras") or [])
    assert found["resources"][0]["id"] == made["resources"][0]["id"]
    assert "0 changed." in cli.invoke(rvr_portal, ["adopt"]).output
