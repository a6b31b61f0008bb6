"""Weights fitted to a set are moved to the share of answerable questions that people ask."""

import pytest

from eval.fit import as_people_ask
from eval.question_set import Question
from rag.answering.finding import DecisionWeights
from rag.answering.odds import logistic


@pytest.mark.parametrize(("answerable", "before", "after"), [(5, 0.5, 0.75), (5, 0.25, 0.5), (15, 0.5, 0.5)])
def test_a_set_with_fewer_answers_moves_the_constant(answerable, before, after):
    questions = [
        Question(f"q{n}", "fact", "Is it so?", (), n < answerable, ((("yes",),) if n < answerable else ()), ())
        for n in range(10 if answerable == 5 else 20)
    ]
    constant = {0.5: 0.0, 0.25: -1.0986}[before]
    moved = as_people_ask(DecisionWeights((1.0, 2.0, constant)), questions)
    assert moved.sure[:2] == (1.0, 2.0)
    assert logistic(moved.sure[2]) == pytest.approx(after, abs=1e-3)
