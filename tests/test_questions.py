"""The question set on the demo corpus is sound, and a broken one says where. JSON Lines -> checks."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from eval.metrics.answers import gold_in_answer
from eval.question_set import (
    KINDS,
    Question,
    QuestionSetError,
    half,
    normalise,
    read_questions,
    write_questions,
)
from rag.corpus.sentences import SentenceSplitter
from rag.errors import FootnoteError

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
SET = ROOT / "eval" / "questions" / "seeds.jsonl"
QUESTIONS = read_questions(SET)
ROW: dict[str, object] = {
    "id": "x-1",
    "kind": "fact",
    "question": "Who?",
    "history": [],
    "answerable": True,
    "answers": [["Ann", "Ms Lee"]],
    "quotes": [{"document": "a.txt", "text": "Ann Lee was there."}],
}


def write_rows(folder: Path, *rows: object) -> Path:
    """Write one line a row, a string as it is."""
    path = folder / "set.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def named(questions: list[Question]) -> list[str]:
    """Return what to show of the questions that fail."""
    return [f"{question.question_id}: {question.question}" for question in questions]


def test_the_set_is_large_and_has_every_kind() -> None:
    assert len(QUESTIONS) >= 260
    assert {question.kind for question in QUESTIONS} == set(KINDS)


def test_ids_run_without_a_gap() -> None:
    assert [question.question_id for question in QUESTIONS] == [f"seeds-{n:03d}" for n in range(1, len(QUESTIONS) + 1)]


def test_every_kind_is_split_between_the_halves() -> None:
    counts = Counter((question.kind, half(question)) for question in QUESTIONS)
    uneven = {kind: (counts[kind, "dev"], counts[kind, "test"]) for kind in KINDS}
    assert {kind: pair for kind, pair in uneven.items() if abs(pair[0] - pair[1]) > 2} == {}


def test_quotes_are_verbatim() -> None:
    texts = {path.name: path.read_bytes().decode("utf-8") for path in SEEDS.glob("*.txt")}
    assert [
        (question.question_id, quote)
        for question in QUESTIONS
        for quote in question.quotes
        if quote.text not in texts.get(quote.document, "")
    ] == []
    assert {quote.document for question in QUESTIONS for quote in question.quotes} == set(texts)


def test_no_quote_is_listed_twice() -> None:
    assert named([question for question in QUESTIONS if len(set(question.quotes)) != len(question.quotes)]) == []


def test_no_question_is_asked_twice() -> None:
    asked = Counter((normalise(q.question), q.history) for q in QUESTIONS)
    assert [key for key, count in asked.items() if count > 1] == []
    alone = Counter(normalise(q.question) for q in QUESTIONS if not q.history)
    assert [text for text, count in alone.items() if count > 1] == []


def test_no_two_questions_of_a_kind_are_nearly_the_same() -> None:
    words = {
        q.question_id: frozenset(normalise(" ".join((*map(" ".join, q.history), q.question))).split())
        for q in QUESTIONS
    }
    near = [
        (a.question, b.question)
        for a, b in combinations(QUESTIONS, 2)
        if a.kind == b.kind
        and len(words[a.question_id] & words[b.question_id]) >= 0.9 * len(words[a.question_id] | words[b.question_id])
    ]
    assert near == []


def test_every_value_stands_in_a_quote() -> None:
    missing: list[tuple[str, tuple[str, ...]]] = []
    for question in QUESTIONS:
        quoted = [normalise(quote.text) for quote in question.quotes]
        for aliases in question.answers:
            if not any(normalise(alias) in text for alias in aliases for text in quoted):
                missing.append((question.question_id, aliases))
    assert missing == []


def test_few_sentences_outside_the_quotes_would_be_marked_right() -> None:
    split = SentenceSplitter().split
    texts = {path.name: path.read_text("utf-8") for path in SEEDS.glob("*.txt")}
    sentences = [(name, text[span.start : span.end]) for name, text in texts.items() for span in split(text)]
    loose = {}
    for question in QUESTIONS:
        quoted = [(quote.document, quote.text) for quote in question.quotes]
        wrong = [
            sentence
            for name, sentence in sentences
            if gold_in_answer(sentence, question.answers)
            and not any(name == document and (text in sentence or sentence in text) for document, text in quoted)
        ]
        if len(wrong) > 4:
            loose[question.question_id] = wrong
    assert loose == {}


def test_every_quote_of_an_answerable_question_holds_a_value() -> None:
    idle = [
        (question.question_id, quote.text)
        for question in QUESTIONS
        for quote in question.quotes
        if question.answerable
        and not any(normalise(alias) in normalise(quote.text) for aliases in question.answers for alias in aliases)
    ]
    assert idle == []


def test_no_answer_is_given_away_by_its_question_or_history() -> None:
    given = [
        (question.question_id, alias)
        for question in QUESTIONS
        for aliases in question.answers
        for alias in aliases
        if normalise(alias) in normalise(" ".join((question.question, *(turn.answer for turn in question.history))))
    ]
    assert given == []


def test_unanswerable_questions_have_no_answers_and_absent_ones_no_quotes() -> None:
    assert named([q for q in QUESTIONS if q.answerable != bool(q.answers)]) == []
    unanswerable = ("not in the documents", "false premise")
    assert named([q for q in QUESTIONS if q.kind in unanswerable and q.answerable]) == []
    assert named([q for q in QUESTIONS if not q.answerable and q.kind not in (*unanswerable, "follow-up")]) == []
    assert named([q for q in QUESTIONS if q.kind == "not in the documents" and q.quotes]) == []
    assert named([q for q in QUESTIONS if q.kind == "false premise" and not q.quotes]) == []


def test_disagreements_ask_for_every_value() -> None:
    assert named([q for q in QUESTIONS if q.kind == "disagree" and (len(q.answers) < 2 or len(q.quotes) < 2)]) == []
    assert named([q for q in QUESTIONS if q.kind == "several documents" and len(q.answers) < 2]) == []


def test_writing_gives_back_the_same_bytes(tmp_path: Path) -> None:
    write_questions(tmp_path / "copy.jsonl", QUESTIONS)
    assert (tmp_path / "copy.jsonl").read_bytes() == SET.read_bytes()
    assert read_questions(tmp_path / "copy.jsonl") == QUESTIONS


def test_blank_lines_are_skipped_and_an_empty_file_is_an_empty_set(tmp_path: Path) -> None:
    assert len(read_questions(write_rows(tmp_path, "", ROW, "  "))) == 1
    assert read_questions(write_rows(tmp_path)) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "facts"}, "'facts'"),
        ({"answers": []}, '"answers" is []'),
        ({"quotes": []}, '"quotes" is []'),
        ({"answerable": False}, "'Ann'"),
        ({"answerable": "yes"}, "'yes'"),
        ({"answers": ["Ann"]}, "'Ann'"),
        ({"answers": [[]]}, "aliases"),
        ({"answers": [["?"]]}, "'?'"),
        ({"answers": "Ann"}, "write a list"),
        ({"id": 7}, '"id" holds 7'),
        ({"question": " "}, '"question"'),
        ({"quotes": [{"document": "a.txt"}]}, "text missing"),
        ({"quotes": ["Ann"]}, "not an object"),
        ({"history": [{"question": "When?", "answer": "Today."}]}, "1 earlier turns"),
        ({"kind": "follow-up"}, "0 earlier turns"),
        ({"note": ""}, "note is no key"),
    ],
)
def test_a_bad_value_is_named_with_its_line(tmp_path: Path, change: dict[str, object], said: str) -> None:
    path = write_rows(tmp_path, ROW, ROW | {"id": "x-2"} | change)
    with pytest.raises(QuestionSetError) as caught:
        read_questions(path)
    assert f"{path}, line 2" in str(caught.value)
    assert said in str(caught.value)
    assert isinstance(caught.value, FootnoteError)


@pytest.mark.parametrize("key", list(ROW))
def test_a_missing_key_is_named_with_its_line(tmp_path: Path, key: str) -> None:
    path = write_rows(tmp_path, {name: value for name, value in ROW.items() if name != key})
    with pytest.raises(QuestionSetError, match=rf"line 1: {key} missing: give the keys id, kind"):
        read_questions(path)


@pytest.mark.parametrize(("line", "said"), [('{"id": ', "is not JSON"), ("[]", "is not an object")])
def test_a_line_that_is_no_object_is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(QuestionSetError, match=rf"line 3: .*{said}"):
        read_questions(write_rows(tmp_path, ROW, "", line))


def test_an_id_used_twice_names_both_lines(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match=r'line 3: the id "x-1" is already on line 1'):
        read_questions(write_rows(tmp_path, ROW, ROW | {"id": "x-2"}, ROW))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match=r"none\.jsonl does not exist"):
        read_questions(tmp_path / "none.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(QuestionSetError, match=r"latin\.jsonl cannot be read as UTF-8"):
        read_questions(tmp_path / "latin.jsonl")


@pytest.mark.parametrize(
    ("question_id", "expected"),
    [("seeds-001", "dev"), ("seeds-010", "test"), ("x9", "dev"), ("a1b", "test"), ("alpha", "test"), ("gamma", "dev")],
)
def test_half_goes_by_the_number_at_the_end_or_else_by_hash(question_id: str, expected: str) -> None:
    assert half(Question(question_id, "fact", "Who?", (), False, (), ())) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Israel’s “Iron-Swords”!", "israel s iron swords"),
        ("2.3  million\n", "2 3 million"),
        ("snake_case", "snake case"),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_normalise_twice_changes_nothing_more() -> None:
    texts = [quote.text for question in QUESTIONS for quote in question.quotes]
    assert [normalise(normalise(text)) for text in texts] == [normalise(text) for text in texts]
