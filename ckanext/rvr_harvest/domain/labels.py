"""What the fields are called that findings are about."""

from __future__ import annotations

from .sentence import Sentence

__all__ = ["LABELS", "label"]

LABELS: dict[str, Sentence] = {
    "": Sentence("Datensatz als Ganzes", "Dataset as a whole"),
    "access_rights": Sentence("Zugang", "Access rights"),
    "access_url": Sentence("Zugriffsadresse", "Access address"),
    "applicable_legislation": Sentence("Rechtsvorschrift", "Legislation"),
    "availability": Sentence("Verfügbarkeit", "Availability"),
    "conforms_to": Sentence("Standard", "Standard"),
    "contact": Sentence("Kontakt", "Contact"),
    "creator": Sentence("Urheber", "Creator"),
    "custodian": Sentence("Verwaltende Stelle", "Custodian"),
    "documentation": Sentence("Dokumentation", "Documentation"),
    "download_url": Sentence("Downloadadresse", "Download address"),
    "format": Sentence("Format", "Format"),
    "frequency": Sentence("Aktualisierung", "Update frequency"),
    "hvd_category": Sentence("Hochwertige Datensätze", "High-value category"),
    "identifier": Sentence("Kennung", "Identifier"),
    "issued": Sentence("Veröffentlicht am", "Published on"),
    "language": Sentence("Sprache", "Language"),
    "license": Sentence("Lizenz", "Licence"),
    "mimetype": Sentence("Medientyp", "Media type"),
    "modified": Sentence("Geändert am", "Changed on"),
    "notes": Sentence("Beschreibung", "Description"),
    "originator": Sentence("Originator", "Originator"),
    "political_geocoding": Sentence("Gebiet", "Area"),
    "political_geocoding_level": Sentence("Verwaltungsebene", "Administrative level"),
    "publisher": Sentence("Veröffentlicht von", "Publisher"),
    "resources": Sentence("Dateien und Dienste", "Files and services"),
    "size": Sentence("Dateigröße", "File size"),
    "spatial_coverage": Sentence("Räumlicher Bezug", "Spatial coverage"),
    "tags": Sentence("Schlagwörter", "Keywords"),
    "temporal_coverage": Sentence("Zeitraum", "Period"),
    "theme": Sentence("Thema", "Theme"),
    "title": Sentence("Titel", "Title"),
    "url": Sentence("Webadresse", "Web address"),
}


def label(field: str, lang: str) -> str:
    """The field in words; one without a label of its own counts as the whole dataset."""
    return LABELS.get(field, LABELS[""]).in_language(lang)
