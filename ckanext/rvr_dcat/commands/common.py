"""What several commands need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import has_request_context

__all__ = ["in_portal"]


@contextmanager
def in_portal() -> Iterator[None]:
    """As within a request of a visitor nobody knows: addresses and languages need one."""
    if has_request_context():
        yield
        return
    with click.get_current_context().find_root().meta["flask_app"].test_request_context():
        yield
