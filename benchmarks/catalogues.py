"""The two real catalogues, multiplied: as many datasets as wanted, each with identifiers and addresses of its own.

A copy keeps all that makes a dataset heavy or odd. New are the address, the identifier, the title's number and, in each
edition, the names of blank nodes, because ckanext-dcat makes new ones with every answer.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

__all__ = ["CATALOGS", "NAMES", "Catalogue", "Pattern", "patterns"]

CATALOGS = Path(__file__).resolve().parents[2] / "shared/data/catalogs"
NAMES = ("bremen", "rostock")
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DCAT = "{http://www.w3.org/ns/dcat#}"
DCT = "{http://purl.org/dc/terms/}"
_SPACE = uuid.UUID("5d0a1d27-4f0c-5d0c-9f6d-1f3d3a1a7c11")
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_DECLARATIONS = re.compile(r' xmlns:\w+="[^"]*"')
_ADDRESS = re.compile(r"https://www\.transparenz\.bremen\.de/de/datensatz/")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One real dataset. `own` are its RDF/XML elements, `shared` those that other datasets refer to as well."""

    address: str
    own: tuple[str, ...]
    shared: tuple[str, ...]
    elements: tuple[etree._Element, ...]

    @property
    def old_id(self) -> str:
        """The UUID in its address; empty if there is none."""
        found = re.search(_UUID, self.address)
        return found[0] if found else ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`number` datasets, `page_size` a page, under `url`. Two catalogues with different keys have nothing in common.

    :param edition: the same datasets, but new names of blank nodes
    :param changed: the positions of datasets whose description is a new one in this edition
    """

    key: str
    url: str
    number: int
    page_size: int = 100
    edition: int = 1
    changed: Collection[int] = ()

    @property
    def pages(self) -> int:
        """How many pages there are; an empty catalogue has one."""
        return max(1, -(-self.number // self.page_size))

    def address(self, page: int) -> str:
        """The address of a page, counted from 1."""
        return self.url if self.pages == 1 else f"{self.url}?page={page}"

    def copies(self, known: Iterable[Pattern]) -> Iterator[tuple[int, int, Pattern]]:
        """Position, number of the copy and pattern of each dataset."""
        every = list(known)
        return ((position, *_turn(position, every)) for position in range(self.number))

    def guids(self, known: Iterable[Pattern]) -> list[str]:
        """The addresses of all datasets."""
        return [self._renamed(pattern.address, pattern, copy) for _position, copy, pattern in self.copies(known)]

    def texts(self, known: Iterable[Pattern]) -> Iterator[str]:
        """The pages as RDF/XML, one after the other."""
        copies = self.copies(known)
        for page in range(1, self.pages + 1):
            yield self._page(page, list(islice(copies, self.page_size)))

    def write(self, known: Iterable[Pattern], folder: Path) -> Path:
        """Write the pages as files 1.rdf, 2.rdf, … into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for page, text in enumerate(self.texts(known), 1):
            (folder / f"{page}.rdf").write_text(text, "utf-8")
        return folder

    def new_id(self, copy: int, old: str) -> str:
        """The UUID of a copy of something."""
        return str(uuid.uuid5(_SPACE, f"{self.key} {copy} {old}"))

    def _page(self, page: int, copies: list[tuple[int, int, Pattern]]) -> str:
        listed, bodies, shared = [], [], dict.fromkeys(one for _, _, pattern in copies for one in pattern.shared)
        for position, copy, pattern in copies:
            body = "".join(pattern.own)
            if copy:
                body = body.replace("</dct:title>", f" ({copy + 1})</dct:title>", 1)
            if position in self.changed:
                body = body.replace("</dct:description>", f" Stand {self.edition}.</dct:description>", 1)
            bodies.append(self._renamed(body, pattern, copy))
            listed.append(f'<dcat:dataset rdf:resource="{self._renamed(pattern.address, pattern, copy)}"/>')
        catalog = (
            f'<rdf:Description rdf:about="{self.url}"><rdf:type rdf:resource="http://www.w3.org/ns/dcat#Catalog"/>'
            f"<dct:title>{self.key}</dct:title>{''.join(listed)}</rdf:Description>\n"
        )
        return f"{_HEAD}{catalog}{self._paging(page)}{''.join(shared)}{''.join(bodies)}</rdf:RDF>\n"

    def _renamed(self, text: str, pattern: Pattern, copy: int) -> str:
        text = _ADDRESS.sub(lambda found: f"{found[0]}{self.key}-{copy}-", text)
        if old := pattern.old_id:
            text = text.replace(old, self.new_id(copy, old))
        return re.sub(r'(rdf:nodeID="\w+)', rf"\1c{copy}e{self.edition}", text)

    def _paging(self, page: int) -> str:
        if self.pages == 1:
            return ""
        links = {"firstPage": 1, "lastPage": self.pages}
        links |= {"nextPage": page + 1} if page < self.pages else {}
        links |= {"previousPage": page - 1} if page > 1 else {}
        lines = [f"<hydra:{name}>{escape(self.address(number))}</hydra:{name}>" for name, number in links.items()]
        integer = 'rdf:datatype="http://www.w3.org/2001/XMLSchema#integer"'
        return (
            f'<rdf:Description rdf:about="{escape(self.address(page))}">'
            '<rdf:type rdf:resource="http://www.w3.org/ns/hydra/core#PagedCollection"/>'
            f"<hydra:totalItems {integer}>{self.number}</hydra:totalItems>"
            f"<hydra:itemsPerPage {integer}>{self.page_size}</hydra:itemsPerPage>{''.join(lines)}</rdf:Description>\n"
        )


