"""Addresses on the map: asked of a geocoder that the operator has chosen, by the server, so that no visitor is seen there."""

from __future__ import annotations

import logging
from urllib.parse import quote

from ckan.lib.redis import connect_to_redis
from redis.exceptions import RedisError

from . import config, counting
from .client import client_address
from .domain import geocoding
from .domain.data_request import network_of
from .domain.geocoding import Box, Found
from .exceptions import N_, HttpDoorError, RvrPortalError
from .http import http_get

__all__ = ["GeocoderError", "TooManyError", "find", "is_there"]

log = logging.getLogger(__name__)

#: Questions of one connection in a minute, and of all in an hour.
A_MINUTE, AN_HOUR = 20, 2_000
_LONGEST = 120
# bytes, seconds
_LARGEST, _PATIENCE, _KEPT = 500_000, 5, 86_400


class GeocoderError(RvrPortalError):
    message_id = N_(
        "The search for addresses does not answer at the moment. Please choose a place or a section instead."
    )


class TooManyError(RvrPortalError):
    message_id = N_(
        "Too many addresses were searched for. Please try again in a few minutes, or choose a place or a section."
    )


def is_there() -> bool:
    """Whether addresses can be searched for."""
    return "{q}" in config.geocoder_url()


def find(text: str, region: Box) -> list[Found]:
    """Places of the region that an address may mean; an answer is kept for a day.

    :param region: west, south, east, north in degrees (EPSG:4326)
    :raises GeocoderError, TooManyError: there is no answer
    """
    text = " ".join(text.split())[:_LONGEST]
    if len(text) < 3 or not is_there():
        return []
    url = config.geocoder_url().replace("{q}", quote(text, safe=""))
    try:
        return geocoding.read(_answer(url), region)
    except (HttpDoorError, RedisError) as error:
        log.warning("The geocoder does not answer: %s", error)
        raise GeocoderError(str(error)) from error


def _answer(url: str) -> bytes:
    redis, key = connect_to_redis(), counting.key("geocoder:answer", url)
    kept = redis.get(key)
    if kept is not None:
        return bytes(kept)  # type: ignore[arg-type]
    limits = ((network_of(client_address()), A_MINUTE, 60), ("", AN_HOUR, 3_600))
    if any(counting.count("geocoder", who, seconds) > most for who, most, seconds in limits):
        raise TooManyError
    body = http_get(url, max_bytes=_LARGEST, total_timeout=_PATIENCE, retries=0).body
    redis.set(key, body, ex=_KEPT)
    return body
