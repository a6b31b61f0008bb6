"""The metrics against ir_measures, hand-made cases, and their bounds."""

import math

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, ScoredDoc, Success, nDCG
from ir_measures import R as Recall

from eval.metrics import abstention, answers, places, ranking, statistics
from eval.metrics.places import Place

IDS = list("abcdefghij")
rankings = st.permutations(IDS).flatmap(lambda ids: st.integers(0, len(ids)).map(lambda n: ids[:n]))
grades = st.dictionaries(st.sampled_from(IDS), st.integers(0, 3), max_size=8)
probabilities = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30)


@given(rankings, grades, st.integers(1, 12))
def test_rankings_equal_ir_measures(ranked, relevance, k):
    run = [ScoredDoc("q", name, 100.0 - n) for n, name in enumerate(ranked)]
    qrels = [ir_measures.Qrel("q", name, grade) for name, grade in relevance.items()]
    if not run or not any(grade > 0 for grade in relevance.values()):
        return
    found = ir_measures.calc_aggregate([nDCG @ k, Recall @ k, RR @ k, Success @ k], qrels, run)
    assert ranking.ndcg(ranked, relevance, k) == pytest.approx(found[nDCG @ k])
    assert ranking.recall(ranked, relevance, k) == pytest.approx(found[Recall @ k])
    assert ranking.reciprocal_rank(ranked, relevance, k) == pytest.approx(found[RR @ k])
    assert ranking.success(ranked, relevance, k) == pytest.approx(found[Success @ k])


def test_an_answer_holds_whole_words_only():
    assert answers.gold_in_answer("He made his seventh visit.", [["7th", "seventh"]]) == 1
    assert answers.gold_in_answer("He made his seventeenth visit.", [["seventeen"]]) == 0
    assert answers.gold_in_answer("Fifth and seventh.", [["fifth"], ["eleventh"]]) == 0
    assert answers.value_recall("Fifth and seventh.", [["fifth"], ["eleventh"]]) == 0.5
    assert answers.gold_in_answer("anything", []) == 0


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=3))
def test_answer_scores_stay_in_bounds(text, golds):
    assert 0 <= answers.token_f1(text, golds) <= 1
    assert answers.exact_match(text, [text]) == 1
    assert answers.token_f1(text, [text]) == 1


@pytest.mark.parametrize(
    ("text", "golds", "exact", "f1"),
    [
        ("The Eiffel Tower", ["Eiffel tower."], 1, 1),  # articles, case and punctuation do not count
        ("U.S. Army", ["US Army"], 1, 1),  # punctuation is deleted, not made a space
        ("well-known", ["wellknown"], 1, 1),
        ("", [""], 1, 1),  # unanswerable and not answered
        ("Paris", [""], 0, 0),  # unanswerable, yet answered
        ("", ["Paris"], 0, 0),
        ("in Paris France", ["Paris", "Paris, Texas"], 0, 0.5),  # the best of several golds
        ("a b c d", ["b c"], 0, 0.8),  # precision 2/3, recall 1: the article is dropped
        ("very very good", ["very good"], 0, 0.8),  # a repeated word counts as often as it stands
    ],
)
def test_exact_match_and_f1_are_those_of_squad(text, golds, exact, f1):
    assert answers.exact_match(text, golds) == exact
    assert answers.token_f1(text, golds) == pytest.approx(f1)


spans = st.lists(
    st.builds(lambda d, a, n: Place(d, a, a + n), st.sampled_from("ab"), st.integers(0, 20), st.integers(0, 9))
)


@given(spans, spans)
def test_overlap_by_stretches_equals_overlap_by_characters(shown, gold):
    one, two = ({(p.document, at) for p in some for at in range(p.start, p.end)} for some in (shown, gold))
    expected = len(one & two) / len(one | two) if one | two else 0
    assert places.intersection_over_union(shown, gold) == pytest.approx(expected)
    assert 0 <= places.f1(shown, gold) <= 1
    assert places.f1(shown, gold) == pytest.approx(places.f1(gold, shown))


def test_sentence_f1_on_cases_done_by_hand():
    one, two, three = Place("a", 0, 10), Place("a", 20, 30), Place("b", 0, 10)
    assert places.f1([one, three], [one, two]) == 0.5
    assert places.f1([one], [one, two]) == pytest.approx(2 / 3)
    assert places.f1([], [one]) == places.f1([one], []) == 0
    assert places.f1([], []) == 1


