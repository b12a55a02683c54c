"""The services of the instance that the tests run on."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

__all__ = ["RESTARTS", "instance"]

STACK = Path(__file__).resolve().parents[2] / "stack"


def instance() -> Any:
    """The instance, to stop and start its services."""
    if str(STACK) not in sys.path:
        sys.path.insert(0, str(STACK))
    from instance import Instance  # type: ignore[import-not-found]

    return Instance(os.environ["RVR_STACK_INSTANCE"])


def _solr(services: Any) -> None:
    services.solr.stop()
    services.solr.launch()
    services.solr.wait()


def _redis(services: Any) -> None:
    services.redis.stop()
    services.redis.start()


def _postgres(services: Any) -> None:
    from ckan import model

    services.postgres.stop()
    services.postgres.start()
    model.Session.remove()
    model.meta.engine.dispose()


RESTARTS = {"Redis": _redis, "Solr": _solr, "PostgreSQL": _postgres}
