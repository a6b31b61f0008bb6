"""A run over fakes: what it keeps, that it goes on where it stopped, and that a comparison sees planted faults."""

import json
from dataclasses import replace

import pytest
from fakes import FakeModel, make_library, write_files

from eval.__main__ import main
from eval.compare import differences, flips, scores_of
from eval.gate import set_baseline, worse
from eval.gold import find_gold
from eval.question_set import Question, QuestionSetError, Quote, write_questions
from eval.run import read_records, run

TEXT = "The harbour opened in 1931. It has three cranes. The keeper is Ada Lindqvist. The keeper is Ada Lindqvist."


def question(n, text, *values, quote=""):
    quotes = (Quote("harbour.txt", quote),) if quote else ()
    return Question(f"q-{n}", "fact", text, (), bool(values), tuple((value,) for value in values), quotes)


QUESTIONS = [
    question(1, "When did the harbour open?", "1931", quote="The harbour opened in 1931."),
    question(2, "How many cranes does it have?", "three", quote="It has three cranes."),
    question(3, "Xyzzy plugh?"),
]


@pytest.fixture
def library(tmp_path):
    made = make_library(tmp_path / "lib", write_files(tmp_path / "docs", harbour=TEXT))
    made.sync()
    yield made
    made.close()


def test_a_run_scores_every_question_and_writes_its_folder(library, tmp_path):
    told = []
    records = run(library, QUESTIONS, tmp_path / "run", tell=lambda *step: told.append(step[:2]))
    assert [r.scores["right"] for r in records] == [1, 1, 1]
    assert [r.outcome for r in records] == ["quoted", "quoted", "abstained"]
    assert records[0].scores["evidence@1"] == records[0].scores["citation_recall"] == 1
    assert records[0].scores["quote_fidelity"] == 1
    assert "accuracy" not in records[2].scores
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        "settings.json", "records.jsonl", "timings.jsonl", "figures.json", "report.md", "report.html",
    }  # fmt: skip
    figures = {f["name"]: f for f in json.loads((tmp_path / "run" / "figures.json").read_text())["figures"]}
    assert figures["accuracy"]["n"] == 2
    assert figures["abstention_recall"]["value"] == 1


def test_the_same_run_twice_is_the_same_bytes(library, tmp_path):
    run(library, QUESTIONS, tmp_path / "one")
    run(library, QUESTIONS, tmp_path / "two")
    for name in ("records.jsonl", "settings.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_stopped_run_goes_on_and_a_torn_record_is_asked_again(library, tmp_path):
    run(library, QUESTIONS, tmp_path / "whole")

    def stop(done, total, seconds):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(library, QUESTIONS, tmp_path / "run", tell=stop)
    path = tmp_path / "run" / "records.jsonl"
    path.write_text(path.read_text()[:-20])
    told = []
    run(library, QUESTIONS, tmp_path / "run", tell=lambda *step: told.append(step[:2]))
    assert told == [(1, 2), (2, 2)]
    assert path.read_bytes() == (tmp_path / "whole" / "records.jsonl").read_bytes()


def test_a_folder_with_another_run_is_refused(library, tmp_path):
    run(library, QUESTIONS, tmp_path / "run")
    with pytest.raises(QuestionSetError, match="another questions, n_questions"):
        run(library, QUESTIONS[:1], tmp_path / "run")


def test_gold_stands_at_every_occurrence_and_nowhere_is_an_error():
    asked = question(1, "Who?", "Ada", quote="The keeper is Ada Lindqvist.")
    gold = find_gold(asked, {"harbour.txt": TEXT})
    assert [TEXT[p.start : p.end] for p in gold.places] == ["The keeper is Ada Lindqvist."] * 2
    with pytest.raises(QuestionSetError, match="does not hold"):
        find_gold(asked, {"harbour.txt": "Nothing."})
    with pytest.raises(QuestionSetError, match="not among the documents"):
        find_gold(asked, {"other.txt": TEXT})


def test_a_wrong_answer_and_a_wrong_citation_are_seen(tmp_path):
    library = make_library(
        tmp_path / "lib", write_files(tmp_path / "docs", harbour=TEXT), model=FakeModel("The harbour opened in 1931.")
    )
    library.sync()
    asked = question(2, "When did the harbour open?", "1931", quote="It has three cranes.")
    record = run(library, [asked], tmp_path / "run")[0]
    assert record.scores["accuracy"] == 1
    assert record.scores["citation_precision"] == record.scores["citation_recall"] == 0


def _many(library, tmp_path):
    asked = [question(n, "When did the harbour open?", "1931", quote="The harbour opened in 1931.") for n in range(20)]
    return run(library, asked, tmp_path / "many")


def test_comparison_gate_and_flips_see_a_planted_fault(library, tmp_path):
    good = _many(library, tmp_path)
    bad = [replace(r, scores={**r.scores, "accuracy": 0.0, "right": 0.0}) for r in good]
    found = {d.measure: d for d in differences(scores_of(good), scores_of(bad))}
    assert found["accuracy"].verdict == "worse"
    assert found["evidence@1"].verdict == "no difference shown"
    assert {d.verdict for d in differences(scores_of(good), scores_of(good))} == {"no difference shown"}
    won, lost = flips(good, bad)
    assert (len(won), len(lost)) == (0, 20)
    set_baseline(tmp_path / "many", tmp_path / "baseline.json")
    assert worse(tmp_path / "many", tmp_path / "baseline.json") == []
    with pytest.raises(QuestionSetError, match="--set-baseline"):
        worse(tmp_path / "many", tmp_path / "none.json")


def test_the_command_line_compares_and_explains(library, tmp_path, capsys):
    _many(library, tmp_path)
    assert main(["compare", str(tmp_path / "many"), str(tmp_path / "many")]) == 0
    assert "Verdict: no difference shown." in capsys.readouterr().out
    assert main(["compare", str(tmp_path / "no"), str(tmp_path / "many")]) == 2
    assert "holds no run" in capsys.readouterr().err
    assert main(["run", "--questions", str(tmp_path / "no.jsonl")]) == 2
    write_questions(tmp_path / "q.jsonl", QUESTIONS)
    for pair, said in (
        ("nonsense=1", "There is no setting"),
        ("k_hits=many", "must be of type int"),
        ("k_hits=0", "between"),
    ):
        assert main(["run", "--questions", str(tmp_path / "q.jsonl"), "--setting", pair]) == 2
        assert said in capsys.readouterr().err


def test_records_are_read_back_equal(library, tmp_path):
    assert run(library, QUESTIONS, tmp_path / "run") == read_records(tmp_path / "run")
