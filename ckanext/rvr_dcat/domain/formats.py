"""Trees as Turtle, RDF/XML and JSON-LD.

Blank nodes are written where they are used, so that pieces of text can be put together in any order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from .tree import PREFIXES, Iri, Name, Node, Text, Value, full_name

__all__ = ["FORMATS", "Format", "write"]


class Format(NamedTuple):
    """How a format is written: `head`, the pieces with `between` between them, `tail`."""

    media_type: str
    head: str
    piece: Callable[[Node], str]
    between: str
    tail: str


def write(format: str, pieces: Iterable[str]) -> str:
    """The document of the pieces, each the text of a node."""
    how = FORMATS[format]
    return how.head + how.between.join(pieces) + how.tail


# -- Turtle

_TURTLE_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TO_ESCAPE = re.compile(r'["\\\n\r\t]')


def _turtle(node: Node) -> str:
    return f"<{node.iri}> {_turtle_statements(node, '    ')} .\n"


def _turtle_statements(node: Node, indent: str) -> str:
    grouped: dict[str, list[str]] = {}
    for name, value in node.statements:
        grouped.setdefault(name, []).append(_turtle_value(value, indent))
    return f" ;\n{indent}".join(
        f"{'a' if name == 'rdf:type' else name} {', '.join(values)}" for name, values in grouped.items()
    )


def _turtle_value(value: Value, indent: str) -> str:
    if isinstance(value, Text):
        text = f'"{_TO_ESCAPE.sub(_turtle_escape, value.value)}"'
        if value.datatype:
            return f"{text}^^{value.datatype}"
        return f"{text}@{value.language}" if value.language else text
    if isinstance(value, Name):
        return value
    if isinstance(value, Iri):
        return f"<{value}>"
    return f"[ {_turtle_statements(value, indent + '    ')} ]"


def _turtle_escape(match: re.Match[str]) -> str:
    return _TURTLE_ESCAPES[match[0]]


# -- RDF/XML


def _xml(node: Node) -> str:
    return _xml_node(node, "  ")


def _xml_node(node: Node, indent: str) -> str:
    statements = node.statements
    element = "rdf:Description"
    if statements and statements[0][0] == "rdf:type" and isinstance(statements[0][1], Name):
        element, statements = statements[0][1], statements[1:]
    about = f" rdf:about={quoteattr(node.iri)}" if node.iri else ""
    if not statements:
        return f"{indent}<{element}{about}/>\n"
    inside = "".join(_xml_statement(name, value, indent + "  ") for name, value in statements)
    return f"{indent}<{element}{about}>\n{inside}{indent}</{element}>\n"


def _xml_statement(name: str, value: Value, indent: str) -> str:
    if isinstance(value, Text):
        kind = ""
        if value.datatype:
            kind = f' rdf:datatype="{full_name(value.datatype)}"'
        elif value.language:
            kind = f' xml:lang="{value.language}"'
        text = escape(value.value, {"\r": "&#13;"})
        return f"{indent}<{name}{kind}>{text}</{name}>\n"
    if isinstance(value, Node):
        return f"{indent}<{name}>\n{_xml_node(value, indent + '  ')}{indent}</{name}>\n"
    target = full_name(value) if isinstance(value, Name) else value
    return f"{indent}<{name} rdf:resource={quoteattr(target)}/>\n"


# -- JSON-LD


def _json(node: Node) -> str:
    return json.dumps(_json_node(node), ensure_ascii=False, separators=(",", ":"))


def _json_node(node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {"@id": str(node.iri)} if node.iri else {}
    for name, value in node.statements:
        key, item = ("@type", str(value)) if name == "rdf:type" else (name, _json_value(value))
        if key not in found:
            found[key] = item
        elif isinstance(found[key], list):
            found[key].append(item)
        else:
            found[key] = [found[key], item]
    return found


def _json_value(value: Value) -> Any:
    if isinstance(value, Text):
        if value.datatype:
            return {"@type": value.datatype, "@value": value.value}
        return {"@language": value.language, "@value": value.value} if value.language else value.value
    if isinstance(value, Node):
        return _json_node(value)
    return {"@id": str(value)}


_TURTLE = Format(
    "text/turtle",
    "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items()) + "\n",
    _turtle,
    "\n",
    "",
)
_XML = Format(
    "application/rdf+xml",
    '<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF\n'
    + "\n".join(f'  xmlns:{prefix}="{base}"' for prefix, base in PREFIXES.items())
    + ">\n",
    _xml,
    "",
    "</rdf:RDF>\n",
)
_JSON = Format(
    "application/ld+json",
    '{"@context":' + json.dumps(PREFIXES, separators=(",", ":")) + ',"@graph":[\n',
    _json,
    ",\n",
    "\n]}\n",
)

# by the ending of an address, as in ckanext-dcat
FORMATS = {"ttl": _TURTLE, "n3": _TURTLE._replace(media_type="text/n3"), "rdf": _XML, "xml": _XML, "jsonld": _JSON}
