"""Weights are fitted to gold sentences of one or more sets, and moved to the share of answerable questions people ask."""

import pytest
from fakes import make_library, write_files

from eval.fit import LOOSE, Asked, as_people_ask, fit
from eval.question_set import Question, QuestionSetError, Quote
from rag.answering.candidate import RANK_SIGNS, Candidate
from rag.answering.found import DecisionWeights
from rag.answering.odds import logistic
from rag.answering.windows import windows_of


@pytest.mark.parametrize(("answerable", "before", "after"), [(5, 0.5, 0.75), (5, 0.25, 0.5), (8, 0.5, 0.5)])
def test_a_set_with_fewer_answers_moves_the_constant(answerable, before, after):
    questions = [
        Question(f"q{n}", "fact", "Is it so?", (), n < answerable, ((("yes",),) if n < answerable else ()), ())
        for n in range(10)
    ]
    constant = {0.5: 0.0, 0.25: -1.0986}[before]
    moved = as_people_ask(DecisionWeights((1.0, 2.0, constant)), questions)
    assert moved.sure[:2] == (1.0, 2.0)
    assert logistic(moved.sure[2]) == pytest.approx(after, abs=1e-3)


class Telling:
    """Reads every sentence; the first of its signs says which is gold, the others nothing."""

    def read(self, query, hits):
        return [
            Candidate(window, (), (float(window.sentence_text in GOLD), *(0.0 for _ in RANK_SIGNS[1:])))
            for window in windows_of(hits, whole_lists=False)
        ]


GOLD = ("The harbour opened in 1931.", "The ferry leaves at nine.")


def test_the_sign_that_tells_gold_sentences_weighs_most_over_several_folders(tmp_path):
    sets = []
    for name, text, asked in (
        ("harbour", f"It has three cranes. {GOLD[0]} The keeper is Ada Lindqvist.", "When did the harbour open?"),
        ("ferry", f"{GOLD[1]} It carries forty cars. Dogs are welcome.", "When does the ferry leave?"),
    ):
        library = make_library(tmp_path / name, write_files(tmp_path / f"{name}-docs", **{name: text}))
        library.sync()
        gold = next(one for one in GOLD if one in text)
        sets.append(Asked(library, [Question(name, "fact", asked, (), True, (("x",),), (Quote(f"{name}.txt", gold),))]))
    with pytest.raises(QuestionSetError, match="answers all of 2 questions; some of each are needed"):
        fit(sets, Telling())
    silent = Question("silent", "not in the documents", "Who owns the ferry?", (), False, (), ())
    sets.append(Asked(sets[-1].library, [silent]))
    weights = fit(sets, Telling(), stiffness=LOOSE)
    assert weights.rank[0] > 3
    assert all(
        weight == pytest.approx(prior, abs=0.1)
        for weight, prior in zip(weights.rank[1:], (0.5, 8, 1, 1, -1), strict=True)
    )
