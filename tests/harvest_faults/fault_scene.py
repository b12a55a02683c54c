"""Good and bad sources side by side, and what must hold whatever one of them does."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from fault_apis import SITES
from fault_server import BadServer, answer
from fault_sites import NEIGHBOUR, Fault, Site, turtle
from fault_state import end_state

__all__ = ["Scene"]

_MAX_CPU = 2.0
_NEIGHBOUR = "nachbar"


class Scene:
    """Runs sources of the bad server. `baselines` outlives tests: state of each source after undisturbed runs."""

    def __init__(
        self, server: BadServer, harvest: Callable[..., dict[str, Any]], baselines: dict[str, dict[str, list[str]]]
    ) -> None:
        self.server = server
        self._harvest = harvest
        self._baselines = baselines
        self._versions = itertools.count(int(time.monotonic() * 1000))

    @property
    def is_ready(self) -> bool:
        """Whether the database still holds what an earlier test put there."""
        from ckan import model

        return bool(self._baselines) and model.Package.get(_NEIGHBOUR) is not None

    def begin(self) -> None:
        """Start with an empty database."""
        self._baselines.clear()
        for site in SITES.values():
            self.server.good.update(site.good)
        self._neighbour_arrives()

    def undisturbed(self, site: Site) -> dict[str, list[str]]:
        """The state after good runs of a source; makes it if this is the first test that needs it."""
        if site.name not in self._baselines:
            assert self.run(site)["status"] == "complete"
            assert self.run(site)["unchanged"] == 3
            self._baselines[site.name] = self.state(site)
        return self._baselines[site.name]

    def run(self, site: Site, **fields: Any) -> dict[str, Any]:
        """One run of a site's source; its report."""
        config = json.dumps(dict(site.config)) if site.config else None
        return self._harvest(
            self.server.url + site.path, site.name, source_type=site.kind, **({"config": config} if config else {}), **fields
        )  # fmt: skip

    def state(self, site: Site, *, pages: bool = False) -> dict[str, list[str]]:
        """What database and index hold of a site's three datasets, and of its `pages`."""
        from ckan import model

        package: Any = model.Package.get(site.name)
        return end_state(package.id, set(site.guids), pages=pages)

    def report(self, site: Site) -> dict[str, Any]:
        """The report of a site's last run."""
        import ckan.plugins.toolkit as tk

        return tk.get_action("rvr_harvest_report_show")({"ignore_auth": True}, {"id": site.name})

    def survives_all(self, site: Site, faults: Sequence[Fault]) -> None:
        """Let a site misbehave in one way after the other, and see the five things that must hold."""
        before = self.undisturbed(site)
        with self.unsettled():
            for fault in faults:
                try:
                    self._survives(site, fault, before, is_last=fault is faults[-1])
                except Exception as error:
                    error.add_note(f"at the fault “{fault.name}”")
                    raise
            self.mends_all(site, before)

    def survives(self, site: Site, *, words: str, elsewhere: str) -> None:
        """The same for a source that has an address for a while which leads nowhere."""
        before = self.undisturbed(site)
        with self.unsettled():
            with self._moved(site, elsewhere):
                fault = Fault("elsewhere", lambda _: {}, "failed", words)
                self._survives(site, fault, before, is_last=True)
            self.mends_all(site, before)

    @contextmanager
    def unsettled(self) -> Iterator[None]:
        """Until all is as before; if it is not, the next test begins with an empty portal."""
        baselines = dict(self._baselines)
        self._baselines.clear()
        yield
        self._baselines.update(baselines)

    def _survives(self, site: Site, fault: Fault, before: dict[str, list[str]], *, is_last: bool) -> None:
        untouched = self.state(site, pages=True)
        with self.server.misbehaving(fault.spoil(site)):
            begun = time.thread_time()
            reports = [self.run(site) for _ in range(fault.runs)]
            spent = (time.thread_time() - begun) / fault.runs
            self.nothing_is_deleted(site)
            self._the_report_says_it(reports[-1], fault.status, fault.words)
            if is_last:
                self._neighbour_arrives()
        assert spent <= _MAX_CPU, f"{spent:.1f} s of CPU"
        # where nothing at all was touched, the next good run is that of the next fault that did, or of the last one
        if self.state(site, pages=True) != untouched:
            self.mends_all(site, before)

    def mends_all(self, site: Site, before: dict[str, list[str]]) -> None:
        """The next good run ends in exactly the state of an undisturbed one."""
        again = self.run(site)
        assert again["status"] == "complete", again["sentences_de"]
        self.all_is_as_before(before, self.state(site))

    @contextmanager
    def _moved(self, site: Site, url: str) -> Iterator[None]:
        """Another address for the source, also one that nobody could enter."""
        self._lead_to(site, url or self.server.url + site.path)
        try:
            yield
        finally:
            self._lead_to(site, self.server.url + site.path)

    def _lead_to(self, site: Site, url: str) -> None:
        from ckan import model
        from ckanext.harvest.model import HarvestSource

        package: Any = model.Package.get(site.name)
        source: Any = HarvestSource.get(package.id)
        if source.url != url:
            source.url = url
            model.Session.commit()

    # -- the five things

    def nothing_is_deleted(self, site: Site) -> None:
        import ckan.plugins.toolkit as tk
        from ckan import model

        rows = model.Session.execute(
            model.meta.metadata.tables["package"].select().where(
                model.Package.id.in_(self._package_ids(site)), model.Package.state == "active"
            )
        ).all()  # fmt: skip
        assert len(rows) == len(site.guids), f"datasets are gone: {self.state(site)['record']}"
        found = tk.get_action("package_search")(
            {}, {"fq": "id:(" + " OR ".join(row.id for row in rows) + ")", "rows": 100}
        )
        assert found["count"] == len(site.guids), "datasets are not found any more"
        from ckanext.rvr_harvest.helpers import rvr_harvest_origin

        assert not any(rvr_harvest_origin(one)["vanished"] for one in found["results"])

    def all_is_as_before(self, before: dict[str, list[str]], after: dict[str, list[str]]) -> None:
        differing = [
            f"{table}: {key}: {one.get(key)!r:.300} became {other.get(key)!r:.300}"
            for table, rows in before.items()
            for one, other in itertools.zip_longest(map(json.loads, rows), map(json.loads, after[table]), fillvalue={})
            for key in {**one, **other}
            if one.get(key) != other.get(key)
        ]
        assert not differing, "\n".join(differing)

    def _package_ids(self, site: Site) -> list[str]:
        from ckan import model

        from ckanext.rvr_harvest.model import HarvestRecord

        source: Any = model.Package.get(site.name)
        query = model.Session.query(HarvestRecord.package_id).filter(
            HarvestRecord.source_id == source.id, HarvestRecord.guid.in_(site.guids)
        )
        return [row[0] for row in query]

    def _the_report_says_it(
        self, report: dict[str, Any], status: str | tuple[str, ...], words: str | tuple[str, ...]
    ) -> None:
        expected = (status,) if isinstance(status, str) else status
        told = [*report["sentences_de"]]
        for record in report["records"]:
            for finding in record["findings"]:
                told += [finding["message_de"], finding["hint_de"]]
        assert report["status"] in expected, told
        for word in (words,) if isinstance(words, str) else words:
            assert any(word in sentence for sentence in told), (word, told)
        assert all(sentence.rstrip().endswith((".", "!", "?")) for sentence in report["sentences_de"]), told
        assert "inneren Fehler" not in " ".join(told), told
        assert len(report["sentences_de"]) == len(report["sentences_en"])

    def _neighbour_arrives(self) -> None:
        """Another source has something new, and it comes."""
        import ckan.plugins.toolkit as tk

        title = f"Nachbarn {next(self._versions)}"
        self.server.good[NEIGHBOUR] = answer(turtle(title, base="https://example.com/neighbour"))
        report = self._harvest(self.server.url + NEIGHBOUR, _NEIGHBOUR)
        assert (report["status"], report["added"] + report["changed"]) == ("complete", 1)
        found = tk.get_action("package_search")({}, {"q": f'title:"{title}"'})
        assert [one["title"] for one in found["results"]] == [title]
