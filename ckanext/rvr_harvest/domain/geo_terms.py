"""Words of the geodata world in those of DCAT-AP: themes, kinds of services, licences and reference systems.

Only what is sure is mapped; the rest stays as it came.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

__all__ = ["crs_uri", "eu_theme", "legislation_uri", "license_spellings", "service_format"]

# INSPIRE themes: code → theme of the EU, German and English name. Without one: it belongs to several or to none.
_INSPIRE = """
ac|ENVI|Atmosphärische Bedingungen|Atmospheric conditions
ad|REGI|Adressen|Addresses
af|AGRI|Landwirtschaftliche Anlagen und Aquakulturanlagen|Agricultural and aquaculture facilities
am|ENVI|Bewirtschaftungsgebiete/Schutzgebiete/geregelte Gebiete und Berichterstattungseinheiten|\
Area management/restriction/regulation zones and reporting units
au|REGI|Verwaltungseinheiten|Administrative units
br|ENVI|Biogeografische Regionen|Bio-geographical regions
bu|REGI|Gebäude|Buildings
cp|REGI|Flurstücke/Grundstücke (Katasterparzellen)|Cadastral parcels
ef|ENVI|Umweltüberwachung|Environmental monitoring facilities
el|REGI|Höhe|Elevation
er|ENER|Energiequellen|Energy resources
ge|REGI|Geologie|Geology
gg|REGI|Geografische Gittersysteme|Geographical grid systems
gn|REGI|Geografische Bezeichnungen|Geographical names
hb|ENVI|Lebensräume und Biotope|Habitats and biotopes
hh|HEAL|Gesundheit und Sicherheit|Human health and safety
hy|ENVI|Gewässernetz|Hydrography
lc|ENVI|Bodenbedeckung|Land cover
lu|REGI|Bodennutzung|Land use
mf|ENVI|Meteorologisch-geografische Kennwerte|Meteorological geographical features
nz|ENVI|Gebiete mit naturbedingten Risiken|Natural risk zones
of|ENVI|Ozeanografisch-geografische Kennwerte|Oceanographic geographical features
oi|REGI|Orthofotografie|Orthoimagery
pd|SOCI|Verteilung der Bevölkerung — Demografie|Population distribution — demography
pf|ECON|Produktions- und Industrieanlagen|Production and industrial facilities
ps|ENVI|Schutzgebiete|Protected sites
rs|REGI|Koordinatenreferenzsysteme|Coordinate reference systems
sd|ENVI|Verteilung der Arten|Species distribution
so|ENVI|Boden|Soil
sr|ENVI|Meeresregionen|Sea regions
su|REGI|Statistische Einheiten|Statistical units
tn|TRAN|Verkehrsnetze|Transport networks
"""

# topic categories of ISO 19115; utilitiesCommunication and extraTerrestrial mean too many things
_TOPICS = {
    "farming": "AGRI", "biota": "ENVI", "boundaries": "REGI", "climatologyMeteorologyAtmosphere": "ENVI",
    "economy": "ECON", "elevation": "REGI", "environment": "ENVI", "geoscientificInformation": "REGI",
    "health": "HEAL", "imageryBaseMapsEarthCover": "REGI", "intelligenceMilitary": "JUST", "inlandWaters": "ENVI",
    "location": "REGI", "oceans": "ENVI", "planningCadastre": "REGI", "society": "SOCI", "structure": "REGI",
    "transportation": "TRAN",
}  # fmt: skip

_THEME = "http://publications.europa.eu/resource/authority/data-theme/"
_THEME_URI = re.compile(r"https?://publications\.europa\.eu/resource/authority/data-theme/(\w+)/?", re.IGNORECASE)
_INSPIRE_URI = re.compile(r"https?://inspire\.ec\.europa\.eu/theme/(\w\w)/?", re.IGNORECASE)
_TOPIC_URI = re.compile(r"https?://inspire\.ec\.europa\.eu/metadata-codelist/TopicCategory/(\w+)/?", re.IGNORECASE)

# what protocols, profiles and addresses say of a service, the surest first; values are keys of file types
_SERVICES = tuple(
    (re.compile(pattern, re.IGNORECASE), key)
    for pattern, key in (
        (r"\bwmts\b|web map tile", "WMTS_SRVC"),
        (r"\bwms\b|web map service|inspireview|^view\b", "WMS_SRVC"),
        (r"\bwfs\b|web feature service", "WFS_SRVC"),
        (r"\bwcs\b|web coverage service", "WCS_SRVC"),
        (r"\batom\b|inspire atom", "ATOM"),
        (r"ogc ?api|oapif|ogcapi|\bsensorthings\b|\bsta\b", "REST"),
        (r"mapserver|featureserver|imageserver|\besri:? ?rest\b|arcgis", "MAP_SRVC"),
    )
)
_SERVICE_ADDRESS = re.compile(
    r"(?:[?&]service=|/)(wms|wfs|wmts|wcs)(?:server)?(?:[/?&#]|$)|(?:/rest/services/.+/)(mapserver|featureserver)",
    re.IGNORECASE,
)

_URL = re.compile(r"https?://[^\s<>\"'|{}\\^`]+")
_PREFIX = re.compile(
    r"^(?:nutzungsbedingungen|nutzungseinschränkungen|lizenz|license|licence|use conditions|zugriffsbeschränkungen)"
    r"\s*:\s*",
    re.IGNORECASE,
)
_LICENSE_NAMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"dl-(?:zero|by|by-nc)-de/\d\.\d",
        r"dl-de[/-](?:zero|by|by-nc)[/-]\d[.-]\d",
        r"cc[ -]by(?:[ -](?:sa|nd|nc))*[ -]?\d\.\d",
        r"cc0(?: ?1\.0)?|cc zero",
    )
)
_GERMAN_LICENSE = re.compile(
    r"datenlizenz deutschland\W{0,5}(?P<kind>zero|namensnennung)"
    r"(?P<nc>\W{0,5}nicht[- ]kommerziell)?(?:\W{0,5}version)?\W{0,3}(?P<version>\d[.-]\d)",
    re.IGNORECASE,
)
_LEGISLATION = {
    "1089/2010": "http://data.europa.eu/eli/reg/2010/1089/oj",
    "976/2009": "http://data.europa.eu/eli/reg/2009/976/oj",
    "1205/2008": "http://data.europa.eu/eli/reg/2008/1205/oj",
    "2007/2": "http://data.europa.eu/eli/dir/2007/2/oj",
}
_EPSG = re.compile(r"(?:epsg\W{0,2}(?:[\d.]{1,6}:|0/|:)?|EPSG/0/)(\d{4,6})\b", re.IGNORECASE)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^0-9a-zäöüß]+", "", folded)


def _names() -> Iterator[tuple[str, str]]:
    for line in _INSPIRE.strip().splitlines():
        _code, theme, *labels = line.split("|")
        yield from ((_plain(label), theme) for label in labels)
    yield from ((_plain(topic), theme) for topic, theme in _TOPICS.items())


_THEMES_BY_NAME = dict(_names())
_THEMES_BY_CODE = {line.partition("|")[0]: line.split("|")[1] for line in _INSPIRE.strip().splitlines()}


def eu_theme(*, name: str = "", uri: str = "") -> str:
    """Address of the EU's data theme that an INSPIRE theme or a topic category of ISO 19115 belongs to, or "".

    :param name: INSPIRE theme in German or English, or the code of a topic category
    :param uri: address of an INSPIRE theme, of a topic category, or of the EU's theme itself
    """
    if match := _THEME_URI.fullmatch(uri.strip()):
        return _THEME + match[1].upper()
    if match := _INSPIRE_URI.fullmatch(uri.strip()):
        code = _THEMES_BY_CODE.get(match[1].lower(), "")
    elif match := _TOPIC_URI.fullmatch(uri.strip()):
        code = _TOPICS.get(match[1], "")
    else:
        code = _THEMES_BY_NAME.get(_plain(name), "") if name else ""
    return _THEME + code if code else ""


def service_format(*said: str, url: str = "") -> str:
    """Key of the file type of a service, from what a record says of it and from its address; "" if it is none."""
    for text in said:
        for pattern, key in _SERVICES:
            if text and pattern.search(text):
                return key
    match = _SERVICE_ADDRESS.search(url)
    return service_format(match[1] or match[2]) if match else ""


def license_spellings(text: str) -> Iterator[str]:
    """What in a text about conditions of use may be a licence, the surest first."""
    text = " ".join(text.split())
    bare = _PREFIX.sub("", text).strip()
    if bare and len(bare) <= 300:
        yield bare
        yield bare.rstrip(".;,")
    for match in _URL.finditer(text):
        yield match[0].rstrip(".,;)")
    for pattern in _LICENSE_NAMES:
        if match := pattern.search(text):
            yield match[0].replace(" ", "-")
            yield match[0]
    if match := _GERMAN_LICENSE.search(text):
        kind = "zero" if match["kind"].lower() == "zero" else "by-nc" if match["nc"] else "by"
        yield f"dl-{kind}-de/{match['version'].replace('-', '.')}"


def legislation_uri(text: str) -> str:
    """Address (ELI) of the INSPIRE act that a title names, or ""."""
    return next((uri for number, uri in _LEGISLATION.items() if re.search(rf"(?<!\d){number}(?!\d)", text)), "")


def crs_uri(code: str, space: str = "") -> str:
    """Address of a coordinate reference system of the EPSG, or "" where the code is another's."""
    code = code.strip()
    if code.isdecimal() and "epsg" in space.lower():
        return f"http://www.opengis.net/def/crs/EPSG/0/{code}"
    match = _EPSG.search(code)
    return f"http://www.opengis.net/def/crs/EPSG/0/{match[1]}" if match else ""
