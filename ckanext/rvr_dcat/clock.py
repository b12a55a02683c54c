"""What has its time: points every few minutes, addresses through the night. A clock says when, a worker does it.

The clock is that of the harvest (`ckan rvr-harvest tick`), which sends a signal each time; it is known by its name only.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import jobs as background

from . import links, quality_config, rating
from .domain.clock import within, worth

__all__ = ["TICKED", "ask_addresses", "count_points", "on_tick"]

TICKED = tk.signals.ckanext.signal("rvr_harvest:ticked")

_COUNT, _ASK = "rvr_dcat-points", "rvr_dcat-addresses"
_COUNTED = "rvr_dcat.points_asked_for"
# A worker asks addresses for so long before it looks for other work; then the next tick has it go on (seconds).
_A_WHILE = 240.0
_TIMEOUT = 3600


def on_tick(_sender: Any, *, now: datetime) -> None:
    """Have a worker do what is due.

    :param now: the moment, with a time zone
    """
    moment = now.astimezone(UTC).replace(tzinfo=None)
    if worth(_read(_COUNTED), moment, quality_config.points_minutes()) and _enqueue(_COUNT, count_points, now):
        model.set_system_info(_COUNTED, moment.isoformat())
    local = now.astimezone(tk.h.get_display_timezone()).time()
    if within(local, quality_config.night()) and links.may_be_due(moment):
        _enqueue(_ASK, ask_addresses, now)


def count_points() -> None:
    """Job: count anew the points of what changed."""
    rating.update()


def ask_addresses() -> None:
    """Job: ask addresses for a while."""
    links.check_links(seconds=_A_WHILE)


def _enqueue(name: str, work: Any, now: datetime) -> bool:
    """Put work into the queue unless it waits there already."""
    if any(one.startswith(name) for one in background.get_queue().job_ids):
        return False
    options = {"timeout": _TIMEOUT, "job_id": f"{name}-{now:%Y%m%d%H%M%S}"}
    tk.enqueue_job(work, title=name, rq_kwargs=options)
    return True


def _read(key: str) -> datetime | None:
    try:
        return datetime.fromisoformat(str(model.get_system_info(key)))
    except ValueError:
        return None
