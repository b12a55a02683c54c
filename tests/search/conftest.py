"""The portal's search and CKAN's own on the datasets that the judged queries are about."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

JUDGED = "judged"
_posted: set[str] = set()


@pytest.fixture
def index_of(app: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], list[dict[str, Any]]]], None]:
    """Look at an index of one's own beside that of the other tests: index_of("name", documents) fills it once."""
    import ckan.plugins.toolkit as tk
    from ckan.lib.search.common import make_connection

    def use(site_id: str, documents: Callable[[], list[dict[str, Any]]]) -> None:
        if site_id not in _posted:
            connection = make_connection()
            connection.delete(q=f"site_id:{site_id}")
            # the index has one document of an id and a site
            own = [{**doc, "site_id": site_id, "index_id": f"{site_id}-{doc['id']}"} for doc in documents()]
            connection.add(own, commit=True)
            _posted.add(site_id)
        monkeypatch.setitem(tk.config, "ckan.site_id", site_id)

    return use


@pytest.fixture(scope="session", autouse=True)
def emptied_in_the_end() -> Iterator[None]:
    """What these tests put into the index goes with them."""
    yield
    if not _posted:
        return
    from ckan.lib.search.common import make_connection

    for site_id in _posted:
        make_connection().delete(q=f"site_id:{site_id}", commit=True)


@pytest.fixture
def found(app: Any) -> Callable[..., list[str]]:
    """What an anonymous visitor finds: found("Radwege", rows=10, name="title") gives titles, ids, … in order."""
    import ckan.plugins.toolkit as tk

    def search(text: str, rows: int = 10, name: str = "id") -> list[str]:
        data = {"q": text, "fq": "+dataset_type:dataset", "rows": rows, "fl": [name]}
        context: Any = {"user": "", "auth_user_obj": None}
        return [row[name] for row in tk.get_action("package_search")(context, data)["results"]]

    return search


@pytest.fixture
def written() -> Callable[..., list[dict[str, Any]]]:
    """Documents for the index of datasets with these titles and texts: written("Titel", ("Titel", "Text"), …)."""

    def write(*texts: str | tuple[str, str], **fields: Any) -> list[dict[str, Any]]:
        from ckanext.rvr_portal.index_batch import prepare

        documents = []
        for number, text in enumerate(texts):
            title, notes = text if isinstance(text, tuple) else (text, "")
            id_ = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number} {title} {notes}"))
            shown = {
                "id": id_, "name": f"satz-{id_[:12]}", "title": title, "notes": notes, "type": "dataset", "state": "active",
                "private": False, "metadata_created": "2026-01-01T00:00:00", "metadata_modified": "2026-01-01T00:00:00",
                "organization": {"id": "o", "name": "o", "title": "Amt"}, "owner_org": "o", "tags": [], "groups": [],
                "extras": [], "resources": [], "relationships_as_subject": [], "relationships_as_object": [], **fields,
            }  # fmt: skip
            document = prepare((dict(shown), dict(shown)))
            assert document
            documents.append(document | {"permission_labels": ["public"]})
        return documents

    return write
