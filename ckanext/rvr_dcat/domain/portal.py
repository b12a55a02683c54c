"""What the description of datasets needs to know of the portal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

__all__ = ["PublicBody", "Site", "body_of"]


class PublicBody(NamedTuple):
    """An organisation of the portal."""

    iri: str
    title: str = ""
    email: str = ""
    url: str = ""
    places: tuple[str, ...] = ()


class Site(NamedTuple):
    """What the description needs to know of the portal.

    :ivar url: address of the portal, without a slash at the end
    :ivar dataset_iri: address of a dataset dict
    :ivar resource_iri: address of a resource dict
    :ivar bodies: organisations by id
    :ivar place: address and level of a place's key; none where there is none
    :ivar contributor_id: contributor of datasets that came without one of the list
    :ivar contributors: the addresses of the list
    :ivar license: licence of distributions without one
    """

    url: str
    dataset_iri: Callable[[dict[str, Any]], str]
    resource_iri: Callable[[dict[str, Any]], str]
    bodies: Mapping[str, PublicBody]
    place: Callable[[str], tuple[str, str] | None]
    contributor_id: str
    contributors: Collection[str]
    license: str


def body_of(package: dict[str, Any], site: Site) -> PublicBody:
    """The organisation of a dataset, as far as its dict tells."""
    organization = package.get("organization") or {}
    id_ = organization.get("id") or package.get("owner_org")
    return PublicBody(f"{site.url}/organization/{id_}" if id_ else site.url, organization.get("title") or "")
