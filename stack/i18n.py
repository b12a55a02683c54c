r"""Translations of the plugins: `python stack/i18n.py extract|update|compile|check [plugin …]`.

extract  writes ckanext/rvr_<p>/i18n/ckanext-rvr_<p>.pot from Python code and templates
update   extracts, then brings the new texts into i18n/de/LC_MESSAGES/ckanext-rvr_<p>.po (old translations are kept)
compile  writes the .mo beside each .po
check    says what is untranslated, doubtful or not compiled, and ends with 1 if there is anything

Texts that another package shows without a German translation (CKAN, ckanext-harvest, -dcat, -scheming, -spatial) stand
in ckanext/rvr_<p>/i18n/foreign.txt, one a line (`\n` for a line break, ` || ` before a plural): CKAN looks each text up
in the catalogues of all plugins, so ours reach them.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "de"
METHODS = [("templates/**.html", "ckan"), ("templates/**.txt", "ckan"), ("**.py", "python")]
KEYWORDS = {"_": None, "ungettext": (1, 2), "ngettext": (1, 2), "N_": None, "gettext": None}
OPTIONS = {"templates/**.html": {"trimmed": "True"}}


def plugins(names: list[str] | None = None) -> list[Path]:
    """Folders of the named plugins, or of all."""
    found = sorted(path.parent for path in ROOT.glob("ckanext/rvr_*/plugin.py"))
    return [path for path in found if not names or path.name in names]


def extract(plugin: Path) -> Catalog:
    """All texts of a plugin that can be translated, with those of others it translates."""
    catalog = Catalog(domain=domain(plugin), project="ckanext-rvr", charset="utf-8", fuzzy=False)
    for filename, line, message, comments, context in extract_from_dir(
        plugin, METHODS, OPTIONS, KEYWORDS, comment_tags=("TRANSLATORS:",)
    ):
        del line
        catalog.add(message, None, _without_line(filename), auto_comments=comments, context=context)
    for text in foreign(plugin):
        if (text[0] if isinstance(text, tuple) else text) not in catalog:
            catalog.add(text, None, _without_line("i18n/foreign.txt"))
    return catalog


def foreign(plugin: Path) -> Iterator[str | tuple[str, str]]:
    """Texts of other packages that this plugin translates."""
    path = plugin / "i18n" / "foreign.txt"
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        if line.strip() and not line.startswith("#"):
            singular, _, plural = line.replace("\\n", "\n").partition(" || ")
            yield (singular, plural) if plural else singular


def domain(plugin: Path) -> str:
    return f"ckanext-{plugin.name}"


def po_path(plugin: Path) -> Path:
    return plugin / "i18n" / LANGUAGE / "LC_MESSAGES" / f"{domain(plugin)}.po"


def read(plugin: Path) -> Catalog:
    """The plugin's German catalogue; an empty one when there is none yet."""
    path = po_path(plugin)
    if not path.exists():
        return Catalog(locale=LANGUAGE, domain=domain(plugin), project="ckanext-rvr", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, domain=domain(plugin))


def write_pot(plugin: Path) -> None:
    path = plugin / "i18n" / f"{domain(plugin)}.pot"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_po_bytes(extract(plugin)))


def update(plugin: Path) -> None:
    """Bring new texts into the German catalogue; texts that are gone are dropped."""
    old, template = read(plugin), extract(plugin)
    old.update(template, no_fuzzy_matching=True)
    old.obsolete.clear()
    path = po_path(plugin)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_po_bytes(old))


def mo_bytes(plugin: Path) -> bytes:
    """The compiled catalogue; always the same bytes for the same texts."""
    catalog = read(plugin)
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def compile_catalog(plugin: Path) -> None:
    if po_path(plugin).exists():
        po_path(plugin).with_suffix(".mo").write_bytes(mo_bytes(plugin))


def check(plugin: Path) -> list[str]:
    """What is wrong with a plugin's translations, as sentences."""
    catalog, wanted = read(plugin), extract(plugin)
    problems = []
    for message in wanted:
        if not message.id:
            continue
        translated = catalog.get(message.id, message.context)
        text = message.id if isinstance(message.id, str) else message.id[0]
        if translated is None or not all(_forms(translated.string)):
            problems.append(f"{plugin.name}: no German for “{text}”")
        elif translated.fuzzy:
            problems.append(f"{plugin.name}: doubtful German for “{text}”")
        elif _placeholders(message.id) != _placeholders(translated.string):
            problems.append(f"{plugin.name}: other placeholders in the German for “{text}”")
    path = po_path(plugin).with_suffix(".mo")
    if po_path(plugin).exists() and (not path.exists() or path.read_bytes() != mo_bytes(plugin)):
        problems.append(f"{plugin.name}: {path.name} is not current; run `python stack/i18n.py compile`")
    return problems


def _without_line(filename: str) -> Any:
    # line numbers would change the file with every edit
    return [(filename, None)]


def _forms(text: Any) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _placeholders(text: Any) -> set[str]:
    return set(re.findall(r"\{\w*\}|%\(\w+\)[sd]|%[sd]", " ".join(_forms(text))))


def _po_bytes(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=120, omit_header=False, sort_by_file=False, sort_output=True)
    # Of the header only what a reader of the file needs: dates and names would change with each run.
    kept = ('"Language:', '"Plural-Forms:', '"MIME-Version:', '"Content-')
    text = re.sub(r"\A(?:#.*\n)+", "", buffer.getvalue().decode("utf-8"))
    header, _, body = text.partition("\n\n")
    lines = [line for line in header.splitlines() if line.startswith(("msg", *kept))]
    return ("\n".join(lines) + "\n\n" + body).encode("utf-8")


def main(arguments: list[str]) -> int:
    command, names = (arguments or ["help"])[0], arguments[1:]
    steps = {"extract": write_pot, "update": update, "compile": compile_catalog}
    if command in steps:
        for plugin in plugins(names):
            steps[command](plugin)
        return 0
    if command == "check":
        problems = [problem for plugin in plugins(names) for problem in check(plugin)]
        print("\n".join(problems) or "All texts have a German translation.")
        return 1 if problems else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
