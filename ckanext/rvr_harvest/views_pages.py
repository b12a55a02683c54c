"""Pages that tell a steward how the sources are doing, and ask what nobody but a person can decide."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Callable
from typing import Any, NoReturn

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.types import Context
from ckanext.harvest.model import HarvestJob
from flask import Blueprint
from werkzeug.wrappers import Response

from ckanext.rvr_portal.shared import proven_address

from . import access, config, decisions, feeds, findings, metrics, progress
from .domain import exposition

__all__ = ["rvr_harvest_pages"]

rvr_harvest_pages = Blueprint("rvr_harvest_pages", __name__)

FINDINGS_A_PAGE = 50
FINDINGS_IN_A_FILE = 50_000
RUNS_IN_A_FILE = 1000
USUAL = ("error", "warning")


@rvr_harvest_pages.before_request
def only_with_the_portal() -> None:
    """The pages are built from the portal's components; where it is not loaded, they are not there."""
    if tk.request.endpoint != "rvr_harvest_pages.prometheus" and not p.plugin_loaded("rvr_portal"):
        tk.abort(404, tk._("There is no such page."))


@rvr_harvest_pages.route("/harvest/mine")
def mine() -> str:
    """The sources that the user may change, and what to do about each."""
    if not tk.current_user.is_authenticated:
        tk.abort(403, tk._("Please log in to see your sources."))
    answer = tk.get_action("rvr_harvest_source_overview")(_context(), {"limit": 1000})
    return tk.render("rvr_harvest/mine.html", {"sources": answer["results"]})


