"""The index is filled anew with several processes, completely, whatever happens meanwhile."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib.search.common import make_connection
from ckan.tests import factories
from ckan.tests.helpers import CKANCliRunner

from ckanext.rvr_portal import reindex

NUMBER = 250


@pytest.fixture
def datasets(fill_once: Any) -> list[str]:
    return fill_once(_fill)


def _fill() -> list[str]:
    owner = factories.Organization(name="stadt-a")["id"]
    user = factories.Sysadmin()["name"]
    ids = []
    for number in range(NUMBER):
        data = {"name": f"satz-{number}", "title": f"Satz {number}", "notes": "Text", "owner_org": owner}
        context: Any = {"user": user, "ignore_auth": True, "defer_commit": True, "return_id_only": True}
        ids.append(tk.get_action("package_create")(context, data))
    model.repo.commit()
    return ids


def _indexed() -> dict[str, str]:
    answer = make_connection(decode_dates=False).search("*:*", fq='+site_id:"test"', rows=1000, fl="id,title")
    return {doc["id"]: doc["title"] for doc in answer.docs}


def _empty_index() -> None:
    make_connection().delete(q="site_id:test", commit=True)


def test_two_processes_index_every_dataset(datasets: list[str]) -> None:
    _empty_index()
    steps: list[int] = []
    result = reindex.rebuild(2, lambda done, _all: steps.append(done))
    assert set(_indexed()) == set(datasets)
    assert (result.datasets, result.indexed, result.is_complete) == (NUMBER, NUMBER, True)
    assert steps == [100, 200, 250]
    # the connections of this process are still its own
    assert model.Session.query(model.Package).count() == NUMBER


def test_a_dataset_that_is_edited_meanwhile_is_found_as_it_is_then(datasets: list[str], monkeypatch: Any) -> None:
    edited = max(datasets)
    first = [True]
    original = reindex._worked

    def edit_meanwhile(batches: Any, processes: int) -> Any:
        yield from original(batches, processes)
        if first.pop() if first else False:
            _write_old_state(edited)

    monkeypatch.setattr(reindex, "_worked", edit_meanwhile)
    result = reindex.rebuild(1)
    assert _indexed()[edited] == "Neuer Titel"
    assert result.repeated >= 1
    assert result.is_complete


def _write_old_state(package_id: str) -> None:
    """What happens if a worker has read a dataset, another process edits and indexes it, and the worker posts then."""
    from ckanext.rvr_portal import index_batch

    old = dict(index_batch.documents([package_id]))[package_id]
    sysadmin = factories.Sysadmin()["name"]
    tk.get_action("package_patch")({"user": sysadmin}, {"id": package_id, "title": "Neuer Titel"})
    make_connection().add([old], commit=True)
    assert _indexed()[package_id] != "Neuer Titel"


def test_what_no_longer_exists_goes_from_the_index(datasets: list[str]) -> None:
    ghost = {
        "id": "geist",
        "index_id": "geist",
        "site_id": "test",
        "title": "Geist",
        "entity_type": "package",
        "state": "active",
    }
    other = {**ghost, "id": "fremd", "index_id": "fremd", "site_id": "another"}
    make_connection().add([ghost, other], commit=True)
    result = reindex.rebuild(1)
    assert result.removed == 1
    assert set(_indexed()) == set(datasets)
    assert make_connection().search("id:fremd").hits == 1
    make_connection().delete(q="id:fremd", commit=True)


def test_the_command_counts_and_ends_well(datasets: list[str], cli: CKANCliRunner) -> None:
    _empty_index()
    from ckanext.rvr_portal.cli_search import rebuild

    answer = cli.invoke(rebuild, ["--processes", "1"])
    assert not answer.exception
    assert f"{NUMBER} of {NUMBER} datasets are in the index" in answer.output
    assert f"{NUMBER} of {NUMBER} datasets\n" in answer.output
    assert set(_indexed()) == set(datasets)


def test_an_index_that_refuses_a_dataset_is_said_and_ends_with_1(
    datasets: list[str], cli: Any, monkeypatch: Any
) -> None:
    from ckanext.rvr_portal import index_batch
    from ckanext.rvr_portal.cli_search import rebuild

    original = index_batch.documents
    bad = sorted(datasets)[7]

    def with_bad_date(ids: Any) -> Any:
        for id_, document in original(ids):
            yield id_, {**document, "metadata_created": "gestern"} if id_ == bad and document else document

    _empty_index()
    monkeypatch.setattr(index_batch, "documents", with_bad_date)
    answer = cli.invoke(rebuild, ["--processes", "1", "--quiet"])
    assert answer.exit_code == 1
    assert bad in answer.output
    assert set(_indexed()) == set(datasets) - {bad}
