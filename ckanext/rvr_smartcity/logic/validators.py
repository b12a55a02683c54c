"""Validators of the project form; each message says what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.munge import munge_title_to_name
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.rvr_portal.shared import places

from ..domain import values
from ..language import in_words

__all__ = [
    "rvr_smartcity_amount",
    "rvr_smartcity_choice",
    "rvr_smartcity_choices",
    "rvr_smartcity_coordinate",
    "rvr_smartcity_datasets",
    "rvr_smartcity_date",
    "rvr_smartcity_default_name",
    "rvr_smartcity_email",
    "rvr_smartcity_flag",
    "rvr_smartcity_max_length",
    "rvr_smartcity_not_before",
    "rvr_smartcity_number_output",
    "rvr_smartcity_own_share",
    "rvr_smartcity_places",
    "rvr_smartcity_point",
    "rvr_smartcity_reason_if_discontinued",
    "rvr_smartcity_required",
    "rvr_smartcity_url",
]

Field = dict[str, Any]
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
Validator = Callable[[FlattenKey, FlattenDataDict, FlattenErrorDict, Context], None]


def _for_field(factory: Callable[[Field, Field], Any]) -> Callable[[Field, Field], Any]:
    """Mark a function that makes a validator from a scheming field; ckanext-scheming looks for this attribute."""
    factory.is_a_scheming_validator = True  # type: ignore[attr-defined]
    return factory


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None or value is tk.missing else str(value)


@_for_field
def rvr_smartcity_required(field: Field, schema: Field) -> Validator:
    """Something must be given; the sentence comes from the schema (`missing_message`)."""

    def validate(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        value = data.get(key)
        if value is tk.missing or not value or (isinstance(value, str) and not value.strip()):
            errors[key].append(in_words(field.get("missing_message")) or tk._("Please fill in this field."))
            raise tk.StopOnError

    return validate


def rvr_smartcity_default_name(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """The project's short name, made from its title when none is given; a taken one gets a number."""
    package = context.get("package")
    if _text(data.get(key)):
        return
    if package is not None:
        data[key] = package.name
        return
    title = _text(data.get(("title",))).lower().translate(_UMLAUTS)
    base = munge_title_to_name(title)[:80].strip("-_") or "projekt"
    base = base if len(base) > 1 else f"projekt-{base}"
    name, number = base, 2
    while model.Package.get(name) is not None:
        name, number = f"{base}-{number}", number + 1
    data[key] = name


@_for_field
def rvr_smartcity_max_length(field: Field, schema: Field) -> Callable[[Any], Any]:
    """At most `max_length` characters."""

    def validate(value: Any) -> Any:
        most, length = int(field["max_length"]), len(_text(value).replace("\r\n", "\n"))
        if length > most:
            raise tk.Invalid(
                tk._("Please shorten the text to {most} characters. Now it has {length}.").format(
                    most=most, length=length
                )
            )
        return value

    return validate


@_for_field
def rvr_smartcity_choice(field: Field, schema: Field) -> Callable[[Any], Any]:
    """One of the field's choices."""

    def validate(value: Any) -> Any:
        if value not in {choice["value"] for choice in field["choices"]}:
            raise tk.Invalid(tk._("Please choose one of the entries of the list."))
        return value

    return validate


