"""Who: responsible parties of an ISO 19139 record by their roles."""

from __future__ import annotations

from typing import Any

from ..domain.xml_records import Element
from .iso_xml import every, one

__all__ = ["people"]

# role of ISO 19115 → field of the portal's schema
_FIELDS = {
    "publisher": "publisher",
    "pointOfContact": "contact",
    "custodian": "custodian",
    "originator": "originator",
    "author": "creator",
}
# who stands for a dataset where nobody is called its publisher
_STAND_INS = ("owner",)


def people(root: Element) -> tuple[dict[str, list[dict[str, str]]], dict[str, str]]:
    """Agents by field of the schema, and names by role for the roles that no field is for.

    Where nobody is called publisher, the owner is; without a contact for the data, that for the metadata helps.
    """
    named: dict[str, list[dict[str, str]]] = {}
    for party in every(root, "identificationInfo/*/pointOfContact/*"):
        _enter(named, one(party, "role") or "pointOfContact", party)
    for party in every(root, "identificationInfo/*/citation/*/citedResponsibleParty/*"):
        _enter(named, one(party, "role"), party)
    for party in every(root, "distributionInfo/*/distributor/*/distributorContact/*"):
        _enter(named, "distributor", party)
    if not named.get("pointOfContact"):
        for party in every(root, "contact/*"):
            _enter(named, "pointOfContact", party)
    if not named.get("publisher"):
        stand_in = next((role for role in _STAND_INS if named.get(role)), "")
        named["publisher"] = named.pop(stand_in, [])
    fields = {field: _rows(named.pop(role, []), field) for role, field in _FIELDS.items()}
    fields["publisher"] = fields["publisher"][:1]
    others = {
        role: "; ".join(dict.fromkeys(row["name"] for row in rows if row.get("name"))) for role, rows in named.items()
    }
    return {field: rows for field, rows in fields.items() if rows}, {
        role: text for role, text in others.items() if text
    }


def _enter(named: dict[str, list[dict[str, str]]], role: str, party: Element) -> None:
    if row := _agent(party):
        rows = named.setdefault(role or "pointOfContact", [])
        if row not in rows:
            rows.append(row)


def _agent(party: Element) -> dict[str, str]:
    """A body by its name; a person only where no body is named."""
    info = "contactInfo/*"
    values = {
        "name": one(party, "organisationName") or one(party, "individualName") or one(party, "positionName"),
        "email": one(party, f"{info}/address/*/electronicMailAddress"),
        "telephone": one(party, f"{info}/phone/*/voice"),
        "url": one(party, f"{info}/onlineResource/*/linkage"),
    }
    return {key: value for key, value in values.items() if value}


def _rows(rows: list[dict[str, Any]], field: str) -> list[dict[str, str]]:
    kept = ("name", "email", "telephone", "url") if field == "contact" else ("name", "email", "url")
    plain = [{key: row[key] for key in kept if key in row} for row in rows]
    return [row for number, row in enumerate(plain) if row and row not in plain[:number]]
