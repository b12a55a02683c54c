"""What documents cost that were made to cost, with the limits that a portal has by default."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable
from typing import Any

import pytest
from fault_apis import SITES
from fault_server import BadServer
from fault_table import FAULTS

HOSTILE = [
    fault for fault in FAULTS
    if "pages" not in fault.sites and any(word in fault.name for word in ("bomb", "without end", "entity", "context", "300 KB", "cut off"))
]  # fmt: skip
MEGABYTE = 1024  # in units of getrusage


def _measured(work: Callable[[], str]) -> dict[str, Any]:
    """Do something in a process of its own: seconds of CPU, growth of memory in MB, and what it says in the end."""
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        try:
            before = resource.getrusage(resource.RUSAGE_SELF)
            said = work()
            after = resource.getrusage(resource.RUSAGE_SELF)
            told = {
                "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
                "memory": (after.ru_maxrss - before.ru_maxrss) / MEGABYTE,
                "said": said,
            }
            os.write(writer, json.dumps(told).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        told = stream.read()
    os.waitpid(child, 0)
    assert told, "the process broke off"
    return json.loads(told)


def _crawl(kind: str, url: str, options: dict[str, Any]) -> str:
    """Read a source as a run does, up to the dataset dicts; the sentence at its end."""
    from ckanext.rvr_harvest.adapters.contract import FetchError, Order
    from ckanext.rvr_harvest.kinds import adapter_for
    from ckanext.rvr_harvest.translate import door_sentence
    from ckanext.rvr_portal.exceptions import HttpDoorError
    from ckanext.rvr_portal.http import HttpDoor

    with HttpDoor(allow_local=True, total_timeout=60, read_timeout=30, retries=0) as door:

        def fetch(url: str, *, accept: str = "*/*", known: Any = None) -> Any:
            try:
                return door.get(url, headers={"accept": accept})
            except HttpDoorError as error:
                raise FetchError(door_sentence(error)) from error

        adapter = adapter_for(kind)(Order(url, fetch, options=options))
        for page in adapter.pages():
            reader = adapter.reader()
            for record in page.records:
                reader.content(record)
                reader.read(record)
    return adapter.crawl.problem.de


@pytest.mark.parametrize(
    ("fault", "site"), [pytest.param(one, name, id=f"{name}: {one.name}") for one in HOSTILE for name in one.sites]
)
def test_a_hostile_document_costs_two_seconds_and_200_megabytes_at_most(
    app: Any, bad_server: BadServer, fault: Any, site: str
) -> None:
    where = SITES[site]
    bad_server.good.update(where.good)
    with bad_server.misbehaving(fault.spoil(where)):
        told = _measured(lambda: _crawl(where.kind, bad_server.url + where.path, dict(where.config)))
    assert told["cpu"] <= 2
    assert told["memory"] <= 200
    assert "complete" in fault.status or told["said"]
