"""The made-up folders and their questions fit: every quote stands in its document, every answer in a quote."""

from pathlib import Path

import pytest

from eval.gold import find_gold, texts_on_disk
from eval.question_set import read_questions

ROOT = Path(__file__).parents[1]
NAMES = sorted(path.name for path in (ROOT / "eval" / "folders").iterdir() if path.name[0] != ".")


def test_every_folder_has_its_questions():
    assert NAMES == ["bridge", "clinic", "club", "envoy", "software"]
    assert {path.stem for path in (ROOT / "eval" / "questions").glob("*.jsonl")} == {*NAMES, "seeds"}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_of_a_folder_is_answered_there(name):
    questions = read_questions(ROOT / "eval" / "questions" / f"{name}.jsonl")
    texts = texts_on_disk([ROOT / "eval" / "folders" / name], max_bytes=10_000_000)
    assert len({question.question_id for question in questions}) == len(questions) > 100
    assert len({question.kind for question in questions}) == 9
    for question in questions:
        gold = find_gold(question, texts)
        assert gold.places or not question.answerable
        assert bool(question.answers) == question.answerable
