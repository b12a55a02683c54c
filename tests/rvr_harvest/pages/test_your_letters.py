"""Mail to stewards, received by a real mail server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

MONDAY = datetime(2026, 7, 27, 7, 5, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def post(mail_server: Any) -> Any:
    return mail_server


@pytest.fixture
def letters(mail_server: Any) -> Callable[[], list[Any]]:
    """The mails that came, read."""
    return mail_server.letters


@pytest.fixture
def source(rows: Any) -> str:
    """A source of Dortmund without any run; one person there is an editor with an address."""
    return rows.source()


def told(source_id: str, run: tuple[str, str]) -> bool:
    from ckanext.rvr_harvest import notify

    return notify.after_run(source_id, run[0])


def test_mail_goes_out_only_when_a_source_turns_bad_or_good_again(
    source: str, rows: Any, letters: Callable[[], list[Any]]
) -> None:
    assert not told(source, rows.run(source, "complete", 9))
    failed = rows.run(source, "failed", 8, sentence="Der Server antwortet nicht.")
    assert told(source, failed)
    assert not told(source, failed), "a second call for the same run"
    assert not told(source, rows.run(source, "incomplete", 7))
    assert not told(source, rows.run(source, "complete", 6.5, kind="dry"))
    assert told(source, rows.run(source, "complete", 6, added=3))
    assert not told(source, rows.run(source, "complete", 5))
    bad, good = letters()
    assert bad["Subject"].startswith("Quelle „Post")
    assert bad["Subject"].endswith("Der Abgleich ist gestört")
    assert bad["To"].addresses[0].username
    assert bad.get_content_type() == "text/plain"
    assert "Der Server antwortet nicht." in bad.get_content()
    assert "Veröffentlichte Datensätze bleiben erhalten." in bad.get_content()
    assert "http://test.ckan.net/harvest/admin/post-" in bad.get_content()
    assert good["Subject"].endswith("Der Abgleich gelingt wieder")
    assert "vollständig: 3 neu" in good.get_content()


def test_the_contact_of_a_source_gets_the_mail_instead_of_the_organisation(
    rows: Any, letters: Callable[[], list[Any]]
) -> None:
    source = rows.source(config='{"contact": ["daten@example.org", "keine Adresse", "daten@example.org"]}')
    assert told(source, rows.run(source, "failed"))
    assert [mail["To"].addresses[0].addr_spec for mail in letters()] == ["daten@example.org"]


def test_a_title_cannot_add_a_header(rows: Any, letters: Callable[[], list[Any]]) -> None:
    source = rows.source(title="Daten\nBcc: alle@example.org", config='{"contact": "daten@example.org"}')
    assert told(source, rows.run(source, "failed"))
    assert letters()[0]["Bcc"] is None


def test_a_mail_server_that_refuses_stops_no_run_and_the_mail_is_tried_again(
    source: str, rows: Any, post: Any, letters: Callable[[], list[Any]]
) -> None:
    run = rows.run(source, "failed")
    post.refuses = True
    assert not told(source, run)
    post.refuses = False
    assert told(source, run)
    assert len(letters()) == 1


def test_nothing_is_sent_where_mail_is_off_or_not_set_up(
    source: str, rows: Any, post: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = rows.run(source, "failed")
    with monkeypatch.context() as changed:
        changed.setitem(ckan_config, "ckanext.rvr_harvest.mail", False)
        assert not told(source, run)
    monkeypatch.setitem(ckan_config, "smtp.mail_from", "")
    assert not told(source, run)
    assert post.mails == []


def test_once_a_week_the_stewards_get_what_there_is_to_improve(
    rows: Any, post: Any, letters: Callable[[], list[Any]]
) -> None:
    from ckanext.rvr_harvest import notify

    source = rows.source(title="Wochenpost", config='{"contact": "daten@example.org"}')
    rows.source(title="Ohne Hinweise", config='{"contact": "still@example.org"}')
    for guid in ("a", "b"):
        rows.record(source, guid, ("license_missing", "error", "license"), ("license_mapped", "info", "license"))
    assert notify.weekly(MONDAY - timedelta(hours=1)) == 0
    notify.weekly(MONDAY)
    week = [
        mail
        for mail in letters()
        if mail["To"].addresses[0].domain == "example.org" and "Wochenpost" in mail["Subject"]
    ]
    assert [mail["Subject"] for mail in week] == ["Quelle „Wochenpost“: 2 Hinweise in dieser Woche"]
    text = week[0].get_content()
    assert "- Fehler, 2 Mal: Lizenz. Eine Datei oder ein Dienst hat keine Lizenz." in text
    assert "Bitte an jeder Distribution eine Lizenz" in " ".join(text.split())
    assert "Kleinigkeit" not in text
    assert "/harvest/findings?source=post-" in text
    assert "still@example.org" not in str(post.mails)
    count = len(post.mails)
    assert notify.weekly(MONDAY + timedelta(days=3)) == 0
    assert len(post.mails) == count
    assert notify.weekly((MONDAY + timedelta(days=7)).astimezone(UTC)) > 0


def test_the_clock_of_the_harvest_sends_the_weekly_mail(rows: Any, post: Any, letters: Callable[[], list[Any]]) -> None:
    from ckanext.rvr_harvest.schedule import TICKED

    source = rows.source(title="Uhrwerk", config='{"contact": "daten@example.org"}')
    rows.record(source, "a", ("license_missing", "error", "license"))
    TICKED.send(None, now=(MONDAY + timedelta(days=70)).astimezone(UTC))
    assert any("Uhrwerk" in mail["Subject"] for mail in letters())
