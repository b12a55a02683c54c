#!/usr/bin/env python3
"""Writes docs/api.md from the plugins' actions and commands: `python docs/generate_api.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent))

from declarations import PLUGINS, ROOT, Action, actions, commands

TARGET = ROOT / "docs" / "api.md"
HEAD = """# Actions and commands

Generated from the code by `docs/generate_api.py`; do not edit by hand.

Actions are called at `/api/3/action/NAME` (see CKAN's documentation of its Action API), commands as `ckan NAME`, in
the demo as `stack/ckan NAME`. Actions that *change* one of CKAN or of an extension keep its name, parameters and
answer.

## Machine-readable addresses
| address | what |
|---|---|
| `/datasets.csv`, `.geojson`, `.atom`, `.json` | the result of a search as table, for maps, as feeds; parameters of `rvr_search` |
| `/suggest.json` | suggestions for a half-typed search, kept a minute by caches; parameters `q` and `organization` of `rvr_suggest` |
| `/opensearch.xml`, `/sitemap.xml` | description of the search, list of all public pages |
| `/catalog.ttl`, `.rdf`, `.jsonld` | the catalogue in DCAT-AP.de, in pages (dcat-ap-de.md) |
| `/organization/ID.ttl`, `.rdf`, `.jsonld` | an organisation's part of it |
| `/dataset/ID.ttl`, `.rdf`, `.jsonld` | one dataset |
| `/dashboards/PAGE/TILE.csv`, `.json`, `.svg` | one tile: its table, its data with source and date, its picture |
"""


def action_lines(action: Action) -> list[str]:
    """One action as a section."""
    note = " (changed)" if action.chained else ""
    return [f"#### `{action.name}`{note}", "", "```text", action.docstring, "```", ""]


def command_lines(name: str, command: click.Command) -> list[str]:
    """One command as a section."""
    arguments = [f"`{param.human_readable_name}`" for param in command.params if isinstance(param, click.Argument)]
    lines = [f"#### `ckan {name}`{' ' if arguments else ''}{' '.join(arguments)}", "", (command.help or "").strip(), ""]
    options = [param for param in command.params if isinstance(param, click.Option)]
    lines += [f"- `{', '.join(option.opts)}`: {option.help or ''}" for option in options]
    return [*lines, ""] if options else lines


def page() -> str:
    """The whole page."""
    lines = [HEAD]
    for plugin in PLUGINS:
        offered, run = actions(plugin), commands(plugin)
        if not offered and not run:
            continue
        lines.append(f"## {plugin}\n")
        if offered:
            lines.append("### Actions\n")
        lines += [line for action in offered for line in action_lines(action)]
        if run:
            lines.append("### Commands\n")
        lines += [line for name, command in run for line in command_lines(name, command)]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Write the page."""
    TARGET.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
