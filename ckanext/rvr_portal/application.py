"""The application of this process, for jobs and commands: they speak without a request."""

from __future__ import annotations

from typing import Any

__all__ = ["current", "remember"]

_current: Any = None


def remember(app: Any) -> None:
    """Called when CKAN builds its application, also for a worker and on the command line."""
    global _current
    _current = getattr(app, "_wsgi_app", app)


def current() -> Any:
    """The Flask application that was built last."""
    if _current is None:
        raise RuntimeError("CKAN has built no application yet")
    return _current
