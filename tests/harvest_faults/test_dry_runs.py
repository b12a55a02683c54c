"""A dry run of every kind of source: it shows what would come or what is wrong, and leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest
from fault_apis import SITES
from fault_server import BadServer, answer


@pytest.mark.parametrize("name", SITES)
def test_a_dry_run_tells_what_would_come_and_writes_nothing(
    scene: Any, bad_server: BadServer, counting: Any, name: str
) -> None:
    import ckan.plugins.toolkit as tk
    from ckan import model

    from ckanext.rvr_harvest import harvester

    site = SITES[name]
    before = scene.undisturbed(site)
    untouched = scene.state(site, pages=True)
    source_id = model.Package.get(site.name).id  # type: ignore[union-attr]
    with counting() as counted:
        assert harvester.dry_run(source_id).unchanged == 3
        with bad_server.misbehaving(dict.fromkeys(site.good, answer("", "text/plain", 500))):
            failed = harvester.dry_run(source_id)
    assert "ist gestört" in failed.sentences()[0].de
    assert (counted.packages, counted.solr) == (0, 0)
    assert scene.state(site, pages=True) == untouched
    shown = tk.get_action("rvr_harvest_dry_run_show")({"ignore_auth": True}, {"id": site.name})
    assert shown["status"] == "failed"
    scene.all_is_as_before(before, scene.state(site))
