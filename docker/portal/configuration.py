"""Makes the ckan.ini of a container from its secrets and environment; no secret is ever in an image or a variable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

SECRETS = Path("/run/secrets")
SETTINGS = Path("/etc/portal/settings.ini")
_SHORTEST = 16


class ConfigurationError(Exception):
    """Something a person has to mend; the text is one sentence."""


def secret(name: str, folder: Path = SECRETS) -> str:
    """The content of a secret file, without the line end; too short ones are refused."""
    try:
        value = (folder / name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(f"The secret {name} cannot be read ({error.strerror}).") from None
    if len(value) < _SHORTEST:
        raise ConfigurationError(f"The secret {name} is shorter than {_SHORTEST} characters.")
    return value


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise ConfigurationError(f"The variable {name} is not set.")
    return value


def settings(environment: Mapping[str, str], folder: Path = SECRETS) -> dict[str, str]:
    """All settings of this installation that the common settings do not hold.

    `PORTAL_SETTING__ckan__site_title=…` sets `ckan.site_title` and wins over everything here.
    """
    site_url = _required(environment, "PORTAL_SITE_URL").rstrip("/")
    secure = site_url.startswith("https://")
    if not secure and environment.get("PORTAL_ALLOW_HTTP") != "yes":
        raise ConfigurationError("PORTAL_SITE_URL must begin with https:// (or set PORTAL_ALLOW_HTTP=yes for a trial).")
    database = environment.get("PORTAL_POSTGRES_HOST", "postgres")
    ckan, read = (quote(secret(name, folder), safe="") for name in ("ckan_db_password", "datastore_read_password"))
    redis = quote(secret("redis_password", folder), safe="")
    token = secret("api_token_secret", folder)
    values = {
        "SECRET_KEY": secret("secret_key", folder),
        "api_token.jwt.encode.secret": f"string:{token}",
        "api_token.jwt.decode.secret": f"string:{token}",
        "ckan.site_url": site_url,
        # nginx is the only peer; it sets X-Forwarded-For
        "ckanext.rvr_portal.trusted_proxies": "1",
        "sqlalchemy.url": f"postgresql://ckan:{ckan}@{database}/ckan",
        "ckan.datastore.write_url": f"postgresql://ckan:{ckan}@{database}/datastore",
        "ckan.datastore.read_url": f"postgresql://datastore_read:{read}@{database}/datastore",
        "ckan.redis.url": f"redis://:{redis}@{environment.get('PORTAL_REDIS_HOST', 'redis')}:6379/0",
        "solr_url": environment.get("PORTAL_SOLR_URL", "http://solr:8983/solr/ckan"),
        "ckan.storage_path": "/var/lib/portal/storage",
        "SESSION_COOKIE_SECURE": str(secure).lower(),
        "REMEMBER_COOKIE_SECURE": str(secure).lower(),
        "ckanext.rvr_portal.http_allow_local": "false",
    }
    prefix = "PORTAL_SETTING__"
    chosen = {
        key[len(prefix) :].replace("__", "."): value for key, value in environment.items() if key.startswith(prefix)
    }
    return values | chosen


def write_ini(target: Path, values: Mapping[str, str], common: Path = SETTINGS) -> None:
    """Write the configuration, readable for its owner only."""
    for key, value in values.items():
        if "\n" in value or "\n" in key:
            raise ConfigurationError(f"The setting {key} must be one line.")
    # The ini reader takes % for the start of a reference.
    lines = [f"{key} = {value.replace('%', '%%')}" for key, value in values.items()]
    text = "\n".join(["[app:main]", f"use = config:{common}", *lines, ""])
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
