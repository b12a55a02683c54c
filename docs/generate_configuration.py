#!/usr/bin/env python3
"""Writes docs/configuration.md from the plugins' declarations: `python docs/generate_configuration.py`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from declarations import PLUGINS, ROOT, Setting, settings

TARGET = ROOT / "docs" / "configuration.md"
HEAD = """# Configuration

Generated from the plugins' `config_declaration.yaml` by `docs/generate_configuration.py`; do not edit by hand.

Settings stand in `ckan.ini`. The common ones of demo, tests and images are in `stack/settings.ini`, among them the
order of the plugins, which matters: the portal checks it when it starts and says what is wrong.
In the production images any setting can be given as a variable: `PORTAL_SETTING__ckanext__rvr_portal__logo=/logo.svg`
(two underscores for each dot).
"""


def table(options: list[Setting]) -> list[str]:
    """Rows of a Markdown table."""
    rows = ["| setting | type | default | meaning |", "|---|---|---|---|"]
    for option in options:
        default = f"`{option.default}`" if option.default else "empty"
        example = f" Example: `{option.example}`" if option.example and option.example != option.default else ""
        cells = (f"`{option.key}`", option.type, default, option.description + example)
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return rows


def page() -> str:
    """The whole page."""
    lines = [HEAD]
    for plugin in PLUGINS:
        groups = settings(plugin)
        lines.append(f"## {plugin}\n")
        if not groups:
            lines.append("No settings of its own.\n")
        for title, options in groups:
            if title not in {plugin, ""}:
                lines.append(f"### {title.removeprefix(f'{plugin}: ').capitalize()}\n")
            lines += [*table(options), ""]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Write the page."""
    TARGET.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
