import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Turn
from rag.retrieval.follow_up import standalone
from rag.retrieval.fuse import fuse
from rag.retrieval.lexical import match_expression
from rag.words import content_stems, content_words, names, numbers

RANKING = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.floats(-1, 30, allow_nan=False)), max_size=8, unique_by=lambda p: p[0]
).map(lambda pairs: sorted(pairs, key=lambda p: (-p[1], p[0])))


@given(RANKING, RANKING, st.floats(0.01, 1), st.floats(0.01, 1))
def test_fusion_ignores_the_order_of_searchers_and_is_a_ranking(one, two, w1, w2):
    weights = {"dense": w1, "lexical": w2}
    fused = fuse({"dense": one, "lexical": two}, weights)
    assert fused == fuse({"lexical": two, "dense": one}, weights)
    assert {row.passage_id for row in fused} == {i for i, _ in one} | {i for i, _ in two}
    assert [(-r.score, r.passage_id) for r in fused] == sorted((-r.score, r.passage_id) for r in fused)
    assert all(-1e-9 <= row.score <= 1 + 1e-9 for row in fused)


def test_fusion_says_what_each_searcher_thought():
    fused = fuse({"dense": [("b", 0.8), ("a", 0.4)], "lexical": [("a", 10.0)]}, {"dense": 0.5, "lexical": 0.5})
    assert [(r.passage_id, r.score) for r in fused] == [("a", 0.75), ("b", 0.5)]
    assert (fused[0].ranks, fused[0].scores) == ({"dense": 2, "lexical": 1}, {"dense": 0.4, "lexical": 10.0})
    assert fused[1].ranks == {"dense": 1}


def test_the_same_passages_from_one_searcher_alone_keep_their_order():
    ranking = [("c", 9.0), ("a", 5.0), ("b", 5.0)]
    assert [r.passage_id for r in fuse({"lexical": ranking}, {"lexical": 1.0})] == ["c", "a", "b"]
    assert fuse({}, {}) == []


def test_common_words_are_left_out_of_a_search_unless_there_are_no_others():
    assert match_expression("Who sent the US envoy to Lebanon?") == '"sent" OR "us" OR "envoy" OR "lebanon"'
    assert match_expression("to be or not to be") == '"to" OR "be" OR "or" OR "not"'
    assert match_expression("?!") == ""


def test_words_names_and_numbers():
    assert content_words("He told us that the US’s envoy left") == ["told", "us", "envoy", "left"]
    assert content_stems("his eleventh trips, the 11th trip") == ["11", "trip", "11", "trip"]
    assert numbers("five of 2.3 million, 1,200 and 2006; the fifth") == {"5", "2.3", "1200", "2006"}
    assert names("Blinken met Yoav Gallant. US officials left") == {"blinken", "yoav", "gallant", "us"}


@pytest.mark.parametrize(
    ("question", "leans"),
    [
        ("And who sent him?", True), ("What about Lebanon?", True), ("Why?", True), ("How many of them left?", True),
        ("Which envoy was sent to the border with Lebanon?", False),
    ],
)  # fmt: skip
def test_only_a_question_that_leans_on_the_last_turn_takes_words_from_it(question, leans):
    history = [Turn("Who is Amos Hochstein?", "A special envoy. [1]")]
    query = standalone(question, history)
    assert query.question == question
    assert ("hochstein" in query.text) is leans
    assert standalone(question, []).text == question
