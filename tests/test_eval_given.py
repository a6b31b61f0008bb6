"""Answers when the paragraph is given: sets read, golds compared as SQuAD does, silence by the threshold, going on."""

import json

import pytest
from fakes import make_library, write_files

from eval.__main__ import main
from eval.given import Given, ask_given, best_threshold, figures_at, read_given_rows
from eval.given_sets import GivenQuestion, read_given
from eval.metrics.places import Place
from eval.question_set import QuestionSetError
from rag.settings import Settings
from rag.training.sets import held_out


def write_rows(folder, name, rows):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def row(n, confidence, *, answerable=True, exact=1.0, f1=1.0):
    return Given(f"q{n}", answerable, "words", confidence, exact if answerable else 0.0, f1 if answerable else 0.0)


def values(rows, threshold):
    return {figure.name: figure.value for figure in figures_at(rows, threshold)}


def test_figures_are_those_of_squad_done_by_hand():
    rows = [
        row(1, 0.9),
        row(2, 0.6, exact=0.0, f1=0.5),
        row(3, 0.2),
        row(4, 0.7, answerable=False),
        row(5, 0.1, answerable=False),
    ]
    assert values(rows, 0.5) == pytest.approx({
        "answered (answerable)": 2 / 3,
        "exact match (answerable)": 1 / 3,
        "F1 (answerable)": 1.5 / 3,
        "exact match (all)": 2 / 5,
        "F1 (all)": 2.5 / 5,
        "declined (unanswerable)": 1 / 2,
    })  # fmt: skip
    assert values(rows, 0.0)["declined (unanswerable)"] == 0
    assert values(rows, 2.0)["F1 (all)"] == 2 / 5


def test_the_best_threshold_has_the_best_f1_of_all():
    rows = [row(1, 0.9), row(2, 0.8, answerable=False), row(3, 0.7), row(4, 0.65), row(5, 0.3, answerable=False)]
    best = best_threshold(rows)
    assert best == 0.65
    assert values(rows, best)["F1 (all)"] == max(values(rows, t)["F1 (all)"] for t in (0, 0.3, 0.65, 0.7, 0.8, 0.9, 2))
    assert values([row(1, 0.9, answerable=False)], best_threshold([row(1, 0.9, answerable=False)]))["F1 (all)"] == 1


@pytest.fixture
def library(tmp_path):
    texts = {"one": "The mill was built in 1904. It grinds rye.", "two": "The barn was built in 1850. It is red."}
    made = make_library(
        tmp_path / "lib", write_files(tmp_path / "docs", **texts), settings=Settings(min_confidence=0.0, compose=False)
    )
    made.sync()
    yield made
    made.close()


def asked(n, document, answers=(), sentences=()):
    return GivenQuestion(f"q{n}", "When was it built?", document, answers, sentences, bool(answers or sentences))


def test_each_question_sees_its_own_document_only(library, tmp_path):
    questions = [
        asked(1, "one.txt", ("The mill was built in 1904",)),
        asked(2, "two.txt", ("1850",)),
        asked(3, "two.txt"),
    ]
    rows = ask_given(library, questions, tmp_path)
    assert [r.answer for r in rows] == ["The mill was built in 1904."] + ["The barn was built in 1850."] * 2
    assert [r.exact for r in rows] == [1, 0, 0]
    assert rows[1].f1 == pytest.approx(2 * 1 / (1 + 5))


def test_sentences_are_compared_with_the_nearest_annotator(library, tmp_path):
    first, second = Place("one.txt", 0, 27), Place("one.txt", 28, 42)
    rows = ask_given(library, [asked(1, "one.txt", sentences=((first, second), (first,)))], tmp_path)
    assert (rows[0].first_sentence_f1, rows[0].three_sentences_f1, rows[0].shown_sentences_f1) == (1, 1, 1)
    assert "F1 (all)" not in values(rows, 0.0)
    assert values(rows, 2.0)["first_sentence_f1 (answerable)"] == 0


def test_a_stopped_measurement_goes_on_and_the_bytes_are_the_same(library, tmp_path):
    questions = [asked(n, "one.txt", ("1904",)) for n in range(4)]
    for name in ("whole", "torn"):
        (tmp_path / name).mkdir()
    ask_given(library, questions, tmp_path / "whole")
    text = (tmp_path / "whole" / "given.jsonl").read_text()
    (tmp_path / "torn" / "given.jsonl").write_text(text[: len(text) // 2])
    told = []
    ask_given(library, questions, tmp_path / "torn", tell=lambda *step: told.append(step[:2]))
    assert told[-1][1] < 4
    assert (tmp_path / "torn" / "given.jsonl").read_text() == text
    (tmp_path / "torn" / "given.jsonl").write_text("{}\n")
    with pytest.raises(QuestionSetError, match="name another folder"):
        read_given_rows(tmp_path / "torn" / "given.jsonl")


def test_sets_are_read_with_one_document_a_paragraph(tmp_path):
    write_rows(tmp_path / "squad2", "corpus", [
        {"id": "Mill#0", "title": "Mill", "text": "It was built in 1904."},
        {"id": "Mill#1", "title": "Mill", "text": "It broke."},
    ])  # fmt: skip
    write_rows(tmp_path / "squad2", "questions", [
        {"id": "a", "question": "When?", "answers": ["1904"], "answerable": True, "gold_doc_ids": ["Mill#0"]},
        {"id": "b", "question": "Who?", "answers": [], "answerable": False, "gold_doc_ids": ["Mill#1"]},
        {"id": "c", "question": "Lost?", "answers": ["x"], "answerable": True, "gold_doc_ids": ["Gone#1"]},
    ])  # fmt: skip
    found = read_given("squad2", tmp_path / "squad2")
    assert [(q.question_id, q.answers, found.texts[q.document]) for q in found.questions] == [
        ("a", ("1904",), "It was built in 1904."), ("b", (), "It broke."),
    ]  # fmt: skip
    assert len(read_given("squad2", tmp_path / "squad2", limit=1).texts) == 1
    write_rows(tmp_path / "clapnq", "corpus", [{"id": "p1", "text": "Ann  sang. Bob slept ."}])
    write_rows(tmp_path / "clapnq", "questions", [
        {"id": "1", "question": "who sang", "answerable": True, "gold_doc_ids": ["p1"], "answers": ["Ann"], "selected_sentences": [["Ann sang."], ["Lost."]]},
    ])  # fmt: skip
    question = read_given("clapnq", tmp_path / "clapnq").questions[0]
    assert question.sentences == ((Place("p1.txt", 0, 10),),)


def test_unseen_leaves_out_the_articles_that_were_trained_on(tmp_path):
    titles = [f"Mill {n}" for n in range(12)]
    write_rows(tmp_path, "corpus", [{"id": f"p{t}", "title": t, "text": f"It is {t}."} for t in titles])
    write_rows(tmp_path, "questions", [
        {"id": t, "question": "Which?", "answers": [t], "answerable": True, "gold_doc_ids": [f"p{t}"]} for t in titles
    ])  # fmt: skip
    kept = {question.question_id for question in read_given("squad2", tmp_path, unseen=True).questions}
    assert kept == {title for title in titles if held_out(title)}
    assert 0 < len(kept) < len(titles)


def test_what_has_no_paragraphs_is_explained(tmp_path, capsys):
    assert main(["given", "--set", "hotpotqa", "--data", str(tmp_path)]) == 2
    assert "squad2" in capsys.readouterr().err
    assert main(["given", "--data", str(tmp_path)]) == 2
    assert "no corpus.jsonl" in capsys.readouterr().err
