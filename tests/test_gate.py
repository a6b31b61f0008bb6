"""The engine that is shipped is not significantly worse than the baseline a person set, on a quick part of dev."""

import pytest

from eval.asked import SEEDS
from eval.gate import worse
from eval.question_set import half, read_questions
from eval.run import run
from rag import Settings, open_library

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("default::DeprecationWarning")]


def test_nothing_is_significantly_worse_than_the_baseline(engine, tmp_path):
    questions = [q for q in read_questions(SEEDS) if half(q) == "dev"][::2]
    quick = open_library(at=engine.path, settings=Settings(compose=False))
    run(quick, questions, tmp_path / "quick")
    assert worse(tmp_path / "quick", latency=False) == []
    quick.close()
