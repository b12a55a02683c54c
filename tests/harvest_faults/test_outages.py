"""A search that does not answer, and a database in which two transactions wait for each other."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from fault_server import BadServer, answer
from fault_services import instance
from fault_sites import RDF, TITLES, turtle

CHANGED = turtle(*(f"{title} und mehr" for title in TITLES))


@pytest.fixture
def changed(scene: Any, bad_server: BadServer) -> Any:
    """The scene with a source whose three datasets have changed; afterwards they are as before again."""
    before = scene.undisturbed(RDF)
    with scene.unsettled():
        with bad_server.misbehaving({RDF.path: answer(CHANGED)}):
            yield scene
        scene.mends_all(RDF, before)


def test_a_search_that_is_away_for_a_whole_run_is_told_and_made_up_for_by_the_next(changed: Any) -> None:
    import ckan.plugins.toolkit as tk

    services = instance()
    services.solr.stop()
    try:
        report = changed.run(RDF)
    finally:
        services.solr.launch()
        services.solr.wait()
    assert "Die Suche (Solr) antwortet nicht" in report["sentences_de"][0]
    changed.nothing_is_deleted(RDF)
    again = changed.run(RDF)
    assert (again["status"], again["unchanged"]) == ("complete", 3)
    assert tk.get_action("package_search")({}, {"q": 'title:"und mehr"'})["count"] == 3


def test_a_batch_that_the_database_breaks_off_for_a_deadlock_is_written_again(
    changed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlalchemy as sa
    from ckan import model

    from ckanext.rvr_harvest import writer

    write, errors = writer.Writer._write_all, []
    held = threading.Event()

    def lock(connection: Any, key: int) -> None:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})

    def other() -> None:
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 2 AND NOT granted")
        with model.meta.engine.begin() as connection:
            lock(connection, 2)
            held.set()
            # the database ends the transaction that has waited longest when it notices: that must be the batch
            while not connection.execute(waiting).scalar():
                held.wait(0.01)
            lock(connection, 1)

    thread = threading.Thread(target=other)

    def crossed(self: Any, *arguments: Any) -> Any:
        if not errors:
            lock(model.Session, 1)
            thread.start()
            held.wait(30)
            try:
                lock(model.Session, 2)
            except sa.exc.OperationalError as error:
                errors.append(error.orig.pgcode)
                raise
        return write(self, *arguments)

    monkeypatch.setattr(writer.Writer, "_write_all", crossed)
    report = changed.run(RDF)
    thread.join()
    assert errors == ["40P01"]
    assert (report["status"], report["changed"], report["refused"]) == ("complete", 3, 0)
