"""The content of the demo catalogues: compact YAML to frozen values.

Everything in demo/catalogs is made up and says so to the reader. The fields are described in demo/README.md.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

CATALOGS = Path(__file__).parent / "catalogs"
EXAMPLE_NOTE = (
    "Beispieldatensatz: Titel, Werte und Ansprechstellen sind frei erfunden und dienen nur der Vorführung des Portals."
)
_NAMESPACE = uuid.UUID("6f1d2f2e-2d0b-4f0c-9c53-5d1b0a7f3a10")


@dataclass(frozen=True)
class DemoDataset:
    """One dataset as a member body's portal would describe it."""

    id: str
    title: str
    text: str
    themes: tuple[str, ...]
    tags: tuple[str, ...]
    licence: str
    every: str
    issued: str
    modified: str
    period: tuple[str, str] | None
    contact: str
    place: str | None
    files: tuple[str, ...]
    sample: str
    hvd: str | None = None
    flaw: dict[str, str] = field(default_factory=dict)

    @property
    def description(self) -> str:
        """The text a reader sees, with the note that this is an example."""
        return f"{self.text}\n\n{EXAMPLE_NOTE}"


@dataclass(frozen=True)
class DemoCatalog:
    """One member body's catalogue: who publishes, in which serialisation, and what."""

    organization: str
    title: str
    host: str
    format: str
    publisher: str
    page_size: int | None
    contacts: dict[str, str]
    districts: tuple[str, ...]
    datasets: tuple[DemoDataset, ...]

    @property
    def home(self) -> str:
        """The address of the (invented) portal, under the reserved ending .example."""
        return f"https://{self.host}"

    def identifier(self, dataset: DemoDataset) -> str:
        """A stable UUID of a dataset, as dct:identifier."""
        return str(uuid.uuid5(_NAMESPACE, f"{self.organization}/{dataset.id}"))


def _dataset(raw: dict[str, Any], default_contact: str) -> DemoDataset:
    start, _, end = str(raw.get("period", "")).partition("/")
    issued, _, modified = str(raw["dates"]).partition("/")
    return DemoDataset(
        id=raw["id"],
        title=raw["title"],
        text=raw["text"],
        themes=tuple(raw["theme"].split()),
        tags=tuple(tag.strip() for tag in raw["tags"].split(",")),
        licence=raw["licence"],
        every=raw["every"],
        issued=issued,
        modified=modified,
        period=(start, end) if start or end else None,
        contact=raw.get("contact", default_contact),
        place=raw.get("place"),
        files=tuple(raw["files"].split()),
        sample=raw["sample"],
        hvd=raw.get("hvd"),
        flaw=dict(raw.get("flaw", {})),
    )


def load_catalog(path: Path) -> DemoCatalog:
    """Read one catalogue file; `KeyError` names a missing field."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    contacts = dict(raw["contacts"])
    first = next(iter(contacts))
    return DemoCatalog(
        organization=raw["organization"],
        title=raw["title"],
        host=raw["host"],
        format=raw["format"],
        publisher=raw["publisher"],
        page_size=raw.get("page_size"),
        contacts=contacts,
        districts=tuple(raw["districts"]),
        datasets=tuple(_dataset(item, first) for item in raw["datasets"]),
    )


def load_catalogs(folder: Path = CATALOGS) -> dict[str, DemoCatalog]:
    """All catalogues by the name of their organisation, in alphabetical order."""
    catalogs = [load_catalog(path) for path in sorted(folder.glob("*.yaml"))]
    return {catalog.organization: catalog for catalog in catalogs}
