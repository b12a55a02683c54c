"""The list of datasets and the page of an organisation in place of CKAN's, and every result in other forms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from ckan.types import Response
from flask import Blueprint, jsonify, stream_with_context
from flask import Response as FlaskResponse

from . import dataset_search, search_exports, search_feeds, search_page
from .domain import feed
from .domain.beginnings import MAX_TEXT
from .domain.search_request import SearchRequest, read_request
from .search_visit import MAX_DATASETS, answered, beyond_the_end, visited_page, visitor

__all__ = ["rvr_portal_search"]

rvr_portal_search = Blueprint("rvr_portal_search", __name__)


def index() -> Response | str:
    """Search words, filters and the datasets they leave."""
    page = visited_page(tk.url_for("dataset.search"))
    return beyond_the_end(page) or _rendered("rvr_portal/search/page.html", page)


def organization(id: str) -> Response | str:
    """An organisation: who it is, and its datasets with all filters."""
    try:
        found = tk.get_action("organization_show")(
            visitor(), {"id": id, "include_datasets": False, "include_users": False}
        )
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no such organisation, or you may not see it."))
    if id != found["name"]:
        return tk.redirect_to("organization.read", id=found["name"], **tk.request.args.to_dict(flat=False))
    tk.g.group_dict = found
    page = visited_page(tk.url_for("organization.read", id=found["name"]), (("organization", found["name"]),))
    return beyond_the_end(page) or _rendered(
        "organization/read.html", page, group_dict=found, group_type="organization", dataset_type="dataset"
    )


def as_csv() -> Response:
    """All datasets of a result as a table."""
    return _file(search_exports.table(_all()), "text/csv; charset=utf-8", "csv")


def as_geojson() -> Response:
    """All datasets of a result as GeoJSON."""
    return _file(search_exports.features(_all()), "application/geo+json", "geojson")


def as_atom() -> Response:
    """What is new in a search, as Atom."""
    return _fresh(feed.atom(_feed("rvr_portal_search.as_atom")), "application/atom+xml; charset=utf-8")


def as_json_feed() -> Response:
    """The same as JSON Feed."""
    return _fresh(feed.json_feed(_feed("rvr_portal_search.as_json_feed")), "application/feed+json; charset=utf-8")


def as_suggestions() -> Response:
    """Suggestions for a text that is being typed, with the sentence that is read out, as JSON."""
    args = tk.request.args
    try:
        found = tk.get_action("rvr_suggest")(
            visitor(), {"q": args.get("q", "")[:MAX_TEXT], "organization": args.get("organization", "")}
        )["suggestions"]
    except tk.ValidationError:
        found = []
    except SearchError as error:
        tk.abort(503, str(error))
    sentence = tk.ungettext("{number} suggestion", "{number} suggestions", len(found)).format(number=len(found))
    if found:
        sentence = tk._("{number}. Choose with the arrow keys.").format(number=sentence)
    return jsonify(suggestions=found, status=sentence if found else tk._("No suggestions"))  # type: ignore[return-value]


def _feed(endpoint: str) -> feed.Feed:
    with answered():
        return search_feeds.feed_of(visitor(), _asked(), endpoint)


def _fresh(body: bytes, media_type: str) -> Response:
    """An answer that a reader who has it already gets without its content (304)."""
    response = FlaskResponse(body, content_type=media_type)
    response.add_etag()
    return response.make_conditional(tk.request.environ)  # type: ignore[return-value]


def _rendered(template: str, page: search_page.SearchPage, **more: object) -> str:
    if tk.request.htmx:
        template = "rvr_portal/search/parts.html"
    return tk.render(template, extra_vars={"s": page, "q": page.request.q, "page": page.page, **more})


def _all() -> Iterator[dataset_search.Hit]:
    """All datasets of the address's search; its first part is read at once, so that a failure is an error page."""
    hits = dataset_search.walk(visitor(), _asked(), MAX_DATASETS)
    with answered():
        first = next(hits, None)
    return chain([first], hits) if first else iter(())


def _asked() -> SearchRequest:
    """The search of the address; a program that asks for what cannot be read must not get something else."""
    request, problems = read_request(tk.request.args.items(multi=True))
    wrong = [problem for problem in problems if problem.name != "sort"]
    if wrong:
        tk.abort(400, tk.h.rvr_portal_search_problem(wrong[0]))
    return request


def _file(parts: Iterator[bytes], media_type: str, extension: str) -> Response:
    response = FlaskResponse(stream_with_context(parts), content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{tk._("datasets")}.{extension}"'
    return response  # type: ignore[return-value]


rvr_portal_search.add_url_rule("/dataset/", view_func=index)
rvr_portal_search.add_url_rule("/organization/<id>", view_func=organization)
rvr_portal_search.add_url_rule("/datasets.csv", view_func=as_csv)
rvr_portal_search.add_url_rule("/datasets.geojson", view_func=as_geojson)
rvr_portal_search.add_url_rule("/datasets.atom", view_func=as_atom)
rvr_portal_search.add_url_rule("/datasets.json", view_func=as_json_feed)
rvr_portal_search.add_url_rule("/suggest.json", view_func=as_suggestions)
