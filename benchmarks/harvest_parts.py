"""The measurements of the large harvest, part by part. Each returns its figures and removes what it brought."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from background import Peaks, cpu_seconds
from frame import Figure, Worker
from harvest_stage import Stage
from search import DATASETS as INDEXED
from search import QUERIES, page_ms

__all__ = ["PARTS"]

# Datasets of the member portals as counted on 2026-09-16; those of the last three are not published: a guess.
NIGHT = {
    "dortmund": 821, "moers": 484, "gelsenkirchen": 308, "hamm": 143, "bottrop": 140, "herne": 136, "recklinghausen": 120,
    "essen": 111, "bochum": 104, "duisburg": 103, "oberhausen": 61, "hagen": 11, "unna": 25, "wesel": 25, "xanten": 25,
}  # fmt: skip
BROKEN, HANGING = "wesel", "xanten"
_TWO = "two processes: one reads and writes, one worker of the queue writes"


def rdf(on: Stage) -> list[Figure]:
    """A DCAT catalogue of 100 a page: first run, unchanged in both senses, one per cent changed."""
    number, ours, stock = on.sizes.datasets, "large-rdf", "stock-rdf"
    runs: dict[str, dict[str, Any]] = {}
    with on.harvesters() as (crawler, peaks):

        def run(title: str, **how: Any) -> None:
            url = on.show_rdf(ours, number, **how)
            runs[title] = _timed(peaks, crawler, name=ours, url=url, kind="rvr_dcat_rdf")

        run("first")
        run("same")
        run("unchanged", edition=2)
        run("changed", edition=3, changed=_hundredth(number))
    url = on.show_rdf(stock, on.sizes.sample)
    first, again = _stock(on, "stock-rdf", stock, url, "dcat_rdf")
    return _speed(on, "DCAT RDF", runs, first, again, with_same=True)


def ckan(on: Stage) -> list[Figure]:
    """The same datasets by CKAN's Action API, 1,000 a page."""
    number, ours, stock = on.sizes.datasets, "large-ckan", "stock-ckan"
    runs: dict[str, dict[str, Any]] = {}
    with on.harvesters() as (crawler, peaks):

        def run(title: str, **how: Any) -> None:
            url = on.show_ckan(ours, number, **how)
            runs[title] = _timed(peaks, crawler, name=ours, url=url, kind="rvr_ckan")

        run("first")
        run("unchanged", edition=2)
        run("changed", edition=3, changed=_hundredth(number))
    url = on.show_ckan(stock, on.sizes.sample)
    first, again = _stock(on, "stock-ckan", stock, url, "ckan")
    return _speed(on, "CKAN API", runs, first, again, with_same=False)


def _timed(peaks: Peaks, crawler: Worker, **source: str) -> dict[str, Any]:
    """One run, with the computing time of both processes (`cpu`, s)."""
    before = peaks.cpu
    run = crawler.call("harvest_site:run", **source)
    time.sleep(4)  # the time of a worker's job counts when the job has ended, a little after the run
    return {**run, "cpu": peaks.cpu - before}


def _hundredth(number: int) -> list[int]:
    return list(range(0, number, 100))


