"""Workers that are killed, services that go away in the middle of a run, and two runs at once."""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fault_server import BadServer, Request, answer
from fault_sites import Site, turtle

STACK = Path(__file__).resolve().parents[2] / "stack"
KILLS = 100
COUNT = 24
BASE = "https://example.org/killed"
FIRST, SECOND = (turtle(*(f"{word} {number}" for number in range(COUNT)), base=BASE) for word in ("Linden", "Eichen"))
SITE = Site(
    "killed", "rvr_dcat_rdf", "/killed/catalog", "/killed/catalog", {"/killed/catalog": answer(FIRST)},
    frozenset(f"{BASE}/{number}" for number in range(1, COUNT + 1)),
)  # fmt: skip


@pytest.fixture
def killed(scene: Any, bad_server: BadServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The scene with a source of 24 datasets that are written five at a time, harvested once."""
    import ckan.plugins.toolkit as tk

    from ckanext.rvr_harvest import pipeline

    for size in ("BATCH", "_EARLY"):
        monkeypatch.setattr(pipeline, size, 5)
    for limit in ("read", "total"):
        monkeypatch.setitem(tk.config, f"ckanext.rvr_portal.http_{limit}_timeout", 120)
    bad_server.good.update(SITE.good)
    report = scene.run(SITE)
    assert report["status"] == "complete", report["sentences_de"]
    yield scene
    bad_server.good.update(SITE.good)


def _new_job() -> str:
    import ckan.plugins.toolkit as tk
    from ckan import model

    source: Any = model.Package.get(SITE.name)
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    job = tk.get_action("harvest_job_create")(
        {"user": user, "ignore_auth": True}, {"source_id": source.id, "run": False}
    )
    return job["id"]


def _engine() -> Any:
    from ckan import model

    return model.meta.engine


def _is_finished(job_id: str) -> bool:
    from ckan import model
    from ckanext.harvest.model import HarvestJob

    model.Session.remove()
    job: Any = HarvestJob.get(job_id)
    return job.status == "Finished"


@contextmanager
def _worker(job_id: str) -> Iterator[Any]:
    """A process of its own that works on a job."""
    from ckan import model

    def work() -> None:
        _engine().dispose(close=False)  # the parent's connections are not ours
        from ckanext.rvr_harvest import jobs

        try:
            jobs.run(job_id)
        finally:
            os._exit(0)

    model.Session.remove()
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
        model.Session.remove()


def _arrived(word: str) -> bool:
    """Whether some dataset with this word in its title is stored."""
    from ckan import model

    model.Session.rollback()
    return model.Session.query(model.Package).filter(model.Package.title.startswith(word)).count() > 0


def _finish(job_id: str) -> None:
    """A job whose worker is gone is found again and done."""
    from ckanext.rvr_harvest import jobs

    if not _is_finished(job_id):
        assert set(jobs.revive()) <= {job_id}
        jobs.run(job_id)
    assert _is_finished(job_id)


def _duration() -> float:
    """Seconds that a run takes in which everything changes."""
    begun = time.monotonic()
    job = _new_job()
    with _worker(job) as process:
        process.join(120)
    assert _is_finished(job)
    return time.monotonic() - begun


def test_a_source_that_returns_to_its_old_content_after_a_broken_run_is_read_again(
    killed: Any, bad_server: BadServer
) -> None:
    before = killed.state(SITE)
    bad_server.good[SITE.path] = answer(SECOND)
    job = _new_job()
    with _worker(job) as process:
        while process.is_alive() and not _arrived("Eichen"):
            process.join(0.02)
    bad_server.good.update(SITE.good)
    _finish(job)
    assert killed.run(SITE)["status"] == "complete"
    killed.all_is_as_before(before, killed.state(SITE))


def test_a_hundred_killed_workers_leave_no_trace(killed: Any, bad_server: BadServer) -> None:
    before = killed.state(SITE)
    chance = random.Random(4)
    versions = (FIRST, SECOND)
    bad_server.good[SITE.path] = answer(SECOND)
    longest = _duration()
    job, kills, ended = _new_job(), 0, 0
    while kills < KILLS:
        bad_server.good[SITE.path] = answer(versions[ended % 2])
        with _worker(job) as process:
            process.join(chance.uniform(0, longest))
            kills += process.is_alive()
        if _is_finished(job):
            job, ended = _new_job(), ended + 1
    bad_server.good.update(SITE.good)
    _finish(job)
    report = killed.run(SITE)
    assert report["status"] == "complete", report["sentences_de"]
    killed.all_is_as_before(before, killed.state(SITE))


def test_two_runs_at_once_are_one(killed: Any, bad_server: BadServer) -> None:
    before = killed.state(SITE)
    bad_server.good[SITE.path] = answer(SECOND)
    asked = bad_server.asked.count(SITE.path)
    job = _new_job()
    with _worker(job) as one, _worker(job) as other:
        one.join(120)
        other.join(120)
    assert _is_finished(job)
    assert bad_server.asked.count(SITE.path) == asked + 1
    bad_server.good.update(SITE.good)
    assert killed.run(SITE)["changed"] == COUNT
    killed.all_is_as_before(before, killed.state(SITE))


def _instance() -> Any:
    sys.path.insert(0, str(STACK))
    from instance import Instance  # type: ignore[import-not-found]

    return Instance(os.environ["RVR_STACK_INSTANCE"])


def _restart_solr(instance: Any) -> None:
    instance.solr.stop()
    instance.solr.launch()
    instance.solr.wait()


def _restart_redis(instance: Any) -> None:
    instance.redis.stop()
    instance.redis.start()


def _restart_postgres(instance: Any) -> None:
    from ckan import model

    instance.postgres.stop()
    instance.postgres.start()
    model.Session.remove()
    _engine().dispose()


RESTARTS = {"Redis": _restart_redis, "Solr": _restart_solr, "PostgreSQL": _restart_postgres}


@pytest.mark.parametrize("service", ["Redis", "Solr", "PostgreSQL"])
def test_a_service_that_restarts_in_the_middle_of_a_run_costs_nothing(
    killed: Any, bad_server: BadServer, service: str
) -> None:
    before = killed.state(SITE)
    reached, go = threading.Event(), threading.Event()
    half = turtle(*(f"Eichen {number}" for number in range(12)), base=BASE)
    link = "<{server}/killed/1> a hydra:PagedCollection ; hydra:next <{server}/killed/2> ; hydra:totalItems 24 ."
    rest = turtle(*(f"Eichen {number}" for number in range(12, COUNT)), first=13, base=BASE)

    def second(request: Request) -> None:
        reached.set()
        go.wait(100)
        answer(rest)(request)

    instance = _instance()
    job = _new_job()
    with bad_server.misbehaving({SITE.path: answer(half + link), "/killed/2": second}), _worker(job) as process:
        assert reached.wait(60)
        try:
            RESTARTS[service](instance)
        finally:
            go.set()
        process.join(120)
        assert not process.is_alive(), "the run does not end by itself"
    killed.nothing_is_deleted(SITE)
    _finish(job)
    assert killed.run(SITE)["status"] == "complete"
    killed.all_is_as_before(before, killed.state(SITE))
