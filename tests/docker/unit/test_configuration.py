"""The container's configuration: from secret files, secure unless told otherwise, never half."""

import configparser
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "docker" / "portal"))

from configuration import ConfigurationError, settings, write_ini  # noqa: E402

NAMES = ("ckan_db_password", "datastore_read_password", "redis_password", "secret_key", "api_token_secret")
SITE = {"PORTAL_SITE_URL": "https://opendata.example.org/"}


@pytest.fixture
def secrets(tmp_path):
    for name in NAMES:
        (tmp_path / name).write_text(f"{name}-p@ss/w%rd-0123456789\n")
    return tmp_path


def test_cookies_are_secure_and_local_addresses_closed_by_default(secrets):
    values = settings(SITE, secrets)
    assert values["SESSION_COOKIE_SECURE"] == values["REMEMBER_COOKIE_SECURE"] == "true"
    assert values["ckanext.rvr_portal.http_allow_local"] == "false"
    assert values["ckan.site_url"] == "https://opendata.example.org"


def test_http_is_refused_unless_it_is_allowed_for_a_trial(secrets):
    plain = {"PORTAL_SITE_URL": "http://127.0.0.1"}
    with pytest.raises(ConfigurationError, match="https"):
        settings(plain, secrets)
    assert settings(plain | {"PORTAL_ALLOW_HTTP": "yes"}, secrets)["SESSION_COOKIE_SECURE"] == "false"


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_or_short_secret_stops_the_start_with_its_name(secrets, name):
    (secrets / name).write_text("short")
    with pytest.raises(ConfigurationError, match=name):
        settings(SITE, secrets)
    (secrets / name).unlink()
    with pytest.raises(ConfigurationError, match=name):
        settings(SITE, secrets)


def test_a_missing_address_stops_the_start(secrets):
    with pytest.raises(ConfigurationError, match="PORTAL_SITE_URL"):
        settings({}, secrets)


def test_passwords_with_special_characters_arrive_in_the_addresses(secrets):
    values = settings(SITE, secrets)
    assert "ckan_db_password-p%40ss%2Fw%25rd" in values["sqlalchemy.url"]


def test_any_setting_can_be_given_by_the_environment(secrets):
    chosen = {"PORTAL_SETTING__ckan__site_title": "Titel mit 100 %"}
    assert settings(SITE | chosen, secrets)["ckan.site_title"] == "Titel mit 100 %"


def test_the_file_is_private_and_reads_back_as_it_was(secrets, tmp_path):
    target = tmp_path / "run" / "ckan.ini"
    values = settings(SITE | {"PORTAL_SETTING__ckan__site_title": "100 %"}, secrets)
    write_ini(target, values)
    assert target.stat().st_mode & 0o777 == 0o600
    parser = configparser.ConfigParser()
    parser.optionxform = str
    parser.read(target, encoding="utf-8")
    assert {key: parser["app:main"][key] for key in values} == values


def test_a_setting_of_two_lines_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="one line"):
        write_ini(tmp_path / "ckan.ini", {"ckan.site_title": "a\nckan.plugins = evil"})
