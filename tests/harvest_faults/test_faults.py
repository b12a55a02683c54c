"""Whatever a portal does: the others arrive, nothing is deleted, the report says it, and the next good run mends all."""

from __future__ import annotations

from typing import Any

import pytest
from fault_sites import SITES
from fault_table import FAULTS, Fault

CASES = [pytest.param(fault, name, id=f"{name}: {fault.name}") for fault in FAULTS for name in fault.sites]


@pytest.mark.parametrize(("fault", "site"), CASES)
def test_a_fault_is_survived(scene: Any, fault: Fault, site: str) -> None:
    where = SITES[site]
    scene.survives(where, fault.spoil(where), status=fault.status, word=fault.word, runs=fault.runs)
