"""What adapters of JSON share: an answer as a value, and a question on trial."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, urlsplit

from ..domain.guids import short_guid
from ..domain.json_records import NotJsonError, as_text, parse_json
from ..domain.sentence import Sentence, quoting
from .contract import Answer, Fetch, FetchError, UnreadableError

__all__ = ["JSON", "ask", "is_refusal", "parts_of", "read_json", "roots", "short_guid", "unlike"]

JSON = "application/json, */*;q=0.1"


def read_json(answer: Answer) -> Any:
    """The value of an answer.

    :raises UnreadableError: it is no JSON
    """
    try:
        return parse_json(answer.body, answer.media_type, answer.charset)
    except NotJsonError as error:
        raise UnreadableError(error.sentence) from error


def ask(url: str, fetch: Fetch) -> Any:
    """The value at an address, or none if there is none: for probes."""
    try:
        return read_json(fetch(url, accept=JSON))
    except (FetchError, UnreadableError):
        return None


def unlike(data: Any, wanted: Sentence) -> UnreadableError:
    """What to raise for JSON of another kind than `wanted`; an error message of the portal is quoted."""
    if is_refusal(data):
        told = Sentence(
            "Die Quelle hat eine Fehlermeldung (JSON) statt eines Katalogs geschickt",
            "The source sent an error message (JSON) instead of a catalogue",
        )
        return UnreadableError(quoting(told, _message(data)))
    return UnreadableError(
        Sentence(
            f"Die Quelle hat JSON geschickt, aber {wanted.de}.",
            f"The source sent JSON, but {wanted.en}.",
        )
    )


def _message(data: Any) -> str:
    """What an error message says, wherever it says it."""
    for _ in range(3):
        data = next((data[key] for key in ("message", "error", "detail", "description") if data.get(key)), "")
        if not isinstance(data, dict):
            break
    return as_text(data)


def is_refusal(data: Any) -> bool:
    """Whether JSON is an error message and not data."""
    marks = ("error", "errors", "error_code", "errorcode", "message")
    if not isinstance(data, dict):
        return False
    # the form of errors in OGC APIs (OGC 19-072, 8.3)
    by_ogc = isinstance(data.get("code"), str) and isinstance(data.get("description"), str) and len(data) <= 3
    return by_ogc or data.get("success") is False or any(data.get(mark) for mark in marks)


def parts_of(url: str) -> SplitResult:
    """The parts of an address; empty ones if it is none, which then cannot be fetched."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def roots(url: str) -> list[str]:
    """Addresses under which a portal's API may lie, without slash at the end: beside what was given, and its host."""
    parts = parts_of(url)
    host = f"{parts.scheme}://{parts.netloc}"
    path = parts.path.rstrip("/")
    for mark in ("/api/", "/data.json", "/dataset", "/explore", "/search", "/index."):
        path = path.partition(mark)[0]
    return list(dict.fromkeys((host + path, host)))
