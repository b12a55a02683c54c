"""Points as files: CSV for spreadsheets, JSON for programs, RDF in the Data Quality Vocabulary (DQV)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

import ckan.plugins.toolkit as tk
import flask
from ckanext.dcat.utils import dataset_uri
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF, XSD
from werkzeug.wrappers import Response

from ckanext.rvr_portal.shared import sheet

from .domain.quality_words import DIMENSIONS, REPAIRS, indicator

__all__ = ["datasets", "history", "one"]

DQV = Namespace("http://www.w3.org/ns/dqv#")
# data.europa.eu's own names of its metrics
PV = Namespace("https://piveau.eu/ns/voc#")
_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
}


def datasets(rows: Sequence[Mapping[str, Any]], form: str) -> Response:
    """Rows of `rvr_dcat_quality_dataset_list` as a file."""
    if form == "json":
        return _file(_json({"count": len(rows), "results": rows}), form)
    if form == "ttl":
        return _file(_points_of(rows), form)
    lang = _lang()
    headings = [
        tk._("Organization"), tk._("Dataset"), tk._("Address"), tk._("Points"), tk._("Not yet checked"),
        *(words.get(lang) for words in DIMENSIONS.values()),
        tk._("Violations"), tk._("Broken addresses"), tk._("Overdue since"), tk._("What to do first"), tk._("As of (UTC)"),
    ]  # fmt: skip
    lines = [
        [
            row["organization_title"],
            row["title"],
            _absolute(tk.url_for("dataset.read", id=row["name"])),
            row["points"],
            row["unchecked"],
            *row["dimensions"].values(),
            row["errors"],
            row["broken"],
            row["overdue_since"] or "",
            "; ".join(f"{REPAIRS[key].words.get(lang)} ({gain})" for key, gain in row["gains"].items()),
            row["computed"],
        ]
        for row in rows
    ]
    return _file(sheet(headings, lines), form, tk._("quality"))


def history(rows: Sequence[Mapping[str, Any]], form: str) -> Response:
    """The days of a history as a file."""
    if form == "json":
        return _file(_json({"results": rows}), form)
    headings = [
        tk._("Day"), tk._("Datasets"), tk._("Points"), *(words.get(_lang()) for words in DIMENSIONS.values()),
        tk._("Overdue"), tk._("With broken addresses"), tk._("With violations"),
    ]  # fmt: skip
    lines = [
        [
            row["day"],
            row["datasets"],
            row["points"],
            *row["dimensions"].values(),
            row["overdue"],
            row["broken"],
            row["errors"],
        ]
        for row in rows
    ]
    return _file(sheet(headings, lines), form, tk._("quality-history"))


def one(found: Mapping[str, Any], form: str) -> Response:
    """The answer of `rvr_dcat_dataset_quality_show` as a file."""
    if form == "json":
        return _file(_json(found), form)
    if form == "ttl":
        return _file(_all_of(found), form)
    words = {"met": tk._("yes"), "missing": tk._("no"), "unchecked": tk._("not yet checked")}
    headings = [tk._("Area"), tk._("Indicator"), tk._("Points"), tk._("At most"), tk._("Met")]
    lang = _lang()
    lines = [
        [
            DIMENSIONS[row["dimension"]].get(lang),
            row[f"name_{lang}"],
            row["points"],
            row["most"],
            words[row["state"]],
        ]
        for row in found["indicators"]
    ]
    return _file(sheet(headings, lines), form, tk._("quality"))


def _points_of(rows: Sequence[Mapping[str, Any]]) -> bytes:
    graph = _graph()
    for row in rows:
        ref = URIRef(_address_of(row))
        _measure(graph, ref, "scoring", Literal(row["points"], datatype=XSD.integer), row["computed"])
    return graph.serialize(format="turtle", encoding="utf-8")


def _all_of(found: Mapping[str, Any]) -> bytes:
    graph = _graph()
    ref = URIRef(_address_of(found))
    _measure(graph, ref, "scoring", Literal(found["points"], datatype=XSD.integer))
    for name, values in found["dimensions"].items():
        _measure(graph, ref, f"{name}Scoring", Literal(values["points"], datatype=XSD.integer))
    for row in found["indicators"]:
        if row["state"] != "unchecked":
            _measure(graph, ref, indicator(row["key"]).metric, Literal(row["state"] == "met"))
    return graph.serialize(format="turtle", encoding="utf-8")


def _graph() -> Graph:
    graph = Graph()
    graph.bind("dqv", DQV)
    graph.bind("pv", PV)
    return graph


def _measure(graph: Graph, ref: URIRef, metric: str, value: Literal, when: str = "") -> None:
    measurement = BNode()
    graph.add((ref, DQV.hasQualityMeasurement, measurement))
    graph.add((measurement, RDF.type, DQV.QualityMeasurement))
    graph.add((measurement, DQV.computedOn, ref))
    graph.add((measurement, DQV.isMeasurementOf, PV[metric]))
    graph.add((measurement, DQV.value, value))
    if when:
        prov = URIRef("http://www.w3.org/ns/prov#generatedAtTime")
        graph.add((measurement, prov, Literal(when + "Z", datatype=XSD.dateTime)))


def _address_of(row: Mapping[str, Any]) -> str:
    return dataset_uri({"id": row["id"]})


def _file(body: bytes, form: str, name: str = "") -> Response:
    response = flask.make_response(body)
    response.headers["Content-Type"] = _TYPES[form]
    if form == "csv":
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _absolute(path: str) -> str:
    return urljoin(tk.config["ckan.site_url"], path)


def _lang() -> str:
    return "en" if str(tk.h.lang() or "de").startswith("en") else "de"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
