"""What happens after a button of the page with the questions was pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture
def answer(scene: dict[str, Any], app: Any, _known: dict[str, Any]) -> Iterator[Callable[..., str]]:
    """Press a button of the page; returns the page that follows."""

    def send(about: str, answer: str, **fields: str) -> str:
        data = {"about": about, "answer": answer, **fields}
        body = app.post("/harvest/frage/decide", data=data, headers=scene["headers"]["clerk"]).body
        from ckan import model

        model.Session.remove()
        return body

    yield send
    _known.clear()


def states(source_id: str) -> dict[str, str]:
    from ckan import model

    from ckanext.rvr_harvest.model import HarvestRecord

    return dict(model.Session.query(HarvestRecord.guid, HarvestRecord.state).filter_by(source_id=source_id))


def test_datasets_are_taken_out_only_after_a_yes_and_the_next_question_follows(
    scene: dict[str, Any], answer: Callable[..., str]
) -> None:
    from ckan import model

    body = answer("gone", "confirm")
    assert "Die Datensätze werden herausgenommen." in body
    assert "1 Datensatz hat wahrscheinlich eine neue Kennung" in body
    found = states(scene["ids"]["frage"])
    assert {found[guid] for guid in ("f0", "f1", "f2")} == {"archived"}
    assert model.Package.get("bad-0") is not None
    body = answer("moved", "reject", guid="neu")
    assert "Er gilt ab jetzt als neuer Datensatz." in body
    assert states(scene["ids"]["frage"])["neu"] != "moved"
    assert "Es ist nichts zu entscheiden." not in body


def test_after_a_no_everything_stays_and_a_late_second_answer_does_no_harm(
    scene: dict[str, Any], answer: Callable[..., str]
) -> None:
    assert "Die Datensätze bleiben." in answer("gone", "reject")
    found = states(scene["ids"]["frage"])
    assert "archived" not in found.values()
    assert "Jemand war schneller" in answer("gone", "confirm")
    assert states(scene["ids"]["frage"]) == found
    assert "Der Datensatz bleibt unter seiner bekannten Adresse." in answer("moved", "confirm")
