"""Claims made false by rule, where pairs come from, and the figures of the shipped verifier on pairs written by hand."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.__main__ import main
from eval.claim_pairs import OTHER, Pair, read_pairs, sentences_of
from eval.corrupt import false_claims, names_of, true_claims
from eval.question_set import QuestionSetError
from eval.verifier import accepted, judge, to_text
from rag.answering.verify import refusal

CLAIMS = Path(__file__).parent / "claims"


@pytest.mark.parametrize(
    ("kind", "claim", "false"),
    [
        ("another number", "The mill ground 1,200 tons in 1904.", "The mill ground 2,200 tons in 1904."),
        ("another number", "Its three wheels broke.", "Its five wheels broke."),
        ("another number", "The rate rose to 9.5 percent.", "The rate rose to 1.5 percent."),
        ("another date", "It opened in May 1904.", "It opened in July 1904."),
        ("another date", "It opened in 1904.", "It opened in 1934."),
        ("another date", "It opened in 2018, they say.", "It opened in 2011, they say."),
        ("another date", "It opened on Sunday.", "It opened on Tuesday."),
        ("another unit", "It cost 3 million crowns.", "It cost 3 billion crowns."),
        ("not put in", "The mill was sold.", "The mill was not sold."),
        ("not taken out", "The mill was not sold.", "The mill was sold."),
        ("not taken out", "The mill wasn't sold.", "The mill was sold."),
        ("not taken out", "They never sold it.", "They sold it."),
        ("hedge taken out", "The mill may close.", "The mill will close."),
        ("hedge taken out", "The mill is expected to close.", "The mill will close."),
        ("hedge taken out", "It reportedly closed.", "It closed."),
        ("comparison turned round", "It is higher than the tower.", "It is lower than the tower."),
        ("comparison turned round", "Sales fell before Easter.", "Sales rose before Easter."),
        ("who did what to whom", "Ann Lee hired Bo Dahl in 1904.", "Bo Dahl hired Ann Lee in 1904."),
        ("another name", "The mill was built by Ann Lee.", "The mill was built by Cy Eng."),
    ],
)
def test_each_rule_changes_what_is_said(kind, claim, false):
    assert dict(false_claims(claim, ["Cy Eng"]))[kind] == false


@pytest.mark.parametrize(
    ("kind", "claim"),
    [
        ("another number", "It opened in 1904."),
        ("another number", "Rye, oats and wheat (1) grow here."),
        ("not put in", "The mill was not sold."),
        ("not put in", "The mill was sold without its wheel."),
        ("not taken out", "The mill was sold."),
        ("hedge taken out", "The mill was sold in May 1904."),
        ("hedge taken out", "The mill may not close."),
        ("who did what to whom", "Ann Lee and Bo Dahl signed it."),
        ("who did what to whom", "Ann Lee met with Bo Dahl in town."),
        ("who did what to whom", "In May Ann Lee signed it."),
        ("another date", "It cost $1904 or 1,904 crowns."),
    ],
)
def test_a_rule_that_does_not_fit_yields_nothing(kind, claim):
    assert kind not in dict(false_claims(claim))


@pytest.mark.parametrize(
    ("kind", "claim", "true"),
    [
        ("without its lead-in", "In the spring of 1904, the mill was sold.", "The mill was sold."),
        ("without brackets", "The mill (a ruin now) was sold.", "The mill was sold."),
        ("number in digits", "Its three wheels broke.", "Its 3 wheels broke."),
        ("not in short", "The mill was not sold.", "The mill wasn't sold."),
    ],
)
def test_rewrites_leave_a_claim_true(kind, claim, true):
    assert dict(true_claims(claim)) == {"as it stands": claim, kind: true}


def test_a_rewrite_keeps_a_not_in_brackets_or_lead_in():
    assert list(true_claims("The mill (not the barn) was sold.")) == [
        ("as it stands", "The mill (not the barn) was sold.")
    ]
    assert "without its lead-in" not in dict(true_claims("In no year of that century, the mill was sold."))


@given(st.text(max_size=80), st.lists(st.text(max_size=10), max_size=3))
def test_any_text_is_survived_and_every_false_claim_differs(text, strange):
    assert all(claim != text for _, claim in false_claims(text, strange))
    assert next(iter(true_claims(text))) == ("as it stands", text)


def test_names_are_runs_of_capitals_without_common_words():
    assert names_of("The Duke of York saw Ann Lee’s mill. He left in May.") == ["Duke of York", "Ann Lee"]


def test_documents_become_pairs_and_the_seed_decides_which(tmp_path):
    for name in ("one", "two"):
        lines = [f"The {name} mill number {n} was built by Ann Lee in {1900 + n}." for n in range(12)]
        (tmp_path / f"{name}.txt").write_text("\n".join([*lines, "A heading"]))
    pairs = read_pairs(tmp_path, limit=10, seed=1)
    assert sum(pair.kind == "as it stands" for pair in pairs) == 10
    assert pairs == read_pairs(tmp_path, limit=10, seed=1) != read_pairs(tmp_path, limit=10, seed=2)
    for pair in pairs:
        assert (pair.claim == pair.evidence) == (pair.kind == "as it stands")
        assert pair.true == (pair.kind in ("as it stands", "number in digits", "without its lead-in"))
        if pair.kind == OTHER:
            assert ("one" in pair.claim) != ("one" in pair.evidence)


def test_sentences_that_state_nothing_are_left_out():
    text = "# Mills\n\nThe old mill was sold in 1904.\n\nYes. an odd beginning of a sentence here."
    assert sentences_of(text) == ["The old mill was sold in 1904."]


def test_public_layouts_are_read(tmp_path):
    (tmp_path / "wice").mkdir()
    rows = [
        {"label": "supported", "claim": "Ann Lee built 3 mills.", "evidence": ["Ann Lee built it.", "Three mills."]},
        {"label": "partially_supported", "claim": "Bo left.", "evidence": ["Bo."]},
    ]
    (tmp_path / "wice" / "oracle_chunks_dev.jsonl").write_text("\n".join(map(json.dumps, rows)))
    pairs = read_pairs(tmp_path / "wice")
    assert {(p.kind, p.true) for p in pairs} == {
        ("supported", True), ("partially supported", False), ("another number", False),
        ("another name", False),
    }  # fmt: skip
    assert {p.evidence for p in pairs if p.kind != "partially supported"} == {"Ann Lee built it. Three mills."}
    (tmp_path / "fever").mkdir()
    votes = [{"evidence_label": label, "evidence": "It is warm."} for label in ("SUPPORTS", "NOT_ENOUGH_INFO")]
    (tmp_path / "fever" / "claims.jsonl").write_text(json.dumps({"claim": "It is hot.", "evidences": votes}))
    assert {(p.kind, p.true) for p in read_pairs(tmp_path / "fever")} == {
        ("supports", True),
        ("not enough info", False),
    }
    (tmp_path / "corpus").mkdir()
    row = json.dumps({"id": "1", "text": "The old mill was built by Ann Lee."})
    (tmp_path / "corpus" / "corpus.jsonl.gz").write_bytes(gzip.compress(row.encode()))
    assert read_pairs(tmp_path / "corpus")[0] == Pair("as it stands", *["The old mill was built by Ann Lee."] * 2, True)


def test_what_holds_no_claims_is_explained(tmp_path, capsys):
    with pytest.raises(QuestionSetError, match="holds no sentence"):
        read_pairs(tmp_path)
    (tmp_path / "pairs.jsonl").write_text('{"claim": "x"}')
    assert main(["verifier", "--data", str(tmp_path)]) == 2
    assert "not laid out as its name says" in capsys.readouterr().err


def test_shares_are_counted_by_truth_and_kind():
    pairs = [
        Pair("a", "1", "x", False),
        Pair("a", "2", "x", False),
        Pair("b", "3", "x", False),
        Pair("c", "1", "x", True),
    ]
    judged = judge(pairs, lambda claim, evidence, question: "" if claim == "1" else "No.")
    assert [(f.name, f.n) for f in accepted(judged, true=False)] == [("all", 3), ("a", 2), ("b", 1)]
    assert [f.value for f in accepted(judged, true=False)] == pytest.approx([1 / 3, 0.5, 0])
    assert [f.value for f in accepted(judged, true=True)] == [1, 1]
    assert "false, a, accepted" in to_text(judged, examples=1)


def test_the_command_prints_both_tables(capsys):
    assert main(["verifier", "--data", str(CLAIMS), "--show", "1"]) == 0
    said = capsys.readouterr().out
    assert "False claims accepted" in said
    assert "True claims accepted" in said


def test_the_shipped_verifier_is_no_worse_on_pairs_written_by_hand():
    judged = judge(read_pairs(CLAIMS), refusal)
    false, true = accepted(judged, true=False)[0], accepted(judged, true=True)[0]
    assert (false.n, true.n) == (51, 29)
    assert false.value <= 9 / 51, to_text(judged, examples=9)
    assert true.value >= 27 / 29, to_text(judged, examples=9)
