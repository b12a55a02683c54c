"""The points of one dataset: as data.europa.eu counts them, each with what would bring it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_dcat.domain.quality import MOST, Score, access_url, level_of, rate
from ckanext.rvr_dcat.domain.quality_words import DIMENSIONS, INDICATORS, REPAIRS
from ckanext.rvr_portal.domain.vocabulary import load

URL = "https://example.org/baeume.csv"
PERFECT: dict[str, Any] = {
    "title": "Bäume",
    "tags": [{"name": "Baum"}],
    "theme": ["http://publications.europa.eu/resource/authority/data-theme/ENVI"],
    "places": ["05911000"],
    "temporal_coverage": [{"start": "2024"}],
    "access_rights": "http://publications.europa.eu/resource/authority/access-right/PUBLIC",
    "contact": [{"email": "opendata@example.org"}],
    "publisher": [{"name": "Stadt Bochum"}],
    "issued": "2024",
    "modified": "2024-06",
}
FILE: dict[str, Any] = {
    "id": "datei", "url": URL, "download_url": URL, "format": "CSV", "mimetype": "text/csv", "size": 17,
    "license": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0", "rights": "Keine weiteren Rechte",
}  # fmt: skip


def known(vocabulary: str, value: Any) -> Any:
    return load(vocabulary).lookup(value)


def rated(dataset: dict[str, Any], links: dict[str, bool] | None = None, conforms: bool = True) -> Score:
    return rate(dataset, known, {URL: True} if links is None else links, conforms=conforms)


def with_file(**changes: Any) -> dict[str, Any]:
    return PERFECT | {"resources": [FILE | changes]}


def test_the_dimensions_have_the_points_of_the_methodology() -> None:
    most = {name: sum(one.points for one in INDICATORS if one.dimension == name) for name in DIMENSIONS}
    assert most == {
        "findability": 100, "accessibility": 100, "interoperability": 110, "reusability": 75, "contextuality": 20,
    }  # fmt: skip
    assert MOST == 405


def test_a_dataset_with_everything_has_all_points() -> None:
    score = rated(with_file())
    assert (score.total, score.level.key, score.gains, score.unchecked) == (405, "excellent", [], 0)
    assert score.of("interoperability") == (110, 110)


def test_a_dataset_with_nothing_has_none_and_a_way_out() -> None:
    score = rated({}, conforms=False)
    assert (score.total, score.level.key) == (0, "bad")
    gains = {gain.repair.key: gain.points for gain in score.gains}
    assert gains["resource"] == 100 + 80 + 30 + 10
    assert sum(gains.values()) == 405
    assert next(iter(gains)) == "resource"


@pytest.mark.parametrize(
    ("field", "repair", "gain"),
    [
        ("tags", "keywords", 30), ("theme", "theme", 30), ("places", "spatial", 20), ("temporal_coverage", "temporal", 20),
        ("access_rights", "access_rights", 15), ("contact", "contact", 20), ("publisher", "publisher", 10),
        ("issued", "issued", 5), ("modified", "modified", 5),
    ],
)  # fmt: skip
def test_each_gap_of_a_dataset_says_what_its_repair_brings(field: str, repair: str, gain: int) -> None:
    score = rated({key: value for key, value in with_file().items() if key != field})
    assert [(one.repair.key, one.points) for one in score.gains] == [(repair, gain)]
    assert score.total == 405 - gain


@pytest.mark.parametrize(
    ("changes", "gains"),
    [
        ({"format": ""}, {"format": 20, "open_format": 20, "machine_format": 20}),
        (
            {"format": "Quatsch", "mimetype": ""},
            {"format": 10, "media_type": 10, "open_format": 20, "machine_format": 20},
        ),
        ({"format": "XLSX"}, {"open_format": 20}),
        ({"format": "PNG"}, {"machine_format": 20}),
        ({"mimetype": None}, {}),
        ({"license": ""}, {"license": 30}),
        ({"license": "https://example.org/eigene"}, {"license": 10}),
        ({"rights": ""}, {"rights": 5}),
        ({"size": None}, {"byte_size": 5}),
        ({"download_url": ""}, {}),
        ({"download_url": "", "url": "https://example.org/seite"}, {"download_url": 50}),
        ({"download_url": "", "access_url": URL}, {"download_url": 50}),
    ],
)
def test_each_gap_of_a_file_says_what_its_repair_brings(changes: dict[str, Any], gains: dict[str, int]) -> None:
    links = {URL: True, "https://example.org/seite": True}
    score = rated(with_file(**changes), links)
    assert {one.repair.key: one.points for one in score.gains} == gains
    assert score.total == 405 - sum(gains.values())


def test_an_address_that_does_not_answer_costs_its_points() -> None:
    score = rated(with_file(), links={URL: False})
    assert {one.repair.key: one.points for one in score.gains} == {"access_url": 50, "download_broken": 30}


def test_an_address_that_nobody_has_asked_yet_is_no_fault() -> None:
    score = rated(with_file(), links={})
    assert (score.total, score.unchecked, score.gains) == (325, 80, [])


def test_a_broken_rule_costs_its_points() -> None:
    assert rated(with_file(), conforms=False).total == 375


def test_the_licence_of_the_dataset_holds_for_its_files() -> None:
    assert rated(with_file(license="") | {"license_id": "dl-zero-de/2.0"}).total == 405
    assert rated(with_file(license="") | {"license_id": "notspecified"}).total == 375


def test_the_best_file_counts() -> None:
    dataset = PERFECT | {"resources": [{"id": "arm", "url": "https://example.org/x", "format": "PDF"}, FILE]}
    score = rated(dataset)
    assert (score.resource, score.total) == ("datei", 405)


def test_the_catalogue_names_the_organisation_as_publisher_and_the_dates_of_the_record() -> None:
    bare = {key: value for key, value in with_file().items() if key not in ("publisher", "issued", "modified")}
    stamps = {"metadata_created": "2024-01-01T00:00:00", "metadata_modified": "2024-01-01T00:00:00"}
    here = bare | stamps | {"organization": {"title": "Stadt Bochum"}}
    assert rated(here).total == 405
    assert rated(here | {"extras": [{"key": "guid", "value": "von woanders"}]}).total == 395


def test_an_uploaded_file_is_its_own_download() -> None:
    file = FILE | {"download_url": "", "url_type": "upload"}
    assert rated(PERFECT | {"resources": [file]}).total == 405
    assert access_url(file) == URL


@pytest.mark.parametrize(
    ("points", "level"),
    [(405, "excellent"), (351, "excellent"), (350.9, "good"), (221, "good"), (220, "sufficient"), (121, "sufficient"), (120, "bad"), (0, "bad"), (-1, "bad")],
)  # fmt: skip
def test_the_levels_begin_where_the_methodology_says(points: float, level: str) -> None:
    assert level_of(points).key == level


def test_every_text_is_there_in_both_languages() -> None:
    texts = [words for one in INDICATORS for words in (one.name, one.why)]
    texts += [one.words for one in REPAIRS.values()]
    assert all(one.de.strip() and one.en.strip() for one in texts)
    assert {one.repair for one in INDICATORS} <= REPAIRS.keys()


GARBAGE = st.one_of(
    st.none(), st.text(max_size=8), st.integers(), st.lists(st.text(max_size=4), max_size=2),
    st.lists(st.dictionaries(st.sampled_from(["start", "name", "email"]), st.text(max_size=4)), max_size=2),
)  # fmt: skip


@given(
    st.dictionaries(st.sampled_from([*PERFECT, "resources", "organization", "license_id"]), GARBAGE),
    st.lists(st.dictionaries(st.sampled_from([*FILE, "access_url", "url_type"]), GARBAGE), max_size=3),
    st.booleans(),
)
def test_the_points_stay_between_none_and_all_whatever_comes(
    dataset: dict[str, Any], resources: list[dict[str, Any]], conforms: bool
) -> None:
    score = rated(dataset | ({"resources": resources} if resources else {}), conforms=conforms)
    assert 0 <= score.total <= score.total + score.unchecked <= MOST
    assert score.total + score.unchecked + sum(gain.points for gain in score.gains) == MOST


@given(st.data())
def test_adding_a_value_never_lowers_the_points(data: st.DataObject) -> None:
    fields = st.sets(st.sampled_from(sorted(PERFECT)))
    files = st.lists(st.sets(st.sampled_from(sorted(FILE))), max_size=3)
    kept, kept_files = data.draw(fields), data.draw(files)
    links = data.draw(st.sampled_from([{}, {URL: True}, {URL: False}]))

    def made(more: str = "", more_of_file: tuple[int, str] | None = None, further: bool = False) -> int:
        dataset: dict[str, Any] = {key: PERFECT[key] for key in kept | ({more} if more else set())}
        resources = [{key: FILE[key] for key in keys} for keys in kept_files]
        if more_of_file:
            resources[more_of_file[0]][more_of_file[1]] = FILE[more_of_file[1]]
        if further:
            resources.append({"url": "https://example.org/noch-eine"})
        return rated(dataset | {"resources": resources}, links).total

    before = made()
    assert made(more=data.draw(st.sampled_from(sorted(PERFECT)))) >= before
    assert made(further=True) >= before
    if kept_files:
        place = data.draw(st.integers(0, len(kept_files) - 1))
        assert made(more_of_file=(place, data.draw(st.sampled_from(sorted(FILE))))) >= before
