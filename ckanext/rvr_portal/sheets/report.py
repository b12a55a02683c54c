"""A run in words: sections for the page, a table for the report, a sentence for its progress."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ..domain.sheet import sheet
from . import store

__all__ = ["as_csv", "progress_sentence", "progress_step", "sections"]

# of each section that many stand on the page; the report has all
_SHOWN = 50
_STEPS = 10


def sections(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is shown one below the other: what needs a look first, then what changes, then what stays."""
    done = run["state"] in (store.DONE, store.INDEXING)
    titles = {
        "refuse": tk._("With problems: left out"),
        "conflict": tk._("Changed by somebody since your export"),
        "change": tk._("Changed") if done else tk._("Would be changed"),
        "create": tk._("Created") if done else tk._("Would be created"),
        "same": tk._("Stay as they are"),
    }
    found = []
    for action, title in titles.items():
        items = [item for item in run["items"] if item["action"] == action]
        if items:
            found.append({"action": action, "title": title, "count": len(items), "items": items[:_SHOWN]})
    return found


def as_csv(run: Mapping[str, Any]) -> bytes:
    """The report: a line for each message and each change; datasets without either have one, too."""
    words = {
        "create": tk._("new"),
        "change": tk._("changed"),
        "same": tk._("stays as it is"),
        "conflict": tk._("changed by somebody since the export"),
        "refuse": tk._("left out"),
    }
    heads = [
        tk._("Row"), tk._("Dataset"), tk._("What happens"), tk._("Column"), tk._("File"), tk._("Message"),
        tk._("Old value"), tk._("New value"), tk._("Key in the portal"),
    ]  # fmt: skip
    lines: list[list[Any]] = [[one["line"], "", "", one["column"], "", one["text"], "", "", ""] for one in run["notes"]]
    for item in run["items"]:
        start = [item["title"] or item["name"], words[item["action"]]]
        of_item = [
            *([one["line"], *start, one["column"], "", one["text"], "", ""] for one in item["problems"]),
            *([item["line"], *start, "", "", hint, "", ""] for hint in item["hints"]),
            *([one["line"], *start, one["column"], one["file"], "", one["old"], one["new"]] for one in item["changes"]),
        ]
        lines += [[*line, item["id"]] for line in of_item or [[item["line"], *start, "", "", "", "", ""]]]
    return sheet(heads, lines)


def progress_sentence(run: Mapping[str, Any]) -> str:
    """How far a run is."""
    if run["state"] == store.INDEXING:
        return tk._("Everything is stored. The search is being brought up to date.")
    if not run["total"]:
        return tk._("Waits for its turn.")
    numbers = {"done": tk.h.rvr_portal_number(run["done"]), "all": tk.h.rvr_portal_number(run["total"])}
    if run["state"] == store.CHECKING:
        return tk._("Checks the datasets: {done} of {all}").format(**numbers)
    return tk._("Writes the datasets: {done} of {all}").format(**numbers)


def progress_step(run: Mapping[str, Any]) -> str:
    """Changes with each tenth: how often a screen reader should speak."""
    return f"{run['state']}-{run['done'] * _STEPS // run['total'] if run['total'] else 0}"
