"""Reads what the plugins offer to the outside from their files: settings, actions, commands."""

from __future__ import annotations

import ast
import importlib
from dataclasses import dataclass
from pathlib import Path

import click
import yaml

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = ("rvr_portal", "rvr_dcat", "rvr_harvest", "rvr_smartcity", "rvr_dashboards")


@dataclass(frozen=True)
class Setting:
    """One declared setting."""

    key: str
    type: str
    default: str
    example: str
    description: str


@dataclass(frozen=True)
class Action:
    """One API action; `chained` if it changes an action of CKAN or of an extension."""

    name: str
    docstring: str
    chained: bool


def settings(plugin: str) -> list[tuple[str, list[Setting]]]:
    """(group title, settings) of a plugin in the order of its declaration."""
    path = ROOT / "ckanext" / plugin / "config_declaration.yaml"
    if not path.exists():
        return []
    declaration = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        (group["annotation"], [_setting(option) for option in group["options"]])
        for group in declaration["groups"]
        if group.get("options")
    ]


def _setting(option: dict[str, object]) -> Setting:
    return Setting(
        key=str(option["key"]),
        type=str(option.get("type", "text")),
        default=_plain(option.get("default", "")),
        example=_plain(option.get("example", "")),
        description=" ".join(str(option.get("description", "")).split()),
    )


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value)


def actions(plugin: str) -> list[Action]:
    """The actions named in the `__all__` of a plugin's action modules, wherever in `logic/` they are defined."""
    paths = sorted((ROOT / "ckanext" / plugin / "logic").glob("*.py"))
    modules = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    names = {
        name for stem in ("action", "chained", "quality") if stem in modules for name in _public_names(modules[stem])
    }
    found = {
        node.name: Action(node.name, ast.get_docstring(node) or "", _is_chained(node))
        for stem, module in modules.items()
        for node in module.body
        if stem != "auth" and isinstance(node, ast.FunctionDef) and node.name in names
    }
    return sorted(found.values(), key=lambda action: (action.chained, action.name))


def _is_chained(node: ast.FunctionDef) -> bool:
    return any("chained" in ast.unparse(decorator) for decorator in node.decorator_list)


def _public_names(module: ast.Module) -> set[str]:
    for node in module.body:
        target = (
            node.targets[0]
            if isinstance(node, ast.Assign)
            else node.target
            if isinstance(node, ast.AnnAssign)
            else None
        )
        if target is not None and ast.unparse(target) == "__all__" and node.value is not None:
            return set(ast.literal_eval(node.value))
    return set()


def commands(plugin: str) -> list[tuple[str, click.Command]]:
    """(full name, command) of every command of a plugin, groups left out."""
    if not (ROOT / "ckanext" / plugin / "cli.py").exists():
        return []
    module = importlib.import_module(f"ckanext.{plugin}.cli")
    roots = [getattr(module, name) for name in module.__all__]
    return [pair for root in roots if isinstance(root, click.Command) for pair in _leaves(root, "")]


def _leaves(command: click.Command, before: str) -> list[tuple[str, click.Command]]:
    name = f"{before} {command.name}".strip()
    if isinstance(command, click.Group):
        return [pair for child in command.commands.values() for pair in _leaves(child, name)]
    return [(name, command)]
