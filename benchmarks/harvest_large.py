"""The harvest at the size of the region and beyond: `make bench-harvest`, or some parts of it with ARGS="rdf night".

Both real catalogues are multiplied to thousands of datasets and served by a local server. Speed by DCAT RDF (`rdf`) and by
CKAN's API (`ckan`) beside the stock harvesters, the answer 304 (`unmodified`), time and memory at several sizes (`growth`),
a whole night (`night`), and the search page while a harvest runs (`search`). Results go to results/harvest_PART.json, unless
sizes were given: then it was a trial.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace

from catalogues import CATALOGS
from frame import report
from harvest_parts import PARTS
from harvest_stage import Sizes, stage


def main(arguments: list[str]) -> int:
    """Measure the parts named, or all; 1 if one misses a limit."""
    options = _options(arguments)
    if not CATALOGS.exists():
        print("The reference catalogues are not on this machine: nothing was measured.")
        return 0
    sizes = _sizes(options)
    keep = sizes in (Sizes(), _large(Sizes()))
    missed = []
    with stage(sizes) as on:
        for name in options.parts or PARTS:
            start = time.monotonic()
            if report(f"harvest_{name}", PARTS[name](on), keep=keep):
                missed.append(name)
            print(f"({name}: {time.monotonic() - start:.0f} s)\n", flush=True)
    if not keep:
        print("The sizes were those of a trial: no results were written.")
    if missed:
        print(f"A limit was missed: {', '.join(missed)}")
    return 1 if missed else 0


def _options(arguments: list[str]) -> argparse.Namespace:
    usual = Sizes()
    parser = argparse.ArgumentParser(prog="make bench-harvest ARGS=…", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure: {', '.join(PARTS)} (all)")
    parser.add_argument("--datasets", type=int, help=f"datasets of the large source ({usual.datasets})")
    parser.add_argument("--sample", type=int, help=f"datasets the stock harvesters get ({usual.sample})")
    parser.add_argument("--growth", type=_numbers, metavar="N,N,…", help=f"sizes for growth ({usual.growth})")
    parser.add_argument("--large", action="store_true", help="growth also at 30,000")
    parser.add_argument("--night", type=float, metavar="SHARE", help="share of each source's real size (1)")
    parser.add_argument("--during", type=int, help=f"datasets harvested while the search is asked ({usual.during})")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return options


def _sizes(options: argparse.Namespace) -> Sizes:
    given = {
        name: value for name in ("datasets", "sample", "growth", "night", "during") if (value := getattr(options, name))
    }
    sizes = replace(Sizes(), **given)
    return _large(sizes) if options.large else sizes


def _large(sizes: Sizes) -> Sizes:
    return replace(sizes, growth=(*sizes.growth, 30_000))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
