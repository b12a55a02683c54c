"""Readers for what people type into the project form: dates, amounts of money, coordinates, e-mail addresses, links."""

from __future__ import annotations

import re
from calendar import monthrange
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

#: West, south, east, north of the region with some 10 km around it, EPSG:4326 degrees.
REGION_BOUNDS = (6.1, 51.0, 8.2, 52.0)

_ISO_DATE = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$", re.ASCII)
_GERMAN_DATE = re.compile(r"^(?:(?:(\d{1,2})\.\s*)?(\d{1,2})[./]\s*)?(\d{4})$", re.ASCII)
_EMAIL = re.compile(r"^[^@\s<>\"',;:()\[\]]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}$")


class ValueProblem(ValueError):
    """A value that cannot be read; `reason` says why in a word the form turns into a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_date(text: str) -> str:
    """ISO form of a day, month or year: `12.10.2026` → `2026-10-12`, `10.2026` → `2026-10`, `2026` → `2026`.

    Raises ValueProblem("date") for anything else, also for the 30th of February.
    """
    text = text.strip()
    if match := _ISO_DATE.match(text):
        year, month, day = match.groups()
    elif match := _GERMAN_DATE.match(text):
        day, month, year = match.groups()
    else:
        raise ValueProblem("date")
    numbers = [int(part) for part in (year, month, day) if part]
    if not _is_real(*numbers):
        raise ValueProblem("date")
    return "-".join([f"{numbers[0]:04d}", *(f"{number:02d}" for number in numbers[1:])])


def _is_real(year: int, month: int = 1, day: int = 1) -> bool:
    return 1900 <= year <= 2199 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def is_before(end: str, start: str) -> bool:
    """True if the partial ISO date `end` lies wholly before `start`: compared as far as both are given."""
    shared = min(len(end), len(start))
    return end[:shared] < start[:shared]


def read_number(text: str) -> Decimal:
    """A number in German or plain spelling: `1.250.000,50`, `1250000.5`, `1 250 000`; a euro sign is dropped.

    `1.250` is read as 1250, as people write amounts of money. Raises ValueProblem("number").
    """
    plain = re.sub(r"[\s\u00a0\u202f€]|EUR", "", text)
    if "," in plain or re.fullmatch(r"-?\d{1,3}(\.\d{3})+", plain):
        plain = plain.replace(".", "").replace(",", ".")
    return _decimal(plain)


def read_amount(text: str) -> str:
    """An amount of money in euros, not negative and below a hundred billion, as a plain decimal string."""
    value = read_number(text)
    if value < 0 or value >= Decimal(10) ** 11:
        raise ValueProblem("amount")
    value = value.quantize(Decimal("0.01"))
    return str(value.to_integral_value()) if value == value.to_integral_value() else str(value)


def read_coordinate(text: str, axis: str) -> str:
    """Degrees (EPSG:4326) of `axis` `lon` or `lat` as a plain decimal string with at most six places.

    Raises ValueProblem: "number", "swapped" (it fits the other axis) or "outside" (not in or near the region).
    """
    value = _decimal(text.strip().rstrip("°").replace(",", "."))
    west, south, east, north = REGION_BOUNDS
    ranges = {"lon": (west, east), "lat": (south, north)}
    low, high = ranges[axis]
    if not Decimal(str(low)) <= value <= Decimal(str(high)):
        other_low, other_high = ranges["lat" if axis == "lon" else "lon"]
        raise ValueProblem("swapped" if other_low <= value <= other_high else "outside")
    return format(round(value, 6).normalize(), "f")


def read_email(text: str) -> str:
    """An e-mail address as it came, without blanks around it; raises ValueProblem("email")."""
    text = text.strip()
    if not _EMAIL.match(text) or ".." in text:
        raise ValueProblem("email")
    return text


def read_url(text: str) -> str:
    """An http(s) address; `www.…` without a scheme gets https. Raises ValueProblem("url")."""
    text = text.strip()
    if re.match(r"^www\.\S+$", text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise ValueProblem("url") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", text):
        raise ValueProblem("url")
    return text


def dataset_reference(text: str) -> str:
    """The dataset's name or id in `text`: a bare name, or an address that ends in /dataset/NAME."""
    path = urlsplit(text.strip()).path.rstrip("/")
    return path.rsplit("/", 1)[-1]


def _decimal(plain: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,12})?", plain):
        raise ValueProblem("number")
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise ValueProblem("number") from error
