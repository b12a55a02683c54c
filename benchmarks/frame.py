"""What every measurement shares: warm processes of ours and of stock CKAN, paired rounds, figures, results as JSON.

Ours and the stock way are asked in turn in the same run, each in a warm process of its own, on the same services and the
same data. The first rounds are not counted. A figure is the median.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["Figure", "Worker", "ini", "median", "p95", "pair_of_workers", "paired", "report", "stock_ini"]

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"

# Stock CKAN with the official extensions, as their documentation sets them up, on the same services.
STOCK = """[app:main]
use = config:{ini}
ckan.plugins = dcat structured_data harvest spatial_metadata spatial_query scheming_datasets datastore text_view
    image_view datatables_view activity
scheming.dataset_schemas = ckanext.dcat.schemas:dcat_ap_full.yaml
scheming.presets = ckanext.scheming:presets.json ckanext.dcat.schemas:presets.yaml
ckanext.dcat.rdf.profiles = euro_dcat_ap_3 euro_dcat_ap_scheming
search.facets = organization groups tags res_format license_id
"""


@dataclass(frozen=True)
class Figure:
    """One measured figure beside the stock way's of the same run.

    :param name: what was measured
    :param unit: e.g. "ms", "datasets/s", "KB"
    :param ours: our figure (median)
    :param stock: the stock way's figure (median); None where there is none
    :param better: whether "lower" or "higher" is better
    :param limit: largest (lower) or smallest (higher) ratio ours/stock that is allowed, or …
    :param limit_absolute: … largest or smallest own figure
    :param rounds: how many rounds the medians are made of
    """

    name: str
    unit: str
    ours: float
    stock: float | None = None
    better: str = "lower"
    limit: float | None = None
    limit_absolute: float | None = None
    rounds: int = 1
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours divided by stock."""
        return round(self.ours / self.stock, 3) if self.stock else None

    @property
    def holds(self) -> bool:
        """Whether the figure keeps its limits; true when it has none."""
        return self._keeps(self.ratio, self.limit) and self._keeps(self.ours, self.limit_absolute)

    def _keeps(self, value: float | None, limit: float | None) -> bool:
        if limit is None:
            return True
        return value is not None and (value <= limit if self.better == "lower" else value >= limit)

    def line(self) -> str:
        """The figure as a line for people."""
        stock = f"{self.stock:>10.1f} {self.unit}" if self.stock is not None else " " * (11 + len(self.unit))
        ratio = f"ratio {self.ratio:.2f}" if self.ratio is not None else ""
        limits = [f"{self.limit}× stock"] * (self.limit is not None)
        limits += [f"{self.limit_absolute} {self.unit}"] * (self.limit_absolute is not None)
        word = "at most" if self.better == "lower" else "at least"
        verdict = f"({word} {' and '.join(limits)}: {'holds' if self.holds else 'MISSED'})" if limits else ""
        return f"{self.name:<58} {self.ours:>10.1f} {self.unit}  stock {stock}  {ratio:<11} {verdict}".rstrip()


class Worker:
    """A warm process with CKAN in it: `get` a page, or `call` a function of a module of this folder."""

    def __init__(self, ini: Path) -> None:
        # Only answers may come through the pipe; whatever else is printed goes to standard error.
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), str(ini)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def get(self, path: str) -> dict[str, Any]:
        """Ask for a page as an anonymous visitor: {ms, status, bytes}."""
        return self._ask({"get": path})

    def call(self, target: str, **arguments: Any) -> Any:
        """Call `module:function` within an application context; returns its (JSON) result."""
        return self._ask({"call": target, "arguments": arguments})

    def close(self) -> None:
        """End the process."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("The process that measures has ended; its message stands above.")
        answer = json.loads(line)
        if "error" in answer:
            raise SystemExit(f"The measurement failed:\n{answer['error']}")
        return answer["result"]


def ini() -> Path:
    """Settings of the instance the measurements run on."""
    found = os.environ.get("CKAN_INI")
    if not found:
        raise SystemExit("Run this through the stack: make bench, or python3 stack/stack.py run bench python FILE")
    return Path(found)


def stock_ini() -> Path:
    """Settings of stock CKAN on the same services, written beside those of the instance."""
    path = ini().with_name("stock.ini")
    path.write_text(STOCK.format(ini=ini()), "utf-8")
    return path


@contextmanager
def pair_of_workers() -> Iterator[tuple[Worker, Worker]]:
    """Two warm processes: ours and stock."""
    ours, stock = Worker(ini()), Worker(stock_ini())
    try:
        yield ours, stock
    finally:
        ours.close()
        stock.close()


def paired(
    ours: Callable[[int], float], stock: Callable[[int], float], rounds: int, warm: int = 3
) -> tuple[float, float]:
    """Medians of ours and stock, measured in turn; who begins changes from round to round.

    :param ours: measures once; gets the number of the round, so that both do the same work in it
    """
    measured: dict[str, list[float]] = {"ours": [], "stock": []}
    for number in range(-warm, rounds):
        order = [("ours", ours), ("stock", stock)]
        for name, measure in order if number % 2 else reversed(order):
            value = measure(number)
            if number >= 0:
                measured[name].append(value)
    return median(measured["ours"]), median(measured["stock"])


def median(values: Sequence[float]) -> float:
    """The median, rounded to a hundredth."""
    return round(statistics.median(values), 2)


def p95(values: Sequence[float]) -> float:
    """The 95th percentile, rounded to a tenth."""
    return round(statistics.quantiles(values, n=20)[-1], 1)


def report(name: str, figures: Sequence[Figure], *, keep: bool = True) -> int:
    """Print the figures and, unless they are not worth keeping, write them to results/<name>.json; 1 if a limit is missed."""
    for figure in figures:
        print(figure.line(), flush=True)
    if not keep:
        return 0 if all(figure.holds for figure in figures) else 1
    RESULTS.mkdir(exist_ok=True)
    content = {
        "benchmark": name,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"python": platform.python_version(), "cores": os.cpu_count()},
        "figures": [{**asdict(figure), "ratio": figure.ratio, "holds": figure.holds} for figure in figures],
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    return 0 if all(figure.holds for figure in figures) else 1
