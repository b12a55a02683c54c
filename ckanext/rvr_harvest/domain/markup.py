"""HTML in catalogues: descriptions become Markdown, titles and names plain text."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import nh3

__all__ = ["plain_text", "to_markdown"]

_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,31}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset({"p", "div", "section", "article", "table", "blockquote", "pre", "dl", "dt", "dd"}) | _HEADINGS
_LISTS = frozenset({"ul", "ol"})
_WRAPPED = frozenset({"a", "strong", "b"}) | _HEADINGS
_TAGS = set(_BLOCKS | _LISTS | _WRAPPED | {"li", "br", "hr", "tr", "td", "th"})
_SILENT = {"script", "style", "noscript", "template", "iframe", "object", "title", "textarea"}
_LONGEST = 1_000_000
# parsers of HTML take time by the square of the depth: no honest description has so many tags
_MOST_TAGS = 5000
# stand for a hard line break and for one level of a list until blanks are tidied
_BREAK, _LEVEL = "\ue000", "\ue001"


def to_markdown(text: str) -> str:
    """Markdown for text that may hold HTML: paragraphs, lists, links and strong words stay, all else becomes text.

    Text without HTML (plain or Markdown already) stays as it is.
    """
    text = text[:_LONGEST].strip()
    if not _TAG.search(text):
        return _safe(unescape(text)) if _ENTITY.search(text) else text
    if text.count("<") > _MOST_TAGS:
        return _safe(plain_text(text))
    writer = _MarkdownWriter()
    # nh3 makes every tag closed and every link harmless, so that the writer sees only well-formed HTML
    writer.feed(
        nh3.clean(
            text, tags=_TAGS, clean_content_tags=_SILENT, attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"}, link_rel=None,
        )
    )  # fmt: skip
    writer.close()
    return writer.text()


def plain_text(text: str) -> str:
    """One line without markup: for titles and names. A "<" that opens no tag stays."""
    if "<" in text:
        text = _TAG.sub(" ", _COMMENT.sub(" ", text)) if _TAG.search(text) else text
    return " ".join(unescape(text).split())


class _MarkdownWriter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._buffers: list[list[str]] = [[]]
        self._links: list[str] = []
        self._lists: list[str] = []

    def text(self) -> str:
        text = "".join(part for buffer in self._buffers for part in buffer)
        text = re.sub(r" *\n *", "\n", re.sub(r"[ \t]+", " ", text))
        text = re.sub(rf"[ {_BREAK}]*\n[ {_BREAK}]*", "\n", text)
        text = re.sub(rf" *{_BREAK} *", "  \n", text)
        return re.sub(r"\n{3,}", "\n\n", text).replace(_LEVEL, "    ").strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS or tag == "hr":
            self._block()
        elif tag in _LISTS:
            self._lists.append(tag)
            if len(self._lists) == 1:
                self._block()
        elif tag == "li":
            mark = "1. " if self._lists[-1:] == ["ol"] else "- "
            self._write("\n" + _LEVEL * (len(self._lists[:6]) - 1) + mark)
        elif tag in ("br", "tr"):
            self._write(_BREAK)
        elif tag in ("td", "th"):
            self._write(" ")
        if tag in _WRAPPED:
            self._buffers.append([])
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _WRAPPED and len(self._buffers) > 1:
            self._close(tag, "".join(self._buffers.pop()))
        if tag in _LISTS:
            if self._lists:
                self._lists.pop()
            if not self._lists:
                self._block()
        elif tag in _BLOCKS:
            self._block()

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data.replace(_BREAK, "").replace(_LEVEL, ""))
        self._write(_safe(re.sub(r"([*`\\])", r"\\\1", text)))

    def _close(self, tag: str, inner: str) -> None:
        words = inner.strip()
        before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
        if tag == "a":
            self._write(before + _link(words, self._links.pop() if self._links else "") + after)
        elif words and "\n" not in words and "**" not in words:
            self._write(f"{before}**{words}**{after}")
        else:
            self._write(inner)

    def _block(self) -> None:
        # within an item of a list a paragraph would end the list
        self._write(" " if self._lists else "\n\n")

    def _write(self, text: str) -> None:
        self._buffers[-1].append(text)


def _link(words: str, href: str) -> str:
    if not href or "\n" in words or "](" in words:
        return words
    address = re.sub(r"[\s()<>]", lambda match: f"%{ord(match[0]):02X}", href)
    label = words.replace("[", "(").replace("]", ")") or address
    return f"[{label}]({address})"


def _safe(text: str) -> str:
    """Signs that were meant as text must not become tags in Markdown."""
    return re.sub(r"<(?=[a-zA-Z/!?])", "&lt;", text)
