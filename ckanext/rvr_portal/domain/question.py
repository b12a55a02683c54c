"""What somebody types into the search field, made into a question for Solr: words, synonyms, weights.

The words are searched in all German fields of the index (solr/configset.py). A dataset need not have all of them: of three
to five words one may be missing. What has them in its title, close together, is fresh and well described stands first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .german import compound_parts, fold, stop_words
from .synonyms import Synonyms

__all__ = ["FIELDS", "Question", "Term", "ask"]

#: Fields that are searched, with their weights.
FIELDS = {
    "rvr_title_de": 7.0,
    "rvr_title_parts": 4.0,
    "rvr_tags_de": 3.0,
    "rvr_places_de": 2.5,
    "rvr_notes_de": 1.2,
    "rvr_files_de": 1.0,
    "rvr_columns_de": 1.0,
    "rvr_publisher_de": 1.0,
    "rvr_kinds_de": 1.0,
    "rvr_parts": 0.8,
    "rvr_text_de": 0.3,
}
#: Fresh and well described datasets first, but only among those that match about as well: at most a fifth more.
BOOST = (
    "product(sum(1,recip(max(0,ms(NOW/DAY,rvr_updated_at)),3.2e-11,0.1,1)),sum(1,product(0.1,def(rvr_completeness,0))))"
)
SYNONYM = 0.5
PARTS = 0.25
_MAX_TEXT = 2_000
_MAX_WORDS = 32
_MAX_WORD = 60
# each alternative is looked up in every field; Solr takes 2,048 look-ups
_MAX_ALTERNATIVES = 100
_ALTERNATIVES_OF_A_WORD = 8

_OPERATORS = {
    "AND": "AND",
    "OR": "OR",
    "NOT": "NOT",
    "&&": "AND",
    "||": "OR",
    "UND": "AND",
    "ODER": "OR",
    "NICHT": "NOT",
}
_PIECE = re.compile(r'([+\-!]?)"([^"]*)"|(\S+)')
_WORDS = re.compile(r"[^\W_]+")
# what stands between two words of their own; other signs (E-Bike, data.gov) join words
_APART = re.compile(r"[/\\,;:|()\[\]{}<>=?!*\"+]+")
_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: a word or, written together or between quotes, several; `sign` is "+", "-" or nothing."""

    words: tuple[str, ...]
    sign: str = ""
    exact: bool = False
    beginning: bool = False
    """Whether the word ends with * and stands for all that begin so."""

    @property
    def text(self) -> str:
        """The term as Solr reads it."""
        if len(self.words) == 1:
            return self.words[0] + "*" * self.beginning
        return f'"{" ".join(self.words)}"'


@dataclass(frozen=True)
class Question:
    """A question as Solr gets it."""

    q: str
    terms: tuple[Term, ...] = ()
    operators: bool = False
    boosts: tuple[str, ...] = ()
    groups: int = 0
    """How many terms may be missing; several words that have a synonym together count as one."""

    @property
    def asks_everything(self) -> bool:
        """Whether there was nothing to look for."""
        return self.q == "*:*"

    @property
    def words(self) -> tuple[str, ...]:
        """The words asked for, without those that must not occur."""
        return tuple(word for term in self.terms if term.sign != "-" for word in term.words)

    @property
    def minimum(self) -> int:
        """How many of the terms a dataset must have: of one or two all, of three to five all but one, else three of four."""
        # clauses by number, never as a share: Solr would apply a share to the synonyms of a single word
        if self.operators or any(term.sign == "+" for term in self.terms):
            return 0
        if self.groups <= 2:
            return self.groups
        return self.groups - 1 if self.groups <= 5 else self.groups * 3 // 4

    def parameters(self) -> dict[str, Any]:
        """Solr's parameters for it."""
        if not self.terms:
            return {"q": self.q, "defType": "lucene"}
        found: dict[str, Any] = {
            "q": self.q,
            "defType": "edismax",
            "qf": " ".join(f"{name}^{weight}" for name, weight in FIELDS.items()),
            "mm": str(self.minimum),
            "q.op": "OR",
            "sow": "true",
            "tie": "0.2",
            "boost": BOOST,
        }
        return found | ({"bq": list(self.boosts)} if self.boosts else {})


def ask(text: str, synonyms: Synonyms) -> Question:
    """Make a question of any text. What has no letter and no digit in it finds nothing; nothing at all finds everything."""
    text = unicodedata.normalize("NFKC", text[:_MAX_TEXT])
    pieces = list(_pieces(text))
    terms = tuple(piece for piece in pieces if isinstance(piece, Term))
    if not terms:
        return Question("-*:*" if _is_meant(text) else "*:*")
    writer = _Writer(synonyms)
    q = " ".join(writer.write(pieces))
    return Question(q, terms, any(isinstance(piece, str) for piece in pieces), _boosts(terms), writer.groups)


def _is_meant(text: str) -> bool:
    """Whether a text without words asks for something: signs do not, a picture does."""
    return any(unicodedata.category(char) in ("So", "Sm", "Sc") and not char.isascii() for char in text)


def _pieces(text: str) -> list[Term | str]:
    """Terms and the operators between them, without stop words as long as anything else is left."""
    found: list[Term | str] = []
    for match in _PIECE.finditer(_even_quotes(text)):
        if len([piece for piece in found if isinstance(piece, Term)]) >= _MAX_WORDS:
            break
        found.extend(_read(match))
    found = list(_well_placed(found))
    needed = [piece for piece in found if isinstance(piece, str) or not _is_stop_word(piece)]
    return needed if needed and len(needed) < len(found) and not any(isinstance(one, str) for one in found) else found