def _stock(on: Stage, site: str, key: str, url: str, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """First and second run of a stock harvester."""
    with on.site(site) as worker:
        before = cpu_seconds(worker.pid)
        first = worker.call("harvest_site:run_stock", name=key, url=url, kind=kind)
        first["cpu"] = cpu_seconds(worker.pid) - before
        if first["added"] != on.sizes.sample:
            raise SystemExit(f"Stock {kind}: only {first['added']} of {on.sizes.sample} datasets came through.")
        before = cpu_seconds(worker.pid)
        again = worker.call("harvest_site:run_stock", name=key, url=url, kind=kind)
        again["cpu"] = cpu_seconds(worker.pid) - before
    on.clear()
    return first, again


def _speed(
    on: Stage,
    kind: str,
    runs: dict[str, dict[str, Any]],
    first: dict[str, Any],
    again: dict[str, Any],
    *,
    with_same: bool,
) -> list[Figure]:
    number, sample = on.sizes.datasets, on.sizes.sample
    some = len(_hundredth(number))
    _expect(runs["first"], added=number)
    _expect(runs["unchanged"], unchanged=number)
    _expect(runs["changed"], changed=some, unchanged=number - some)
    name, size = f"{number} datasets, {kind}", f"stock: {sample} datasets"
    times = again["seconds"] * number / sample
    figures = [
        Figure(f"{name}: first run", "datasets/min", _rate(number, runs["first"]), _rate(sample, first), "higher", 5, 3000,
               note=f"{_TWO}; {size}, one process as by run-test, the rate is compared"),
        Figure(f"{name}: first run", "s", round(runs["first"]["seconds"], 1), note=_TWO),
        Figure(f"{name}: first run, computing time", "ms/dataset", _each(number, runs["first"]), _each(sample, first),
               note="of the processes that harvest, without database and search: less at the mercy of other work"),
        Figure(f"{name}: unchanged, computing time", "ms/dataset", _each(number, runs["unchanged"]), _each(sample, again)),
        Figure(f"{name}: unchanged", "s", round(runs["unchanged"]["seconds"], 2), round(times, 1), limit_absolute=8,
               note=f"other names of blank nodes, as ckanext-dcat gives them; {size}, times {number / sample:.1f}"
               if with_same else f"{size}, times {number / sample:.1f}; it asks for changes only"),
        Figure(f"{name}: unchanged, rows of datasets written", "rows", runs["unchanged"]["rows"], limit_absolute=0),
        Figure(f"{name}: unchanged, updates of Solr", "requests", runs["unchanged"]["solr"], limit_absolute=0),
        Figure(f"{name}: 1 % changed", "s", round(runs["changed"]["seconds"], 2), limit_absolute=12,
               note=f"{some} datasets, spread over all pages"),
        Figure(f"{name}: 1 % changed, datasets written", "rows", runs["changed"]["packages"], limit_absolute=some),
        Figure(f"{name}: 1 % changed, updates of Solr", "requests", runs["changed"]["solr"]),
    ]  # fmt: skip
    if with_same:
        _expect(runs["same"], unchanged=number)
        figures.append(
            Figure(f"{name}: the same byte for byte", "s", round(runs["same"]["seconds"], 2), limit_absolute=8)
        )
    return figures


def unmodified(on: Stage) -> list[Figure]:
    """A source of one page whose server says 304."""
    number, key = on.sizes.single, "single"
    with on.harvesters() as (crawler, _):
        url = on.show_rdf(key, number, page_size=number, etags=True)
        source = {"name": key, "url": url, "kind": "rvr_dcat_rdf"}
        _expect(crawler.call("harvest_site:run", **source), added=number)
        again = crawler.call("harvest_site:run", **source)
        crawler.call("harvest_site:clear")
    _expect(again, unchanged=number)
    name = f"{number} datasets on one page, answer 304"
    return [
        Figure(name, "s", round(again["seconds"], 3), limit_absolute=1),
        Figure(f"{name}: rows of datasets written", "rows", again["rows"], limit_absolute=0),
    ]


def growth(on: Stage) -> list[Figure]:
    """Sources of several sizes, each with processes of its own: time and memory."""
    measured = {number: _grown(on, number) for number in on.sizes.growth}
    figures = []
    for number, (first, unchanged, crawler, worker) in measured.items():
        name = f"{number} datasets"
        limit = 350 if number <= 10_000 else None
        figures += [
            Figure(f"{name}: first run", "s", first, note=_TWO),
            Figure(f"{name}: unchanged", "s", unchanged),
            Figure(f"{name}: memory of the process that reads", "MB", crawler, limit_absolute=limit),
            Figure(f"{name}: memory of the worker", "MB", worker, limit_absolute=limit),
        ]
    (small, one), (large, other) = min(measured.items()), max(measured.items())
    if small == large:
        return figures
    for title, column in (("first run", 0), ("unchanged", 1)):
        ratio = (other[column] / large) / (one[column] / small)
        figures.append(
            Figure(f"time for each dataset at {large} against {small}, {title}", "×", round(ratio, 2), limit_absolute=1.1,
                   note="1 is a straight line")
        )  # fmt: skip
    for title, unit, column in (
        ("first run", "s", 0),
        ("unchanged", "s", 1),
        ("memory of the process that reads", "MB", 2),
    ):
        slope = (other[column] - one[column]) / (large - small)
        value = round(other[column] + slope * (100_000 - large), 1)
        figures.append(
            Figure(f"100,000 datasets on paper: {title}", unit, value, note=f"line through {small} and {large}")
        )
    return figures


def _grown(on: Stage, number: int) -> tuple[float, float, float, float]:
    """Seconds of the first and of an unchanged run, memory (MB) of the process that reads and of the worker."""
    key = f"growth-{number}"
    with on.harvesters() as (crawler, peaks):
        source = {"name": key, "url": on.show_rdf(key, number), "kind": "rvr_dcat_rdf"}
        first = crawler.call("harvest_site:run", **source)
        _expect(first, added=number)
        on.show_rdf(key, number, edition=2)
        unchanged = crawler.call("harvest_site:run", **source)
        _expect(unchanged, unchanged=number)
        crawler.call("harvest_site:clear")
    return round(first["seconds"], 1), round(unchanged["seconds"], 2), peaks["crawler"], peaks["worker"]


def night(on: Stage) -> list[Figure]:
    """15 sources in the queue at once, two workers: the first night, then an unchanged one with two bad sources."""
    sizes = {name: max(1, round(number * on.sizes.night)) for name, number in NIGHT.items()}
    sources = [{"name": f"night-{key}", "kind": "rvr_dcat_rdf"} for key in sizes]
    with on.site("ours-short") as asker, on.workers("ours-short", 2, asker):
        for source, number in zip(sources, sizes.values(), strict=True):
            source["url"] = on.show_rdf(source["name"], number)
        first, reports = _one_night(asker, sources)
        total = sum(report["added"] for report in reports)
        if total != sum(sizes.values()):
            raise SystemExit(f"The first night brought {total} of {sum(sizes.values())} datasets.")
        faults = {BROKEN: "cut", HANGING: "hang"}
        for key, number in sizes.items():
            on.show_rdf(f"night-{key}", number, edition=2, fault=faults.get(key, ""))
        second, reports = _one_night(asker, sources)
        good = [report for report in reports if report["status"] == "complete"]
        expected = sum(number for key, number in sizes.items() if key not in faults)
        if sum(report["unchanged"] for report in good) != expected or len(good) != len(sizes) - len(faults):
            raise SystemExit(f"The second night is not as it should be: {reports}")
        asker.call("harvest_site:clear")
    name = f"a night: {len(sizes)} sources, {total} datasets"
    return [
        Figure(f"{name}, first", "s", round(first, 1), note="two workers of the queue"),
        Figure(f"{name}, unchanged", "s", round(second, 1), limit_absolute=180,
               note="two workers of the queue; one source cut off, one never answers (5 s for each piece, 10 s in all)"),
    ]  # fmt: skip


def _one_night(asker: Worker, sources: list[dict[str, str]]) -> tuple[float, list[dict[str, Any]]]:
    """Seconds from the first job in the queue to the end of the last, and the reports."""
    begun = asker.call("harvest_site:enqueue", sources=sources)
    while (ended := asker.call("harvest_site:ended", jobs=begun["jobs"]))["number"] < len(sources):
        time.sleep(1)
    return ended["last"] - begun["since"], ended["reports"]


def search(on: Stage) -> list[Figure]:
    """The search page, asked five times a second in a process of its own, while two workers bring a new source."""
    key, number = "during", on.sizes.during
    source = {"name": key, "url": on.show_rdf(key, number), "kind": "rvr_dcat_rdf"}
    with on.site() as web, on.site() as asker, on.workers("ours", 2, asker):
        web.call("corpus:fill", number=INDEXED)
        _asked(web, lambda times: len(times) >= 16)
        idle = _asked(web, lambda times: len(times) >= 100)
        jobs = asker.call("harvest_site:enqueue", sources=[source])["jobs"]
        busy = _asked(web, lambda _times: asker.call("harvest_site:ended", jobs=jobs)["number"] == 1)
        (report,) = asker.call("harvest_site:ended", jobs=jobs)["reports"]
        asker.call("harvest_site:clear")
    _expect(report, added=number)
    return [
        Figure("search page, 95 of 100 within, while a harvest runs", "ms", _p95(busy), _p95(idle), limit=2,
               rounds=len(busy), note=f"instead of stock: the same process without a harvest, {len(idle)} rounds"),
        Figure("search page, median, while a harvest runs", "ms", round(statistics.median(busy), 1),
               round(statistics.median(idle), 1), rounds=len(busy), note="instead of stock: without a harvest"),
    ]  # fmt: skip


def _asked(web: Worker, enough: Callable[[list[float]], bool]) -> list[float]:
    times: list[float] = []
    while not enough(times):
        times.append(page_ms(web, f"/dataset/?q={QUERIES[len(times) % len(QUERIES)]}"))
        time.sleep(0.2)
    return times


def _p95(times: list[float]) -> float:
    if len(times) < 2:
        raise SystemExit("The harvest was over before the search was asked twice: take more datasets.")
    return round(statistics.quantiles(times, n=20, method="inclusive")[-1], 1)


def _each(number: int, run: dict[str, Any]) -> float:
    return round(run["cpu"] / number * 1000, 2)


def _rate(number: int, run: dict[str, Any]) -> float:
    return round(number / run["seconds"] * 60, 1)


def _expect(run: dict[str, Any], **numbers: int) -> None:
    """Stop when a run did not do what is measured."""
    if any(run.get(key) != value for key, value in numbers.items()):
        raise SystemExit(f"Expected {numbers}, but the run says {run}.")


PARTS: dict[str, Callable[[Stage], list[Figure]]] = {
    "rdf": rdf, "ckan": ckan, "unmodified": unmodified, "growth": growth, "night": night, "search": search,
}  # fmt: skip