def test_places_meet_only_in_one_document_and_by_at_least_a_character():
    gold = [Place("a.txt", 10, 20)]
    assert places.success_at([Place("b.txt", 10, 20), Place("a.txt", 19, 30)], gold, 1) == 0
    assert places.success_at([Place("b.txt", 10, 20), Place("a.txt", 19, 30)], gold, 2) == 1
    assert places.success_at([Place("a.txt", 20, 30)], gold, 1) == 0
    assert places.reciprocal_rank([Place("a.txt", 0, 5), Place("a.txt", 0, 11)], gold) == 0.5


def test_citations_are_counted_by_what_they_cover():
    one, two, three = Place("a", 0, 10), Place("a", 20, 30), Place("b", 0, 10)
    assert places.citation_precision([one, three], [one, two]) == 0.5
    assert places.citation_recall([one], [[one], [two, three]]) == 0.5
    assert places.citation_recall([three], [[one], [two, three]]) == 0.5
    assert places.citation_precision([], [one]) == places.citation_recall([], [[one]]) == 0
    assert places.intersection_over_union([one], [Place("a", 5, 15)]) == pytest.approx(1 / 3)


@given(probabilities)
def test_abstention_scores_stay_in_bounds(pairs):
    scores, yes = [p for p, _ in pairs], [y for _, y in pairs]
    for value in (
        abstention.auc(scores, yes),
        abstention.area_under_risk(scores, yes),
        abstention.calibration_error(scores, yes),
    ):
        assert math.isnan(value) or 0 <= value <= 1


def test_abstention_on_a_case_done_by_hand():
    coverage, risk = abstention.risk_coverage([0.9, 0.1, 0.5], [True, False, False])
    assert coverage.tolist() == pytest.approx([1 / 3, 2 / 3, 1])
    assert risk.tolist() == pytest.approx([0, 0.5, 2 / 3])
    assert abstention.auc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == pytest.approx(3.5 / 4)
    assert abstention.calibration_error([0.95, 0.95], [True, False]) == pytest.approx(0.45)


def test_intervals_hold_the_mean_and_shrink():
    few, many = [0.0, 1.0] * 10, [0.0, 1.0] * 500
    low, high = statistics.bootstrap_interval(few)
    assert low < 0.5 < high
    assert statistics.bootstrap_interval(few) == (low, high)
    tight = statistics.bootstrap_interval(many)
    assert tight[1] - tight[0] < high - low
    assert all(math.isnan(value) for value in statistics.bootstrap_interval([]))


@given(probabilities)
def test_the_chance_to_rank_right_equals_counting_every_pair(pairs):
    yes, no = [p for p, y in pairs if y], [p for p, y in pairs if not y]
    found = abstention.auc([p for p, _ in pairs], [y for _, y in pairs])
    if yes and no:
        expected = sum((a > b) + 0.5 * (a == b) for a in yes for b in no) / (len(yes) * len(no))
        assert found == pytest.approx(expected)
    else:
        assert math.isnan(found)


def test_a_statistic_of_pairs_has_an_interval():
    scores, right = [n / 100 for n in range(100)], [n % 3 > 0 for n in range(100)]
    low, high = statistics.bootstrap_of(abstention.area_under_risk, scores, right)
    assert low < abstention.area_under_risk(scores, right) < high
    assert statistics.bootstrap_of(abstention.area_under_risk, scores, right) == (low, high)
    assert all(math.isnan(end) for end in statistics.bootstrap_of(abstention.auc, [], []))
    assert all(math.isnan(end) for end in statistics.bootstrap_of(abstention.auc, [0.1], [True]))


def test_paired_tests_tell_a_change_from_noise():
    before = [0.0, 1.0] * 50
    assert statistics.paired_bootstrap(before, before)[2] == 1
    assert statistics.paired_bootstrap(before, [1.0] * 100)[2] < 0.001
    assert statistics.mcnemar([True] * 5 + [False] * 5, [True] * 5 + [False] * 5) == 1
    assert statistics.mcnemar([False] * 10, [True] * 10) == pytest.approx(2 / 2**10)
    assert statistics.mcnemar([True, False], [False, True]) == 1


def test_holm_adjusts_in_order():
    assert statistics.holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})
