"""Datasets through API and form: nothing that is known gets lost, and the index finds it."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.lib.search import make_connection
from ckan.tests import factories, helpers
from generated_datasets import call, comparable, datasets, harvest
from hypothesis import HealthCheck, Phase, given, settings

AUTHORITY = "http://publications.europa.eu/resource/authority/"
LICENSES = "http://dcat-ap.de/def/licenses/"
ESSEN = {"type": "Polygon", "coordinates": [[[6.9, 51.4], [7.1, 51.4], [7.1, 51.5], [6.9, 51.5], [6.9, 51.4]]]}

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "with_plugins")


class Form(HTMLParser):
    """What a browser without scripts would send for a form with a certain class."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: list[tuple[str, str]] = []
        self._inside = False
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._textarea: tuple[str, list[str]] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attr = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = "dataset-form" in attr.get("class", "") or attr.get("id") in (
                "dataset-edit",
                "resource-edit",
            )
        if not self._inside:
            return
        name = attr.get("name", "")
        if tag == "input" and name:
            kind = attr.get("type", "text")
            if kind in ("checkbox", "radio") and "checked" not in attr:
                return
            if kind not in ("submit", "button", "file"):
                value = attr.get("value", "on" if kind == "checkbox" else "")
                # a field of one line drops line breaks
                self.fields.append((name, re.sub(r"[\r\n]", "", value) if kind == "text" else value))
        elif tag == "select" and name:
            self._select = (name, [])
        elif tag == "option" and self._select:
            self._select[1].append((attr.get("value", ""), "selected" in attr))
        elif tag == "textarea" and name:
            self._textarea = (name, [])

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._textarea[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            name, options = self._select
            chosen = [value for value, selected in options if selected] or [value for value, _ in options[:1]]
            self.fields += [(name, value) for value in chosen]
            self._select = None
        elif tag == "textarea" and self._textarea:
            # A browser drops the line break right after the tag, and sends the others in one way.
            text = "".join(self._textarea[1]).removeprefix("\n")
            self.fields.append((self._textarea[0], re.sub(r"\r\n|\r|\n", "\r\n", text)))
            self._textarea = None
        elif tag == "form":
            self._inside = False


def rich_dataset(organization: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "radzaehlung",
        "title": "Radzählung",
        "notes": "Gezählte Räder.\n\nJede Stunde.",
        "owner_org": organization["id"],
        "author": "Amt 61",
        "maintainer_email": "amt61@example.org",
        "places": ["05954016", "05113000"],
        "theme": [AUTHORITY + "data-theme/TRAN", "https://inspire.ec.europa.eu/theme/tn"],
        "tags": [{"name": "Radverkehr"}, {"name": "Zählstelle"}],
        "license_id": "https://example.org/terms",
        "publisher": [{"name": "Stadt Hattingen", "uri": "https://example.org/h", "type": "http://purl.org/adms/publishertype/LocalAuthority"}],
        "contact": [{"name": "Amt 61", "email": "amt61@example.org", "telephone": "02324 1"}, {"name": "Amt 10"}],
        "creator": [{"name": "Büro A", "identifier": "ror:1"}],
        "issued": "2024",
        "modified": "2024-05-01T10:00:00+02:00",
        "frequency": AUTHORITY + "frequency/HOURLY",
        "temporal_coverage": [{"start": "2023-06", "end": "9999-12-31"}, {"start": "2020"}],
        "spatial_coverage": [{"text": "Essen", "geom": json.dumps(ESSEN), "uri": "http://example.org/essen"}],
        "language": [AUTHORITY + "language/DEU"],
        "documentation": ["https://example.org/a", "https://example.org/b"],
        "access_rights": AUTHORITY + "access-right/PUBLIC",
        "conforms_to": ["http://www.opengis.net/def/crs/EPSG/0/25832"],
        "alternate_identifier": ["alt-1"],
        "identifier": "id-1",
        "uri": "https://example.org/dataset/1",
        "dcat_type": "http://example.org/type",
        "version": "1.0",
        "political_geocoding": ["http://dcat-ap.de/def/politicalGeocoding/municipalityKey/05954016"],
        "political_geocoding_level": ["http://dcat-ap.de/def/politicalGeocoding/Level/municipality"],
        "contributor_id": ["http://dcat-ap.de/def/contributors/openNRW"],
        "hvd_category": ["http://data.europa.eu/bna/c_b79e35eb"],
        "extras": [{"key": "guid", "value": "g-1"}, {"key": "foreign:key", "value": "a „Wert“ <b>"}],
        "resources": [
            {
                "url": "https://example.org/data.csv", "name": "Zählung", "format": "csv", "license": "dl-de-zero-2.0",
                "size": 1234, "hash": "abc", "hash_algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_sha1",
                "issued": "2024-05", "language": ["de"], "download_url": "https://example.org/data.csv",
                "access_services": json.dumps([{"title": "Dienst", "endpoint_url": ["https://example.org/wfs"]}]),
                "unknown_key": "bleibt", "mimetype": "text/csv", "availability": "STABLE",
                "applicable_legislation": ["http://data.europa.eu/eli/reg_impl/2023/138/oj"],
            },
            {"url": "https://example.org/wms", "format": AUTHORITY + "file-type/WMS", "license": LICENSES + "cc-by"},
        ],
    }  # fmt: skip


@pytest.fixture
def steward(app):
    user = factories.UserWithToken()
    organization = factories.Organization(
        name="ennepe-ruhr-kreis", places=["05954"], users=[{"name": user["name"], "capacity": "admin"}]
    )
    return {"headers": {"Authorization": user["token"]}, "organization": organization, "user": user}


def document(name: str) -> dict[str, Any]:
    return next(iter(make_connection().search(f"+name:{name} +site_id:test", rows=1).docs))


def test_a_dataset_is_kept_as_it_came_and_known_spellings_become_one(steward) -> None:
    package = call("package_create", **rich_dataset(steward["organization"]))
    given = rich_dataset(steward["organization"])
    for name in ("places", "theme", "issued", "modified", "temporal_coverage", "contact", "publisher", "identifier"):
        assert package[name] == given[name]
    assert package["spatial_coverage"] == given["spatial_coverage"]
    assert package["license_id"] == "https://example.org/terms"
    resource, service = package["resources"]
    assert resource["format"] == "CSV"
    assert service["format"] == "WMS_SRVC"
    assert resource["license"] == LICENSES + "dl-zero-de/2.0"
    assert resource["language"] == [AUTHORITY + "language/DEU"]
    assert resource["availability"] == AUTHORITY + "planned-availability/STABLE"
    assert resource["unknown_key"] == "bleibt"
    assert {extra["key"]: extra["value"] for extra in package["extras"]} == {
        "guid": "g-1",
        "foreign:key": "a „Wert“ <b>",
    }


def test_saving_what_was_read_changes_nothing(steward) -> None:
    call("package_create", **rich_dataset(steward["organization"]))
    before = call("package_show", id="radzaehlung")
    call("package_update", **json.loads(json.dumps(before)))
    assert comparable(call("package_show", id="radzaehlung")) == comparable(before)


def test_editing_in_the_form_without_a_change_loses_nothing(app, steward) -> None:
    call("package_create", **rich_dataset(steward["organization"]))
    before = call("package_show", id="radzaehlung")
    page = app.get("/dataset/edit/radzaehlung", headers=steward["headers"])
    fields = Form(page.body).fields
    assert ("issued", "2024") in fields
    answer = app.post("/dataset/edit/radzaehlung", data=multi(fields, save=""), headers=steward["headers"],
                      follow_redirects=False)  # fmt: skip
    assert answer.status_code == 302, errors_of(answer.body)
    assert comparable(call("package_show", id="radzaehlung")) == comparable(before)


def test_editing_a_resource_in_the_form_without_a_change_loses_nothing(app, steward) -> None:
    call("package_create", **rich_dataset(steward["organization"]))
    before = call("package_show", id="radzaehlung")
    address = f"/dataset/radzaehlung/resource/{before['resources'][0]['id']}/edit"
    fields = Form(app.get(address, headers=steward["headers"]).body).fields
    answer = app.post(
        address, data=multi(fields, save="go-metadata"), headers=steward["headers"], follow_redirects=False
    )
    assert answer.status_code == 302, errors_of(answer.body)
    assert comparable(call("package_show", id="radzaehlung")) == comparable(before)


def test_no_dataset_loses_anything_by_editing_and_saving_without_a_change(app, steward) -> None:
    made = call("package_create", name="irgendeiner", title="Irgendeiner", owner_org=steward["organization"]["id"])

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(datasets())
    def check(dataset: dict[str, Any]) -> None:
        harvest("package_update", **dataset, id=made["id"], name=made["name"], owner_org=made["owner_org"])
        before = call("package_show", id=made["id"])
        _save_unchanged(app, "/dataset/edit/irgendeiner", steward)
        assert comparable(call("package_show", id=made["id"])) == comparable(before)
        for resource in before["resources"][:1]:
            _save_unchanged(app, f"/dataset/irgendeiner/resource/{resource['id']}/edit", steward)
            assert comparable(call("package_show", id=made["id"])) == comparable(before)

    check()


def _save_unchanged(app: Any, address: str, steward: dict[str, Any]) -> None:
    fields = Form(app.get(address, headers=steward["headers"]).body).fields
    answer = app.post(address, data=multi(fields, save=""), headers=steward["headers"], follow_redirects=False)
    assert answer.status_code == 302, errors_of(answer.body)


def test_a_new_dataset_from_the_form_holds_what_was_entered_and_no_empty_groups(app, steward) -> None:
    fields = dict(Form(app.get("/dataset/new", headers=steward["headers"]).body).fields)
    fields |= {
        "title": "Bäume", "name": "baeume", "owner_org": steward["organization"]["id"], "issued": "23.11.2026",
        "contact-0-name": "Grünflächenamt", "contact-0-email": "mailto:gruen@example.org", "places": "05954016",
        "theme": AUTHORITY + "data-theme/ENVI", "documentation": "https://example.org/1\r\nhttps://example.org/2",
        "save": "go-resources", "_ckan_phase": "1",
    }  # fmt: skip
    answer = app.post("/dataset/new", data=fields, headers=steward["headers"], follow_redirects=False)
    assert answer.status_code == 302, errors_of(answer.body)
    package = call("package_show", id="baeume")
    assert package["issued"] == "2026-11-23"
    assert package["contact"] == [{"name": "Grünflächenamt", "email": "gruen@example.org"}]
    assert package["places"] == ["05954016"]
    assert package["documentation"] == ["https://example.org/1", "https://example.org/2"]
    assert not any(package.get(name) for name in ("creator", "originator", "custodian", "temporal_coverage"))


def test_a_group_can_be_removed_and_boxes_unticked_in_the_form(app, steward) -> None:
    call("package_create", **rich_dataset(steward["organization"]))
    fields = Form(app.get("/dataset/edit/radzaehlung", headers=steward["headers"]).body).fields
    fields = [(name, value) for name, value in fields if not (name in ("places", "theme") and value)]
    fields.append(("contact-0-rvr_remove", "1"))
    answer = app.post("/dataset/edit/radzaehlung", data=multi(fields, save=""), headers=steward["headers"],
                      follow_redirects=False)  # fmt: skip
    assert answer.status_code == 302, errors_of(answer.body)
    package = call("package_show", id="radzaehlung")
    assert package["contact"] == [{"name": "Amt 10"}]
    assert not package.get("places")
    assert not package.get("theme")


def test_a_missing_title_is_told_once_and_the_address_made_from_it_is_no_fault_of_its_own(app, steward) -> None:
    page = app.get("/dataset/new", headers=steward["headers"])
    fields = dict(Form(page.body).fields) | {"title": "", "name": "", "owner_org": steward["organization"]["id"]}
    answer = app.post(
        "/dataset/new", data={**fields, "save": "go-resources", "_ckan_phase": "1"}, headers=steward["headers"]
    )
    text = html.unescape(answer.body)
    assert "Bitte geben Sie einen Titel an." in text
    assert 'href="#field-title"' in text
    assert 'href="#field-name"' not in text
    assert "Fehlender Wert" not in text


def test_before_a_dataset_or_file_is_deleted_one_question_says_what_happens_and_the_safe_answer_stands_first(
    app, steward
) -> None:
    package = factories.Dataset(
        owner_org=steward["organization"]["id"],
        title="Bäume",
        resources=[{"url": "https://example.org/b.csv", "name": "Liste"}],
    )
    resource = package["resources"][0]["id"]
    for path, title in (
        (f"/dataset/{package['name']}/resource/{resource}/delete", "Liste"),
        (f"/dataset/delete/{package['name']}", "Bäume"),
    ):
        page = BeautifulSoup(app.get(path, headers=steward["headers"]).body, "html.parser")
        assert page.h1.text == f"„{title}“ löschen?"
        form = page.select_one("form[id^=confirm]")
        assert [button["name"] for button in form.select("button")] == ["cancel", "delete"]
        answer = app.post(form["action"], data={"delete": ""}, headers=steward["headers"], follow_redirects=False)
        assert answer.status_code == 302
        package_now = call("package_show", id=package["id"])
        assert package_now["state"] == "deleted" or not package_now["resources"]


def test_the_form_says_in_german_what_is_wrong_and_keeps_what_was_entered(app, steward) -> None:
    fields = dict(Form(app.get("/dataset/new", headers=steward["headers"]).body).fields)
    fields |= {
        "title": "Bäume", "name": "baeume", "owner_org": steward["organization"]["id"], "issued": "gestern",
        "contact-0-email": "kein Postfach", "url": "javascript:alert(1)", "save": "go-resources", "_ckan_phase": "1",
    }  # fmt: skip
    answer = app.post("/dataset/new", data=fields, headers=steward["headers"], follow_redirects=False)
    assert answer.status_code == 200
    text = html.unescape(answer.body)
    assert "Bitte geben Sie ein Datum ein, zum Beispiel 23.11.2026, 11.2026 oder 2026." in text
    assert "Bitte geben Sie eine E-Mail-Adresse ein" in text
    assert "Bitte geben Sie eine Internetadresse ein" in text
    assert "gestern" in text
    assert "kein Postfach" in text


def test_the_harvest_may_keep_values_that_a_person_must_mend(steward) -> None:
    context = {"user": steward["user"]["name"], "rvr_portal_keep_invalid": True}
    package = helpers.call_action(
        "package_create", context=context, name="krumm", title="Krumm", owner_org=steward["organization"]["id"],
        issued="2021-01-28 GMT 01:51", contact=[{"email": "kein Postfach"}], url="javascript:alert(1)",
        places=["Atlantis", "Essen"],
    )  # fmt: skip
    assert package["issued"] == "2021-01-28 GMT 01:51"
    assert package["contact"] == [{"email": "kein Postfach"}]
    assert not package["url"]
    assert package["places"] == ["05113000"]


def test_facets_hold_codes_and_every_place_above(steward) -> None:
    call("package_create", **rich_dataset(steward["organization"]))
    found = document("radzaehlung")
    assert found["places"] == ["05954016", "05954", "ruhr", "05113000"]
    assert found["rvr_theme"] == ["TRAN"]
    assert found["res_format"] == ["CSV", "WMS_SRVC"]
    assert found["rvr_format"] == ["CSV", "WMS_SRVC"]
    assert found["rvr_license"] == ["dl-zero-de/2.0", "cc-by"]
    assert found["spatial_geom"]


def test_without_own_places_those_of_the_organisation_hold(steward) -> None:
    call("package_create", name="leer", title="Leer", owner_org=steward["organization"]["id"])
    found = document("leer")
    assert found["places"] == ["05954", "ruhr"]
    assert found["rvr_theme"] == found["rvr_license"] == found["rvr_format"] == ["none"]


def test_bad_geometry_and_very_long_values_do_not_keep_a_dataset_out_of_the_index(steward) -> None:
    ring = [[7 + i / 100_000, 51.4] for i in range(3000)] + [[7.0, 51.5], [7.0, 51.4]]
    for name, geom in {
        "metres": json.dumps({"type": "Point", "coordinates": [5712345, 370000]}),
        "broken": "{oops",
        "typeless": '{"coordinates": []}',
        "long": json.dumps({"type": "Polygon", "coordinates": [ring]}),
    }.items():
        harvest(
            "package_create", name=name, title=name, owner_org=steward["organization"]["id"],
            spatial_coverage=[{"geom": geom}], provenance="x" * 40_000, extras=[{"key": "big", "value": "y" * 40_000}],
        )  # fmt: skip
        assert document(name)["name"] == name


def test_ckan_itself_knows_the_licences_of_the_list() -> None:
    register = model.Package.get_license_register()
    zero = register[LICENSES + "dl-zero-de/2.0"]
    assert zero is not None
    assert zero.isopen()
    assert zero.url == "https://www.govdata.de/dl-de/zero-2-0"


def multi(fields: list[tuple[str, str]], **more: str) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, value in [*fields, *more.items()]:
        data.setdefault(name, []).append(value)
    data.pop("save", None)
    return data | more


def errors_of(page: str) -> list[str]:
    return re.findall(r"(?:error-block|error-explanation)[^>]*>(.*?)</", page, re.DOTALL)
