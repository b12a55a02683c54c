"""Runs and findings as files: CSV for spreadsheets, JSON for programs, Atom for feed readers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import ckan.plugins.toolkit as tk
import flask
from feedgen.feed import FeedGenerator
from werkzeug.wrappers import Response

from ckanext.rvr_portal.shared import sheet

from .domain.labels import label
from .domain.sentence import Sentence
from .domain.told import in_short, state_word, worth_telling

__all__ = ["absolute", "download", "findings_csv", "findings_json", "runs_atom", "runs_csv", "runs_json"]

_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}
_ENTRIES = 60


def download(body: bytes, form: str, name: str) -> Response:
    """An answer with a file of this form: csv, json or atom."""
    response = flask.make_response(body)
    response.headers["Content-Type"] = _TYPES[form]
    kind = "attachment" if form == "csv" else "inline"
    response.headers["Content-Disposition"] = f'{kind}; filename="{name}.{form}"'
    return response


def absolute(path: str) -> str:
    """The whole address of a page of this portal."""
    return urljoin(tk.config["ckan.site_url"], path)


def runs_csv(runs: Sequence[Mapping[str, Any]]) -> bytes:
    """A line for each run."""
    headings = (
        tk._("Begun (UTC)"), tk._("Ended (UTC)"), tk._("State"), tk._("Read"), tk._("New"), tk._("Changed"),
        tk._("Unchanged"), tk._("Vanished"), tk._("Refused"), tk._("Held back"), tk._("Seconds"),
    )  # fmt: skip
    numbers = ("seen", "added", "changed", "unchanged", "vanished", "refused", "held", "seconds")
    return sheet(
        headings,
        [
            [run["started"], run["finished"], _said(state_word(run["status"])), *(run[name] for name in numbers)]
            for run in runs
        ],
    )


def runs_json(source: Any, answer: Mapping[str, Any]) -> bytes:
    """The answer of `rvr_harvest_run_list` with the source it is about."""
    return _json({"source": {"name": source.name, "title": source.title}, **answer})


def runs_atom(source: Any, runs: Sequence[Mapping[str, Any]]) -> bytes:
    """A feed of those runs that changed something."""
    here = absolute(tk.url_for("rvr_harvest_pages.runs_file", source=source.name, form="atom"))
    page = absolute(tk.url_for("harvester.about", id=source.name))
    title = source.title or source.name
    feed = FeedGenerator()
    feed.id(here)
    feed.title(tk._("Runs of “{source}”").format(source=title))
    feed.link(href=here, rel="self")
    feed.link(href=page, rel="alternate")
    feed.author(name=tk.config["ckan.site_title"] or "CKAN")
    feed.language(_lang())
    told = worth_telling([run for run in runs if run["status"] != "running"])[:_ENTRIES]
    feed.updated(_moment(told[0]) if told else datetime.fromtimestamp(0, UTC))
    for run in told:
        entry = feed.add_entry(order="append")
        entry.id(f"urn:uuid:{run['id']}")
        entry.title(f"{title}: {_said(in_short(run))}")
        entry.updated(_moment(run))
        entry.link(href=page)
        entry.summary(_said(in_short(run)))
    return feed.atom_str(pretty=True)


def findings_csv(findings: Sequence[Mapping[str, Any]]) -> bytes:
    """A line for each finding."""
    headings = (
        tk._("Source"), tk._("Dataset"), tk._("Address"), tk._("At the source"), tk._("Weight"), tk._("Field"),
        tk._("What was found"), tk._("What to do"), tk._("Since (UTC)"),
    )  # fmt: skip
    weights = {"error": tk._("Error"), "warning": tk._("Warning"), "info": tk._("Trifle")}
    lang = _lang()
    return sheet(
        headings,
        [
            [
                one["source"]["title"],
                one["title"],
                absolute(tk.url_for("dataset.read", id=one["dataset"]["name"])) if one["dataset"] else "",
                one["url"],
                weights.get(one["severity"], one["severity"]),
                label(one["field"], lang),
                one[f"message_{lang}"],
                one[f"hint_{lang}"],
                one["since"],
            ]
            for one in findings
        ],
    )


def findings_json(answer: Mapping[str, Any]) -> bytes:
    """Number and entries of `rvr_harvest_finding_list`."""
    return _json({"count": answer["count"], "results": answer["results"]})


def _moment(run: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(run["finished"] or run["started"]).replace(tzinfo=UTC)


def _said(sentence: Sentence) -> str:
    return sentence.in_language(_lang())


def _lang() -> str:
    return "en" if str(tk.h.lang() or "de").startswith("en") else "de"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
