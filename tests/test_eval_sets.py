"""Public sets, search figures, calibration, one's own questions, the HTML report."""

import gzip
import json
from dataclasses import replace

import pytest
from fakes import make_library, write_files

from eval.__main__ import main
from eval.calibrate import choose, curve, to_text
from eval.gold import find_gold
from eval.html import to_html
from eval.judged_sets import read_qrels
from eval.new import compose, correct
from eval.question_set import QuestionSetError
from eval.ranked import MEASURES, documents, measure, read_ranked
from eval.report import to_markdown
from eval.rewrites import measure_found, measure_rewrites, overlap, read_documents, read_follow_ups
from eval.score import Record
from eval.sets import SETS, read_set
from rag.feedback import Judgement, keep_judgement, read_feedback
from rag.retrieval.follow_up import standalone
from rag.settings import Settings


def write_rows(folder, name, rows, *, packed=False):
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if packed:
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    else:
        (folder / f"{name}.jsonl").write_text(text, "utf-8")


def squad_folder(folder):
    write_rows(folder, "corpus", [
        {"id": "Rye_Mill#0", "title": "Rye Mill", "text": "Rye Mill grinds rye. It was built in 1904 by Ann Lee."},
        {"id": "Rye_Mill#1", "title": "Rye Mill", "text": "Its wheel broke in 1951."},
    ], packed=True)  # fmt: skip
    write_rows(folder, "questions", [
        {"id": "a", "question": "When was it built?", "answers": ["1904"], "answerable": True, "gold_doc_ids": ["Rye_Mill#0"]},
        {"id": "b", "question": "Who sold it?", "answers": [], "answerable": False, "gold_doc_ids": ["Rye_Mill#0"]},
        {"id": "c", "question": "What broke?", "answers": ["wheel"], "answerable": True, "gold_doc_ids": ["Rye_Mill#1"]},
    ])  # fmt: skip
    return folder


def test_squad_becomes_one_document_an_article_with_gold_sentences(tmp_path):
    found = read_set("squad2", squad_folder(tmp_path))
    assert list(found.texts) == ["Rye_Mill.txt"]
    by_id = {q.question_id: q for q in found.questions}
    assert [quote.text for quote in by_id["a"].quotes] == ["It was built in 1904 by Ann Lee."]
    assert (by_id["b"].answerable, by_id["b"].kind) == (False, "not in the documents")
    for question in found.questions:
        assert bool(find_gold(question, found.texts).places) == question.answerable


def test_a_part_of_a_set_is_decided_by_the_seed(tmp_path):
    folder = squad_folder(tmp_path)
    parts = [read_set("squad2", folder, limit=2, seed=seed).questions for seed in (0, 0, 1, 2, 3)]
    assert parts[0] == parts[1]
    assert len({parts[n] for n in range(1, 5)}) > 1


def test_the_other_layouts_are_read(tmp_path):
    write_rows(tmp_path / "clapnq", "corpus", [{"id": "p1", "title": "T", "text": "Ann  sang. Bob slept ."}])
    write_rows(tmp_path / "clapnq", "questions", [
        {"id": "1", "question": "who sang", "answerable": True, "gold_doc_ids": ["p1"], "answers": ["Ann"], "selected_sentences": [["Ann sang."]]},
        {"id": "2", "question": "who ate", "answerable": False, "gold_doc_ids": ["p1"], "answers": [], "selected_sentences": []},
    ])  # fmt: skip
    write_rows(
        tmp_path / "realtimeqa", "corpus", [{"id": "n1", "title": "News", "text": "The show “Squid Game” is back."}]
    )
    write_rows(tmp_path / "realtimeqa", "core_questions", [
        {"id": "1", "question": "Which show is back?", "answer": "“Squid Game”", "gold_doc_ids": ["n1"]},
    ])  # fmt: skip
    write_rows(
        tmp_path / "hotpotqa", "hotpotqa100_corpus", [{"id": "h:A", "title": "A", "text": "A is one. A knows B."}]
    )
    write_rows(tmp_path / "hotpotqa", "hotpotqa100_questions", [
        {"id": "1", "question": "Who knows B?", "answers": ["A"], "supporting_facts": [["A", 1], ["Gone", 0]]},
    ])  # fmt: skip
    write_rows(tmp_path / "chunking", "corpus", [{"id": "c", "text": "One fact. Two facts."}])
    write_rows(tmp_path / "chunking", "questions", [
        {"id": "1", "question": "Which?", "corpus_id": "c", "references": [{"content": "Two facts.", "start_index": 10}]},
    ])  # fmt: skip
    for name in ("clapnq", "realtimeqa", "hotpotqa", "chunking"):
        found = read_set(name, tmp_path / name)
        assert found.questions, name
        for question in found.questions:
            assert bool(find_gold(question, found.texts).places) == question.answerable
    assert "Ann  sang." in read_set("clapnq", tmp_path / "clapnq").questions[0].quotes[0].text


