"""What all views of a search have in common: who asks, which page of the result, what is said when there is no answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from ckan.types import Context, Response
from flask import redirect

from . import search_page, solr

__all__ = ["MAX_DATASETS", "answered", "beyond_the_end", "visited_page", "visitor"]

#: Most datasets of a result that are handed out; a portal of this region has a tenth of it.
MAX_DATASETS = 100_000


def visitor() -> Context:
    """The context of who looks at the page."""
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user, "for_view": True}  # type: ignore[typeddict-item]


def visited_page(action: str, fixed: tuple[tuple[str, str], ...] = ()) -> search_page.SearchPage:
    """The page of a result that the address asks for.

    :param action: address of the page without parameters; `fixed` are the filters that are part of it
    """
    # further than any result reaches; the index counts no further either
    number = min(tk.h.get_page_number(tk.request.args), MAX_DATASETS)
    return search_page.open_page(visitor(), list(tk.request.args.items(multi=True)), action, number, fixed)


def beyond_the_end(page: search_page.SearchPage) -> Response | None:
    """The way to the last page for an address behind it."""
    last = page.page.page_count
    wanted = tk.h.get_page_number(tk.request.args)
    # a path of this server, whatever name it was called by
    return redirect(page.address(page.typed, last)) if page.count and wanted > last else None  # type: ignore[return-value]


@contextmanager
def answered() -> Iterator[None]:
    """A search that cannot be read or answered becomes an error page."""
    try:
        yield
    except (solr.SearchRefusedError, SearchError):
        tk.abort(400, tk._("The search could not be understood."))
    except solr.SearchIndexError as error:
        tk.abort(503, error.sentence)
