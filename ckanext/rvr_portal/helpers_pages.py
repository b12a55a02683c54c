"""Template helpers of the pages: menu, cards, facts, facets, sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import request
from markupsafe import Markup

from . import config_pages, organizations
from .domain.licenses import short_title
from .interfaces import IRvrPages
from .presentation import host_of, readable
from .shared import Place, places

__all__ = [
    "rvr_portal_catalog_links",
    "rvr_portal_content_lang",
    "rvr_portal_error",
    "rvr_portal_facet_label",
    "rvr_portal_footer_links",
    "rvr_portal_front_numbers",
    "rvr_portal_front_sections",
    "rvr_portal_logo",
    "rvr_portal_member_places",
    "rvr_portal_menu",
    "rvr_portal_organization",
    "rvr_portal_organization_portal",
    "rvr_portal_organizations",
    "rvr_portal_page_url",
    "rvr_portal_pages",
]

_NONE = "none"
_OTHER = "other"


# Frame of every page


def rvr_portal_logo() -> str:
    """Address of the logo in the header."""
    return config_pages.logo()


def rvr_portal_content_lang() -> Markup:
    """Attribute for what people have written, on pages of another language: ` lang="de"`; else empty (WCAG 3.1.2).

    Titles and descriptions are written in the portal's first language, `ckan.locale_default`.
    """
    written = str(tk.config["ckan.locale_default"]).partition("_")[0]
    return Markup("") if (tk.h.lang() or written).partition("_")[0] == written else Markup(' lang="{}"').format(written)


def rvr_portal_menu() -> list[dict[str, str]]:
    """Entries of the main menu: `{title, url, current}`; `current` is "page", "true" (inside that area) or empty."""
    entries = [(tk._("Data"), "dataset.search", 10), (tk._("Who takes part"), "organization.index", 90)]
    for plugin in p.PluginImplementations(IRvrPages):
        entries.extend(plugin.get_rvr_menu())
    current = _menu_endpoint()
    return [
        {"title": title, "url": tk.url_for(endpoint), "current": _current(endpoint, current)}
        for title, endpoint, _weight in sorted(entries, key=lambda entry: entry[2])
    ]


def rvr_portal_footer_links() -> list[dict[str, str]]:
    """Links of the footer, those that the site's settings name among them: `{title, url}`."""
    links = [
        (tk._("Request data"), tk.url_for("rvr_portal_requests.ask")),
        (tk._("Contact"), config_pages.contact_url()),
        (tk._("Imprint"), config_pages.imprint_url()),
        (tk._("Privacy"), config_pages.privacy_url()),
        (tk._("Accessibility"), config_pages.accessibility_url()),
        (tk._("About this portal"), tk.url_for("home.about")),
    ]
    return [{"title": title, "url": url} for title, url in links if url]


def rvr_portal_catalog_links() -> list[dict[str, str]]:
    """Links to the catalogue in machine-readable forms, if the site has them: `{title, url}`."""
    if not p.plugin_loaded("dcat"):
        return []
    return [
        {
            "title": tk._("All datasets as a catalogue (DCAT-AP.de)"),
            "url": tk.url_for("dcat.read_catalog", _format="ttl"),
        }
    ]


def rvr_portal_error(code: int) -> dict[str, str]:
    """What an error page says: `{title, text}`."""
    pages = {
        400: (tk._("This address cannot be read"), tk._("Something in the address or the form is not as expected.")),
        403: (
            tk._("This page is not open to you"),
            tk._("It is only for people with certain rights. Nothing was changed."),
        ),
        404: (
            tk._("This page does not exist"),
            tk._("It may have been moved or withdrawn, or the address holds a mistake."),
        ),
        429: (tk._("Too many requests"), tk._("Please wait a moment before you go on.")),
    }
    failed = (
        tk._("Something went wrong here"),
        tk._(
            "The fault lies with us, not with you. What you had saved before is kept. The operators can see the fault."
        ),
    )
    title, text = pages.get(code, pages[400] if code < 500 else failed)
    return {"title": title, "text": text}


def rvr_portal_front_sections() -> list[str]:
    """Templates of the sections that plugins add to the front page."""
    return [template for plugin in p.PluginImplementations(IRvrPages) for template in plugin.get_rvr_front_sections()]


def rvr_portal_front_numbers() -> list[dict[str, Any]]:
    """Numbers that plugins add to the front page: `{value, label, url}`."""
    numbers = [number for plugin in p.PluginImplementations(IRvrPages) for number in plugin.get_rvr_front_numbers()]
    return [{"value": value, "label": label, "url": url} for value, label, url in numbers]


