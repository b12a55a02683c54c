"""What can be wrong by the rules of DCAT-AP.de 3.0, in words a steward understands, with what to do about it."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CODES"]


class _Words(NamedTuple):
    de: str
    en: str
    hint_de: str
    hint_en: str


# {value} is what was entered; {name} the title of the file or service meant
CODES: dict[str, _Words] = {
    "title_missing": _Words(
        "Der Datensatz hat keinen Titel.", "The dataset has no title.",
        "Bitte einen Titel eintragen, der ohne Vorwissen verständlich ist.",
        "Please enter a title that is understandable without context.",
    ),
    "description_missing": _Words(
        "Der Datensatz hat keine Beschreibung.", "The dataset has no description.",
        "Bitte in ein, zwei Sätzen sagen, was die Daten enthalten.",
        "Please say in a sentence or two what the data contain.",
    ),
    "publisher_missing": _Words(
        "Der Datensatz hat keinen Herausgeber.", "The dataset has no publisher.",
        "Bitte die Stelle eintragen, die die Daten verantwortet.",
        "Please enter the body that is responsible for the data.",
    ),
    "agent_without_name": _Words(
        "Eine beteiligte Stelle hat keinen Namen.", "A body that takes part has no name.",
        "Bitte den Namen der Stelle eintragen.", "Please enter the name of the body.",
    ),
    "contact_unreachable": _Words(
        "Die Ansprechstelle „{value}“ hat weder E-Mail noch Internetseite noch Telefon.",
        "The contact “{value}” has neither email nor website nor telephone.",
        "Bitte eine E-Mail-Adresse eintragen, am besten ein Funktionspostfach.",
        "Please enter an email address, best a functional mailbox.",
    ),
    "contact_bad": _Words(
        "„{value}“ ist keine Adresse, unter der die Ansprechstelle erreichbar ist.",
        "“{value}” is no address at which the contact can be reached.",
        "Bitte E-Mail, Internetseite und Telefon der Ansprechstelle prüfen.",
        "Please check email, website and telephone of the contact.",
    ),
    "period_empty": _Words(
        "Ein Zeitraum hat weder Anfang noch Ende.", "A period has neither start nor end.",
        "Bitte mindestens eines von beiden eintragen oder den Zeitraum löschen.",
        "Please enter at least one of them, or remove the period.",
    ),
    "period_bad": _Words(
        "„{value}“ ist kein Datum.", "“{value}” is no date.",
        "Bitte das Datum als Tag, Monat oder Jahr schreiben: 23.11.2026, 11.2026 oder 2026.",
        "Please write the date as day, month or year: 2026-11-23, 2026-11 or 2026.",
    ),
    "period_swapped": _Words(
        "Der Zeitraum {value} endet, bevor er beginnt.", "The period {value} ends before it begins.",
        "Bitte Anfang und Ende prüfen.", "Please check start and end.",
    ),
    "value_not_listed": _Words(
        "„{value}“ steht nicht in der vorgeschriebenen Liste.", "“{value}” is not in the prescribed list.",
        "Bitte einen Wert aus der Auswahl des Formulars wählen.", "Please choose a value offered by the form.",
    ),
    "not_an_address": _Words(
        "„{value}“ ist keine Adresse (IRI).", "“{value}” is no address (IRI).",
        "Bitte eine Adresse angeben, die mit http:// oder https:// beginnt.",
        "Please give an address that begins with http:// or https://.",
    ),
    "availability_many": _Words(
        "Es gibt mehr als eine Angabe zur Verfügbarkeit.", "There is more than one statement of availability.",
        "Bitte nur eine behalten.", "Please keep one only.",
    ),
    "resource_missing": _Words(
        "Der Datensatz hat weder eine Datei noch einen Dienst.", "The dataset has neither a file nor a service.",
        "Bitte mindestens eine Datei oder einen Dienst hinzufügen.", "Please add at least one file or service.",
    ),
    "access_url_missing": _Words(
        "„{name}“ hat keine Internetadresse.", "“{name}” has no web address.",
        "Bitte die Adresse eintragen oder die Datei hochladen.", "Please enter the address, or upload the file.",
    ),
    "access_url_bad": _Words(
        "Die Internetadresse „{value}“ von „{name}“ ist nicht gültig.",
        "The web address “{value}” of “{name}” is not valid.",
        "Bitte eine Adresse ohne Leerzeichen eintragen, die mit https:// beginnt.",
        "Please enter an address without blanks that begins with https://.",
    ),
    "license_missing": _Words(
        "„{name}“ hat keine Lizenz.", "“{name}” has no licence.",
        "Bitte eine Lizenz wählen; empfohlen ist die Datenlizenz Deutschland – Zero.",
        "Please choose a licence; recommended is the data licence Germany – Zero.",
    ),
    "license_not_listed": _Words(
        "Die Lizenz „{value}“ steht nicht in der Liste von DCAT-AP.de.",
        "The licence “{value}” is not in the DCAT-AP.de list.",
        "Bitte eine Lizenz aus der Auswahl des Formulars wählen.", "Please choose a licence offered by the form.",
    ),
    "license_not_open": _Words(
        "Die Lizenz „{value}“ ist nicht offen.", "The licence “{value}” is not open.",
        "GovData zählt nur Daten unter offenen Lizenzen als offene Daten.",
        "GovData counts only data under open licences as open data.",
    ),
    "attribution_missing": _Words(
        "Die Lizenz von „{name}“ verlangt, die Quelle zu nennen, aber es steht nicht da, wie.",
        "The licence of “{name}” asks for the source to be named, but not how.",
        "Bitte einen Quellenvermerk eintragen, etwa „Stadt Hattingen, Vermessungsamt“.",
        "Please enter an attribution, such as “City of Hattingen, survey office”.",
    ),
    "keyword_missing": _Words(
        "Der Datensatz hat kein Schlagwort.", "The dataset has no keyword.",
        "GovData erwartet mindestens ein Schlagwort.", "GovData expects at least one keyword.",
    ),
    "hvd_category_missing": _Words(
        "Der Datensatz nennt die Verordnung über hochwertige Datensätze, aber keine Kategorie.",
        "The dataset names the regulation on high-value datasets but no category.",
        "Bitte eine Kategorie hochwertiger Datensätze wählen.", "Please choose a category of high-value datasets.",
    ),
    "hvd_law_missing": _Words(
        "Der Datensatz hat eine Kategorie hochwertiger Datensätze, nennt aber die Verordnung nicht.",
        "The dataset has a category of high-value datasets but does not name the regulation.",
        "Bitte unter „Geltende Vorschriften“ eintragen: http://data.europa.eu/eli/reg_impl/2023/138/oj",
        "Please enter under “Applicable legislation”: http://data.europa.eu/eli/reg_impl/2023/138/oj",
    ),
    "service_incomplete": _Words(
        "Ein Dienst von „{name}“ hat keinen Titel oder keine Adresse.", "A service of “{name}” has no title or no address.",
        "Bitte Titel und Adresse des Dienstes angeben.", "Please give title and address of the service.",
    ),
}  # fmt: skip
