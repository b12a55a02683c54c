"""What a harvest may find, in words a publisher understands, with what to do about it."""

from __future__ import annotations

from typing import Any, NamedTuple

from .sentence import Sentence
from .values import Finding

__all__ = ["CODES", "as_dict", "in_general", "sentence"]


class _Words(NamedTuple):
    de: str
    en: str
    hint_de: str = ""
    hint_en: str = ""


# {value} is what came, {repaired} what it became
CODES: dict[str, _Words] = {
    "no_title": _Words(
        "Der Datensatz hat keinen Titel; er heißt hier „{repaired}“.",
        "The dataset has no title; here it is called “{repaired}”.",
        "Bitte im Quellportal einen Titel (dct:title) eintragen.",
        "Please enter a title (dct:title) at the source.",
    ),
    "nothing_usable": _Words(
        "Der Datensatz hat weder Titel noch Kennung noch Beschreibung und wurde nicht übernommen.",
        "The dataset has neither title nor identifier nor description and was not taken over.",
        "Bitte den Datensatz im Quellportal vervollständigen oder löschen.",
        "Please complete or remove the dataset at the source.",
    ),
    "title_too_long": _Words(
        "Der Titel ist länger als 500 Zeichen und wurde gekürzt.",
        "The title is longer than 500 characters and was cut.",
        "Bitte im Quellportal einen kurzen Titel eintragen und das Übrige in die Beschreibung schreiben.",
        "Please enter a short title at the source and write the rest into the description.",
    ),
    "date_mended": _Words(
        "Das Datum „{value}“ ist nicht nach ISO 8601 geschrieben; gelesen als {repaired}.",
        "The date “{value}” is not written as in ISO 8601; read as {repaired}.",
        "Bitte Datumsangaben als JJJJ-MM-TT schreiben.",
        "Please write dates as YYYY-MM-DD.",
    ),
    "date_unreadable": _Words(
        "Das Datum „{value}“ ist nicht lesbar und wurde weggelassen.",
        "The date “{value}” cannot be read and was left out.",
        "Bitte Datumsangaben als JJJJ-MM-TT schreiben.",
        "Please write dates as YYYY-MM-DD.",
    ),
    "period_empty": _Words(
        "Ein Zeitraum hat weder Anfang noch Ende und wurde weggelassen.",
        "A period has neither start nor end and was left out.",
        "Bitte Anfang oder Ende des Zeitraums angeben.",
        "Please give the start or the end of the period.",
    ),
    "period_swapped": _Words(
        "Der Zeitraum {value} endet, bevor er beginnt.",
        "The period {value} ends before it begins.",
        "Bitte Anfang und Ende prüfen.",
        "Please check start and end.",
    ),
    "license_missing": _Words(
        "Eine Datei oder ein Dienst hat keine Lizenz.",
        "A file or service has no licence.",
        "Bitte an jeder Distribution eine Lizenz aus der Liste von DCAT-AP.de angeben.",
        "Please give each distribution a licence of the DCAT-AP.de list.",
    ),
    "license_mapped": _Words(
        "Die Lizenz „{value}“ heißt in der Liste von DCAT-AP.de „{repaired}“.",
        "The licence “{value}” is “{repaired}” in the DCAT-AP.de list.",
    ),
    "license_unknown": _Words(
        "Die Lizenz „{value}“ steht nicht in der Liste von DCAT-AP.de; sie blieb, wie sie ist.",
        "The licence “{value}” is not in the DCAT-AP.de list; it was kept as it is.",
        "Bitte eine Lizenz aus der Liste von DCAT-AP.de verwenden.",
        "Please use a licence of the DCAT-AP.de list.",
    ),
    "format_unknown": _Words(
        "Das Format „{value}“ ist unbekannt; es blieb, wie es ist.",
        "The format “{value}” is unknown; it was kept as it is.",
        "Bitte ein Format aus der EU-Liste der Dateitypen verwenden.",
        "Please use a format of the EU file type list.",
    ),
    "media_type_unknown": _Words(
        "Der Medientyp „{value}“ ist keiner der IANA und wurde weggelassen.",
        "The media type “{value}” is none of IANA's and was left out.",
    ),
    "value_mapped": _Words(
        "„{value}“ wurde als „{repaired}“ gelesen.",
        "“{value}” was read as “{repaired}”.",
        "Bitte die Adresse aus der EU-Liste angeben.",
        "Please give the address of the EU list.",
    ),
    "value_unknown": _Words(
        "„{value}“ steht nicht in der vorgesehenen Liste.",
        "“{value}” is not in the list that belongs to this field.",
        "Bitte einen Wert aus der vorgesehenen Liste verwenden.",
        "Please use a value of the list that belongs to this field.",
    ),
    "theme_missing": _Words(
        "Der Datensatz hat kein Thema.",
        "The dataset has no theme.",
        "Bitte ein Thema (dcat:theme) aus der EU-Liste angeben.",
        "Please give a theme (dcat:theme) of the EU list.",
    ),
    "description_missing": _Words(
        "Der Datensatz hat keine Beschreibung.",
        "The dataset has no description.",
        "Bitte in ein, zwei Sätzen sagen, was die Daten enthalten.",
        "Please say in a sentence or two what the data contain.",
    ),
    "resource_missing": _Words("Der Datensatz hat weder Dateien noch Dienste.", "The dataset has neither files nor services."),
    "url_missing": _Words(
        "Eine Datei oder ein Dienst hat keine Adresse.",
        "A file or service has no address.",
        "Bitte an jeder Distribution eine Zugriffsadresse (dcat:accessURL) angeben.",
        "Please give each distribution an access address (dcat:accessURL).",
    ),
    "url_bad": _Words(
        "„{value}“ ist keine Webadresse und wurde weggelassen.",
        "“{value}” is no web address and was left out.",
        "Bitte eine Adresse angeben, die mit https:// beginnt.",
        "Please give an address that begins with https://.",
    ),
    "url_literal": _Words(
        "Eine Zugriffsadresse steht als Text statt als Verweis da.",
        "An access address is given as text instead of as a reference.",
        "Bitte dcat:accessURL als rdf:resource angeben.",
        "Please give dcat:accessURL as rdf:resource.",
    ),
    "size_bad": _Words(
        "Die Dateigröße „{value}“ ist keine Zahl und wurde weggelassen.",
        "The file size “{value}” is no number and was left out.",
    ),
    "geometry_bad": _Words(
        "Eine Geometrie ist nicht lesbar und wurde weggelassen.", "A geometry cannot be read and was left out."
    ),
    "tag_mended": _Words(
        "Das Schlagwort „{value}“ heißt hier „{repaired}“.", "The keyword “{value}” is “{repaired}” here."
    ),
    "tag_dropped": _Words("Das Schlagwort „{value}“ wurde weggelassen.", "The keyword “{value}” was left out."),
    "duplicate_guid": _Words(
        "Die Kennung {value} kommt in der Quelle mehrfach vor; die erste gilt.",
        "The identifier {value} occurs more than once in the source; the first counts.",
        "Bitte jede Kennung nur einmal vergeben.",
        "Please use each identifier once only.",
    ),
    "foreign_guid": _Words(
        "Den Datensatz {value} liefert auch die Quelle „{repaired}“; beide bestehen nebeneinander.",
        "The dataset {value} also comes from the source “{repaired}”; both exist side by side.",
        "Bitte klären, welches Portal den Datensatz veröffentlicht.",
        "Please settle which portal publishes the dataset.",
    ),
    "comes_elsewhere": _Words(
        "Den Datensatz {value} liefert auch die Quelle „{repaired}“, die Vorrang hat; er steht nur einmal im Portal.",
        "The dataset {value} also comes from the source “{repaired}”, which has priority; the portal has it once.",
    ),
    "moved_guid": _Words(
        "Die Kennung {value} ist neu, der Datensatz aber gleicht einem, den es schon gab.",
        "The identifier {value} is new, but the dataset is like one that was there before.",
        "Bitte Kennungen beim Umzug eines Portals beibehalten.",
        "Please keep identifiers when a portal moves.",
    ),
    "not_public": _Words(
        "Der Datensatz „{value}“ ist in der Quelle als nicht öffentlich gekennzeichnet und wurde nicht übernommen.",
        "The dataset “{value}” is marked as not public at the source and was not taken over.",
        "Soll er erscheinen, bitte accessLevel auf „public“ setzen.",
        "If it shall appear, please set accessLevel to “public”.",
    ),
    "too_tangled": _Words(
        "Die Beschreibung des Datensatzes ist zu verschachtelt und wurde nicht gelesen.",
        "The description of the dataset is too entangled and was not read.",
    ),
    "unreadable": _Words("Der Datensatz konnte nicht gelesen werden.", "The dataset could not be read."),
    "refused": _Words(
        "Der Datensatz wurde nicht angenommen: {value}",
        "The dataset was not accepted: {value}",
        "Bitte die genannten Angaben im Quellportal berichtigen.",
        "Please correct the values at the source.",
    ),
    "not_stored": _Words(
        "Der Datensatz konnte nicht gespeichert werden. Der nächste Lauf versucht es wieder.",
        "The dataset could not be stored. The next run tries again.",
    ),
    "not_indexed": _Words(
        "Der Datensatz ist gespeichert, aber noch nicht in der Suche. Der nächste Lauf versucht es wieder.",
        "The dataset is stored but not yet in the search. The next run tries again.",
    ),
}  # fmt: skip