def patterns(folder: Path = CATALOGS) -> list[Pattern]:
    """The datasets of both catalogues, taken in turn, so that a part of them is as mixed as the whole."""
    both = [_read(folder / f"{name}.rdf") for name in NAMES]
    total = sum(map(len, both))
    placed = [(index / len(some), one) for some in both for index, one in enumerate(some)]
    placed.sort(key=lambda pair: (pair[0], pair[1].address))
    assert len(placed) == total
    return [one for _place, one in placed]


def _turn(position: int, every: list[Pattern]) -> tuple[int, Pattern]:
    copy, index = divmod(position, len(every))
    return copy, every[index]


def _read(path: Path) -> list[Pattern]:
    # the catalogues use one prefix for two versions of DCAT-AP.de
    text = re.sub(r"\bdcatde(?=[:=])", f"dcatde{path.stem}", path.read_text("utf-8"))
    root = etree.fromstring(text.encode("utf-8"))
    nodes = {_name(node): node for node in root if isinstance(node.tag, str)}
    reached = {name: _reached(name, nodes) for name, node in nodes.items() if _is_dataset(node)}
    uses: dict[str, int] = {}
    for names in reached.values():
        for name in names:
            uses[name] = uses.get(name, 0) + 1
    return [
        Pattern(
            address,
            tuple(_text(nodes[name]) for name in names if uses[name] == 1),
            tuple(_text(nodes[name]) for name in names if uses[name] > 1),
            tuple(nodes[name] for name in names),
        )
        for address, names in reached.items()
    ]


def _name(node: etree._Element) -> str:
    return str(node.get(f"{RDF}about") or node.get(f"{RDF}nodeID"))


def _is_dataset(node: etree._Element) -> bool:
    return any(str(kind.get(f"{RDF}resource")).endswith("dcat#Dataset") for kind in node.iter(f"{RDF}type"))


def _reached(name: str, nodes: dict[str, etree._Element]) -> list[str]:
    """A node and all that it refers to within the file, itself first."""
    found = [name]
    for one in found:
        for value in nodes[one]:
            other = str(value.get(f"{RDF}resource") or value.get(f"{RDF}nodeID"))
            if other in nodes and other not in found:
                found.append(other)
    return found


def _text(node: etree._Element) -> str:
    text = etree.tostring(node, encoding="unicode", with_tail=False)
    end = text.index(">")
    return f"{_DECLARATIONS.sub('', text[:end])}{text[end:]}\n"


_PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#", "dcat": "http://www.w3.org/ns/dcat#",
    "dcatdebremen": "http://dcat-ap.de/def/dcatde/1.0/", "dcatderostock": "https://www.dcat-ap.de/def/dcatde/1.1/",
    "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/", "hydra": "http://www.w3.org/ns/hydra/core#",
    "locn": "http://www.w3.org/ns/locn#", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "http://schema.org/", "spdx": "http://spdx.org/rdf/terms#", "vcard": "http://www.w3.org/2006/vcard/ns#",
}  # fmt: skip
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF\n'
    + "".join(f'   xmlns:{prefix}="{address}"\n' for prefix, address in _PREFIXES.items())
    + ">\n"
)