@rvr_harvest_pages.route("/harvest/findings")
def finding_list() -> str:
    """All findings that the visitor may see; filters, order and page stand in the address."""
    wanted = _wanted()
    number = _page_number()
    answer = _found(wanted, FINDINGS_A_PAGE, (number - 1) * FINDINGS_A_PAGE)
    pages = max(1, -(-answer["count"] // FINDINGS_A_PAGE))
    if number > pages:
        number = pages
        answer = _found(wanted, FINDINGS_A_PAGE, (number - 1) * FINDINGS_A_PAGE)
    values = {
        "findings": answer["results"],
        "count": answer["count"],
        "choices": _choices(answer["counts"], wanted),
        "wanted": wanted,
        "page": number,
        "pages": pages,
        "state": tk.h.urlencode({name: value for name, value in wanted.items() if value}),
    }
    return tk.render("rvr_harvest/findings.html", values)


@rvr_harvest_pages.route("/harvest/findings.<any(csv,json):form>")
def finding_file(form: str) -> Response:
    """The same findings as on the page, all of them, as a file."""
    answer = _found(_wanted(), 1000, 0)
    while len(answer["results"]) < min(answer["count"], FINDINGS_IN_A_FILE):
        more = _found(_wanted(), 1000, len(answer["results"]))["results"]
        if not more:
            break
        answer["results"] += more
    body = feeds.findings_csv(answer["results"]) if form == "csv" else feeds.findings_json(answer)
    return feeds.download(body, form, tk._("findings"))


@rvr_harvest_pages.route("/harvest/<source>/runs.<any(csv,json,atom):form>")
def runs_file(source: str, form: str) -> Response:
    """The runs of a source as a file or feed."""
    answer = _or_404(lambda: tk.get_action("rvr_harvest_run_list")(_context(), {"id": source, "limit": RUNS_IN_A_FILE}))
    package = access.source_package(source)
    runs = answer["results"]
    makers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: feeds.runs_csv(runs),
        "json": lambda: feeds.runs_json(package, answer),
        "atom": lambda: feeds.runs_atom(package, runs),
    }
    return feeds.download(makers[form](), form, f"{package.name}-{tk._('runs')}")


@rvr_harvest_pages.route("/harvest/<source>/job/<id>/progress")
def job_progress(source: str, id: str) -> str | Response:
    """How far a job is, as the part of its page that renews itself."""
    package = _own_source(source)
    job: Any = HarvestJob.get(id)
    if job is None or job.source_id != package.id:
        tk.abort(404, tk._("There is no such run."))
    if not tk.request.headers.get("HX-Request"):
        return tk.redirect_to("harvester.job_show", source=package.name, id=id)
    values = {"job_id": id, "source": package, "live": progress.of_job(id), "said": tk.request.args.get("said", "")}
    return tk.render("rvr_harvest/snippets/live_answer.html", values)


@rvr_harvest_pages.route("/harvest/<source>/decide", methods=["GET", "POST"])
def decide(source: str) -> str | Response:
    """What would vanish, what has moved: yes or no."""
    package = _own_source(source)
    if tk.request.method == "POST":
        return _decided(package)
    values = {
        "harvest_source": tk.get_action("harvest_source_show")(_context(), {"id": package.id}),
        "waiting": decisions.waiting(package.id),
        "moved": decisions.moved(package.id),
    }
    return tk.render("rvr_harvest/decide.html", values)


@rvr_harvest_pages.route("/metrics")
def prometheus() -> Response:
    """Numbers for Prometheus, if they are switched on and the caller may have them."""
    if not config.metrics() or not _may_measure():
        tk.abort(404, tk._("There is no such page."))
    closed = bool(config.metrics_token() or config.metrics_hosts())
    response = Response(exposition.exposition(metrics.families(hidden_too=closed)))
    response.headers["Content-Type"] = exposition.CONTENT_TYPE
    return response


_ANSWERS = {
    ("gone", "confirm"): "rvr_harvest_run_confirm",
    ("gone", "reject"): "rvr_harvest_run_reject",
    ("moved", "confirm"): "rvr_harvest_moved_confirm",
    ("moved", "reject"): "rvr_harvest_moved_reject",
}


def _decided(package: Any) -> Response:
    """Carry out what was answered, say so, and go where the next question stands."""
    form = tk.request.form
    action = _ANSWERS.get((form.get("about", ""), form.get("answer", "")))
    if action is None:
        tk.abort(400, tk._("This answer is not known."))
    data = {"id": package.id}
    if form.get("guid"):
        data["guid"] = form["guid"]
    try:
        done = tk.get_action(action)(_context(), data)
    except tk.ValidationError as error:
        tk.h.flash_error("; ".join(error.error_summary.values()))
    else:
        if any(done.values()):
            tk.h.flash_success(_thanks(form["about"], form["answer"]))
        else:
            tk.h.flash_notice(tk._("There was nothing left to decide: somebody was faster."))
    if decisions.number_open(package.id):
        return tk.redirect_to("rvr_harvest_pages.decide", source=package.name)
    return tk.redirect_to("harvester.admin", id=package.name)


def _thanks(about: str, answer: str) -> str:
    words = {
        ("gone", "confirm"): tk._("The datasets are taken out. They return by themselves if the source brings them again."),
        ("gone", "reject"): tk._("The datasets stay."),
        ("moved", "confirm"): tk._("The dataset goes on under its known address."),
        ("moved", "reject"): tk._("It counts as a new dataset from now on."),
    }  # fmt: skip
    return words[about, answer]


def _own_source(reference: str) -> Any:
    """The package of a source that the user may change; for others 403, for a hidden one 404."""
    _or_404(lambda: tk.check_access("package_show", _context(), {"id": reference}))
    package = _or_404(lambda: access.source_package(reference))
    if not access.may_edit(_context(), package.id):
        _refuse()
    return package


def _refuse() -> NoReturn:
    tk.abort(403, tk._("Only who manages this source may see this page."))


def _or_404(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (tk.ObjectNotFound, tk.NotAuthorized):
        tk.abort(404, tk._("Harvest source not found"))


def _context() -> Context:
    return {"user": tk.current_user.name}


def _wanted() -> dict[str, str]:
    """What the address asks for; what it cannot be is left out."""
    args = tk.request.args
    wanted = {name: args.get(name, "") for name in ("source", "severity", "field", "code", "order", "refused")}
    if wanted["severity"] not in ("all", *findings.SEVERITIES):
        wanted["severity"] = ""
    if wanted["order"] not in findings.SORTS:
        wanted["order"] = ""
    wanted["refused"] = "1" if wanted["refused"] else ""
    return wanted


def _found(wanted: dict[str, str], limit: int, offset: int) -> dict[str, Any]:
    severities = {"": ",".join(USUAL), "all": ""}
    data: dict[str, Any] = {
        "limit": limit,
        "offset": offset,
        "source": wanted["source"],
        "severity": severities.get(wanted["severity"], wanted["severity"]),
        "code": wanted["code"],
        "sort": wanted["order"],
        "refused": bool(wanted["refused"]),
    }
    if wanted["field"]:
        # the dataset as a whole has the empty name, which stands for “all” in a form
        data["field"] = "" if wanted["field"] == "-" else wanted["field"]
    return tk.get_action("rvr_harvest_finding_list")(_context(), data)


def _choices(counts: dict[str, dict[str, int]], wanted: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    return tk.h.rvr_harvest_choices(counts, wanted)


def _page_number() -> int:
    asked = tk.request.args.get("page", "")
    return max(int(asked), 1) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1


def _may_measure() -> bool:
    hosts, token = config.metrics_hosts(), config.metrics_token()
    if token:
        given = tk.request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if not secrets.compare_digest(given.encode(), token.encode()):
            return False
    if not hosts:
        return True
    try:
        caller = ipaddress.ip_address(proven_address())
    except ValueError:
        return False
    return any(caller in network for network in hosts)
