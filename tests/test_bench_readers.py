"""The measure of the readers: which verdict is right, how much of a PDF's text was found."""

import json

import pytest
from documents import pdf

from bench.expected import right_verdicts
from bench.readers import Checked, check_files, letters, report_files


def entry(file, category="ok", sha256="", **more):
    return {"file": file, "category": category, "sha256": sha256 or file, "ref": {}} | more


@pytest.mark.parametrize(
    ("one", "right"),
    [
        (entry("a.pdf", ref={"pages": 2, "pypdf_chars": 9, "mupdf_chars": 0}), ("indexed",)),
        (entry("a.pdf", "no-text-layer", ref={"pages": 2, "pypdf_chars": 0, "mupdf_chars": 0}), ("refused",)),
        (entry("a.pdf", "password-needed"), ("refused",)),
        (entry("a.doc"), ("refused",)),
        (entry("b.doc", sha256="same"), ("indexed",)),
        (entry("a.zip"), ("refused",)),
        (entry("unstructured/empty.xlsx"), ("refused",)),
        (entry("a.md"), ("indexed",)),
        (entry("h.pdf", "synthetic-bad", expect="rejected by content sniffing"), ("indexed",)),
        (entry("n.pdf", "synthetic-bad", expect="clear error"), ("refused",)),
    ],
)
def test_the_right_verdict_is_told_by_the_manifest(one, right):
    assert right_verdicts(one, [one, entry("b.docx", sha256="same")]) == right


def test_a_promise_that_is_not_known_is_no_verdict():
    with pytest.raises(KeyError):
        right_verdicts(entry("a.txt", "synthetic-bad", expect="sings"), [])


def test_a_verdict_is_wrong_without_reason_or_where_text_is_lost_unsaid():
    assert Checked("a", "indexed", ("indexed",), "", 0.1, 0.99).wrong == ""
    assert Checked("a", "partly", ("indexed",), "x", 0.1).wrong == "expected indexed"
    assert Checked("a", "refused", ("refused",), "", 0.1).wrong == "no reason is given"
    assert "not said" in Checked("a", "indexed", ("indexed",), "", 0.1, 0.94).wrong
    assert letters(" a\tb\na \ufffd") == {"a": 2, "b": 1}


def test_a_folder_is_checked_and_an_unexpected_verdict_counts(tmp_path, capsys, monkeypatch):
    found = {"pages": 2, "pypdf_chars": 60, "mupdf_chars": 61}
    rows = [entry("good.pdf", ref=found), entry("note.txt"), entry("none.txt", "empty-file"), entry("blank.txt")]
    (tmp_path / "good.pdf").write_bytes(pdf(["The bell weighs nine tons."], ["It was cast in Derby."]))
    (tmp_path / "note.txt").write_text("The mill is old.")
    (tmp_path / "none.txt").write_bytes(b"")
    (tmp_path / "blank.txt").write_text(" \n ")
    (tmp_path / "manifest.jsonl").write_text("\n".join(map(json.dumps, rows)))
    files = list(check_files(tmp_path))
    assert [one.verdict for one in files] == ["indexed", "indexed", "refused", "refused"]
    assert files[0].share == 1.0
    assert files[0].counted == pytest.approx(49 / 60)
    assert report_files(tmp_path) == 1
    assert "blank.txt: refused, expected indexed." in capsys.readouterr().out
    monkeypatch.setattr("bench.readers.pdfium_letters", lambda raw: letters("The bell weighs nine tons." * 9))
    assert report_files(tmp_path) == 2
