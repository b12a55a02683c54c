"""Projects as GeoJSON (RFC 7946), as a table (RFC 4180) and as schema.org JSON-LD."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from typing import Any

from .project import Project

#: Characters that make a spreadsheet read a cell as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Label = Callable[[str, str], str]
Address = Callable[[str], str]

CSV_COLUMNS = (
    "id",
    "titel",
    "kurz_gesagt",
    "federfuehrend",
    "orte",
    "ags",
    "handlungsfeld",
    "art_der_loesung",
    "phase",
    "stand",
    "beginn_geplant",
    "ende_geplant",
    "beginn",
    "ende",
    "gesamtbudget_eur",
    "eigenanteil_eur",
    "foerderung",
    "laenge",
    "breite",
    "lage_genau",
    "kontakt",
    "kontakt_email",
    "adresse",
)


def geojson(projects: Iterable[Project], label: Label, address: Address) -> dict[str, Any]:
    """A FeatureCollection with one feature a project, in the order given.

    label   - label(field name, value) → text for readers
    address - address(project name) → absolute URL of its page
    """
    return {"type": "FeatureCollection", "features": [_feature(project, label, address) for project in projects]}


def _feature(project: Project, label: Label, address: Address) -> dict[str, Any]:
    point = project.point
    return {
        "type": "Feature",
        "id": project.id,
        "geometry": {"type": "Point", "coordinates": [point.lon, point.lat]} if point else None,
        "properties": {
            "title": project.title,
            "summary": project.summary,
            "lead": project.lead_title,
            "places": list(project.place_names),
            "ags": list(project.place_keys),
            "field_of_action": project.field_of_action,
            "field_of_action_label": label("field_of_action", project.field_of_action),
            "phase": project.phase,
            "phase_label": label("phase", project.phase),
            "as_of": project.as_of,
            "exact": bool(point and point.exact),
            "url": address(project.name),
        },
    }


def table(projects: Iterable[Project], label: Label, address: Address) -> str:
    """The same projects as CSV: semicolon, decimal point, one header line, UTF-8 with byte order mark for Excel."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for project in projects:
        writer.writerow([_cell(value) for value in _row(project, label, address)])
    return out.getvalue()


def _row(project: Project, label: Label, address: Address) -> list[object]:
    source, point = project.source, project.point
    return [
        project.id,
        project.title,
        project.summary,
        project.lead_title,
        ", ".join(project.place_names),
        ", ".join(project.place_keys),
        label("field_of_action", project.field_of_action),
        ", ".join(label("solution_type", value) for value in project.solution_types),
        label("phase", project.phase),
        project.as_of,
        *(source.get(name) for name in ("start_planned", "end_planned", "start_actual", "end_actual")),
        *(source.get(name) for name in ("budget_total", "budget_own_share", "funding")),
        point.lon if point else None,
        point.lat if point else None,
        ("ja" if point.exact else "nein") if point else None,
        source.get("contact_name"),
        source.get("contact_email"),
        address(project.name),
    ]


def _cell(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value


def json_ld(project: Project, label: Label, address: Address) -> str:
    """The project as schema.org `Project`, safe to stand in a script element."""
    source = project.source
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Project",
        "@id": address(project.name),
        "name": project.title,
        "description": project.summary,
        "url": address(project.name),
        "keywords": [label("field_of_action", project.field_of_action), label("phase", project.phase)],
        "parentOrganization": {"@type": "GovernmentOrganization", "name": project.lead_title},
        "areaServed": [{"@type": "AdministrativeArea", "name": name} for name in project.place_names],
        "foundingDate": source.get("start_actual") or source.get("start_planned"),
        "dissolutionDate": source.get("end_actual"),
        "member": [{"@type": "Organization", "name": row["name"]} for row in source.get("partners") or ()],
        "email": source.get("contact_email"),
        "funding": {"@type": "Grant", "description": source["funding"]} if source.get("funding") else None,
    }
    filled = {key: value for key, value in data.items() if value}
    return json.dumps(filled, ensure_ascii=False, indent=1).replace("<", "\\u003c")
