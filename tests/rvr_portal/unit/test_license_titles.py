from __future__ import annotations

import pytest

from ckanext.rvr_portal.domain.licenses import short_title
from ckanext.rvr_portal.domain.vocabulary import load


@pytest.mark.parametrize(
    ("key", "short"),
    [
        ("dl-zero-de/2.0", "Datenlizenz Deutschland – Zero 2.0"),
        ("dl-by-de/2.0", "Datenlizenz Deutschland – Namensnennung 2.0"),
        ("cc-by-sa/4.0", "CC BY-SA 4.0"),
        ("cc-zero", "CC0 1.0"),
        ("odbl", "Open Data Commons – offene Datenbanklizenz"),
        ("other-open", "Andere offene Lizenz"),
    ],
)
def test_a_licence_has_a_common_name_for_narrow_places(key: str, short: str) -> None:
    assert short_title(load("license").get(key).label("de")) == short


def test_no_two_licences_share_a_common_name() -> None:
    for lang in ("de", "en"):
        names = [short_title(term.label(lang)) for term in load("license").terms]
        assert len(set(names)) == len(names)
