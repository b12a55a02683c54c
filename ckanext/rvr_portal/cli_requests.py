"""Commands for requests for data: `ckan rvr-portal request …`."""

from __future__ import annotations

import click

from .data_requests import post, store

__all__ = ["request_group"]


@click.group("request", short_help="Requests of people for data.")
def request_group() -> None:
    """Requests of people for data."""


@request_group.command("send", short_help="Send the mails that are waiting, delete old requests.")
def send_command() -> None:
    """Send the mails of requests that could not go out yet, and delete the requests whose time is over.

    The clock of the harvest (`ckan rvr-harvest tick`) does the same. Without it, call this every few minutes.
    """
    deleted = store.delete_old()
    tried, waiting = post.send_waiting()
    click.echo(f"Requests with mails to send: {tried}, still waiting: {waiting}, deleted: {deleted}.")
