"""A source that has nothing new costs one small question, and none of its datasets is touched."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from fault_server import BadServer, Request, answer
from fault_sites import PAGES, RDF, TITLES, Site, page, turtle


def _with_mark(body: str, asked: list[str | None]) -> Any:
    """Answer with a mark (ETag), and “unchanged” to whoever has it already."""

    def behave(request: Request) -> None:
        mark = f'"{hashlib.sha256(body.encode()).hexdigest()}"'
        known = request.headers.get("If-None-Match")
        asked.append(known)
        if known == mark:
            answer("", "text/turtle", 304, ETag=mark)(request)
        else:
            answer(body, ETag=mark)(request)

    return behave


@pytest.mark.parametrize(
    ("site", "bodies"),
    [
        (RDF, {RDF.path: turtle(*TITLES)}),
        (PAGES, {f"/pages/{n}": page(n, f"/pages/{n + 1}" if n < 3 else None) for n in (1, 2, 3)}),
    ],
    ids=["one file", "three pages"],
)
def test_a_portal_that_knows_marks_is_asked_whether_there_is_anything_new(
    scene: Any, bad_server: BadServer, counting: Any, site: Site, bodies: dict[str, str]
) -> None:
    before = scene.undisturbed(site)
    asked: list[str | None] = []
    with bad_server.misbehaving({path: _with_mark(body, asked) for path, body in bodies.items()}):
        assert scene.run(site)["unchanged"] == 3  # the marks are seen for the first time
        asked.clear()
        with counting() as counted:
            report = scene.run(site)
    assert len(asked) == len(bodies)
    assert all(asked)
    assert (report["status"], report["unchanged"]) == ("complete", 3)
    assert (counted.packages, counted.solr) == (0, 0)
    scene.all_is_as_before(before, scene.state(site))


def test_a_portal_without_marks_is_compared_word_for_word(scene: Any, counting: Any) -> None:
    before = scene.undisturbed(RDF)
    with counting() as counted:
        report = scene.run(RDF)
    assert (report["status"], report["unchanged"]) == ("complete", 3)
    assert (counted.packages, counted.solr) == (0, 0)
    scene.all_is_as_before(before, scene.state(RDF))
