"""Failures of the portal: a sentence that may be shown to anyone, and an inner text for the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

__all__ = [
    "BadAddressError",
    "BadRedirectError",
    "BadStatusError",
    "BrokenAnswerError",
    "CertificateError",
    "ForbiddenAddressError",
    "HttpDoorError",
    "RvrPortalError",
    "TimedOutError",
    "TooLargeError",
    "UnknownHostError",
    "UnreachableError",
]


def N_(text: str) -> str:  # noqa: N802 - the name under which Babel finds message ids
    """Mark a message id for translation at the time it is shown."""
    return text


class RvrPortalError(Exception):
    """Base of all failures of this project's own making.

    `message_id` and `params` are the sentence for readers, untranslated, so that a report can keep them;
    `detail` is for the log only.
    """

    message_id: str = N_("Something went wrong. Please try again later.")

    def __init__(self, detail: str = "", **params: Any) -> None:
        super().__init__(detail or self.message_id.format_map(_Lenient(params)))
        self.detail = detail
        self.params = params

    @property
    def sentence(self) -> str:
        """The sentence for readers in the language of the request."""
        import ckan.plugins.toolkit as tk  # here, so that domain code may import this module without CKAN

        try:
            text = tk._(self.message_id)
        except RuntimeError:  # no application context: a script
            text = self.message_id
        return text.format_map(_Lenient(self.params))


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


class HttpDoorError(RvrPortalError):
    """A request to another server did not bring a usable answer."""

    message_id = N_("The address {url} could not be fetched.")

    def __init__(self, url: str, detail: str = "", **params: Any) -> None:
        super().__init__(detail, url=url, **params)
        self.url = url


class BadAddressError(HttpDoorError):
    message_id = N_("“{url}” is not a web address that can be fetched. It must begin with http:// or https://.")


class ForbiddenAddressError(HttpDoorError):
    message_id = N_("The address {url} leads into a private network and is not fetched. Please enter a public address.")


class UnreachableError(HttpDoorError):
    message_id = N_("The server of {url} cannot be reached. Please check the address, or try again later.")


class UnknownHostError(UnreachableError):
    message_id = N_("Nobody knows the server name in {url}. Please check the address, or try again later.")


class CertificateError(HttpDoorError):
    message_id = N_("The security certificate of {url} is not valid. The operator of that server has to renew it.")


class TimedOutError(HttpDoorError):
    message_id = N_(
        "The server of {url} took too long to answer. Please try again later; if it happens often, tell its operator."
    )


class TooLargeError(HttpDoorError):
    message_id = N_(
        "The answer of {url} is larger than the allowed {limit_mb} MB. Please ask its operator for smaller pages."
    )


class BrokenAnswerError(HttpDoorError):
    message_id = N_(
        "The answer of {url} broke off or is not valid HTTP. Please try again later; if it happens often, tell its "
        "operator."
    )


class BadRedirectError(HttpDoorError):
    message_id = N_(
        "The address {url} forwards too often or to nowhere. Please enter the address where the data really are."
    )


class BadStatusError(HttpDoorError):
    """The server answered with an error.

    `status` is the HTTP status, `headers` its header fields in lower case. If the server says when it lets us again,
    `pause` is the seconds until then and `again` the moment, in the time zone that readers see.
    """

    message_id = N_(
        "The server of {url} answered with status {status} instead of the requested data. Please check the address."
    )
    _gone = N_("There is nothing at {url} (status {status}). Please check the address.")
    _forbidden = N_("The server of {url} refuses access (status {status}). Please ask its operator for permission.")
    _too_many = N_(
        "The server of {url} gets too many requests from here (status {status}). Please try again later, and less "
        "often."
    )
    _disturbed = N_(
        "The server of {url} is out of order (status {status}). Please try again later; if it lasts, tell its operator."
    )
    _pausing = N_(
        "The server of {url} asks for a pause (status {status}). It can be asked again from {again:%Y-%m-%d %H:%M} on."
    )

    def __init__(
        self,
        url: str,
        status: int,
        detail: str = "",
        headers: dict[str, str] | None = None,
        *,
        pause: float | None = None,
        again: datetime | None = None,
    ) -> None:
        if again is not None:
            self.message_id = self._pausing
        elif status in (404, 410):
            self.message_id = self._gone
        elif status in (401, 403, 407, 451):
            self.message_id = self._forbidden
        elif status == 429:
            self.message_id = self._too_many
        elif status >= 500:
            self.message_id = self._disturbed
        super().__init__(url, detail, status=status, again=again)
        self.status = status
        self.headers = headers or {}
        self.pause = pause
        self.again = again
