"""A hit says in which keyword, file or column a word stands that neither its title nor its description shows."""

from __future__ import annotations

from typing import Any

import pytest

ANYBODY: Any = {"user": "", "auth_user_obj": None}
FILES = [
    {"id": "d", "name": "Standorte", "description": "Mit Beleuchtung", "format": "CSV", "url": "https://x.example/spielplaetze_2024.csv"},
    {"id": "e", "name": "<b>Laternen</b>", "description": "", "format": "CSV", "url": "https://x.example/"},
]  # fmt: skip


@pytest.fixture
def scene(index_of: Any, written: Any) -> None:
    def documents() -> list[dict[str, Any]]:
        tags = [{"name": "Grünfläche", "display_name": "Grünfläche", "state": "active"}]
        found = written(("Verzeichnis Bänke", "Alle Bänke"), resources=FILES, tags=tags)
        return [{**document, "rvr_columns_de": ["baumart", "Pflanzjahr des Baumes"]} for document in found]

    index_of("matches", documents)


def _told(text: str) -> list[str]:
    from ckanext.rvr_portal import search_matches
    from ckanext.rvr_portal.dataset_search import find
    from ckanext.rvr_portal.domain.search_request import SearchRequest

    hits = find(dict(ANYBODY), SearchRequest(q=text), marked=True).hits
    assert len(hits) == 1
    return search_matches.sentences(search_matches.asked(text), hits[0])


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Grünflächen", ["Treffer im Schlagwort: Grünfläche"]), ("Gruenflaeche", ["Treffer im Schlagwort: Grünfläche"]),
        ("Standort", ["Treffer in der Datei: Standorte"]), ("Spielplätze", ["Treffer in der Datei: spielplaetze_2024.csv"]),
        ("Beleuchtung", ["Treffer in der Datei: Mit Beleuchtung"]), ("Baumarten", ["Treffer in der Spalte: baumart"]),
        ("Pflanzjahr", ["Treffer in der Spalte: Pflanzjahr des Baumes"]), ("Bänke", []), ("Bänke Baumart", ["Treffer in der Spalte: baumart"]),
        ("Grünfläche Standorte Pflanzjahr", ["Treffer im Schlagwort: Grünfläche", "Treffer in der Datei: Standorte"]), ("", []),
    ],
)  # fmt: skip
def test_a_word_that_is_not_shown_is_told_with_where_it_stands(text: str, sentences: list[str], app: Any) -> None:
    with app.flask_app.test_request_context("/"):
        assert _told(text) == sentences


@pytest.mark.usefixtures("scene")
def test_the_page_tells_it_without_believing_any_markup(app: Any) -> None:
    page = app.get("/dataset/?q=Laternen").body
    assert '<p class="rvr-card__why">Treffer in der Datei: &lt;b&gt;Laternen&lt;/b&gt;</p>' in page
