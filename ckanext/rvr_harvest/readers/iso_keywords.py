"""About what: keywords and topic categories of an ISO 19139 record as tags, themes and high-value categories."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ckanext.rvr_portal.shared import vocabulary

from ..domain.geo_terms import eu_theme
from ..domain.xml_records import Element
from .iso_xml import address_of, every, one, text_of, texts

__all__ = ["HVD_LEGISLATION", "Subjects", "collect", "subjects"]

HVD_LEGISLATION = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
_HVD_URI = re.compile(r"https?://data\.europa\.eu/bna/", re.IGNORECASE)
_INSPIRE = re.compile(r"inspire", re.IGNORECASE)
_EU_THEMES = re.compile(r"data[ -]?theme|datenthem|open ?data|govdata|offene daten", re.IGNORECASE)
_HVD = re.compile(r"high[- ]value|\bhvd\b|hochwertige", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*[,;]\s+|\s*;\s*")


@dataclass(slots=True)
class Subjects:
    """What a record is about. `stated` themes are the record's own, `derived` ones come from INSPIRE and ISO."""

    tags: dict[str, None] = field(default_factory=dict)
    stated: dict[str, None] = field(default_factory=dict)
    derived: dict[str, None] = field(default_factory=dict)
    hvd: dict[str, None] = field(default_factory=dict)

    @property
    def themes(self) -> list[str]:
        """Addresses of the EU's data themes."""
        return list(self.stated or self.derived)


def subjects(root: Element) -> Subjects:
    """Keywords and topic categories."""
    found = Subjects()
    for group in every(root, "identificationInfo/*/descriptiveKeywords/*"):
        thesaurus = one(group, "thesaurusName/*/title")
        for keyword in every(group, "keyword"):
            collect(found, text_of(keyword), address_of(keyword), thesaurus)
    for topic in texts(root, "identificationInfo/*/topicCategory"):
        if theme := eu_theme(name=topic):
            found.derived[theme] = None
    return found


def collect(found: Subjects, text: str, address: str, thesaurus: str) -> None:
    """Put one keyword where it belongs.

    :param address: where the keyword is defined, or ""
    :param thesaurus: title or address of the list it comes from, or ""
    """
    if text.startswith(("http://", "https://")):
        address, text = address or text, ""
    _hvd(found, text, address, thesaurus)
    if (theme := eu_theme(uri=address)) and "/data-theme/" in address:
        found.stated[theme] = None
    elif theme or (_INSPIRE.search(thesaurus) and (theme := eu_theme(name=text))):
        found.derived[theme] = None
    elif _EU_THEMES.search(thesaurus) and (term := vocabulary("theme").lookup(text)):
        found.stated[term.uri] = None
    if text.isupper() and vocabulary("theme").get(text):  # the code of a theme is no word for people
        return
    # a list of words in one keyword is a common slip; terms of a thesaurus may have commas
    for word in [text] if thesaurus else _SEVERAL.split(text):
        if word.strip():
            found.tags[word.strip()] = None


def _hvd(found: Subjects, text: str, address: str, thesaurus: str) -> None:
    if _HVD_URI.match(address):
        found.hvd[address] = None
    elif _HVD.search(thesaurus) and (term := vocabulary("hvd_category").lookup(text)):
        found.hvd[term.uri] = None
