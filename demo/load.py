"""Fills the portal of an instance with demo content: `python3 stack/stack.py run demo python demo/load.py`.

Safe to run again: what is there stays, what changed is brought up to date, and nothing is done when nothing changed.
Boundaries are loaded only from a file given in PLACES; without one the maps show circles.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "stack")]

from background import CatalogService  # noqa: E402
from files import read_json, write_json  # noqa: E402
from steps import StackError, say, step  # noqa: E402


def _version(base_url: str) -> str:
    """A mark of everything the loaded content depends on."""
    digest = hashlib.sha256(base_url.encode())
    for path in sorted(
        [*HERE.glob("*.py"), *HERE.glob("*.yaml"), *HERE.glob("catalogs/*.yaml"), *HERE.glob("files/*")]
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def load(folder: Path, boundaries: str) -> None:
    """Load everything into the portal that CKAN_INI names; `folder` keeps accounts and state."""
    base_url = CatalogService(folder).start()
    marker = folder / "loaded.json"
    loaded = read_json(marker)
    version = _version(base_url)
    if loaded.get("version") == version and boundaries in ("", loaded.get("boundaries")):
        return
    with step("demo: portal opened"):
        from portal_content import PortalContent, open_portal

        app = open_portal(os.environ["CKAN_INI"])
    with app.test_request_context():
        content = PortalContent(base_url)
        with step("demo: organisations of the 15 member bodies"):
            content.organizations()
        if boundaries:
            with step("demo: boundaries"):
                content.boundaries(boundaries)
        with step("demo: four accounts"):
            content.accounts(folder / "accounts.json")
        for name in content.catalog_names:
            with step(f"demo: catalogue of {name} harvested"):
                content.harvest(name)
        with step("demo: smart city projects"):
            content.projects()
        with step("demo: table previews"):
            content.previews()
        with step("demo: an uploaded table"):
            content.uploads()
        with step("demo: addresses asked, points counted"):
            content.quality()
    # Boundaries stay in the portal when a later run names no file.
    write_json(marker, {"version": version, "boundaries": boundaries or loaded.get("boundaries", "")}, 0o644)


def main() -> int:
    """Load into the instance of this environment; tell problems in a sentence."""
    if "CKAN_INI" not in os.environ:
        say("Please start it inside an instance: python3 stack/stack.py run demo python demo/load.py")
        return 2
    boundaries = os.environ.get("PLACES", "")
    if boundaries and not Path(boundaries).is_file():
        say(f"The file with boundaries was not found: {boundaries}")
        return 2
    try:
        load(Path(os.environ["CKAN_INI"]).resolve().parent, boundaries and str(Path(boundaries).resolve()))
    except StackError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
