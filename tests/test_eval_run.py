"""A run over fakes: what it keeps, that it goes on where it stopped, and that a comparison sees planted faults."""

import json
from dataclasses import asdict, replace

import pytest
from fakes import FakeModel, make_library, write_files

from eval.__main__ import main
from eval.asked import SEEDS, quick_part
from eval.compare import differences, flips, scores_of
from eval.gate import set_baseline, worse
from eval.gold import find_gold
from eval.question_set import Question, QuestionSetError, Quote, half, read_questions, write_questions
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
    for name in ("records.jsonl", "settings.json"):  # figures.json and the reports hold seconds too
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    one, two = (json.loads((tmp_path / name / "figures.json").read_text())["figures"] for name in ("one", "two"))
    assert str(one) == str(two)


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


def test_a_baseline_is_set_and_its_absence_or_damage_explained(library, tmp_path, capsys):
    _many(library, tmp_path)
    baseline = tmp_path / "baseline.json"
    gate = ["gate", str(tmp_path / "many"), "--baseline", str(baseline)]
    assert main(gate) == 2
    said = capsys.readouterr().err
    assert "There is no baseline yet" in said
    assert "run --quick" in said
    assert main([*gate, "--set-baseline"]) == 0
    assert main(gate) == 0
    assert "Nothing is significantly worse" in capsys.readouterr().out
    baseline.write_text("{}")
    assert main(gate) == 2
    assert "Set it anew" in capsys.readouterr().err


def test_the_quick_part_is_what_the_gate_in_the_tests_asks():
    questions = read_questions(SEEDS)
    part = quick_part(questions)
    assert part == [q for q in questions if half(q) == "dev"][::2]
    assert {q.kind for q in part} == {q.kind for q in questions}


def test_a_run_is_shown_in_a_few_lines(library, tmp_path, capsys):
    run(library, QUESTIONS, tmp_path / "run")
    assert main(["show", str(tmp_path / "run")]) == 0
    said = capsys.readouterr().out
    assert "| right " in said
    assert "Seconds an answer: median" in said
    assert max(map(len, said.splitlines())) <= 72
    assert main(["show", str(tmp_path / "run"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["figures"]
    assert main(["show", str(tmp_path / "none")]) == 2


def test_short_answers_evidence_and_ranks_are_recorded(library, tmp_path):
    asked = [*QUESTIONS, replace(QUESTIONS[0], question_id="q-9", kind="disagree")]
    records = run(library, asked, tmp_path / "run")
    assert (records[0].gold_rank, records[2].gold_rank) == (1, 0)
    assert records[0].scores["sentence_f1"] == records[0].scores["span_iou"] == records[0].scores["accuracy_cited"] == 1
    assert (records[0].scores["exact_match"], records[0].scores["token_f1"]) == (0, pytest.approx(0.4))
    assert records[0].quotes == ["The harbour opened in 1931."]
    assert (records[0].n_supported, records[0].n_refused) == (1, 0)
    assert records[3].scores["conflict_told"] == 0
    assert "sentence_f1" not in records[2].scores


def test_without_short_answers_a_citation_of_a_gold_place_is_right(library, tmp_path):
    asked = [replace(q, answers=()) for q in QUESTIONS[:2]]
    asked[1] = replace(asked[1], quotes=(Quote("harbour.txt", "The harbour opened in 1931."),))
    records = run(library, asked, tmp_path / "run")
    assert [r.scores["right"] for r in records] == [1, 0]
    assert "accuracy" not in records[0].scores
    assert "exact_match" not in records[0].scores
    names = {f["name"]: f["n"] for f in json.loads((tmp_path / "run" / "figures.json").read_text())["figures"]}
    assert (names["accuracy"], names["right"]) == (0, 2)


def test_a_refused_sentence_is_counted(tmp_path):
    library = make_library(
        tmp_path / "lib", write_files(tmp_path / "docs", harbour=TEXT), model=FakeModel("It opened in 1999.")
    )
    library.sync()
    record = run(library, QUESTIONS[:1], tmp_path / "run")[0]
    assert (record.n_supported, record.n_refused) == (1, 1)
    shares = {f["name"]: f["value"] for f in json.loads((tmp_path / "run" / "figures.json").read_text())["figures"]}
    assert shares["claims_supported"] == 0.5
    assert "sentences refused by the verifier | 1" in (tmp_path / "run" / "report.md").read_text()
    library.close()


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


def test_two_runs_are_compared_as_one_page_that_is_whole_and_inert(library, tmp_path, capsys):
    harmless = run(library, QUESTIONS, tmp_path / "one")
    wrong = [replace(r, question="<script>alert(1)</script>?", scores={**r.scores, "right": 0.0}) for r in harmless]
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "records.jsonl").write_text("".join(json.dumps(asdict(r)) + "\n" for r in wrong))
    assert main(["compare", "--html", str(tmp_path / "one"), str(tmp_path / "two")]) == 0
    page = capsys.readouterr().out
    assert page.startswith("<!doctype html>")
    assert page.count("<svg") == 1
    assert "<script" not in page
    assert "http" not in page
    assert ">nan" not in page
    assert "no difference shown" in page
    assert "<h2>3 became wrong</h2>" in page
    assert "<h2>0 became right</h2>" in page
    assert "&lt;script&gt;alert(1)" in page
    (right,) = [d for d in differences(scores_of(harmless), scores_of(wrong)) if d.measure == "right"]
    assert f"<td>{right.before:.3f}<td>{right.after:.3f}<td>{right.after - right.before:+.3f}" in page


def test_records_are_read_back_equal(library, tmp_path):
    assert run(library, QUESTIONS, tmp_path / "run") == read_records(tmp_path / "run")
