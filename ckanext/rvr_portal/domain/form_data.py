"""From a posted form to a dataset or a file, so that what nobody changed stays exactly as it was.

A form can show less than is stored: browsers change line breaks, drop blanks, and know no lists. So what comes back is
compared with what had been shown: a field that came back as it was shown keeps its stored value, whatever that is, and
what the form does not show at all is not touched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["MULTIPLE", "REMOVE", "group_numbers", "is_another", "merge", "read"]

Field = Mapping[str, Any]
Pairs = Sequence[tuple[str, str]]

#: Added to the name of a group of fields ("contact-0-rvr_remove"): leave it out when saving.
REMOVE = "rvr_remove"
#: Form snippets whose fields may be sent several times.
MULTIPLE = ("rvr_multiple_choices.html",)
_LINES = "rvr_lines.html"
_BREAK = re.compile(r"\r\n|\r|\n")
# fields of CKAN that stand in the form beside those of the schema
_PLAIN = ("private", "owner_org", "url_type", "clear_upload", "name", "id", "pkg_name")


def read(pairs: Pairs, fields: Iterable[Field]) -> dict[str, Any]:
    """The values of a form by field: text, list or list of dicts; a field that was not sent is not in it.

    :param pairs: names and values in the order of the form
    :param fields: the schema's fields
    """
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        sent.setdefault(name, []).append(value)
    found: dict[str, Any] = {name: sent[name][-1] for name in _PLAIN if name in sent}
    for field in fields:
        name = field["field_name"]
        if "repeating_subfields" in field:
            if groups := _groups(name, sent, field["repeating_subfields"]):
                found[name] = groups
        elif name in sent:
            found[name] = _value(field, sent[name])
    return found


def group_numbers(name: str, names: Iterable[str]) -> list[int]:
    """The numbers of the groups of a field that a form holds: 0, 2, 10 of `contact-0-name`, `contact-10-url`, …"""
    pattern = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-")
    return sorted({int(match[1]) for one in names if (match := pattern.match(one))})


def merge(stored: Mapping[str, Any], sent: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, Any]:
    """The stored dataset or file with what was changed in the form put over it.

    :param stored: as `package_show` gives it
    :param sent: as `read` gives it
    """
    by_name = {field["field_name"]: field for field in fields}
    merged = dict(stored)
    for name, value in sent.items():
        field = by_name.get(name)
        if field is None:
            merged[name] = value
        elif "repeating_subfields" in field:
            merged[name] = _merged_groups(stored.get(name), value, field["repeating_subfields"])
        else:
            merged[name] = _merged(stored.get(name), value, field)
    return merged


def _value(field: Field, values: list[str]) -> Any:
    snippet = field.get("form_snippet")
    if snippet in MULTIPLE:
        return [value for value in values if value.strip()]
    if snippet == _LINES:
        return [line for line in map(str.strip, _BREAK.split(values[-1])) if line]
    return values[-1]


def _groups(name: str, sent: Mapping[str, list[str]], subfields: Sequence[Field]) -> list[dict[str, Any]]:
    groups = []
    for number in group_numbers(name, sent):
        start = f"{name}-{number}-"
        group: dict[str, Any] = {
            field["field_name"]: _value(field, sent[start + field["field_name"]])
            for field in subfields
            if start + field["field_name"] in sent
        }
        if start + REMOVE in sent:
            group[REMOVE] = "1"
        groups.append(group)
    return groups


def _merged_groups(stored: Any, sent: list[dict[str, Any]], subfields: Sequence[Field]) -> list[dict[str, Any]]:
    """Groups stand in the form in the order in which they are stored; the rest are new ones."""
    before = [one for one in stored if isinstance(one, Mapping)] if isinstance(stored, list) else []
    by_name = {field["field_name"]: field for field in subfields}
    merged = []
    for number, group in enumerate(sent):
        if REMOVE in group:
            continue
        old = dict(before[number]) if number < len(before) else {}
        new = old | {name: _merged(old.get(name), value, by_name[name]) for name, value in group.items()}
        if is_another(old, new):
            new = {name: new[name] for name in group}
        emptied = all(map(_is_empty, group.values())) and any(not _is_empty(old.get(name)) for name in group)
        if not emptied and any(not _is_empty(value) for value in new.values()):
            merged.append(new)
    return merged + [dict(one) for one in before[len(sent) :]]


def is_another(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a body or person has got another name. What nobody sees of it, such as its address, was the other's."""
    return old.get("name") != new.get("name") and not _is_empty(old.get("name")) and not _is_empty(new.get("name"))


def _merged(stored: Any, sent: Any, field: Field) -> Any:
    if field.get("form_snippet") in MULTIPLE:
        # boxes come in the order of the list: what stays chosen stays where it was
        before = {str(one): one for one in _list(stored)}
        chosen = set(sent)
        kept = [one for text, one in before.items() if text in chosen]
        return kept + [one for one in dict.fromkeys(sent) if one not in before]
    shown = _shown(stored, field)
    # a field of one line comes back without line breaks
    if shown == _normal(sent) or (isinstance(shown, str) and shown.replace("\n", "") == _normal(sent)):
        # an empty field of the form says nothing new about one that is not there
        return stored if stored is not None else sent
    return sent


def _shown(stored: Any, field: Field) -> Any:
    """What the form would send back for a stored value."""
    snippet = field.get("form_snippet")
    if snippet == _LINES:
        return _normal(_value(field, ["\n".join(map(str, _list(stored)))]))
    return _normal(as_text(stored))


def as_text(value: Any) -> str:
    """A stored value as the text of a form field; lists and objects as JSON."""
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value in (None, "") else [value]


def _normal(value: Any) -> Any:
    if isinstance(value, list):
        return [text for one in value if (text := _normal(one))]
    return _BREAK.sub("\n", value).strip() if isinstance(value, str) else value


def _is_empty(value: Any) -> bool:
    return value in (None, "", []) or (isinstance(value, str) and not value.strip())