# What a kind of finding is about, where its sentence needs the value that came
_GENERAL: dict[str, Sentence] = {
    "no_title": Sentence("Ein Datensatz hat keinen Titel.", "A dataset has no title."),
    "date_mended": Sentence(
        "Ein Datum ist nicht nach ISO 8601 geschrieben; es wurde gelesen.",
        "A date is not written as in ISO 8601; it was read.",
    ),
    "date_unreadable": Sentence(
        "Ein Datum ist nicht lesbar und wurde weggelassen.", "A date cannot be read and was left out."
    ),
    "period_swapped": Sentence("Ein Zeitraum endet, bevor er beginnt.", "A period ends before it begins."),
    "license_mapped": Sentence(
        "Eine Lizenz heißt in der Liste von DCAT-AP.de anders; sie wurde zugeordnet.",
        "A licence has another name in the DCAT-AP.de list; it was mapped.",
    ),
    "license_unknown": Sentence(
        "Eine Lizenz steht nicht in der Liste von DCAT-AP.de; sie blieb, wie sie ist.",
        "A licence is not in the DCAT-AP.de list; it was kept as it is.",
    ),
    "format_unknown": Sentence(
        "Ein Format ist unbekannt; es blieb, wie es ist.", "A format is unknown; it was kept as it is."
    ),
    "media_type_unknown": Sentence(
        "Ein Medientyp ist keiner der IANA und wurde weggelassen.", "A media type is none of IANA's and was left out."
    ),
    "value_mapped": Sentence(
        "Ein Wert stand als Text da statt als Adresse aus der EU-Liste; er wurde zugeordnet.",
        "A value was given as text instead of as an address of the EU list; it was mapped.",
    ),
    "value_unknown": Sentence(
        "Ein Wert steht nicht in der vorgesehenen Liste.", "A value is not in the list that belongs to this field."
    ),
    "url_bad": Sentence(
        "Eine Angabe ist keine Webadresse und wurde weggelassen.", "A value is no web address and was left out."
    ),
    "size_bad": Sentence(
        "Eine Dateigröße ist keine Zahl und wurde weggelassen.", "A file size is no number and was left out."
    ),
    "tag_mended": Sentence(
        "Ein Schlagwort enthielt Zeichen, die hier nicht vorgesehen sind; sie fehlen jetzt.",
        "A keyword held signs that are not used here; they were taken out.",
    ),
    "tag_dropped": Sentence("Ein Schlagwort wurde weggelassen.", "A keyword was left out."),
    "duplicate_guid": Sentence(
        "Eine Kennung kommt in der Quelle mehrfach vor; die erste gilt.",
        "An identifier occurs more than once in the source; the first counts.",
    ),
    "foreign_guid": Sentence(
        "Einen Datensatz liefert auch eine andere Quelle; beide bestehen nebeneinander.",
        "A dataset also comes from another source; both exist side by side.",
    ),
    "comes_elsewhere": Sentence(
        "Einen Datensatz liefert auch eine Quelle mit Vorrang; er steht nur einmal im Portal.",
        "A dataset also comes from a source with priority; the portal has it once.",
    ),
    "moved_guid": Sentence(
        "Eine Kennung ist neu, der Datensatz aber gleicht einem, den es schon gab.",
        "An identifier is new, but the dataset is like one that was there before.",
    ),
    "not_public": Sentence(
        "Ein Datensatz ist als nicht öffentlich gekennzeichnet und wurde nicht übernommen.",
        "A dataset is marked as not public and was not taken over.",
    ),
    "refused": Sentence("Ein Datensatz wurde nicht angenommen.", "A dataset was not accepted."),
}


def in_general(code: str, lang: str) -> str:
    """What kind of finding this is, without the value of one record."""
    words = _GENERAL.get(code) or Sentence(CODES[code].de, CODES[code].en)
    return words.in_language(lang)


def sentence(finding: Finding, lang: str = "de") -> str:
    """What was found, in German or English."""
    words = CODES[finding.code]
    text = words.en if lang.startswith("en") else words.de
    return text.format(value=_short(finding.value), repaired=_short(finding.repaired))


def as_dict(finding: Finding) -> dict[str, Any]:
    """The finding as JSON holds it, with its sentences."""
    words = CODES[finding.code]
    return {
        "code": finding.code,
        "severity": finding.severity,
        "field": finding.field,
        "value": finding.value,
        "repaired": finding.repaired,
        "message_de": sentence(finding, "de"),
        "message_en": sentence(finding, "en"),
        "hint_de": words.hint_de,
        "hint_en": words.hint_en,
    }


def _short(text: str) -> str:
    return text if len(text) <= 200 else text[:197] + "…"
