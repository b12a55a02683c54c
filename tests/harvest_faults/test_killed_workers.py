"""Workers that are killed, services that go away in the middle of a run, and two runs at once."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from fault_server import BadServer, Request, answer
from fault_services import RESTARTS, instance
from fault_sites import Site, turtle

KILLS = 100
COUNT = 24
BASE = "https://example.org/killed"
FIRST, SECOND = (turtle(*(f"{word} {number}" for number in range(COUNT)), base=BASE) for word in ("Linden", "Eichen"))
SITE = Site(
    "killed", "rvr_dcat_rdf", "/killed/catalog", "/killed/catalog", {"/killed/catalog": answer(FIRST)},
    frozenset(f"{BASE}/{number}" for number in range(1, COUNT + 1)),
)  # fmt: skip


NEXT = "<{server}/killed/1> a hydra:PagedCollection ; hydra:next <{server}/killed/2> ; hydra:totalItems 24 ."


def _page(first: int, end: int) -> str:
    """Some of the changed datasets, from the position `first` (from 0)."""
    return turtle(*(f"Eichen {number}" for number in range(first, end)), first=first + 1, base=BASE)


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


@contextmanager
def _helper(run_id: str, where: str) -> Iterator[tuple[Any, Any]]:
    """A second worker that stops working in the middle of a batch, at the named step, and says when."""
    from ckanext.rvr_harvest import batches, jobs, writer

    context = multiprocessing.get_context("fork")
    reached, go = context.Event(), context.Event()
    place = {"taken": (batches.Batches, "hold"), "written, not committed": (writer.Writer, "_write_all")}[where]
    step = getattr(*place)

    def work() -> None:
        _engine().dispose(close=False)

        def standing_still(*arguments: Any) -> Any:
            result = step(*arguments)
            reached.set()
            go.wait(100)
            return result

        setattr(*place, standing_still)
        try:
            jobs.help_with(run_id)
        finally:
            os._exit(0)

    process = context.Process(target=work)
    process.start()
    try:
        yield process, (reached, go)
    finally:
        process.kill()
        process.join()


def _run_of(job_id: str) -> str:
    from ckan import model

    from ckanext.rvr_harvest.model import HarvestRun

    model.Session.remove()
    return model.Session.query(HarvestRun.id).filter(HarvestRun.job_id == job_id).scalar()


@pytest.mark.parametrize("where", ["taken", "written, not committed"])
@pytest.mark.parametrize("fate", ["is killed", "stands still"])
def test_a_batch_of_another_worker_is_taken_over_and_the_run_ends_by_itself(
    killed: Any, bad_server: BadServer, monkeypatch: pytest.MonkeyPatch, where: str, fate: str
) -> None:
    from ckanext.rvr_harvest import batches

    assert batches.LEASE < batches.SILENCE < timedelta(minutes=1)
    for limit in ("LEASE", "SILENCE"):
        monkeypatch.setattr(batches, limit, timedelta(seconds=1))
    monkeypatch.setattr(batches, "BEAT", 0.3)
    before = killed.state(SITE)
    read, go_on = threading.Event(), threading.Event()

    def second(request: Request) -> None:
        read.set()
        go_on.wait(100)
        answer(_page(12, COUNT))(request)

    pages = {SITE.path: answer(_page(0, 12) + NEXT), "/killed/2": second}
    job = _new_job()
    with bad_server.misbehaving(pages), _worker(job) as run:
        assert read.wait(60)
        with _helper(_run_of(job), where) as (helper, (reached, go)):
            assert reached.wait(60), "there was no batch to take"
            os.kill(helper.pid, signal.SIGKILL if fate == "is killed" else signal.SIGSTOP)
            go_on.set()
            run.join(60)
            assert not run.is_alive(), "the run does not end by itself"
            report = killed.report(SITE)
            assert (report["status"], report["changed"]) == ("complete", COUNT)
            changed = killed.state(SITE)
            if fate == "stands still":
                os.kill(helper.pid, signal.SIGCONT)
                go.set()
                helper.join(60)
                assert not helper.is_alive()
    killed.all_is_as_before(changed, killed.state(SITE))
    assert killed.run(SITE)["status"] == "complete"
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


@pytest.mark.parametrize("service", ["Redis", "Solr", "PostgreSQL"])
def test_a_service_that_restarts_in_the_middle_of_a_run_costs_nothing(
    killed: Any, bad_server: BadServer, service: str
) -> None:
    before = killed.state(SITE)
    reached, go = threading.Event(), threading.Event()

    def second(request: Request) -> None:
        reached.set()
        go.wait(100)
        answer(_page(12, COUNT))(request)

    services = instance()
    job = _new_job()
    pages = {SITE.path: answer(_page(0, 12) + NEXT), "/killed/2": second}
    with bad_server.misbehaving(pages), _worker(job) as process:
        assert reached.wait(60)
        try:
            RESTARTS[service](services)
        finally:
            go.set()
        process.join(120)
        assert not process.is_alive(), "the run does not end by itself"
    killed.nothing_is_deleted(SITE)
    _finish(job)
    assert killed.run(SITE)["status"] == "complete"
    killed.all_is_as_before(before, killed.state(SITE))