def _read(match: re.Match[str]) -> Iterator[Term | str]:
    sign, phrase, word = match.groups()
    if phrase is not None:
        words = tuple(found[:_MAX_WORD] for found in _WORDS.findall(phrase))[:_MAX_WORDS]
        if words:
            yield Term(words, _sign(sign), exact=True)
        return
    if word in _OPERATORS:
        yield _OPERATORS[word]
        return
    sign = _sign(word[0]) if len(word) > 1 and _LETTER.match(word[1]) else ""
    joined = [tuple(part[:_MAX_WORD] for part in _WORDS.findall(chunk)) for chunk in _APART.split(word)]
    for words in filter(None, joined):
        if len(words) > 4:  # the name of a file or an address: its words one by one
            yield from (Term((part,)) for part in words)
        else:
            beginning = word.endswith("*") and len(words) == 1 and len(words[0]) >= 3
            yield Term(words, sign, beginning=beginning)


def _sign(char: str) -> str:
    return {"+": "+", "-": "-", "!": "-"}.get(char, "")


def _even_quotes(text: str) -> str:
    text = re.sub("[„“”«»]", '"', text)
    if text.count('"') % 2:
        before, _, after = text.rpartition('"')
        text = f"{before} {after}"
    return text


def _is_stop_word(term: Term) -> bool:
    return (
        not (term.sign or term.exact or term.beginning)
        and len(term.words) == 1
        and term.words[0].lower() in stop_words()
    )


def _well_placed(pieces: list[Term | str]) -> Iterator[Term | str]:
    """Operators only where Solr can read them: AND and OR between two terms, NOT before one."""
    for position, piece in enumerate(pieces):
        if isinstance(piece, Term):
            yield piece
            continue
        following = pieces[position + 1] if position + 1 < len(pieces) else None
        before = pieces[position - 1] if position else None
        if isinstance(following, Term) and (piece == "NOT" or isinstance(before, Term)):
            yield piece


class _Writer:
    """Writes terms with their alternatives, as many as Solr can take."""

    def __init__(self, synonyms: Synonyms) -> None:
        self._synonyms = synonyms
        self._left = _MAX_ALTERNATIVES
        self.groups = 0

    def write(self, pieces: list[Term | str]) -> Iterator[str]:
        position = 0
        while position < len(pieces):
            piece = pieces[position]
            if isinstance(piece, str):
                yield piece
                position += 1
                continue
            group = self._group(pieces[position:])
            if group:
                yield self._alternatives(group)
                position += len(group)
                self.groups += 1
            else:
                self.groups += not piece.sign
                yield piece.sign + self._alternatives([piece])
                position += 1

    def _group(self, pieces: list[Term | str]) -> list[Term]:
        """Several words at the beginning that have synonyms together, the longest such group."""
        plain: list[Term] = []
        for piece in pieces[: self._synonyms.longest]:
            if not isinstance(piece, Term) or piece.sign or piece.exact or piece.beginning or len(piece.words) > 1:
                break
            plain.append(piece)
        for length in range(len(plain), 1, -1):
            if self._synonyms.of(tuple(term.words[0].lower() for term in plain[:length])):
                return plain[:length]
        return []

    def _alternatives(self, terms: list[Term]) -> str:
        first = terms[0]
        own = first.text if len(terms) == 1 else f"({' AND '.join(term.text for term in terms)})"
        self._left -= 1
        if first.exact or first.beginning or first.sign == "-" or self._left <= 0:
            return own
        words = tuple(word.lower() for term in terms for word in term.words)
        others = [f"{_quoted(phrase)}^{SYNONYM}" for phrase in self._synonyms.of(words)[:_ALTERNATIVES_OF_A_WORD]]
        if len(words) > 1:
            if len(terms) == 1:  # "E-Bike" is also written "Ebike"
                others.append("".join(words))
        elif parts := _first_level("".join(words)):
            others.append(f"({' AND '.join(parts)})^{PARTS}")
        others = others[: max(0, self._left)]
        self._left -= len(others)
        return f"({' OR '.join([own, *others])})" if others else own


def _first_level(word: str) -> tuple[str, ...]:
    """The parts that cover a compound, for datasets that write it as several words."""
    parts = compound_parts(word)
    covering, length = [], 0
    for part in parts:
        if length >= len(fold(word)) - 2:
            break
        covering.append(part)
        length += len(part)
    return tuple(covering) if len(covering) > 1 else ()


def _quoted(phrase: tuple[str, ...]) -> str:
    text = " ".join(phrase)
    return text if len(phrase) == 1 else f'"{text}"'


def _boosts(terms: tuple[Term, ...]) -> tuple[str, ...]:
    """More for titles that have all words, and more again if they stand together."""
    wanted = [term for term in terms if term.sign != "-" and not term.beginning]
    words = [word.lower() for term in wanted for word in term.words]
    if not 1 <= len(words) <= 8 or len(wanted) != len([term for term in terms if term.sign != "-"]):
        return ()
    title = " ".join(f"+rvr_title_de:{word}" for word in words)
    if len(words) == 1:
        return ()
    together = " ".join(words)
    return f"({title})^6", f'rvr_title_de:"{together}"~4^4', f'rvr_notes_de:"{together}"~8^1'
