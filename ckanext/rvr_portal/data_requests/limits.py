"""How many requests one connection, one mail address and all together may send; counted in Redis, without addresses."""

from __future__ import annotations

import hashlib
import hmac

import ckan.plugins.toolkit as tk
from ckan.lib.redis import connect_to_redis

from .. import config
from ..domain.data_request import network_of

__all__ = ["AN_HOUR", "A_DAY_TO_ONE", "take"]

#: Requests of one connection in an hour, and confirmations to one mail address in a day.
AN_HOUR, A_DAY_TO_ONE = 5, 3
_HOUR, _DAY = 3_600, 86_400


def take(address: str, email: str) -> str:
    """Count one more request; which limit it is over, empty if none: "address", "email" or "total".

    :param address: IP address of the asker, empty if there is none (a command)
    :raises redis.exceptions.RedisError: nobody counts at the moment
    """
    limits = [("address", network_of(address), AN_HOUR, _HOUR)] if address else []
    # what all share comes last: who is over a limit of their own uses nothing of it up
    limits += [("email", email.lower(), A_DAY_TO_ONE, _DAY), ("total", "", config.request_daily_limit(), _DAY)]
    for name, who, most, seconds in limits:
        if _count(name, who, seconds) > most:
            return name
    return ""


def _count(name: str, who: str, seconds: int) -> int:
    """The number of this one; it begins anew some time after the first."""
    redis, key = connect_to_redis(), _key(name, who)
    pipe = redis.pipeline()
    pipe.set(key, 0, ex=seconds, nx=True)
    pipe.incr(key)
    return int(pipe.execute()[1])


def _key(name: str, who: str) -> str:
    secret = str(tk.config["SECRET_KEY"]).encode()
    digest = hmac.new(secret, who.encode(), hashlib.sha256).hexdigest()[:32] if who else "all"
    return f"ckan:{tk.config['ckan.site_id']}:rvr_portal_request:{name}:{digest}"
