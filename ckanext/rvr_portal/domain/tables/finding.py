"""What is to be said about a file: a code and its facts; the sentences are made where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["ERROR", "HINT", "NOTE", "Finding", "TableError", "clip"]

ERROR = "error"  # the file is published as it is, but there is no table of it
HINT = "hint"  # worth a look
NOTE = "note"  # how something was read

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: `code` names the sentence, `facts` fill it (texts and numbers); `line` counts from 1, 0 is the whole file."""

    code: str
    severity: str
    line: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)


class TableError(Exception):
    """There is no table in this file; says why."""

    def __init__(self, code: str, line: int = 0, **facts: Any) -> None:
        super().__init__(code)
        self.finding = Finding(code, ERROR, line, facts)


def clip(value: object) -> str:
    """A cell's content short enough for a sentence."""
    text = " ".join(str(value).replace("\0", "").split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
