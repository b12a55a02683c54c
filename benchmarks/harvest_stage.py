"""What all measurements of the large harvest stand on: catalogues on a local server, sites, crawler and workers."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from background import Peaks, background_workers, watched
from catalogue_server import Server, Shown, serving
from catalogues import Catalogue, Pattern, patterns
from ckan_answers import Answers
from frame import STOCK, Worker, ini

__all__ = ["Sizes", "Stage", "stage"]

# time limits that make a source that hangs cost seconds, not minutes
_SHORT = """ckanext.rvr_portal.http_read_timeout = 5
ckanext.rvr_portal.http_total_timeout = 10
ckanext.rvr_portal.http_retries = 1
"""


@dataclass(frozen=True)
class Sizes:
    """How much is measured.

    :param datasets: datasets of the large source
    :param sample: how many of them the stock harvesters get; rates are compared
    :param growth: sizes of sources between which growth is measured
    :param night: datasets of all sources of a night for each real one; less than 1 for a trial
    :param during: datasets that are harvested while the search is asked
    """

    datasets: int = 3000
    sample: int = 253
    growth: tuple[int, ...] = (1000, 3000, 10000)
    night: float = 1.0
    during: int = 1500
    single: int = 253


@dataclass
class Stage:
    """A server with catalogues and the sites that harvest from it."""

    sizes: Sizes
    server: Server
    folder: Path
    known: list[Pattern] = field(default_factory=patterns)

    def show_rdf(
        self,
        key: str,
        number: int,
        *,
        page_size: int = 100,
        edition: int = 1,
        changed: Collection[int] = (),
        **how: Any,
    ) -> str:
        """Serve a catalogue, or a later edition of it, under its address; `how` as of `Shown`."""
        url = f"{self.server.url}/{key}/catalog.rdf"
        catalogue = Catalogue(key, url, number, page_size, edition, changed)
        folder = catalogue.write(self.known, self.folder / key / str(edition))
        self.server.shown[key] = Shown(folder=folder, **how)
        return url

    def show_ckan(self, key: str, number: int, *, edition: int = 1, changed: Collection[int] = ()) -> str:
        """Serve the same datasets by CKAN's Action API; the address of the portal."""
        url = f"{self.server.url}/{key}"
        self.server.shown[key] = Shown(answers=Answers(Catalogue(key, url, number, 1000, edition, changed), self.known))
        return url

    @contextmanager
    def site(self, name: str = "ours") -> Iterator[Worker]:
        """A warm process of a site: ours, stock-rdf or stock-ckan; ours with short time limits as `ours-short`."""
        worker = Worker(_settings(name))
        try:
            yield worker
        finally:
            worker.close()

    @contextmanager
    def harvesters(self) -> Iterator[tuple[Worker, Peaks]]:
        """Two processes, as on two cores: one that reads (and writes when there is time) and one that writes."""
        with self.site() as crawler:
            with background_workers(_settings("ours"), 1, lambda: crawler.call("harvest_site:listening")) as pids:
                with watched({"crawler": crawler.pid, "worker": pids[0]}) as peaks:
                    yield crawler, peaks

    @contextmanager
    def workers(self, site: str, number: int, asker: Worker) -> Iterator[None]:
        """That many workers for background jobs of a site."""
        with background_workers(_settings(site), number, lambda: asker.call("harvest_site:listening")):
            yield

    def clear(self) -> None:
        """Remove what measurements brought to the site."""
        with self.site() as site:
            site.call("harvest_site:clear")


@contextmanager
def stage(sizes: Sizes) -> Iterator[Stage]:
    """The stage; before and after, nothing of an earlier or of this measurement is left in the site."""
    with tempfile.TemporaryDirectory(prefix="bench-harvest-") as folder, serving() as server:
        made = Stage(sizes, server, Path(folder))
        made.clear()
        try:
            yield made
        finally:
            made.clear()


def _settings(name: str) -> Path:
    if name == "ours":
        return ini()
    path = ini().with_name(f"bench-{name}.ini")
    path.write_text(_SITES[name].format(ini=ini()), "utf-8")
    return path


_OURS = "[app:main]\nuse = config:{ini}\n"
_SITES = {
    "ours-short": _OURS + _SHORT,
    "stock-rdf": STOCK.replace(" harvest ", " harvest dcat_rdf_harvester "),
    # datasets of another CKAN's plain fields do not pass the schema for DCAT-AP: without it, as ckanext-harvest documents
    "stock-ckan": STOCK.replace(" harvest ", " harvest ckan_harvester ").replace(" scheming_datasets", ""),
}