@_for_field
def rvr_smartcity_choices(field: Field, schema: Field) -> Validator:
    """Any number of the field's choices, in the order of the schema, stored as JSON."""

    def validate(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        chosen = _list(data.get(key))
        known = [choice["value"] for choice in field["choices"]]
        if not set(chosen) <= set(known):
            errors[key].append(tk._("Please choose one of the entries of the list."))
            raise tk.StopOnError
        _store(key, data, [value for value in known if value in chosen])

    return validate


def rvr_smartcity_places(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Places of the register by key, name or any spelling the register knows, stored as JSON list of keys."""
    keys: list[str] = []
    for value in _list(data.get(key)):
        place = places().get(value) or places().find(value)
        if place is None:
            errors[key].append(
                tk._("This place is not known: {place}. Please choose from the list.").format(place=value)
            )
        elif place.key not in keys:
            keys.append(place.key)
    if errors[key]:
        raise tk.StopOnError
    _store(key, data, keys)


def rvr_smartcity_datasets(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Datasets the user may see, by name, id or address, stored as JSON list of names.

    Missing and hidden ones get the same message, so that nobody learns of hidden ones here.
    """
    names: list[str] = []
    for value in _list(data.get(key)):
        name = _visible_dataset(values.dataset_reference(value), context)
        if name is None:
            errors[key].append(tk._("There is no dataset {name} in this portal.").format(name=value))
        elif name not in names:
            names.append(name)
    if errors[key]:
        raise tk.StopOnError
    _store(key, data, names)


def _visible_dataset(reference: str, context: Context) -> str | None:
    package = model.Package.get(reference) if reference else None
    if package is None or package.state != "active" or package.type != "dataset":
        return None
    asking = {"user": context.get("user", ""), "auth_user_obj": context.get("auth_user_obj")}
    if context.get("ignore_auth"):
        asking["ignore_auth"] = True
    try:
        tk.check_access("package_show", asking, {"id": package.id})  # type: ignore[arg-type]
    except tk.NotAuthorized:
        return None
    return package.name


def rvr_smartcity_date(value: Any) -> str:
    """A day, month or year in German or ISO spelling, stored as ISO."""
    return _read(values.read_date, value)


@_for_field
def rvr_smartcity_not_before(field: Field, schema: Field) -> Validator:
    """An end that does not lie before its start (`not_before` names the field)."""

    def validate(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
        try:
            start = values.read_date(_text(data.get((field["not_before"],))))
        except values.ValueProblem:
            return  # no start, or a broken one that has its own message
        if values.is_before(_text(data[key]), start):
            errors[key].append(tk._("The end lies before the start. Please check both."))
            raise tk.StopOnError

    return validate


def rvr_smartcity_amount(value: Any) -> str:
    """An amount of money in euros."""
    return _read(values.read_amount, value)


def rvr_smartcity_own_share(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """The own share is part of the total budget."""
    try:
        total = values.read_amount(_text(data.get(("budget_total",))))
    except values.ValueProblem:
        return
    if float(data[key]) > float(total):
        errors[key].append(tk._("The own share is higher than the total budget. Please check both."))
        raise tk.StopOnError


def rvr_smartcity_point(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Longitude and latitude come together or not at all."""
    other = ("lat",) if key == ("lon",) else ("lon",)
    if not _text(data.get(key)).strip() and _text(data.get(other)).strip():
        errors[key].append(tk._("Please give both longitude and latitude, or neither."))
        raise tk.StopOnError


@_for_field
def rvr_smartcity_coordinate(field: Field, schema: Field) -> Callable[[Any], str]:
    """Degrees in or near the region."""
    return lambda value: _read(lambda text: values.read_coordinate(text, field["field_name"]), value)


def rvr_smartcity_email(value: Any) -> str:
    """An e-mail address."""
    return _read(values.read_email, value)


def rvr_smartcity_url(value: Any) -> str:
    """An http(s) address."""
    return _read(values.read_url, value)


def rvr_smartcity_reason_if_discontinued(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """A discontinued project says why."""
    if data.get(("phase",)) == "discontinued" and not _text(data.get(key)).strip():
        errors[key].append(tk._("Please say why the project was discontinued, so that others can learn from it."))
        raise tk.StopOnError


def rvr_smartcity_flag(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """A tick; nothing is stored without one."""
    value = data.get(key)
    if value is tk.missing or not tk.asbool(value or False):
        data.pop(key, None)
        raise tk.StopOnError
    data[key] = "true"


def rvr_smartcity_number_output(value: Any) -> Any:
    """A stored decimal as a JSON number; whole ones as int."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return value
    return int(number) if number.is_integer() and "." not in str(value) else number


def _read(reader: Callable[[str], str], value: Any) -> str:
    try:
        return reader(_text(value))
    except values.ValueProblem as problem:
        raise tk.Invalid(_sentence(problem.reason)) from problem


def _sentence(reason: str) -> str:
    return {
        "date": tk._("Please give a date that exists, for example 12.10.2026, 10.2026 or 2026."),
        "number": tk._("Please give a number, for example 1.250.000 or 51,4558."),
        "amount": tk._("Please give an amount in euros between 0 and 100 billion."),
        "swapped": tk._(
            "Longitude and latitude seem to be swapped. In the region longitude is about 7, latitude about 51.5."
        ),
        "outside": tk._("This point is not in the Metropole Ruhr (longitude 6.1 to 8.2, latitude 51.0 to 52.0)."),
        "email": tk._("Please give an e-mail address, for example projekte@example.org."),
        "url": tk._("Please give an address that starts with https:// or http://."),
    }[reason]


def _list(value: Any) -> list[str]:
    """List of texts in a form value, a list or stored JSON."""
    if value is tk.missing or value is None or value == "":
        return []
    if isinstance(value, str):
        if value.startswith("["):
            try:
                value = json.loads(value)
            except ValueError:
                value = [value]
        else:
            value = [value]
    if not isinstance(value, list):
        value = [value]
    return [text for text in (_text(item).strip() for item in value) if text]


def _store(key: FlattenKey, data: FlattenDataDict, items: list[str]) -> None:
    if not items:
        data.pop(key, None)
        raise tk.StopOnError
    data[key] = json.dumps(items)
