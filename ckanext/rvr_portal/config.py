"""Settings of the portal, one typed getter each. Types, defaults and descriptions: config_declaration.yaml."""

from __future__ import annotations

from datetime import tzinfo
from zoneinfo import ZoneInfo

import ckan.plugins.toolkit as tk

__all__ = [
    "display_timezone",
    "download_proxy",
    "external_hosts",
    "geocoder_url",
    "http_allow_local",
    "http_connect_timeout",
    "http_max_bytes",
    "http_read_timeout",
    "http_requests_per_second",
    "http_retries",
    "http_total_timeout",
    "http_user_agent",
    "request_daily_limit",
    "request_email",
    "request_kept_days",
    "search_synonyms",
    "sheet_max_bytes",
    "sheet_max_datasets",
    "sheet_max_rows",
    "sheet_runs_kept_days",
    "sheet_timeout",
    "table_seconds",
    "trusted_proxies",
    "upload_formats",
]


def http_allow_local() -> bool:
    """Whether the server may fetch from loopback and private networks."""
    return bool(tk.config["ckanext.rvr_portal.http_allow_local"])


def http_connect_timeout() -> float:
    """Seconds to wait for a connection to another server."""
    return float(tk.config["ckanext.rvr_portal.http_connect_timeout"])


def http_read_timeout() -> float:
    """Seconds to wait for the next piece of an answer."""
    return float(tk.config["ckanext.rvr_portal.http_read_timeout"])


def http_retries() -> int:
    """How often a failed request is repeated."""
    return int(tk.config["ckanext.rvr_portal.http_retries"])


def http_requests_per_second() -> float:
    """Most requests a second to one host; 0 means any number."""
    return float(tk.config["ckanext.rvr_portal.http_requests_per_second"])


def http_max_bytes() -> int:
    """Largest accepted answer, in bytes after decoding."""
    return int(tk.config["ckanext.rvr_portal.http_max_bytes"])


def http_total_timeout() -> float:
    """Seconds after which a request is given up, redirects and repetitions included."""
    return float(tk.config["ckanext.rvr_portal.http_total_timeout"])


def http_user_agent() -> str:
    """How the server introduces itself to others: name, address and how to reach its operators."""
    contact = tk.config["ckanext.rvr_portal.http_contact"] or tk.config.get("email_to") or ""
    about = "; ".join(part for part in (f"+{tk.config['ckan.site_url']}", str(contact)) if part)
    text = f"ckanext-rvr ({about})"
    return "".join(char for char in text if 32 <= ord(char) < 127)


def display_timezone() -> tzinfo | None:
    """The time zone in which readers see moments; None means that of the server."""
    name = str(tk.config["ckan.display_timezone"])
    return None if name == "server" else ZoneInfo(name)


def download_proxy() -> str | None:
    """CKAN's filtering proxy for downloads, if the site has one."""
    return tk.config.get("ckan.download_proxy") or None


def external_hosts() -> list[str]:
    """Origins outside the portal from which pages may load pictures and data."""
    return tk.aslist(tk.config["ckanext.rvr_portal.external_hosts"])


def search_synonyms() -> str:
    """Synonyms of the search that replace those that come with the portal; empty for those."""
    return str(tk.config["ckanext.rvr_portal.search_synonyms"] or "")


def upload_formats() -> list[str]:
    """Kinds of files that may be uploaded (codes of the vocabulary file_type); empty means all but programs."""
    return tk.aslist(tk.config["ckanext.rvr_portal.upload_formats"])


def table_seconds() -> int:
    """Seconds after which a worker gives up making a table of a file."""
    return int(tk.config["ckanext.rvr_portal.table_seconds"])


def sheet_max_bytes() -> int:
    """Largest file that can be imported as a sheet, in bytes."""
    return int(tk.config["ckanext.rvr_portal.sheet_max_bytes"])


def sheet_max_rows() -> int:
    """Most rows of a sheet that is imported."""
    return int(tk.config["ckanext.rvr_portal.sheet_max_rows"])


def sheet_max_datasets() -> int:
    """Most datasets that are written together, in one transaction."""
    return int(tk.config["ckanext.rvr_portal.sheet_max_datasets"])


def sheet_runs_kept_days() -> int:
    """Days after which an import with its report is deleted."""
    return int(tk.config["ckanext.rvr_portal.sheet_runs_kept_days"])


def sheet_timeout() -> int:
    """Seconds after which a job that checks or writes a sheet is given up."""
    return int(tk.config["ckanext.rvr_portal.sheet_timeout"])


def request_email() -> str:
    """Where requests for data go for which no organisation is known, or one without a mail address."""
    return str(tk.config["ckanext.rvr_portal.request_email"] or tk.config.get("email_to") or "")


def request_kept_days() -> int:
    """Days after which a request for data is deleted with all that is in it."""
    return max(1, int(tk.config["ckanext.rvr_portal.request_kept_days"]))


def request_daily_limit() -> int:
    """Most requests for data that are taken in a day, from all people together."""
    return int(tk.config["ckanext.rvr_portal.request_daily_limit"])


def trusted_proxies() -> int:
    """How many proxies of the operator's own stand in front of the portal."""
    return int(tk.config.get("ckanext.rvr_portal.trusted_proxies", 0))  # asked by plugins without the portal, too


def geocoder_url() -> str:
    """Address pattern of a geocoder, with {q} for the text; empty: no search for addresses."""
    return str(tk.config["ckanext.rvr_portal.geocoder_url"] or "")
