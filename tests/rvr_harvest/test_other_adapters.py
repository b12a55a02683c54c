"""A plugin of somebody else brings a kind of source of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

LINES = "id;titel\n1;Bäume\n2;Bäder\n"


@pytest.fixture
def lines(app: Any, provide_plugin: Callable[..., Any]) -> Iterator[str]:
    """The plugin is loaded; its kind."""
    import ckan.plugins as p

    from ckanext.rvr_harvest.interfaces import (
        Adapter,
        Answer,
        Content,
        Fetch,
        FetchError,
        Found,
        IRvrHarvestAdapter,
        Sentence,
        SourceRecord,
        UnreadableError,
    )

    class LinesReader:
        def content(self, record: SourceRecord) -> list[str]:
            return [record.body]

        def read(self, record: SourceRecord) -> dict[str, Any]:
            return {"title": record.body, "notes": f"Über {record.body}.", "resources": []}

    class LinesAdapter(Adapter):
        kind: ClassVar[str] = "test_lines"
        title: ClassVar[str] = "Zeilen"
        description: ClassVar[str] = "Ein Datensatz je Zeile"

        def read_page(self, answer: Answer, url: str) -> Content:
            first, *rest = answer.body.decode().splitlines()
            if first != "id;titel":
                raise UnreadableError(Sentence("Das sind keine Zeilen.", "These are no lines."))
            rows = [line.split(";") for line in rest]
            return Content([SourceRecord(f"zeile-{number}", url, title, "text/csv") for number, title in rows])

        def reader(self) -> LinesReader:
            return LinesReader()

        @classmethod
        def probe(cls, url: str, fetch: Fetch) -> Found | None:
            try:
                return Found(cls.kind, url) if fetch(url).body.startswith(b"id;titel") else None
            except FetchError:
                return None

    class LinesPlugin(p.SingletonPlugin):
        p.implements(IRvrHarvestAdapter)

        def rvr_harvest_adapters(self) -> list[type[Adapter]]:
            return [LinesAdapter]

    provide_plugin("test_lines", LinesPlugin)
    p.load("test_lines")
    yield LinesAdapter.kind
    p.unload("test_lines")


def test_the_kind_of_another_plugin_is_probed_and_harvested_like_ours(
    lines: str, harvest: Any, datasets: Any, portal: Any
) -> None:
    import ckan.plugins.toolkit as tk

    url = portal.put("/zeilen.csv", LINES, "text/csv")
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    found = tk.get_action("rvr_harvest_probe")({"user": user, "ignore_auth": True}, {"url": url})
    assert (found["kind"], found["kind_title"], found["url"]) == (lines, "Zeilen", url)
    assert harvest(url, source_type=lines)["added"] == 2
    assert {one["title"] for one in datasets()} == {"Bäume", "Bäder"}
    portal.put("/zeilen.csv", LINES.replace("Bäder", "Brücken"), "text/csv")
    report = harvest(url)
    assert (report["changed"], report["unchanged"]) == (1, 1)
    portal.put("/zeilen.csv", "nichts", "text/csv")
    assert harvest(url)["sentences_de"][0] == "Das sind keine Zeilen."
    assert {one["title"] for one in datasets()} == {"Bäume", "Brücken"}
