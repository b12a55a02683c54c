"""How good the search is on real questions, beside CKAN's own on the same datasets in the same run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import judged_corpus
import pytest
import relevance
from stock_search import StockSearch

from ckanext.rvr_portal.domain.relevance import ndcg

_verdicts: dict[str, relevance.Verdict] = {}


@pytest.fixture(scope="module")
def stock() -> Iterator[StockSearch]:
    search = StockSearch(os.environ["CKAN_SOLR_URL"])
    yield search
    search.close()


@pytest.fixture
def verdicts(index_of: Any, found: Any, stock: StockSearch, capsys: pytest.CaptureFixture[str]) -> Any:
    """What our search and CKAN's own are worth, measured once."""
    if judged_corpus.catalogue_folder() is None:
        pytest.skip("The catalogues of Bremen and Rostock (shared/data/catalogs) are not here")
    documents: list[dict[str, Any]] = []

    def make() -> list[dict[str, Any]]:
        documents.extend(judged_corpus.documents())
        return documents

    index_of("judged", make)
    if not _verdicts:
        titles = {dataset["id"]: dataset["judged"] for dataset in judged_corpus.datasets()}
        stock.fill([judged_corpus.stock_document(document) for document in documents])
        _verdicts["ours"] = relevance.judge(found, titles)
        _verdicts["stock"] = relevance.judge(stock.ids, titles)
        with capsys.disabled():
            print("\n" + relevance.table(_verdicts["ours"], _verdicts["stock"]))
    return _verdicts


def test_there_are_enough_queries_and_each_names_datasets_that_are_there() -> None:
    queries = judged_corpus.judged_queries()
    assert len({query["q"] for query in queries}) == len(queries) >= 120
    names = [dataset["judged"] for dataset in judged_corpus.datasets()]
    here = {name.partition(":")[0] for name in names if ":" in name}
    for query in queries:
        for pattern, _grade in query["grades"]:
            if ":" in pattern and pattern.partition(":")[0] not in here:
                continue  # of a catalogue that is not here
            assert any(n.startswith(pattern[:-1]) if pattern.endswith("*") else n == pattern for n in names), pattern


def test_the_best_datasets_stand_at_the_top(verdicts: Any) -> None:
    assert verdicts["ours"].mean >= 0.85


def test_the_order_is_much_better_than_that_of_ckan(verdicts: Any) -> None:
    assert verdicts["ours"].mean >= verdicts["stock"].mean + 0.25


def test_half_as_many_questions_as_with_ckan_find_nothing_at_most(verdicts: Any) -> None:
    assert verdicts["ours"].zero_rate <= verdicts["stock"].zero_rate / 2


def test_the_measure_is_one_for_the_best_order_and_less_for_any_other() -> None:
    assert ndcg([3, 2, 1], [1, 2, 3]) == 1
    assert ndcg([1, 2, 3], [1, 2, 3]) < 1
    assert ndcg([], [3]) == ndcg([0, 0], [3]) == 0
    assert ndcg([0, 3], [3]) == pytest.approx(0.6309, abs=0.0001)
