"""What kind of file it is, told by its first bytes, the parts of a ZIP archive, its root element and last its name.

Kinds are keys of the vocabulary `file_type`. What a computer would run is not accepted, whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..vocabulary import load
from .text import detect_encoding

__all__ = ["HEAD", "TABLES", "FileKind", "file_kind"]

# so many bytes from the start are enough to tell
HEAD = 64 * 1024
# kinds of which a table is made
TABLES = frozenset({"CSV", "TSV", "TAB", "XLSX"})

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "PDF"), (0, b"\x89PNG\r\n", "PNG"), (0, b"\xff\xd8\xff", "JPEG"), (0, b"GIF8", "GIF"),
    (0, b"II*\0", "TIFF"), (0, b"MM\0*", "TIFF"), (8, b"WEBP", "WEBP"), (8, b"WAVE", "WAV"), (0, b"BM", "BMP"),
    (0, b"7z\xbc\xaf\x27\x1c", "7Z"), (0, b"Rar!\x1a\x07", "RAR"), (0, b"\x1f\x8b", "GZIP"), (0, b"BZh", "BZIP2"),
    (0, b"\xfd7zXZ\0", "XZ"), (257, b"ustar", "TAR"), (0, b"ID3", "MP3"), (4, b"ftypqt", "MOV"), (4, b"ftyp", "MPEG4"),
    (0, b"{\\rtf", "RTF"), (0, b"PAR1", "PARQUET"), (0, b"\x89HDF\r\n", "HDF"), (0, b"CDF\x01", "NETCDF"),
    (0, b"CDF\x02", "NETCDF"), (0, b"\0\0\x27\x0a", "SHP"), (0, b"%!PS", "PS"), (0, b"8BPS", "PSD"),
    (0, b"AC10", "DWG"), (68, b"GPKG", "GPKG"), (0, b"\0\x01\0\0Standard", "MDB"),
)  # fmt: skip
_PROGRAMS = (
    b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"dex\n",
    b"#!", b"<?php", b"L\0\0\0\x01\x14\x02\0",
)  # fmt: skip
_PROGRAM_ENDINGS = frozenset(
    "exe dll com scr msi msp bat cmd ps1 psm1 vbs vbe wsf wsh hta lnk pif cpl reg jar class apk app dmg pkg deb rpm sh bash"
    " php phtml asp aspx jsp cgi swf xll xlam".split()
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_KINDS = {"xls": "XLS", "doc": "DOC", "ppt": "PPT"}
_OFFICE = (("xl/workbook.bin", "XLSB"), ("xl/", "XLSX"), ("word/", "DOCX"), ("ppt/", "PPTX"))
_ROOTS = {
    "html": "HTML", "svg": "SVG", "kml": "KML", "gpx": "GPX", "rdf": "RDF_XML", "feed": "ATOM", "rss": "RSS",
    "schema": "SCHEMA_XML", "stylesheet": "XSLT", "citymodel": "CITYGML",
}  # fmt: skip
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)([^>]*)")
_PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>)", re.DOTALL | re.IGNORECASE)
_JSON_MAP = re.compile(r'"type"\s*:\s*"(?:FeatureCollection|Feature)"')
_TEXT_STARTS = (("BEGIN:VCALENDAR", "ICS"), ("@prefix", "RDF_TURTLE"), ("PREFIX ", "RDF_TURTLE"))
# endings that say more than "some XML", "some JSON", "some archive"
_FINER = {
    "XML": {"gml": "GML", "qgs": "QGS", "owl": "OWL", "srx": "SPARQLQRES", "xhtml": "XHTML", "dtd": "DTD_XML"},
    "JSON": {"geojson": "GEOJSON", "jsonld": "JSON_LD", "ndjson": "NDJSON", "ipynb": "IPYNB"},
    "GZIP": {"tgz": "TAR_GZ", "tar.gz": "TAR_GZ"},
    "XZ": {"tar.xz": "TAR_XZ"},
    "HTML": {"xhtml": "XHTML"},
}


@dataclass(frozen=True, slots=True)
class FileKind:
    """`key` of the vocabulary or "" when it cannot be told; `media_type` to write; `refused` says why it is not accepted.

    `refused` is "program", "macros" or "". `named` is the kind its name speaks of, if that is another one. `runs` says that
    a computer runs it directly, so that no setting can allow it.
    """

    key: str
    media_type: str = ""
    refused: str = ""
    named: str = ""
    runs: bool = False


def file_kind(name: str, head: bytes, members: Iterable[str] = (), mimetype: str = "") -> FileKind:
    """The kind of a file.

    :param name: its name with ending
    :param head: its first bytes, at least `HEAD` of them if there are so many
    :param members: names of the parts, if it is a ZIP archive
    :param mimetype: content of the archive's part `mimetype`, if there is one (OpenDocument, EPUB)
    """
    ending = _ending(name)
    named = _named(ending)
    parts = list(members)
    key = _by_magic(head, ending, parts, mimetype) or _by_text(head, ending, named)
    runs = _is_program(ending, head) or key in ("APK", "EXE") or _is_java(parts)
    refused = "program" if runs or _group(key) == "program" else "macros" if _has_macros(key, parts) else ""
    differs = bool(named and key and named != key and not _is_finer(named, key))
    return FileKind(key, media_type(key), refused, named if differs else "", runs)


def media_type(key: str) -> str:
    """The media type to write for a kind; "" when there is none."""
    term = load("file_type").get(key)
    return term.media_type if term else ""


def _ending(name: str) -> str:
    parts = name.strip().lower().rstrip(".").split(".")
    if len(parts) > 2 and parts[-2] == "tar":
        return ".".join(parts[-2:])
    return parts[-1].strip() if len(parts) > 1 else ""


def _named(ending: str) -> str:
    term = load("file_type").lookup(ending) if ending else None
    return term.key if term else ""


def _group(key: str) -> str:
    term = load("file_type").get(key)
    return term.group if term else ""


def _is_program(ending: str, head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    # "MZ" and "#!" are the beginnings of words and comments, too: a table may start with them
    if start.startswith((b"MZ", b"#!")) and ending in ("csv", "tsv", "txt") and b"\0" not in head:
        return start.startswith((b"#!/", b"#! /"))
    return ending in _PROGRAM_ENDINGS or start.startswith(_PROGRAMS)


def _has_macros(key: str, parts: list[str]) -> bool:
    return key in ("XLSM", "XLSB") or any(part.endswith(("vbaProject.bin", "macrosheets/sheet1.xml")) for part in parts)


def _is_java(parts: list[str]) -> bool:
    return "META-INF/MANIFEST.MF" in parts and any(part.endswith(".class") for part in parts)


def _by_magic(head: bytes, ending: str, parts: list[str], mimetype: str) -> str:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_archive(parts, mimetype, ending)
    if head.startswith(_OLE):
        return _OLE_KINDS.get(ending, "")
    if head.startswith(b"SQLite format 3\0"):
        return "GPKG" if head[68:72] in (b"GPKG", b"GP10", b"GP11") or ending == "gpkg" else ""
    for offset, sign, key in _MAGIC:
        if head[offset : offset + len(sign)] == sign and (key != "BMP" or ending == "bmp"):
            return _FINER.get(key, {}).get(ending, key)
    return ""


def _of_archive(parts: list[str], mimetype: str, ending: str) -> str:
    if mimetype:
        term = load("file_type").lookup(mimetype.strip())
        if term:
            return term.key
    names = [part.lower() for part in parts]
    return _of_office(names, ending) or _of_collection(names, ending)


def _of_office(names: list[str], ending: str) -> str:
    if "[content_types].xml" in names:
        for start, key in _OFFICE:
            if any(name.startswith(start) for name in names):
                return "XLSM" if key == "XLSX" and ending == "xlsm" else key
    return ""


def _of_collection(names: list[str], ending: str) -> str:
    endings = {name.rsplit(".", 1)[-1] for name in names}
    files = {name.rsplit("/", 1)[-1] for name in names}
    if "androidmanifest.xml" in files:
        return "APK"
    if {"stops.txt", "routes.txt", "trips.txt"} <= files:
        return "GTFS"
    if "shp" in endings and "dbf" in endings:
        return "SHP"
    if ending == "kmz" and "kml" in endings:
        return "KMZ"
    if any(".gdb/" in name for name in names):
        return "GDB"
    return "QGS" if ending == "qgz" else "ZIP"


def _by_text(head: bytes, ending: str, named: str) -> str:
    """A kind of text; a binary file nobody knows has the kind of its ending, unless that is one of texts."""
    encoding = detect_encoding([head], whole=False)
    utf_16 = encoding.codec.startswith("utf-16")
    if not utf_16 and head.count(0) > len(head) // 100:
        return "" if _is_text(named) else named
    text = head.decode(encoding.codec, "replace").lstrip("\ufeff \t\r\n\0")
    key = _of_markup(text) or _of_json(text) or next((key for start, key in _TEXT_STARTS if text.startswith(start)), "")
    if key in _FINER:
        key = _FINER[key].get(ending, key)
    if key == "JSON" and named and _is_text(named) and ending not in ("csv", "tsv", "txt"):
        return named
    return key or (named or ("TXT" if text and ending in ("", "log", "asc") else ""))


def _of_markup(text: str) -> str:
    if not text.startswith("<"):
        return ""
    lowered = text[:1000].lower()
    if lowered.startswith(("<!doctype html", "<html")):
        return "HTML"
    rest = text
    while match := _PROLOGUE.match(rest):
        if "doctype html" in match.group().lower():
            return "HTML"
        rest = rest[match.end() :]
    root = _ROOT.match(rest.lstrip())
    if not root:
        return "XML" if text.startswith("<?xml") else ""
    name, attributes = root.group(1), root.group(2)
    known = _ROOTS.get(name.lower())
    if known:
        return known
    if "opengis.net/gml" in attributes:
        return "GML"
    if name.lower() in ("head", "body", "script", "iframe", "img", "div", "p", "a", "table", "style", "meta", "title"):
        return "HTML"
    return "XML"


def _of_json(text: str) -> str:
    if not text.startswith(("{", "[")) or not re.match(r'[\[{]\s*(?:["\[{\]}\d-]|true|false|null)', text):
        return ""
    if _JSON_MAP.search(text):
        return "GEOJSON"
    return "JSON_LD" if '"@context"' in text[:5000] else "JSON"


def _is_text(key: str) -> bool:
    term = load("file_type").get(key)
    return bool(term) and (
        key in ("CSV", "TSV", "TAB", "TXT", "MD", "HTML", "SVG", "ICS", "SQL", "GML", "KML", "GPX")
        or "json" in term.media_type
        or "xml" in term.media_type.rpartition("+")[2]
        or term.media_type.startswith("text/")
    )


def _is_finer(named: str, key: str) -> bool:
    """Whether the name only says more or less exactly what the content is: GML is XML, a KMZ is a ZIP."""
    families = (
        {
            "XML",
            "GML",
            "KML",
            "GPX",
            "RDF",
            "RDF_XML",
            "ATOM",
            "RSS",
            "CITYGML",
            "OWL",
            "SVG",
            "XSLT",
            "SCHEMA_XML",
            "NETEX",
        },
        {"JSON", "GEOJSON", "JSON_LD", "NDJSON", "IPYNB"},
        {"ZIP", "SHP", "KMZ", "GTFS", "GDB", "QGS"},
        {"CSV", "TSV", "TAB", "TXT", "SQL", "MD"},
        {"HTML", "XHTML", "HTML5"},
        {"TIFF", "JPEG"} & {named},
    )
    return any(named in family and key in family for family in families)
