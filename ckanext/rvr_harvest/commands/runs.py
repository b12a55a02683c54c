"""Run a source, and read the report of its last run."""

from __future__ import annotations

import json
import sys
from typing import Any

import ckan.plugins.toolkit as tk
import click
from ckan import model
from ckanext.harvest.logic import HarvestJobExists
from ckanext.harvest.model import HarvestJob, HarvestSource

from .. import harvester
from ..adapters.dcat_rdf import DcatRdfAdapter
from ..domain.findings import in_general
from ..domain.labels import label
from ..exceptions import AlreadyRunningError
from .common import find, must_find, site_context

__all__ = ["report", "run"]

DEFAULT_KIND = DcatRdfAdapter.kind


@click.command("run")
@click.argument("source")
@click.option("--url", help="Address of the catalogue: creates the source first if it does not exist.")
@click.option("--title", help="Title of a source that is created.")
@click.option("--organization", help="Organisation (name or id) of a source that is created.")
@click.option("--dry", is_flag=True, help="Only show what would come; nothing is written.")
@click.option("--quiet", is_flag=True, help="No progress bar, only the report.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def run(
    *, source: str, url: str | None, title: str | None, organization: str | None, dry: bool, quiet: bool, as_json: bool
) -> None:
    """Harvest SOURCE (name or id) now and print the report. Ends with 1 if nothing could be harvested."""
    package = find(source)
    if package is None and url:
        package = _create(source, url, title, organization)
    if package is None:
        raise click.ClickException(f"Es gibt keine Harvest-Quelle „{source}“. Mit --url ADRESSE wird sie angelegt.")
    if dry:
        _dry_run(package.id, as_json)
        return
    job = _job(package.id)
    try:
        if quiet or as_json or not sys.stderr.isatty():
            report = harvester.run_job(job)
        else:
            report = _with_bar(job, package.title or package.name)
    except AlreadyRunningError as error:
        raise click.ClickException(error.sentence.de) from error
    shown = _report(package.id)
    _print(shown, as_json)
    if report is not None and report.status == "failed":
        sys.exit(1)


def _dry_run(source_id: str, as_json: bool) -> None:
    try:
        result = harvester.dry_run(source_id)
    except AlreadyRunningError as error:
        raise click.ClickException(error.sentence.de) from error
    shown = tk.get_action("rvr_harvest_dry_run_show")(site_context(), {"id": source_id})
    if not as_json:
        click.echo("Probelauf: Nichts wurde geschrieben.")
    _print(shown, as_json)
    words = {"added": "neu", "changed": "geändert", "vanished": "archiviert", "held": "zurückgehalten"}
    for change, titles in ({} if as_json else shown["examples"]).items():
        click.echo(f"  Würde {words[change]}, zum Beispiel:" if change != "added" else "  Wäre neu, zum Beispiel:")
        for one in titles[:5]:
            click.echo(f"    {one}")
    if result.status == "failed":
        sys.exit(1)


@click.command("report")
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def report(source: str, as_json: bool) -> None:
    """Print the report of the last run of SOURCE (name or id)."""
    package = must_find(source)
    try:
        _print(_report(package.id), as_json)
    except tk.ObjectNotFound as error:
        raise click.ClickException("Diese Quelle wurde noch nicht abgeglichen.") from error


def _create(name: str, url: str, title: str | None, organization: str | None) -> model.Package:
    group = model.Group.get(organization) if organization else None
    if organization and group is None:
        raise click.ClickException(f"Es gibt keine Organisation „{organization}“.")
    data = {
        "name": name,
        "title": title or name,
        "url": url,
        "source_type": DEFAULT_KIND,
        "owner_org": group.id if group else None,
        "frequency": "MANUAL",
    }
    try:
        tk.get_action("harvest_source_create")(site_context(), data)
    except tk.ValidationError as error:
        raise click.ClickException(f"Die Quelle wurde nicht angelegt: {error.error_summary}") from error
    package = find(name)
    assert package is not None
    return package


def _job(source_id: str) -> Any:
    """A new job, or the one that waits already."""
    if HarvestSource.get(source_id) is None:
        raise click.ClickException("Zu dieser Quelle fehlt der Eintrag in ckanext-harvest.")
    try:
        job_id = tk.get_action("harvest_job_create")(site_context(), {"source_id": source_id, "run": False})["id"]
    except HarvestJobExists:
        waiting = model.Session.query(HarvestJob).filter(
            HarvestJob.source_id == source_id, HarvestJob.status.in_(("New", "Running"))
        )
        last: Any = waiting.order_by(HarvestJob.created.desc()).first()
        job_id = last.id
    return HarvestJob.get(job_id)


def _with_bar(job: Any, title: str) -> Any:
    with click.progressbar(length=1, label=title, file=sys.stderr, show_pos=True) as bar:

        def progress(done: int, expected: int | None) -> None:
            bar.length = max(expected or 0, done, 1)
            bar.update(done - bar.pos)

        return harvester.run_job(job, progress)


def _report(source_id: str) -> dict[str, Any]:
    return tk.get_action("rvr_harvest_report_show")({"ignore_auth": True}, {"id": source_id})


def _print(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    states = {
        "complete": "vollständig",
        "incomplete": "unvollständig",
        "failed": "gescheitert",
        "running": "läuft noch",
    }
    state = states.get(report["status"], report["status"])
    seconds = f"{report.get('seconds', 0):.1f}".replace(".", ",")
    click.echo(f"{report['source']['title'] or report['source']['name']}: {state}, {seconds} s")
    for sentence in report.get("sentences_de", []):
        click.echo(f"  {sentence}")
    for finding in report.get("findings", [])[:12]:
        what = f"{label(finding['field'], 'de')}: {in_general(finding['code'], 'de')}"
        click.echo(f"  {finding['count']:>5} × {what}")
