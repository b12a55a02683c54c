"""What did not come in a run, and what came again. `known` are a source's records before the run, `seen` the guids that came."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from datetime import datetime

from .domain.guard import Verdict, decide
from .domain.values import Crawl, KnownRecord
from .store import Store

__all__ = ["judge", "leave_pages", "welcome_back"]


def leave_pages(store: Store, known: Mapping[str, KnownRecord], seen: Set[str], read: Set[str]) -> None:
    """A record that is gone from its page must not count as seen when that page is the same next time.

    :param read: addresses of the pages that were read as a whole
    """
    store.update([guid for guid, one in known.items() if one.page_url in read and guid not in seen], page_url="")


def judge(store: Store, known: Mapping[str, KnownRecord], seen: Set[str], crawl: Crawl, now: datetime) -> Verdict:
    """Archive what the guard lets go; count a complete run for all else that was absent from it.

    What has probably only a new guid stays until a person has said whether it is the same.
    """
    holding = {guid: one.missing_runs for guid, one in known.items() if one.package_id and one.state == "active"}
    verdict = decide(crawl, holding, seen)
    asked = store.asked_about(verdict.archive)
    verdict = replace(verdict, archive=verdict.archive - asked, missing=verdict.missing | asked)
    if crawl.complete:
        for guid in (*verdict.missing, *verdict.held):
            store.update([guid], missing_runs=holding[guid] + 1)
    store.archive(verdict.archive, now)
    return verdict


def welcome_back(store: Store, known: Mapping[str, KnownRecord], seen: Set[str], now: datetime) -> None:
    """Records that were absent and came again as they were; a changed one was written as any other."""
    back = [guid for guid in seen if (one := known.get(guid)) and (one.missing_runs or one.is_gone)]
    store.restore([guid for guid in back if known[guid].is_gone], now)
    store.update(back, missing_runs=0)
