"""Runs all measurements, each in a process of its own: `make bench`, or `make bench ARGS=search` for one.

Those of `LONG` run only by name; what follows the name is theirs.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ALL = ("create", "harvest", "search", "facets", "search_map", "suggest", "reindex", "pages", "dcat", "sheets", "tables")
LONG = ("harvest_large", "search_growth")


def main(names: list[str]) -> int:
    """Run the named measurements, or all; 1 if one failed or missed a limit."""
    if names and names[0] in LONG:
        return subprocess.run([sys.executable, str(HERE / f"{names[0]}.py"), *names[1:]], check=False).returncode
    wanted = [Path(name).stem for name in names] or [name for name in ALL if (HERE / f"{name}.py").exists()]
    failed = []
    for name in wanted:
        file = HERE / f"{name}.py"
        if name not in ALL or not file.exists():
            print(f"There is no measurement “{name}”. There are: {', '.join((*ALL, *LONG))}.", file=sys.stderr)
            return 2
        print(f"\n{name}", flush=True)
        start = time.monotonic()
        if subprocess.run([sys.executable, str(file)], check=False).returncode:
            failed.append(name)
        print(f"({time.monotonic() - start:.0f} s)", flush=True)
    if failed:
        print(f"\nNot finished, or a limit missed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
