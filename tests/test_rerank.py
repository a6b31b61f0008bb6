"""What reads the first hits of a search again: in which order they come, and what a reranker sees."""

import math
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.__main__ import main
from rag.answering.reading_reranker import ReadingReranker
from rag.errors import ModelError
from rag.records import Hit, Passage, Query, Span
from rag.retrieval.cross_encoder import CrossEncoderReranker
from rag.retrieval.embed import packaged_model
from rag.retrieval.rerank import RerankedSearch
from tests.fakes import write_files

QUERY = Query("q", "q")


def passage(n, text="The mill was sold in 1951.", sentences=None):
    spans = sentences or (Span(0, len(text)),)
    return Passage(f"p{n:02}", "d", "/d.txt", "Rye Mill", ("History",), text, 0, len(text), spans)


class Found:
    """Ten hits, from 1.0 downwards."""

    asked = 0

    def search(self, query, k):
        self.asked = k
        return tuple(Hit(passage(n), 1 - n / 10, n + 1, {"dense": n + 1}, {"dense": 0.5}) for n in range(10))[:k]


class Prefers:
    name = "fake"

    def __init__(self, scores):
        self.scores = scores

    def score(self, question, passages):
        return [self.scores.get(p.passage_id, 0.0) for p in passages]


def order(scores, k, *, k_read=4, weight=0.5):
    return RerankedSearch(Found(), Prefers(scores), k_read=k_read, weight=weight).search(QUERY, k)


def test_a_hit_that_the_reranker_prefers_comes_first_and_says_why():
    hits = order({"p02": 1.0}, 6)
    assert [hit.passage.passage_id for hit in hits] == ["p02", "p00", "p01", "p03", "p04", "p05"]
    assert (hits[0].score, hits[0].scores) == (pytest.approx(0.9), {"dense": 0.5, "fake": 1.0})
    assert hits[0].ranks == {"dense": 3}
    assert hits[4].scores == {"dense": 0.5}, "not read"


def test_enough_is_read_though_few_are_wanted():
    assert [hit.passage.passage_id for hit in order({"p03": 1.0}, 1)] == ["p03"]


@given(
    st.dictionaries(st.sampled_from([f"p{n:02}" for n in range(10)]), st.floats(0, 1)), st.integers(1, 12),
    st.integers(1, 12), st.floats(0, 1),
)  # fmt: skip
def test_a_reranking_loses_no_hit_and_its_scores_never_rise(scores, k, k_read, weight):
    hits = order(scores, k, k_read=k_read, weight=weight)
    assert len(hits) == min(k, 10)
    assert len({hit.passage.passage_id for hit in hits}) == len(hits)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(one.score >= other.score for one, other in pairwise(hits))


def test_the_reader_ranks_a_passage_by_its_best_sentence_read_after_the_one_before_it():
    seen = []

    class Reads:
        def read(self, question, windows):
            seen.extend(windows)
            return [SimpleNamespace(logit=2.0 if "1951" in window else -2.0) for window in windows]

    text = "It ground barley. The mill was sold in 1951. Nobody lives there."
    three = passage(0, text, (Span(0, 17), Span(18, 44), Span(45, 64)))
    scores = ReadingReranker(Reads()).score("When?", [three, passage(1, "Its wheel broke."), passage(2, "Hm.")])
    assert scores == [pytest.approx(1 / (1 + math.exp(-2))), pytest.approx(1 / (1 + math.exp(2))), 0.0]
    assert seen == ["It ground barley.", text[:44], text[18:], "Its wheel broke."]
    assert ReadingReranker(Reads()).score("When?", []) == []


def test_a_cross_encoder_that_is_not_here_is_told_with_its_cure():
    with pytest.raises(ModelError, match=r"'nobody/none' is not on this machine\. Fetch it once with: hf download"):
        CrossEncoderReranker("nobody/none")


@pytest.mark.model
def test_a_cross_encoder_in_a_folder_scores_title_headings_and_text(tmp_path):
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    AutoTokenizer.from_pretrained(packaged_model()).save_pretrained(tmp_path)
    tiny = BertConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, num_labels=1,
        initializer_range=0.5,
    )  # fmt: skip
    BertForSequenceClassification(tiny).save_pretrained(tmp_path)
    reranker = CrossEncoderReranker(str(tmp_path))
    one, two = reranker.score("When was it sold?", [passage(0), passage(1, "Its wheel broke.")])
    assert 0 <= one <= 1
    assert 0 <= two <= 1
    assert one != two
    assert reranker.score("When?", []) == []


@pytest.mark.model
def test_search_tells_what_the_reader_thought(tmp_path, capsys):
    folder = write_files(
        tmp_path / "docs", mill="The mill was sold in 1951.", pier="When was the mill ever sold, they ask."
    )
    command = ["search", "-l", str(folder), "--json", "When was the mill sold?"]
    assert main(command) == 0
    plain = capsys.readouterr().out
    assert "reader" not in plain
    assert main([*command, "--reranker", "reader"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert '"reader"' in first
    assert "1951" in first
