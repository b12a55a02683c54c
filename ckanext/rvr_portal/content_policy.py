"""What a page of the portal may load and run: everything from here, nothing from elsewhere.

CKAN's classic theme has inline handlers in the forms for members and inline scripts in the previews of resources;
only there inline scripts are allowed. Public pages run scripts from files only.
"""

from __future__ import annotations

import functools
import re
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk

from . import config, map_layers

__all__ = ["allowed_hosts", "content_security_policy", "is_download", "opens_in_browser"]

_SPATIAL = "ckanext.spatial.common_map.custom_url"
_PREVIEWS = re.compile(r"(?:_resource|^resource)\.(?:view|edit_view)$|^datatablesview\.")
_ACTIVE_TYPES = frozenset({"text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml"})
_FILES = re.compile(r"(?:_resource|^resource)\.download$|^(?:static|webassets\.index)$")
_DOWNLOADS = re.compile(r"(?:_resource|^resource)\.download$")
# what a browser shows without running anything of it; all else is only downloaded (whatever ends with +xml can hold scripts)
_SHOWN_TYPES = frozenset(
    {
        "text/plain", "text/csv", "text/tab-separated-values", "application/json", "application/geo+json",
        "application/ld+json", "application/pdf",
    }
)  # fmt: skip
_SHOWN_KINDS = ("image/", "audio/", "video/")
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox; frame-ancestors 'self'"


def content_security_policy(endpoint: str, media_type: str, *, logged_in: bool, hosts: str) -> str:
    """The Content-Security-Policy of an answer of `endpoint`; `hosts` are origins for pictures and map data."""
    if _FILES.search(endpoint) and (media_type in _ACTIVE_TYPES or _is_unshown_download(endpoint, media_type)):
        return _SANDBOX  # an uploaded page or drawing runs nothing in the portal's name
    scripts = "'self'"
    if logged_in or _PREVIEWS.search(endpoint):
        scripts += " 'unsafe-inline'"
    if logged_in and endpoint.startswith(("user.", "activity.", "tabledesigner")):
        scripts += " 'unsafe-eval'"  # hx-on attributes of the list of API tokens
    return _policy(scripts, hosts)


def is_download(endpoint: str) -> bool:
    """Whether an endpoint hands out uploaded files."""
    return bool(_DOWNLOADS.search(endpoint))


def opens_in_browser(media_type: str) -> bool:
    """Whether an uploaded file of that type may be shown in the browser; all others are only downloaded."""
    return media_type in _SHOWN_TYPES or (media_type.startswith(_SHOWN_KINDS) and "+" not in media_type)


def _is_unshown_download(endpoint: str, media_type: str) -> bool:
    return is_download(endpoint) and not opens_in_browser(media_type)


def allowed_hosts() -> str:
    """Origins of the chosen map layers (`https://{s}.tiles.example/…` allows all its subdomains) and of the setting."""
    hosts: list[str] = []
    for address in (tk.config.get(_SPATIAL, ""), *map_layers.addresses(), *config.external_hosts()):
        parts = urlsplit(str(address or "").strip())
        if parts.scheme in ("http", "https") and parts.netloc:
            hosts.append(f"{parts.scheme}://{re.sub(r'^{[^}]*}', '*', parts.netloc)}")
    return " ".join(host for host in dict.fromkeys(hosts) if re.fullmatch(r"https?://[\w.*:\-\[\]]+", host))


@functools.lru_cache(maxsize=32)
def _policy(scripts: str, hosts: str) -> str:
    images = " ".join(part for part in ("'self' data: blob:", hosts) if part)
    connect = " ".join(part for part in ("'self'", hosts) if part)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            f"img-src {images}",
            f"connect-src {connect}",
            "font-src 'self' data:",
            "frame-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )
