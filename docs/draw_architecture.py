#!/usr/bin/env python3
"""Draws docs/img/architecture.svg: the plugins, what they may import, and the way of a dataset."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path

TARGET = Path(__file__).resolve().parent / "img" / "architecture.svg"
WIDTH, HEIGHT = 960, 560
INK, MUTED, LINE, ACCENT, SOFT, PAPER = "#1f2a30", "#55636b", "#8a979e", "#0b5266", "#e4eff3", "#ffffff"
STYLE = f"""
  text {{ font-family: system-ui, sans-serif; font-size: 15px; fill: {INK}; }}
  .name {{ font-weight: 600; }} .small {{ font-size: 13px; fill: {MUTED}; }}
  .head {{ font-size: 17px; font-weight: 600; }}
  .box {{ fill: {PAPER}; stroke: {LINE}; }} .own {{ fill: {SOFT}; stroke: {ACCENT}; }} .ground {{ fill: {ACCENT}; }}
  .on {{ fill: {PAPER}; }} .arrow {{ stroke: {ACCENT}; stroke-width: 2; fill: none; marker-end: url(#tip); }}
"""


@dataclass(frozen=True)
class Box:
    """A rectangle with a name and up to two lines below it."""

    x: float
    y: float
    width: float
    height: float
    name: str
    lines: tuple[str, ...] = ()
    kind: str = "own"

    @property
    def bottom(self) -> tuple[float, float]:
        """Middle of the lower edge."""
        return self.x + self.width / 2, self.y + self.height

    def draw(self) -> str:
        """The SVG of it."""
        on = " on" if self.kind == "ground" else ""
        middle = self.x + self.width / 2
        start = self.y + self.height / 2 + 5 - 9 * len(self.lines)
        rows = [f'<text class="name{on}" x="{middle}" y="{start}" text-anchor="middle">{escape(self.name)}</text>']
        rows += [
            f'<text class="small{on}" x="{middle}" y="{start + 18 * number}" text-anchor="middle">{escape(line)}</text>'
            for number, line in enumerate(self.lines, 1)
        ]
        shape = (
            f'<rect class="{self.kind}" x="{self.x}" y="{self.y}" width="{self.width}" height="{self.height}" rx="4"/>'
        )
        return "\n".join([shape, *rows])


PORTAL = Box(
    40, 190, 880, 64, "rvr_portal", ("places · vocabularies · schemas · search · look · interfaces",), "ground"
)
PLUGINS = (
    Box(40, 60, 200, 80, "rvr_harvest", ("member portals in,", "report back")),
    Box(266, 60, 200, 80, "rvr_dcat", ("one mapping,", "DCAT-AP.de 3.0")),
    Box(494, 60, 200, 80, "rvr_smartcity", ("register of", "projects")),
    Box(720, 60, 200, 80, "rvr_dashboards", ("numbers that others", "offer")),
)
STEPS = ("adapter", "diff", "reader", "repair", "guard", "writer", "index", "report")
STORES = (
    Box(40, 470, 205, 56, "PostgreSQL", ("datasets, projects, runs",), "box"),
    Box(265, 470, 205, 56, "Solr", ("search and facets",), "box"),
    Box(490, 470, 205, 56, "Redis", ("queue of the workers",), "box"),
    Box(715, 470, 205, 56, "Readers", ("HTML, RDF, CSV, JSON",), "box"),
)


def arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    """A straight arrow."""
    return f'<line class="arrow" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def steps() -> str:
    """The way of a dataset as a row of boxes joined by arrows."""
    width, gap = 92, 20.57
    boxes = [Box(round(40 + number * (width + gap), 1), 350, width, 50, name) for number, name in enumerate(STEPS)]
    joins = [arrow(a.x + width, 375, b.x - 3, 375) for a, b in pairwise(boxes)]
    return "\n".join([*(box.draw() for box in boxes), *joins])


def picture() -> str:
    """The whole drawing."""
    harvest, dcat = PLUGINS[:2]
    parts = [
        '<text class="head" x="40" y="36">Plugins: arrows say what may be imported</text>',
        *(box.draw() for box in (*PLUGINS, PORTAL)),
        *(arrow(box.bottom[0], box.bottom[1], box.bottom[0], PORTAL.y - 4) for box in PLUGINS),
        arrow(harvest.x + harvest.width, 100, dcat.x - 4, 100),
        '<text class="head" x="40" y="312">The way of a dataset from a member portal</text>',
        '<text class="small" x="40" y="334">each arrow is a value, each step a function of its input</text>',
        steps(),
        '<text class="head" x="40" y="448">What it stands on and what comes out</text>',
        *(box.draw() for box in STORES),
    ]
    title = "Architecture: four plugins on the common ground of rvr_portal, and the eight steps of a harvest"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t">',
            f'<title id="t">{title}</title>',
            f"<style>{STYLE}</style>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"',
            ' orient="auto">',
            f'<path d="M0 0L8 4L0 8z" fill="{ACCENT}"/></marker></defs>',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
            *parts,
            "</svg>\n",
        ]
    )


def main() -> None:
    """Write the picture."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
