"""Conformance of many datasets: the portal's own rules, and the SHACL shapes an operator has put beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from rdflib import Graph
from rdflib.namespace import DCAT, RDF, SH
from rdflib.util import guess_format

from ckanext.rvr_portal.shared import HttpDoor

from . import quality_config
from .domain.conformance import as_dict, check
from .known import known
from .namespaces import HYDRA

__all__ = ["Report", "ValidationError", "own_findings", "shacl"]

_PAGE = 100
_MOST_PAGES = 10_000
_FORMATS = {
    "text/turtle": "turtle", "application/rdf+xml": "xml", "application/xml": "xml", "text/xml": "xml",
    "application/ld+json": "json-ld", "application/n-triples": "nt",
}  # fmt: skip


class ValidationError(Exception):
    """The check could not be made; the text says why and what to do."""


@dataclass
class Report:
    """`results`: number of results by severity and message."""

    datasets: int = 0
    pages: int = 0
    results: Counter[tuple[str, str]] = field(default_factory=Counter)


def own_findings(organization: str | None, limit: int | None) -> Iterator[tuple[dict[str, Any], list[dict[str, str]]]]:
    """All public datasets, or those of an organisation by name, with their findings."""
    left, start = limit, 0
    while left is None or left > 0:
        rows = _PAGE if left is None else min(_PAGE, left)
        query = {
            "q": "*:*",
            "fq": _filter(organization),
            "rows": rows,
            "start": start,
            "sort": "id asc",
            "facet": "false",
        }
        found = tk.get_action("package_search")({"ignore_auth": False, "user": ""}, query)["results"]
        for package in found:
            yield package, [as_dict(one) for one in check(package, known)]
        if len(found) < rows:
            return
        start += rows
        left = None if left is None else left - rows


def shacl(organization: str | None, catalog: str | None, limit: int | None) -> Report | None:
    """Check the catalogue with the shapes of the settings; None if there are none.

    :param catalog: address of another catalogue; all its pages (Hydra) are read through the HTTP door
    :raises ValidationError: pyshacl or a file of shapes is missing, or the catalogue cannot be read
    """
    names = quality_config.shapes()
    if not names:
        return None
    try:
        import pyshacl
    except ImportError:
        raise ValidationError("pyshacl ist nicht installiert: pip install pyshacl") from None
    shapes = _shapes(names)
    report = Report()
    for page in _pages_at(catalog) if catalog else _own_pages(organization, limit):
        report.pages += 1
        report.datasets += len(set(page.subjects(RDF.type, DCAT.Dataset)))
        _conforms, results, _text = pyshacl.validate(page + shapes, shacl_graph=shapes, advanced=True, inference="none")
        if isinstance(results, Graph):
            _count(results, page, report)
    return report


def _count(results: Graph, page: Graph, report: Report) -> None:
    ours = set(page.subjects())
    for result in results.subjects(RDF.type, SH.ValidationResult):
        if results.value(result, SH.focusNode) not in ours:
            continue  # something in the shapes' own files
        severity = str(results.value(result, SH.resultSeverity) or "").rpartition("#")[2]
        messages = sorted(
            results.objects(result, SH.resultMessage), key=lambda one: getattr(one, "language", "") != "de"
        )
        path = str(results.value(result, SH.resultPath) or "").replace("#", "/").rpartition("/")[2]
        text = str(messages[0]) if messages else str(results.value(result, SH.sourceConstraintComponent))
        report.results[severity, f"{path}: {text}" if path else text] += 1


def _shapes(names: list[str]) -> Graph:
    graph = Graph()
    for name in names:
        path = Path(name)
        files = sorted(one for one in path.iterdir() if guess_format(one.name)) if path.is_dir() else [path]
        for one in files:
            try:
                graph.parse(one, format=guess_format(one.name))
            except OSError as error:
                raise ValidationError(f"Die Regeln {one} sind nicht lesbar: {error.strerror}.") from error
            except Exception as error:  # rdflib's parsers share no class of errors
                raise ValidationError(f"Die Regeln {one} sind kein gültiges RDF.") from error
    return graph


def _own_pages(organization: str | None, limit: int | None) -> Iterator[Graph]:
    number, left = 1, limit
    while left is None or left > 0:
        data = {"format": "ttl", "page": number, "fq": _filter(organization)}
        text = tk.get_action("dcat_catalog_show")({"user": "", "ignore_auth": False}, data)
        graph = Graph().parse(data=text, format="turtle")
        found = len(set(graph.subjects(RDF.type, DCAT.Dataset)))
        if not found and number > 1:
            return
        yield graph
        if not _following(graph):
            return
        number += 1
        left = None if left is None else left - found


def _pages_at(url: str) -> Iterator[Graph]:
    seen: set[str] = set()
    with HttpDoor() as door:
        while url and url not in seen and len(seen) < _MOST_PAGES:
            seen.add(url)
            answer = door.get(
                url, headers={"accept": "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8"}
            )
            form = _FORMATS.get(answer.media_type) or guess_format(url.partition("?")[0]) or "turtle"
            try:
                page = Graph().parse(data=answer.body, format=form, publicID=answer.url)
            except Exception as error:  # rdflib's parsers share no class of errors
                raise ValidationError(f"Der Katalog {answer.url} ist kein gültiges RDF.") from error
            yield page
            url = _following(page)


def _following(page: Graph) -> str:
    """Address of the next page, in today's or the older name of the property; empty on the last."""
    found = (one for name in (HYDRA.next, HYDRA.nextPage) for one in page.objects(None, name))
    return next((str(one) for one in found if str(one)), "")


def _filter(organization: str | None) -> str:
    if not organization:
        return "dataset_type:dataset"
    try:
        name = tk.get_action("organization_show")(
            {"user": "", "ignore_auth": True}, {"id": organization, "include_users": False}
        )["name"]
    except tk.ObjectNotFound:
        raise ValidationError(f"Es gibt keine Organisation „{organization}“.") from None
    return f'dataset_type:dataset organization:"{name}"'
