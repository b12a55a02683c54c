"""ckan rvr-dcat …"""

from __future__ import annotations

import click

from .commands import links, quality, validate

__all__ = ["rvr_dcat"]


@click.group("rvr-dcat", short_help="Conformance and quality of the catalogue.")
def rvr_dcat() -> None:
    """Conformance and quality of the catalogue."""


for _command in (quality.quality, links.links, validate.validate):
    rvr_dcat.add_command(_command)
