"""What kind of catalogue is it?"""

from __future__ import annotations

import json

import click

from .. import probe as probing

__all__ = ["probe"]

_PATIENCE = 180.0


@click.command("probe")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="What was found as JSON.")
def probe(*, url: str, as_json: bool) -> None:
    """Find out what kind of catalogue the portal at URL offers. Ends with 1 if none was recognised."""
    found = probing.probe(url, _PATIENCE)
    if as_json:
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo(found.sentence)
        if found.found:
            click.echo(f"  {found.kind}  {found.url}")
    if not found.found:
        raise SystemExit(1)
