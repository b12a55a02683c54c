"""Which of the pages that a run remembered may be taken for unchanged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from .values import KnownPage, KnownRecord

__all__ = ["whole_pages"]


def whole_pages(pages: Mapping[str, KnownPage], records: Iterable[KnownRecord]) -> dict[str, KnownPage]:
    """The pages on which as many records are known to stand as they held when they were read.

    Records move: a portal that gave all of them on one page for a day has emptied the others. Such a page is read again
    even if it is word for word the same, because nothing is known of what stands on it.
    """
    counts = Counter(record.page_url for record in records)
    return {url: page for url, page in pages.items() if counts[url] == page.count}
