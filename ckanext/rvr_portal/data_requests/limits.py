"""How many requests one connection, one mail address and all together may send; counted in Redis, without addresses."""

from __future__ import annotations

from .. import config, counting
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
        if counting.count(f"request:{name}", who, seconds) > most:
            return name
    return ""
