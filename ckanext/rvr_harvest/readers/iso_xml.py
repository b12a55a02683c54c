"""How values are got out of ISO 19139, in whatever namespaces and kinds of text they stand there."""

from __future__ import annotations

from functools import cache

from ..domain.xml_records import Element, is_element, local_name

__all__ = ["address_of", "code_of", "every", "one", "text_of", "texts"]


def every(element: Element, path: str) -> list[Element]:
    """Elements by a path of local names (`*` for any), in the order of the document."""
    return element.findall(_path(path))


def one(element: Element, path: str, *, lines: bool = False) -> str:
    """The first text on a path that is not empty. With `lines` its line breaks are kept."""
    return next((text for found in every(element, path) if (text := text_of(found, lines=lines))), "")


def texts(element: Element, path: str) -> list[str]:
    """All texts on a path, each once."""
    return list(dict.fromkeys(text for found in every(element, path) if (text := text_of(found))))


def text_of(element: Element, *, lines: bool = False) -> str:
    """What a property says: a text, an anchor, a code or a localised text."""
    if code := code_of(element):
        return code
    for child in element:
        if is_element(child) and local_name(child) != "PT_FreeText" and (text := _words(child, lines)):
            return text
    for local in element.iterfind(".//{*}LocalisedCharacterString"):
        if text := _words(local, lines):
            return text
    return _tidy(element.text or "", lines)


def code_of(element: Element) -> str:
    """The term of a code list that a property names, or ""."""
    for node in (element, *element):
        if code := (node.get("codeListValue") or "").strip():
            return code
    return ""


def address_of(element: Element) -> str:
    """Where an anchor or a reference points to, or ""."""
    for node in (element, *element):
        for name, value in node.attrib.items():
            if str(name).rpartition("}")[2] == "href" and str(value).strip():
                return str(value).strip()
    return ""


def _words(element: Element, lines: bool) -> str:
    return _tidy("".join(str(part) for part in element.itertext()), lines)


def _tidy(text: str, lines: bool) -> str:
    return text.strip() if lines else " ".join(text.split())


@cache
def _path(path: str) -> str:
    return "/".join(step if step in ("*", ".", "") else f"{{*}}{step}" for step in path.split("/"))
