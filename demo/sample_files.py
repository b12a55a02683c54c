"""Small real files for the distributions of the demo catalogues: the same input always gives the same bytes.

A dataset's `sample` line says what its table holds, e.g.
`points 42 Spielplatz | Fläche in m² 250-5200`, `districts | Einwohner 38000-102000`, `years 2019-2026 | …`,
`months 2024-01 2026-10 | …`.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

Rows = list[dict[str, object]]
NOTE = "Beispielwert"


@dataclass(frozen=True)
class Area:
    """Where points may lie: centre in EPSG:4326 degrees and half the side of a square in degrees."""

    lon: float
    lat: float
    half_lon: float
    half_lat: float


@dataclass(frozen=True)
class Column:
    """One invented number column with its range."""

    title: str
    low: int
    high: int


def parse_sample(sample: str) -> tuple[str, list[Column]]:
    """Split a sample line into its head and its columns; `ValueError` if a column has no range."""
    head, *parts = (part.strip() for part in sample.split("|"))
    return head, [_column(part) for part in parts]


def _column(part: str) -> Column:
    match = re.fullmatch(r"(.+?) (\d+)-(\d+)", part)
    if not match:
        raise ValueError(f"Spalte ohne Wertebereich: {part!r}")
    return Column(match[1], int(match[2]), int(match[3]))


def table(sample: str, seed: str, districts: Sequence[str], area: Area) -> Rows:
    """The rows of a dataset's example table.

    :param seed: any text; equal seeds give equal rows
    :param districts: names used by `districts` tables
    """
    head, columns = parse_sample(sample)
    chance = random.Random(seed)
    kind, _, rest = head.partition(" ")
    makers: dict[str, Callable[[], Rows]] = {
        "points": lambda: _points(rest, area, chance),
        "districts": lambda: [{"Gebiet": name} for name in districts],
        "years": lambda: _years(rest),
        "months": lambda: _months(rest),
    }
    rows = makers[kind]()
    for row in rows:
        row |= {column.title: chance.randint(column.low, column.high) for column in columns}
        row["Hinweis"] = NOTE
    return rows


def _points(rest: str, area: Area, chance: random.Random) -> Rows:
    count, _, name = rest.partition(" ")
    return [
        {
            "Nr": number,
            "Name": f"{name} {number}",
            "Längengrad": round(area.lon + chance.uniform(-1, 1) * area.half_lon, 5),
            "Breitengrad": round(area.lat + chance.uniform(-1, 1) * area.half_lat, 5),
        }
        for number in range(1, int(count) + 1)
    ]


def _years(rest: str) -> Rows:
    first, _, last = rest.partition("-")
    return [{"Jahr": year} for year in range(int(first), int(last) + 1)]


def _months(rest: str) -> Rows:
    first, _, last = rest.partition(" ")
    start, end = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (first, last))
    return [{"Monat": f"{index // 12}-{index % 12 + 1:02d}"} for index in range(start, end + 1)]


def as_csv(rows: Rows, title: str) -> bytes:
    """Comma separated, UTF-8 with header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_json(rows: Rows, title: str) -> bytes:
    """An object with the title, the note and the rows."""
    return json.dumps({"titel": title, "hinweis": NOTE, "werte": rows}, ensure_ascii=False, indent=1).encode()


def as_geojson(rows: Rows, title: str) -> bytes:
    """A FeatureCollection; rows without a position get no geometry."""
    features = []
    for row in rows:
        lon, lat = row.get("Längengrad"), row.get("Breitengrad")
        geometry = {"type": "Point", "coordinates": [lon, lat]} if lon is not None else None
        properties = {key: value for key, value in row.items() if key not in {"Längengrad", "Breitengrad"}}
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return json.dumps({"type": "FeatureCollection", "name": title, "features": features}, ensure_ascii=False).encode()


def as_xml(rows: Rows, title: str) -> bytes:
    """A plain list of records."""
    records = "".join(
        "<eintrag>"
        + "".join(f'<wert name="{escape(str(key))}">{escape(str(value))}</wert>' for key, value in row.items())
        + "</eintrag>"
        for row in rows
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<daten titel="{escape(title)}">{records}</daten>\n'.encode()


def as_kml(rows: Rows, title: str) -> bytes:
    """Placemarks for map programs."""
    marks = "".join(
        f"<Placemark><name>{escape(str(row.get('Name', '')))}</name>"
        f"<Point><coordinates>{row.get('Längengrad')},{row.get('Breitengrad')}</coordinates></Point></Placemark>"
        for row in rows
        if "Längengrad" in row
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>{escape(title)}</name>{marks}</Document></kml>\n"
    ).encode()


_SHEET_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="Daten" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def as_xlsx(rows: Rows, title: str) -> bytes:
    """One sheet, the smallest workbook that spreadsheet programs open."""
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + "".join(f"<row>{''.join(map(_cell, line))}</row>" for line in lines)
        + "</sheetData></worksheet>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in (_SHEET_PARTS | {"xl/worksheets/sheet1.xml": sheet}).items():
            # A fixed date: equal content must be equal bytes, also tomorrow.
            book.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, (int, float)):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def as_pdf(rows: Rows, title: str) -> bytes:
    """One page: the title and the first rows as text."""
    lines = [title, "Beispieldatensatz: alle Werte sind frei erfunden.", ""]
    lines += [" | ".join(str(value) for value in row.values()) for row in rows[:45]]
    text = "BT /F1 10 Tf 50 800 Td 14 TL " + " ".join(f"({_pdf_text(line)}) '" for line in lines) + " ET"
    stream = text.encode("cp1252", "replace")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(de)>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table_at = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % table_at


def _pdf_text(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def as_capabilities(rows: Rows, title: str) -> bytes:
    """The self-description of a map service with one layer (no map is drawn)."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms">'
        f"<Service><Name>WMS</Name><Title>{escape(title)}</Title><Abstract>Beispieldienst ohne Kartenbild</Abstract>"
        f"</Service><Capability><Layer><Title>{escape(title)}</Title></Layer></Capability></WMS_Capabilities>\n"
    ).encode()


@dataclass(frozen=True)
class FileKind:
    """How one format code is written: file ending, media type, writer."""

    suffix: str
    media_type: str
    write: Callable[[Rows, str], bytes]


KINDS = {
    "CSV": FileKind("csv", "text/csv", as_csv),
    "JSON": FileKind("json", "application/json", as_json),
    "GEOJSON": FileKind("geojson", "application/geo+json", as_geojson),
    "XML": FileKind("xml", "application/xml", as_xml),
    "KML": FileKind("kml", "application/vnd.google-earth.kml+xml", as_kml),
    "XLSX": FileKind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "PDF": FileKind("pdf", "application/pdf", as_pdf),
    "WMS_SRVC": FileKind("wms.xml", "text/xml", as_capabilities),
}
