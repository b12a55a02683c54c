"""Whatever a portal does: the others arrive, nothing is deleted, the report says it, and the next good run mends all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fault_apis import SITES
from fault_table import FAULTS

AT_ONCE = 10


def _parts() -> Iterator[Any]:
    """The faults of each site, some at a time, so that each part need not be set up for itself."""
    for name in SITES:
        faults = [fault for fault in FAULTS if name in fault.sites]
        for start in range(0, len(faults), AT_ONCE):
            part = faults[start : start + AT_ONCE]
            yield pytest.param(name, part, id=f"{name} {start + 1}-{start + len(part)}")


@pytest.mark.parametrize(("site", "faults"), _parts())
def test_faults_are_survived(scene: Any, site: str, faults: Any) -> None:
    scene.survives_all(SITES[site], faults)
