"""While a run writes, CKAN's per-dataset extras rest: no default views, no activity entry for each dataset."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

__all__ = ["call_silently", "is_quiet", "quiet", "seldom_collected"]

_quiet: ContextVar[bool] = ContextVar("rvr_harvest_quiet", default=False)


def is_quiet() -> bool:
    """Whether a harvest batch is being written in this thread."""
    return _quiet.get()


@contextmanager
def quiet() -> Iterator[None]:
    """Within this block no default views are made."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Within this block Python looks for unused circles of objects less often.

    A graph of RDF is very many objects that all stay: looking through them again and again took a tenth of a run.
    """
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def call_silently(action: str, context: dict[str, Any], data: dict[str, Any]) -> Any:
    """Call an action with all its chains, but without the signal that would write an activity for each dataset.

    A run writes one activity entry instead. The function below the signal is reached through `__wrapped__`, which
    `functools.wraps` sets.
    """
    function: Callable[[Context, dict[str, Any]], Any] = tk.get_action(action).__wrapped__  # type: ignore[attr-defined]
    context.setdefault("model", model)
    context.setdefault("session", model.Session)
    context.setdefault("__auth_audit", []).append((action, id(function)))
    return function(context, data)  # type: ignore[arg-type]
