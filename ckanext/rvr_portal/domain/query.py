"""Search input of people and programs, made safe for Solr without changing what was meant."""

from __future__ import annotations

import re

__all__ = [
    "clean_sort",
    "escape_phrase",
    "has_foreign_function",
    "is_fielded",
    "is_plain_field",
    "plain_fields",
    "readable_query",
]

MAX_WORDS = 60
MAX_LENGTH = 1_000

# Names before a colon that mean a field and not a German sentence; every name with an underscore counts as well.
_FIELDS = (
    "author|capacity|groups|id|isopen|license|maintainer|name|notes|organization|places|private|state|tags|text|"
    "theme|title|type|url|urls|version"
)
_FIELDED = re.compile(rf"(?:^|[\s(+\-!])(?:[A-Za-z]+_\w*|{_FIELDS}):(?=[^\s:)])")
# A value that is a field again, and the fields with which Solr reads a query within a query
_NO_FIELD = re.compile(r":[^\s\"()\[\]{}]*:|_query_|_val_")
_OPERATORS = frozenset({"AND", "OR", "NOT", "&&", "||"})
_PLAIN_FIELD = re.compile(r"[A-Za-z_][\w.\-]*\Z|\*\Z")
_SORT_PART = re.compile(r"([A-Za-z_][\w.\-]*)\s+(asc|desc)\Z", re.IGNORECASE)
_FUNCTION = re.compile(r"([A-Za-z_]\w*)\s*\(")
# Functions that look at the one document only. Others (docfreq, ttf, idf, ord, scale…) tell of all documents,
# also of those that the asker may not see.
_HARMLESS_FUNCTIONS = frozenset(
    "abs cbrt ceil def div dist exists exp field floor geodist hsin if linear ln log map max min mod ms not pow product "
    "recip sqedist sqrt sub sum".split()
)


def readable_query(text: str | None) -> str:
    """A search text that Solr can read.

    Field queries that are well formed (`organization:essen AND title:Rad*`) stay as they are. Everything else is taken
    as words of a reader: a colon does not make a field, a lone quote or bracket means nothing, operators count
    only between words.
    """
    text = "".join(char if char.isprintable() else " " for char in text or "").strip()
    if text in ("", "*", "*:*"):
        return "*:*"
    if is_fielded(text):
        return text
    return _words(text) or "*:*"


def is_fielded(text: str) -> bool:
    """Whether a text is a well-formed query of fields and not a sentence with a colon in it."""
    text = text.strip()
    return text.isprintable() and bool(_FIELDED.search(text)) and _is_well_formed(text)


def clean_sort(text: str | None) -> str | None:
    """The readable parts of a sort order (`title_string asc, metadata_modified desc`), or None."""
    parts = [match for part in (text or "").split(",") if (match := _SORT_PART.match(part.strip()))]
    return ", ".join(f"{match[1]} {match[2].lower()}" for match in parts) or None


def plain_fields(fields: object) -> list[str] | None:
    """Names out of an `fl` parameter (text or list of texts); None if something in it is not a plain field name."""
    given = fields if isinstance(fields, (list, tuple)) else [fields]
    names = [name for item in given for name in re.split(r"[,\s]+", str(item)) if name]
    return names if all(is_plain_field(name) for name in names) else None


def is_plain_field(name: str) -> bool:
    """Whether the text is the name of a field, or `*`, and no function, alias or transformer."""
    return bool(_PLAIN_FIELD.match(name))


def has_foreign_function(text: str) -> bool:
    """Whether a boost names a function that looks beyond the document it is evaluated for."""
    return any(name.lower() not in _HARMLESS_FUNCTIONS for name in _FUNCTION.findall(text))


def escape_phrase(value: str) -> str:
    """A value as it may stand between double quotes in a Solr query."""
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _is_well_formed(text: str) -> bool:
    words = text.split()
    unescaped = re.sub(r"\\.", "", text)
    outside = re.sub(r'"[^"]*"', '""', unescaped)
    opened, closed = (sum(outside.count(char) for char in kind) for kind in ("[{", "]}"))
    return (
        len(text) <= 20_000
        and unescaped.count('"') % 2 == 0
        and outside.count("(") == outside.count(")")
        and opened == closed == outside.count(" TO ")
        and words[0] not in ("AND", "OR", "&&", "||")
        and words[-1] not in _OPERATORS | {"+", "-", "!"}
        and not outside.endswith(":")
        and "{!" not in text
        and not _NO_FIELD.search(re.sub(r"[\[{][^\]}]*[\]}]", "[]", outside))
    )


def _words(text: str) -> str:
    text = text[:MAX_LENGTH].replace(":", " ").replace("{!", " ").replace("\\", " ")
    if text.count('"') % 2:
        before, _, after = text.rpartition('"')
        text = f"{before} {after}"
    # even parts stand outside of quotes
    pieces = text.split('"')
    tokens: list[str] = []
    for number, piece in enumerate(pieces):
        if number % 2:
            phrase = " ".join(piece.split())
            if any(char.isalnum() for char in phrase):
                tokens.append(f'"{phrase}"')
        else:
            tokens.extend(token for word in piece.split() if (token := _token(word)))
    return " ".join(_without_loose_operators(tokens[:MAX_WORDS]))


def _token(word: str) -> str:
    if word in _OPERATORS:
        return word
    sign = word[0] if word[0] in "+-" else ""
    bare = word.lstrip("+-!")
    return sign + bare if any(char.isalnum() or not char.isascii() for char in bare) else ""


def _without_loose_operators(tokens: list[str]) -> list[str]:
    kept: list[str] = []
    for token in tokens:
        if token in _OPERATORS and (not kept or kept[-1] in _OPERATORS):
            continue
        kept.append(token)
    while kept and kept[-1] in _OPERATORS:
        kept.pop()
    return kept
