"""ckan rvr-dcat validate"""

from __future__ import annotations

from collections import Counter

import click

from ckanext.rvr_portal.shared import RvrPortalError

from .. import validation
from .common import in_portal

__all__ = ["validate"]


@click.command("validate")
@click.option("--org", metavar="NAME", help="Only the datasets of this organisation.")
@click.option(
    "--catalog", metavar="URL", help="A catalogue at an address instead of this portal's, with all its pages."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N datasets.")
@click.option("--quiet", is_flag=True, help="Only sums, no list of datasets.")
def validate(org: str | None, catalog: str | None, limit: int | None, *, quiet: bool) -> None:
    """Check datasets by the rules of DCAT-AP.de 3.0; ends with 1 if something mandatory is broken.

    First come the portal's own rules (not with --catalog), then the SHACL shapes named in ckanext.rvr_dcat.shapes,
    for which pyshacl must be installed.
    """
    if org and catalog:
        raise click.UsageError("--org und --catalog gehen nicht zusammen.")
    violations = 0
    with in_portal():
        try:
            if not catalog:
                violations += _own_rules(org, limit, quiet=quiet)
            violations += _shapes(org, catalog, limit)
        except (validation.ValidationError, RvrPortalError) as error:
            raise click.ClickException(
                str(error) if isinstance(error, validation.ValidationError) else error.sentence
            ) from error
    if violations:
        raise SystemExit(1)


def _own_rules(org: str | None, limit: int | None, *, quiet: bool) -> int:
    sums: Counter[tuple[str, str]] = Counter()
    count = 0
    for package, findings in validation.own_findings(org, limit):
        count += 1
        for one in findings:
            sums[one["severity"], one["code"]] += 1
        if findings and not quiet:
            click.echo(f"{package['name']}: {package.get('title') or ''}")
            for one in findings:
                sign = "✗" if one["severity"] == "error" else "!"
                click.echo(f"  {sign} {one['message_de']} {one['hint_de']}")
    errors = sum(number for (severity, _), number in sums.items() if severity == "error")
    click.echo(f"Eigene Regeln: {count} Datensätze, {errors} Verstöße, {sums.total() - errors} Hinweise.")
    for (severity, code), number in sorted(sums.items()):
        click.echo(f"  {number:6} {'Verstoß' if severity == 'error' else 'Hinweis'} {code}")
    return errors


def _shapes(org: str | None, catalog: str | None, limit: int | None) -> int:
    report = validation.shacl(org, catalog, limit)
    if report is None:
        click.echo("SHACL: nicht geprüft, in ckanext.rvr_dcat.shapes sind keine Regeln eingetragen.")
        return 0
    violations = sum(number for (severity, _), number in report.results.items() if severity == "Violation")
    others = report.results.total() - violations
    click.echo(
        f"SHACL: {report.datasets} Datensätze auf {report.pages} Seiten, {violations} Verstöße, {others} Hinweise."
    )
    for (severity, message), number in report.results.most_common():
        click.echo(f"  {number:6} {severity}: {message}")
    return violations
