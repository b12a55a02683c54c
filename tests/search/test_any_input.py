"""Whatever is typed: the real Solr answers, and shows nothing of itself."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.lib.search.common import SearchQueryError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.query import is_fielded

SIGNS = list("+-&|!(){}[]^\"~*?:\\/<>=;,.#%@`´'„“«»\u200b\u00ad\x00\x1f\u2028🚲🏳️‍🌈€²½ﬁ")
WORDS = [
    "Radweg", "Essen", "kita", "Straße", "AND", "OR", "NOT", "TO", "und", "{!func}", "_query_:", "_val_:", "title:", "name:", "*:*",
    "id:[* TO *]", "metadata_modified:", "docfreq(text,x)", "$q", "$qf", "rvr_title_de:", "places:", "\u0308", "Ä", "ё", "العربية", "漢字", "a" * 300,
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(SIGNS), st.text(max_size=12)), max_size=25).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda glue: glue.join(parts))
)


@pytest.fixture
def asked(index_of: Any, written: Any) -> Any:
    index_of("german-any", lambda: written("Ein Radweg in Essen", "Kitas und Straßen"))

    def ask(text: str) -> dict[str, Any]:
        return tk.get_action("package_search")({"user": "", "auth_user_obj": None}, {"q": text, "rows": 3})

    return ask


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_a_thousand_odd_texts_are_answered(asked: Any, text: str) -> None:
    try:
        assert asked(text)["count"] >= 0
    except SearchQueryError as error:  # only a query of fields may be wrong, and is told so in a sentence
        assert is_fielded(text)
        assert str(error) == "The search could not be understood."


@pytest.mark.parametrize(
    "text",
    ["a" * 10_000, "wort " * 2_000, "Kita " * 2_000, "a OR " * 2_000, "((((" * 2_500, '"' * 9_999, "-" * 10_000],
    ids=lambda text: text[:5].strip(),
)
def test_ten_thousand_characters_are_answered(asked: Any, text: str) -> None:
    assert asked(text)["count"] >= 0


@pytest.mark.parametrize(
    "text",
    [
        "Radweg:",
        "title",
        "(Radweg",
        '"Radweg',
        "Radweg)",
        "Radweg/Essen",
        "Radweg & Essen",
        "Radweg\u00a0Essen",
        "„Radweg“",
        "RADWEG!!!",
    ],
)
def test_signs_do_not_change_what_is_found(asked: Any, text: str) -> None:
    expected = 0 if text == "title" else 1
    assert asked(text)["count"] == expected


def test_a_picture_alone_finds_nothing_and_a_sign_alone_means_nothing(asked: Any) -> None:
    assert asked("🚲")["count"] == 0
    assert asked("?")["count"] == 2


@pytest.mark.parametrize("name", ["bq", "q.op", "sow", "pf", "json.facet", "hl"])
def test_what_the_portal_sets_itself_is_refused_from_outside(app: Any, name: str) -> None:
    answer = app.get("/api/action/package_search", query_string={"q": "x", name: "x"})
    assert answer.status_code in (400, 409)
    assert "org.apache" not in answer.text


@pytest.mark.parametrize(
    ("parameters", "number"),
    [({"q": "title:Radweg"}, 1), ({"q": "title:Rad*"}, 1), ({"q": "title:Radweg OR title:Kitas"}, 2), ({"q": "radweg", "defType": "edismax"}, 1),
     ({"q": "Radweg", "qf": "title"}, 1), ({"q": "Rad*"}, 1), ({"q": "Radweg OR Kitas"}, 2), ({"q": "Radweg -Essen"}, 0), ({"q": "+Radweg Kitas"}, 1),
     ({"q": "NOT Radweg"}, 1), ({"q": '"Radweg in Essen"'}, 1), ({"q": '"Essen Radweg"'}, 0), ({"q": "*:*", "fq": "title:Radweg"}, 1)],
)  # fmt: skip
def test_queries_of_programs_are_understood_as_by_ckan(asked: Any, parameters: dict[str, str], number: int) -> None:
    context: Any = {"user": "", "auth_user_obj": None}
    assert tk.get_action("package_search")(context, parameters)["count"] == number
