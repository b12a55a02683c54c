"""Counts in Redis for limits: how often somebody did something lately, without keeping who it was."""

from __future__ import annotations

import hashlib
import hmac

import ckan.plugins.toolkit as tk
from ckan.lib.redis import connect_to_redis

__all__ = ["count", "key"]


def count(what: str, who: str, seconds: int) -> int:
    """Count one more; returns which one it is. It begins anew so many seconds after the first.

    :param who: an address or the like; empty for all together
    :raises redis.exceptions.RedisError: nobody counts at the moment
    """
    redis, name = connect_to_redis(), key(what, who)
    pipe = redis.pipeline()
    pipe.set(name, 0, ex=seconds, nx=True)
    pipe.incr(name)
    return int(pipe.execute()[1])


def key(what: str, who: str) -> str:
    """Name in Redis, of this site alone; `who` stands in it as a checksum that only the portal can make."""
    secret = str(tk.config["SECRET_KEY"]).encode()
    digest = hmac.new(secret, who.encode(), hashlib.sha256).hexdigest()[:32] if who else "all"
    return f"ckan:{tk.config['ckan.site_id']}:rvr_portal:{what}:{digest}"
