"""The register of places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.places import fold_name, register

PLACES = register()
EVERY = (*PLACES.municipalities, *PLACES.kreise, PLACES.region)


def test_the_register_holds_what_the_region_has() -> None:
    assert len(PLACES.municipalities) == 53
    assert len(PLACES.member_bodies) == 15
    assert len(PLACES.kreise) == 4
    assert PLACES.region.population == sum(place.population for place in PLACES.municipalities)
    assert {body.slug for body in PLACES.member_bodies} == {
        "duisburg", "essen", "muelheim-an-der-ruhr", "oberhausen", "bottrop", "gelsenkirchen", "bochum", "dortmund",
        "hagen", "hamm", "herne", "kreis-wesel", "kreis-recklinghausen", "ennepe-ruhr-kreis", "kreis-unna",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Mülheim", "05117000"),
        ("Muelheim an der Ruhr", "05117000"),
        ("Mulheim an der Ruhr", "05117000"),
        ("Mülheim a. d. R.", "05117000"),
        ("Mülheim a.d. Ruhr", "05117000"),
        ("Mülheim/Ruhr", "05117000"),
        ("Stadt Essen", "05113000"),
        ("Essen, Stadt", "05113000"),
        ("ESSEN", "05113000"),
        ("Hagen, Stadt der FernUniversität", "05914000"),
        ("Ennepetal, Stadt der Kluterthöhle", "05954008"),
        ("Schwerte, Hansestadt an der Ruhr", "05978028"),
        ("Wetter", "05954032"),
        ("Wetter (Ruhr)", "05954032"),
        ("Voerde", "05170044"),
        ("Fröndenberg", "05978012"),
        ("Hamm (Westf.)", "05915000"),
        ("Wesel", "05170048"),
        ("Wesel, Stadt", "05170048"),
        ("Kreis Wesel", "05170"),
        ("Wesel, Kreis", "05170"),
        ("Unna", "05978036"),
        ("Kreis Unna", "05978"),
        ("Recklinghausen", "05562032"),
        ("Kreis RE", "05562"),
        ("EN-Kreis", "05954"),
        ("Ennepe Ruhr Kreis", "05954"),
        ("Ruhrgebiet", "ruhr"),
        ("Metropole Ruhr", "ruhr"),
        ("Regionalverband Ruhr (RVR)", "ruhr"),
        ("Bochum, Nordrhein-Westfalen", "05911000"),
    ],
)
def test_a_place_is_found_by_the_ways_its_name_is_written(text: str, key: str) -> None:
    found = PLACES.find(text)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "Ruhr", "Kreis Essen", "Stadt Kreis Wesel", "Hagen am Teutoburger Wald", "Mülheim-Kärlich",
        "Wetter (Hessen)", "Essen und Trinken", "Essener Norden", "Hamm (Sieg)", "Köln", "Düsseldorf", "Neu-Ulm",
        "99999", "05999000", "Wesel und Unna",
    ],
)  # fmt: skip
def test_what_is_not_clearly_one_place_is_none(text: str) -> None:
    assert PLACES.find(text) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("http://dcat-ap.de/def/politicalGeocoding/municipalityKey/05954016", "05954016"),
        ("https://www.dcat-ap.de/def/politicalGeocoding/municipalityKey/05954016/", "05954016"),
        ("http://dcat-ap.de/def/politicalGeocoding/districtKey/05562", "05562"),
        ("http://dcat-ap.de/def/politicalGeocoding/districtKey/05113", "05113000"),
        ("http://dcat-ap.de/def/politicalGeocoding/regionalKey/055620000000", "05562"),
        ("http://dcat-ap.de/def/politicalGeocoding/regionalKey/059540016016", "05954016"),
        ("http://data.europa.eu/nuts/code/DEA56", "05954"),
        ("DEA13", "05113000"),
        ("059540016016", "05954016"),
        ("5954016", "05954016"),
        ("45525", "05954016"),
    ],
)
def test_a_place_is_found_by_key_address_and_postal_code(text: str, key: str) -> None:
    found = PLACES.find(text)
    assert found is not None
    assert found.key == key


def test_addresses_of_other_levels_and_regions_are_no_place() -> None:
    assert PLACES.find("http://dcat-ap.de/def/politicalGeocoding/stateKey/05") is None
    assert PLACES.find("http://dcat-ap.de/def/politicalGeocoding/municipalityKey/04011000") is None
    assert PLACES.find("http://example.org/politicalGeocoding/municipalityKey/05113000") is None


def test_ancestors_lead_from_the_place_to_the_region() -> None:
    assert [place.key for place in PLACES.ancestors("05954016")] == ["05954016", "05954", "ruhr"]
    assert [place.key for place in PLACES.ancestors("05113000")] == ["05113000", "ruhr"]
    assert [place.key for place in PLACES.ancestors("ruhr")] == ["ruhr"]
    assert PLACES.ancestors("04011000") == ()


def test_every_key_of_a_place_leads_to_it() -> None:
    for place in EVERY:
        assert PLACES.get(place.key) is place
        assert PLACES.by_slug(place.slug) is place
        if place.ars:
            assert PLACES.get(place.ars) is place


@given(
    place=st.sampled_from(EVERY),
    upper=st.booleans(),
    umlauts=st.sampled_from(["keep", "ae", "a", "decomposed"]),
    joint=st.sampled_from([" ", "-", "  ", "/", " - "]),
    around=st.sampled_from(["{}", " {} ", "Stadt {}", "{}, Stadt", "Gemeinde {}", "{} (NRW)", "{}, Deutschland"]),
)
def test_any_mix_of_spellings_finds_the_place(place, upper: bool, umlauts: str, joint: str, around: str) -> None:
    import unicodedata

    name = place.name.replace(" ", joint)
    if umlauts == "ae":
        name = name.translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"}))
    elif umlauts == "a":
        name = name.translate(str.maketrans({"ä": "a", "ö": "o", "ü": "u"}))
    elif umlauts == "decomposed":
        name = unicodedata.normalize("NFD", name)
    if place.kind != "municipality" and ("Stadt" in around or "Gemeinde" in around):
        around = "{}"
    text = around.format(name)
    found = PLACES.find(text.upper() if upper else text)
    assert found is place


@given(st.text(max_size=60))
def test_any_text_finds_a_place_only_if_it_names_it(text: str) -> None:
    found = PLACES.find(text)
    if found and not text.strip().isdecimal():
        folded = fold_name(text)
        assert fold_name(found.name).split()[0][:4] in folded or found.nuts3 in text.upper() or found.key == "ruhr"


@given(place=st.sampled_from(EVERY), letters=st.text(alphabet="bcdfgklmnprt", min_size=2, max_size=8))
def test_a_longer_word_that_begins_like_a_place_is_not_it(place, letters: str) -> None:
    assert PLACES.find(place.name + letters) is None
