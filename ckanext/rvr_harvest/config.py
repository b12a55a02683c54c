"""Settings of the harvest, one typed getter each. Types, defaults and descriptions: config_declaration.yaml."""

from __future__ import annotations

import ipaddress
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import ckan.plugins.toolkit as tk
from ckan.exceptions import CkanConfigurationException

from .domain.plan import PlanError, read_window

__all__ = [
    "mail",
    "max_pages",
    "metrics",
    "metrics_hosts",
    "metrics_token",
    "night",
    "queue_name",
    "run_timeout",
    "timezone",
]


def max_pages() -> int:
    """Most pages read of one source in one run."""
    return int(tk.config["ckanext.rvr_harvest.max_pages"])


def queue_name() -> str:
    """Name of the RQ queue that runs wait in."""
    return str(tk.config["ckanext.rvr_harvest.queue"])


def run_timeout() -> int:
    """Seconds after which a worker gives up one run."""
    return int(tk.config["ckanext.rvr_harvest.run_timeout"])


def night() -> tuple[time, time]:
    """Between which times sources without a time of their own are harvested."""
    text = str(tk.config["ckanext.rvr_harvest.night"])
    try:
        return read_window(text)
    except PlanError as error:
        raise CkanConfigurationException(f"ckanext.rvr_harvest.night: {error}") from error


def timezone() -> ZoneInfo:
    """Where the clock hangs that plans go by."""
    name = str(tk.config["ckanext.rvr_harvest.timezone"])
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CkanConfigurationException(f"ckanext.rvr_harvest.timezone: there is no time zone “{name}”.") from error


def mail() -> bool:
    """Whether stewards get mail about their sources."""
    return bool(tk.config["ckanext.rvr_harvest.mail"])


def metrics() -> bool:
    """Whether there are numbers for Prometheus."""
    return bool(tk.config["ckanext.rvr_harvest.metrics"])


def metrics_token() -> str:
    """What a caller of the numbers has to know; empty if nothing."""
    return str(tk.config["ckanext.rvr_harvest.metrics_token"] or "")


def metrics_hosts() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """From which networks the numbers may be asked for; none: from everywhere."""
    try:
        return [ipaddress.ip_network(one) for one in tk.config["ckanext.rvr_harvest.metrics_hosts"]]
    except ValueError as error:
        raise CkanConfigurationException(f"ckanext.rvr_harvest.metrics_hosts: {error}") from error