# Organisations


def rvr_portal_organization(name: str) -> dict[str, Any]:
    """What the register knows about a member body by its organisation's name: `{place, kind, municipalities}`."""
    place = next((body for body in places().member_bodies if body.slug == name), None)
    if not place:
        return {"place": None, "kind": "", "municipalities": []}
    inside = [town for town in places().municipalities if town.parent == place.key]
    kind = tk._("District with {number} municipalities").format(number=len(inside)) if inside else tk._("City")
    return {"place": place, "kind": kind, "municipalities": inside}


def rvr_portal_organization_portal(organization: Mapping[str, Any]) -> dict[str, str]:
    """The organisation's own data portal: `{url, title}`; both empty when none is known."""
    extras = {extra["key"]: extra["value"] for extra in organization.get("extras") or []}
    url = str(organization.get("portal_url") or extras.get("portal_url") or "")
    return {"url": url, "title": host_of(url)} if host_of(url) else {"url": "", "title": ""}


def rvr_portal_organizations(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The 15 member bodies by name with their number of datasets: `{title, href, kind, count, state}`."""
    titles = organizations.titles()
    bodies = []
    for body in places().member_bodies:
        known, count = body.slug in titles, counts.get(body.slug, 0)
        bodies.append(
            {
                "title": titles.get(body.slug) or body.name,
                "href": tk.url_for("organization.read", id=body.slug) if known else "",
                "kind": rvr_portal_organization(body.slug)["kind"],
                "count": count,
                "state": _count_words(count) if count else tk._("No data yet"),
            }
        )
    return sorted(bodies, key=lambda body: str(body["title"]))


def rvr_portal_member_places() -> tuple[Place, ...]:
    """The 15 member bodies of the register, in its order."""
    return places().member_bodies


# Search


def rvr_portal_facet_label(field: str, value: str, fallback: str = "") -> str:
    """What a filter value is called; never a code or an address."""
    if value == _NONE:
        return {
            "res_format": tk._("No format given"),
            "rvr_license": tk._("No licence given"),
            "rvr_theme": tk._("No theme given"),
        }.get(field, tk._("Not given"))
    if value == _OTHER:
        return tk._("Other")
    if field == "places":
        place = places().get(value)
        return place.name if place else tk._("Other place")
    names = {"rvr_theme": "theme", "res_format": "file_type", "rvr_format": "file_type"}
    if field in names:
        return tk.h.rvr_portal_label(names[field], value)
    if field == "rvr_license":
        return short_title(tk.h.rvr_portal_license(value)["title"])
    if field == "organization" and fallback in {"", value}:
        return organizations.titles().get(value) or value
    return readable(fallback) or readable(value) or tk._("Other")


def rvr_portal_pages(page: Any) -> list[int | None]:
    """Numbers of pages to offer around the current one, first and last included; none stands for a gap."""
    near = {1, page.page_count} | {n for n in range(page.page - 1, page.page + 2) if 1 <= n <= page.page_count}
    numbers: list[int | None] = []
    for number in sorted(near):
        previous = next((n for n in reversed(numbers) if n), 0)
        if number - previous == 2:
            numbers.append(previous + 1)
        elif number - previous > 2:
            numbers.append(None)
        numbers.append(number)
    return numbers


def rvr_portal_page_url(number: int) -> str:
    """Address of another page of the same list, all filters kept."""
    params = [(key, value) for key, value in request.args.items(multi=True) if key != "page"]
    if number > 1:
        params.append(("page", str(number)))
    address = tk.h.url_for(request.path)
    return f"{address}?{urlencode(params)}" if params else address


# Helpers of the helpers


def _menu_endpoint() -> tuple[str, str]:
    blueprint, _, view = (request.endpoint or "").rpartition(".")
    if blueprint == "rvr_portal_search":  # in place of CKAN's
        return ("organization", "read") if view == "organization" else ("dataset", "search")
    if blueprint == "rvr_portal_map":
        return "dataset", "map"
    return blueprint.removesuffix("_resource"), view


def _current(endpoint: str, here: tuple[str, str]) -> str:
    blueprint, _, view = endpoint.rpartition(".")
    if blueprint != here[0]:
        return ""
    return "page" if view == here[1] else "true"


def _count_words(count: int) -> str:
    return tk.ungettext("{number} dataset", "{number} datasets", count).format(number=tk.h.rvr_portal_number(count))
