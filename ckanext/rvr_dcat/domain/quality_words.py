"""The indicators of data.europa.eu's metadata quality assessment in words, and what a steward can do about each."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "DIMENSIONS", "INDICATORS", "LEVELS", "REPAIRS", "Indicator", "Level", "Repair", "Words", "indicator",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages."""

    de: str
    en: str

    def get(self, lang: str) -> str:
        return self.en if lang.startswith("en") else self.de


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator.

    `dimension` is a key of `DIMENSIONS`; `repair` a key of `REPAIRS`, the way to its points; `of_files` says that it is
    looked for at the distributions. `metric` is its name in data.europa.eu's vocabulary of measurements.
    """

    key: str
    dimension: str
    points: int
    repair: str
    of_files: bool
    metric: str
    name: Words
    why: Words


@dataclass(frozen=True, slots=True)
class Repair:
    """What to do (`words`) and in which field of the form."""

    key: str
    field: str
    words: Words


@dataclass(frozen=True, slots=True)
class Level:
    """A level begins at `least` points."""

    key: str
    least: int
    words: Words


LEVELS = (
    Level("excellent", 351, Words("Ausgezeichnet", "Excellent")),
    Level("good", 221, Words("Gut", "Good")),
    Level("sufficient", 121, Words("Ausreichend", "Sufficient")),
    Level("bad", 0, Words("Schlecht", "Bad")),
)

DIMENSIONS = {
    "findability": Words("Auffindbarkeit", "Findability"),
    "accessibility": Words("Zugänglichkeit", "Accessibility"),
    "interoperability": Words("Weiterverarbeitung", "Interoperability"),
    "reusability": Words("Nachnutzung", "Reusability"),
    "contextuality": Words("Begleitangaben", "Context"),
}

REPAIRS = {
    repair.key: repair
    for repair in (
        Repair("keywords", "tags", Words("Schlagwörter angeben", "Give keywords")),
        Repair("theme", "theme", Words("Ein Thema wählen", "Choose a theme")),
        Repair("spatial", "places", Words("Orte oder ein Gebiet angeben", "Give places or an area")),
        Repair("temporal", "temporal_coverage", Words("Zeitraum angeben", "Give the period covered")),
        Repair("resource", "resources", Words("Eine Datei oder einen Dienst hinzufügen", "Add a file or a service")),
        Repair("access_url", "resources", Words(
            "Die Adresse der Datei oder des Dienstes berichtigen, sie ist nicht erreichbar",
            "Correct the address of the file or service, it cannot be reached",
        )),
        Repair("download_url", "resources", Words(
            "Eine Adresse zum direkten Herunterladen angeben oder die Datei hochladen",
            "Give an address for direct download, or upload the file",
        )),
        Repair("download_broken", "resources", Words(
            "Die Adresse zum Herunterladen berichtigen, sie ist nicht erreichbar",
            "Correct the download address, it cannot be reached",
        )),
        Repair("format", "resources", Words(
            "Das Format aus der EU-Liste der Dateitypen wählen", "Choose the format from the EU list of file types"
        )),
        Repair("media_type", "resources", Words("Den Medientyp angeben, etwa text/csv", "Give the media type, such as text/csv")),
        Repair("open_format", "resources", Words(
            "Die Daten auch in einem offenen Format anbieten, etwa CSV",
            "Offer the data in an open format as well, such as CSV",
        )),
        Repair("machine_format", "resources", Words(
            "Die Daten auch in einem Format anbieten, das Programme lesen, etwa CSV, JSON oder GeoJSON",
            "Offer the data in a format that programs read as well, such as CSV, JSON or GeoJSON",
        )),
        Repair("conformance", "", Words(
            "Die Verstöße gegen DCAT-AP.de beheben", "Mend what is not as DCAT-AP.de demands"
        )),
        Repair("license", "license_id", Words(
            "Eine Lizenz aus der Liste von DCAT-AP.de wählen", "Choose a licence from the DCAT-AP.de list"
        )),
        Repair("access_rights", "access_rights", Words(
            "Den Zugang angeben, meist „öffentlich“", "Say who has access, mostly “public”"
        )),
        Repair("contact", "contact", Words("Eine Ansprechstelle angeben", "Give a contact")),
        Repair("publisher", "publisher", Words("Den Herausgeber angeben", "Give the publisher")),
        Repair("rights", "resources", Words("Hinweise zu Rechten angeben", "Give a statement of rights")),
        Repair("byte_size", "resources", Words("Die Größe der Datei angeben", "Give the size of the file")),
        Repair("issued", "issued", Words("Das Datum der Veröffentlichung angeben", "Give the date of publication")),
        Repair("modified", "modified", Words("Das Datum der letzten Änderung angeben", "Give the date of the last change")),
    )
}  # fmt: skip

INDICATORS = (
    Indicator(
        "keywords", "findability", 30, "keywords", False, "keywordAvailability",
        Words("Schlagwörter", "Keywords"),
        Words("Mit Schlagwörtern findet die Suche den Datensatz.", "Keywords help the search to find the dataset."),
    ),
    Indicator(
        "theme", "findability", 30, "theme", False, "categoryAvailability",
        Words("Thema", "Theme"),
        Words("Über Themen stöbern Menschen im Katalog.", "People browse the catalogue by theme."),
    ),
    Indicator(
        "spatial", "findability", 20, "spatial", False, "spatialAvailability",
        Words("Ort oder Gebiet", "Place or area"),
        Words("So erscheint der Datensatz bei seinem Ort und auf der Karte.",
              "So the dataset appears with its place and on the map."),
    ),
    Indicator(
        "temporal", "findability", 20, "temporal", False, "temporalAvailability",
        Words("Zeitraum", "Period covered"),
        Words("Der Zeitraum sagt, von wann die Daten handeln.", "The period says which time the data are about."),
    ),
    Indicator(
        "access_url_reached", "accessibility", 50, "access_url", True, "accessUrlStatusCode",
        Words("Adresse erreichbar", "Address can be reached"),
        Words("Die Zugangsadresse antwortet, wenn sie geprüft wird.", "The access address answers when it is checked."),
    ),
    Indicator(
        "download_url", "accessibility", 20, "download_url", True, "downloadUrlAvailability",
        Words("Adresse zum Herunterladen", "Download address"),
        Words("Eine direkte Adresse führt ohne Umweg zur Datei.", "A direct address leads to the file without a detour."),
    ),
    Indicator(
        "download_url_reached", "accessibility", 30, "download_broken", True, "downloadUrlStatusCode",
        Words("Herunterladen möglich", "Download works"),
        Words("Die Adresse zum Herunterladen antwortet, wenn sie geprüft wird.",
              "The download address answers when it is checked."),
    ),
    Indicator(
        "format", "interoperability", 20, "format", True, "formatAvailability",
        Words("Format", "Format"),
        Words("Das Format sagt, womit sich die Datei öffnen lässt.", "The format says what opens the file."),
    ),
    Indicator(
        "media_type", "interoperability", 10, "media_type", True, "mediaTypeAvailability",
        Words("Medientyp", "Media type"),
        Words("Am Medientyp erkennen Programme die Datei.", "Programs recognise the file by its media type."),
    ),
    Indicator(
        "format_listed", "interoperability", 10, "format", True, "formatMediaTypeVocabularyAlignment",
        Words("Format aus der EU-Liste", "Format from the EU list"),
        Words("Nur Formate der Liste werden überall gleich verstanden.",
              "Only formats of the list are understood in the same way everywhere."),
    ),
    Indicator(
        "non_proprietary", "interoperability", 20, "open_format", True, "formatMediaTypeNonProprietary",
        Words("Offenes Format", "Open format"),
        Words("Ein offenes Format braucht kein Programm eines bestimmten Herstellers.",
              "An open format needs no program of a certain maker."),
    ),
    Indicator(
        "machine_readable", "interoperability", 20, "machine_format", True, "formatMediaTypeMachineInterpretable",
        Words("Maschinenlesbares Format", "Machine-readable format"),
        Words("Programme können die Daten ohne Handarbeit lesen.", "Programs can read the data without manual work."),
    ),
    Indicator(
        "conformance", "interoperability", 30, "conformance", False, "dcatApCompliance",
        Words("Regeln von DCAT-AP.de", "Rules of DCAT-AP.de"),
        Words("Nur was den Regeln entspricht, gelangt unverändert nach Open.NRW, GovData und Europa.",
              "Only what follows the rules reaches Open.NRW, GovData and Europe unchanged."),
    ),
    Indicator(
        "license", "reusability", 20, "license", True, "licenceAvailability",
        Words("Lizenz", "Licence"),
        Words("Ohne Lizenz darf niemand die Daten nutzen.", "Without a licence nobody may use the data."),
    ),
    Indicator(
        "license_listed", "reusability", 10, "license", True, "knownLicence",
        Words("Bekannte Lizenz", "Known licence"),
        Words("Eine Lizenz aus der Liste versteht jede und jeder sofort.",
              "Everybody understands a licence of the list at once."),
    ),
    Indicator(
        "access_rights", "reusability", 10, "access_rights", False, "accessRightsAvailability",
        Words("Zugang", "Access"),
        Words("Die Angabe sagt, wer die Daten nutzen darf.", "It says who may use the data."),
    ),
    Indicator(
        "access_rights_listed", "reusability", 5, "access_rights", False, "accessRightsVocabularyAlignment",
        Words("Zugang aus der EU-Liste", "Access from the EU list"),
        Words("Nur Angaben der Liste werden überall gleich verstanden.",
              "Only entries of the list are understood in the same way everywhere."),
    ),
    Indicator(
        "contact", "reusability", 20, "contact", False, "contactPointAvailability",
        Words("Ansprechstelle", "Contact"),
        Words("Wer Fragen hat, weiß, wohin damit.", "Who has questions knows where to turn."),
    ),
    Indicator(
        "publisher", "reusability", 10, "publisher", False, "publisherAvailability",
        Words("Herausgeber", "Publisher"),
        Words("Der Herausgeber steht für die Daten ein.", "The publisher vouches for the data."),
    ),
    Indicator(
        "rights", "contextuality", 5, "rights", True, "rightsAvailability",
        Words("Hinweise zu Rechten", "Rights"),
        Words("Sie ergänzen die Lizenz.", "They complete the licence."),
    ),
    Indicator(
        "byte_size", "contextuality", 5, "byte_size", True, "byteSizeAvailability",
        Words("Dateigröße", "File size"),
        Words("Die Größe sagt vor dem Herunterladen, was kommt.", "The size tells before the download what to expect."),
    ),
    Indicator(
        "issued", "contextuality", 5, "issued", False, "dateIssuedAvailability",
        Words("Veröffentlicht am", "Published on"),
        Words("Das Datum zeigt, seit wann es die Daten gibt.", "The date shows since when the data have existed."),
    ),
    Indicator(
        "modified", "contextuality", 5, "modified", False, "dateModifiedAvailability",
        Words("Geändert am", "Changed on"),
        Words("Das Datum zeigt, wie aktuell die Daten sind.", "The date shows how current the data are."),
    ),
)  # fmt: skip

_BY_KEY = {one.key: one for one in INDICATORS}


def indicator(key: str) -> Indicator:
    """The indicator of this key.

    :raises KeyError: there is none
    """
    return _BY_KEY[key]