def test_judged_documents_and_evidence_sentences_become_gold(tmp_path):
    folder = tmp_path / "scifact"
    write_rows(folder, "corpus", [
        {"id": "1", "title": "Rye", "sentences": ["Rye is dark.", "It is sour."]},
        {"_id": "2", "title": "Oats", "text": "Oats are pale."},
    ], packed=True)  # fmt: skip
    write_rows(folder, "queries_train", [
        {"id": "a", "text": "Rye is sour.", "evidence": [{"doc": "1", "sentences": [1, 9]}], "qrels": {"1": 1}},
        {"id": "b", "text": "Oats?", "evidence": [], "qrels": {"2": 1, "1": 0, "9": 1}},
        {"id": "c", "text": "Wheat?", "qrels": {"9": 1}},
    ])  # fmt: skip
    found = read_set("scifact", folder)
    assert [(q.question_id, [quote.text for quote in q.quotes]) for q in found.questions] == [
        ("a", ["It is sour."]), ("b", ["Oats are pale."]),
    ]  # fmt: skip
    assert all(find_gold(q, found.texts).places for q in found.questions)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq\t1\t2\nq\t2\t0\n"),
        ("qrels.txt", "q 0 1 2\nq 0 2 0\n\n"),
        ("trec.qrels", "q Q0 1 2\nq Q0 2 0"),
    ],
)
def test_judgements_are_read_in_both_forms(tmp_path, name, lines):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(lines)
    assert read_qrels(tmp_path) == {"q": {"1": 2, "2": 0}}
    (tmp_path / name).write_text("q 0 1 high\n")
    with pytest.raises(QuestionSetError, match="line 1 is 'q 0 1 high': write query, document and grade"):
        read_qrels(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(QuestionSetError, match="holds no judgements"):
        read_qrels(tmp_path)


def test_conversations_keep_their_history(tmp_path):
    write_rows(tmp_path, "human_eval_documents", [{"id": "d", "title": "Rye", "text": "Rye is dark."}])
    turns = [{"speaker": s, "text": t} for s, t in (("user", "Rye?"), ("agent", "Yes."), ("user", " Dark? "))]
    write_rows(tmp_path, "human_eval_tasks", [
        {"id": "1", "turns": turns, "gold_doc_ids": ["d"], "answer": "It is.", "answerability": ["ANSWERABLE"]},
        {"id": "2", "turns": turns[:1], "gold_doc_ids": ["d"], "answer": "?", "answerability": ["UNANSWERABLE"]},
        {"id": "3", "turns": turns[:1], "gold_doc_ids": [], "answer": "Hi", "answerability": ["CONVERSATIONAL"]},
    ])  # fmt: skip
    one, two = read_set("mtrag", tmp_path).questions
    assert (one.question, one.history, one.kind) == ("Dark?", (("Rye?", "Yes."),), "follow-up")
    assert (one.answerable, one.answers, [quote.text for quote in one.quotes]) == (True, (), ["Rye is dark."])
    assert (two.answerable, two.quotes) == (False, ())


def test_follow_ups_are_compared_with_what_people_wrote(tmp_path, capsys):
    write_rows(tmp_path, "retrieval_tasks", [
        {"history_questions": "|user|: Who built Rye Mill?\n|user|: When was it sold?", "rewrite": "|user|: When was Rye Mill sold?"},
        {"history_questions": "|user|: Who built Rye Mill?", "rewrite": "|user|: Who built Rye Mill?"},
        {"history_questions": "|user|: Rye?\n|user|: Where is Oban?", "rewrite": "|user|: Where is Oban?"},
    ])  # fmt: skip
    turns = read_follow_ups(tmp_path)
    assert [(turn.question, len(turn.history)) for turn in turns] == [("When was it sold?", 1), ("Where is Oban?", 1)]
    assert overlap("Where was Rye Mill sold in town?", turns[0].rewrite) == (1, 0.75)
    found = {figure.name: figure.value for figure in measure_rewrites(turns, standalone)}
    assert found["recall, as asked (leaning)"] == pytest.approx(1 / 3)
    assert found["recall, as searched (leaning)"] == 1
    assert found["recall, as asked (standing alone)"] == 1
    assert main(["rewrites", "--data", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "as searched (all)" in said
    assert "nothing was searched" in said


def test_what_a_follow_up_finds_is_held_against_what_a_persons_question_finds(tmp_path):
    write_rows(tmp_path, "retrieval_tasks", [
        {"history_questions": "|user|: Who built Rye Mill?\n|user|: When was it sold?",
         "rewrite": "|user|: When was Rye Mill sold?", "qrels": {"mill<1>": 1, "gone": 1, "pier3": 0}},
        {"history_questions": "|user|: Rye?\n|user|: Who keeps the heron?", "rewrite": "|user|: Who keeps the heron?",
         "qrels": {"gone": 1}},
    ])  # fmt: skip
    write_rows(tmp_path, "human_eval_documents", [
        {"id": "mill<1>", "text": "Rye Mill was sold in 1951."},
        *({"id": f"pier{n}", "text": f"Pier {n}: when was it sold? It was sold, it was sold."} for n in range(6)),
    ])  # fmt: skip
    texts = read_documents(tmp_path)
    assert next(iter(texts)) == "mill_1.txt"
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    found = {figure.name: (figure.value, figure.n) for figure in measure_found(library, read_follow_ups(tmp_path))}
    library.close()
    assert found == {
        "R@5, as asked": (0, 1), "R@5, as searched": (1, 1), "R@5, as a person wrote it": (1, 1)
    }  # fmt: skip


def test_what_is_not_a_set_is_explained(tmp_path):
    with pytest.raises(QuestionSetError, match="There is no adapter 'trivia'"):
        read_set("trivia", tmp_path)
    for name in SETS:
        with pytest.raises(QuestionSetError, match="give the folder that holds the set"):
            read_set(name, tmp_path)
    (tmp_path / "corpus.jsonl").write_text("{")
    with pytest.raises(QuestionSetError, match="get the file again"):
        read_set("squad2", tmp_path)


def test_search_is_measured_on_both_layouts(tmp_path):
    corpus = [
        {"id": "1", "title": "Rye", "text": "Rye bread is dark."},
        {"id": "2", "sentences": ["Oats are", "pale."]},
    ]
    write_rows(tmp_path / "ours", "corpus", corpus)
    write_rows(
        tmp_path / "ours",
        "queries",
        [{"id": "q", "text": "dark bread", "qrels": {"1": 2, "2": 0}}, {"id": "z", "text": "?", "qrels": {}}],
    )
    write_rows(tmp_path / "beir", "corpus", [{"_id": row["id"], **row} for row in corpus])
    write_rows(tmp_path / "beir", "queries", [{"_id": "q", "text": "dark bread"}])
    (tmp_path / "beir" / "qrels").mkdir()
    (tmp_path / "beir" / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\t1\t2\n")
    one, two = read_ranked(tmp_path / "ours"), read_ranked(tmp_path / "beir")
    assert one == two
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in one.texts.items():
        (folder / name).write_text(text)
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    assert documents(library, "dark bread")[0] == "1.txt"
    measured = {figure.name: figure.value for figure in measure(library, one)}
    assert measured["nDCG@10"] == 1
    assert set(measured) == {*MEASURES, "ms"}
    library.close()
    write_rows(tmp_path / "none", "corpus", corpus)
    write_rows(tmp_path / "none", "queries", [{"id": "q", "text": "x"}])
    with pytest.raises(QuestionSetError, match="neither qrels"):
        read_ranked(tmp_path / "none")


def test_gold_documents_are_judgements_too_and_unanswerable_questions_are_left_out(tmp_path):
    write_rows(tmp_path, "few_corpus", [{"id": "1", "title": "Rye", "text": "Dark."}, {"id": "2", "text": "Pale."}])
    rows = [
        {"id": "a", "question": "dark?", "gold_doc_ids": ["1"]},
        {"id": "b", "question": "blue?", "gold_doc_ids": ["2"], "answerable": False},
        {"id": "c", "question": "pale?", "gold_doc_ids": ["2", "gone"]},
    ]
    write_rows(tmp_path, "few_questions", rows)
    ranked = read_ranked(tmp_path)
    assert ranked.qrels == {"a": {"1.txt": 1}, "c": {"2.txt": 1}}
    assert len(read_ranked(tmp_path, limit=1).queries) == 1
    write_rows(tmp_path, "more_questions", rows)
    with pytest.raises(QuestionSetError, match="say which with --queries"):
        read_ranked(tmp_path)
    assert read_ranked(tmp_path, "more_questions") == ranked


def record(n, confidence, *, answerable=True, right=True, kind="fact"):
    scores = {"right": float(right), "evidence@1": 1.0, "evidence@3": 1.0, "evidence@10": 1.0}
    scores |= {"accuracy": float(right)} if answerable else {}
    return Record(f"q-{n}", "dev", kind, answerable, f"Question {n}?", "quoted", "Text.", confidence, scores)


def test_the_threshold_answers_most_at_the_stated_risk():
    records = [record(n, 0.9 - n / 100) for n in range(20)]
    records += [record(50 + n, 0.5 - n / 100, answerable=n % 2 == 0, right=False) for n in range(10)]
    points = curve(records)
    assert choose(points, 0.0).coverage == pytest.approx(20 / 30)
    assert choose(points, 0.1).coverage == pytest.approx(22 / 30)
    assert [p.coverage for p in points] == sorted(p.coverage for p in points)
    assert all(p.low <= p.risk <= p.high for p in points)
    text = to_text(points, 0.5, choose(points, 0.1))
    assert "<- now" in text
    assert "<- chosen" in text
    with pytest.raises(QuestionSetError, match="State a higher one"):
        choose(curve([record(1, 0.5, right=False)]), 0.1)


def test_a_calibration_marks_the_threshold_that_is_in_use(tmp_path, monkeypatch, capsys):
    asking = make_library(tmp_path / "lib", None, settings=Settings(min_confidence=0.0))
    asking.set_threshold(0.4)
    records = [record(n, confidence) for n, confidence in enumerate((0.9, 0.5, 0.38, 0.1, 0.01))]
    monkeypatch.setattr("eval.commands.asked", lambda chosen, folder: (asking, []))
    monkeypatch.setattr("eval.commands.run", lambda *_, **__: records)
    assert main(["calibrate", "--risk", "0.5", "--out", str(tmp_path / "out")]) == 0
    (now,) = [line for line in capsys.readouterr().out.splitlines() if "<- now" in line]
    assert now.split()[0] == "0.380"
    asking.close()


def test_a_threshold_is_kept_in_the_library(tmp_path):
    docs = write_files(tmp_path / "docs", a="The bridge at Arden was finished in 1801.")
    library = make_library(tmp_path / "lib", docs)
    library.sync()
    library.settings = replace(library.settings, min_confidence=None)
    assert library.threshold == 0.5
    library.set_threshold(0.99)
    assert library.threshold == 0.99
    library.close()


def test_own_questions_are_kept_corrected_skipped_or_marked(tmp_path, capsys):
    text = "The old bridge at Arden was finished in 1801 by Ann Lee. The tower at Borth is 40 metres high and made of oak.\n"
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", a=text))
    library.sync()
    typed = iter(["When was the bridge at Arden finished?", "wrong words", "1801", "u", "q"])
    found = list(compose(library.documents(), library.passages, lambda _: next(typed)))
    library.close()
    assert (found[0].question, found[0].answers) == ("When was the bridge at Arden finished?", (("1801",),))
    assert all(quote.text in text for q in found for quote in q.quotes)
    assert found[1].answerable is False
    assert all(find_gold(q, {"a.txt": text}) for q in found)


def test_what_was_found_wrong_on_the_page_becomes_a_question(tmp_path):
    text = "The old bridge at Arden was finished in 1801 by Ann Lee."
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", a=text))
    library.sync()
    for answer in ("In 1900.", "In 1901."):
        keep_judgement(library.path, Judgement("When was it finished?", answer))
    keep_judgement(library.path, Judgement("Who sold it?", "Ann Lee."))
    assert read_feedback(library.path) == [("When was it finished?", "In 1901."), ("Who sold it?", "Ann Lee.")]
    typed = iter(["1801", "in 1999", "finished in 1801", "u"])
    found = list(correct(read_feedback(library.path), library.documents(), lambda _: next(typed)))
    library.close()
    assert [(q.answerable, q.answers) for q in found] == [(True, (("1801",),)), (False, ())]
    assert find_gold(found[0], {"a.txt": text}).places


def test_the_html_report_is_whole_and_inert():
    bad = replace(
        record(1, 0.9, right=False), question="<script>alert(1)</script>?", text="<img src=x>", evidence=["<b>"]
    )
    page = to_html("run", [bad, *(record(n, n / 10) for n in range(2, 9))], [{"total": 0.5}])
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("<svg") == 5
    assert ">nan" not in page


def test_a_run_of_one_question_says_so_and_shows_its_point():
    page = to_html("run", [record(1, 0.9)], [{"total": 0.5}])
    assert "<p>1 question; " in page
    assert to_markdown("run", [record(1, 0.9)], []).startswith("# Run run\n\n1 question. In brackets")
    risk = page[page.index("Risk when") : page.index("Share answerable")]
    assert risk.count("<circle") == 1
    assert "<circle" not in to_html("run", [record(1, 0.9), record(2, 0.5)], []).partition("Share answerable")[0]


def test_the_commands_explain_what_is_missing(tmp_path, capsys):
    assert main(["run", "--set", "squad2"]) == 2
    assert "--data" in capsys.readouterr().err
    assert main(["search", "--data", str(tmp_path), "--out", str(tmp_path / "o")]) == 2
    assert "no corpus.jsonl" in capsys.readouterr().err
