"""The clock of the harvest: for cron, systemd or a container of its own."""

from __future__ import annotations

import logging
import signal
import sys
import threading

import click
from ckan import model
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from .. import schedule

__all__ = ["tick"]

log = logging.getLogger(__name__)

_FAILURES = (SQLAlchemyError, RedisError, OSError)


@click.command("tick")
@click.option("--watch", type=click.IntRange(min=1), metavar="SECONDS", help="Keep running and look every so often.")
def tick(watch: int | None) -> None:
    """Start the sources that are due by their plan, and the jobs that were lost with their worker.

    Call it every few minutes, or leave it running with --watch. It does no harm when two run at once.
    """
    if watch:
        _keep_watching(watch)
        return
    try:
        _once()
    except _FAILURES as error:
        log.exception("The tick failed")
        raise click.ClickException(
            "Datenbank oder Warteschlange antworten nicht. Der nächste Aufruf holt alles nach."
        ) from error


def _keep_watching(seconds: int) -> None:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    click.echo(f"Alle {seconds} Sekunden wird nach fälligen Quellen gesehen.")
    sys.stdout.flush()
    while not stop.is_set():
        try:
            _once()
        except _FAILURES:
            log.exception("The tick failed; the next one makes up for it")
            model.Session.rollback()
        finally:
            model.Session.remove()
        stop.wait(seconds)
    click.echo("Beendet.")


def _once() -> None:
    done = schedule.tick()
    lines = {
        "Gestartet": done.started,
        "Wieder aufgenommene Läufe": done.revived,
        "Nicht gestartet, Näheres steht im Protokoll": done.failed,
    }
    for title, names in lines.items():
        if names:
            click.echo(f"{title}: {', '.join(names)}")
    sys.stdout.flush()
