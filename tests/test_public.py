import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

import rag
from rag import errors
from rag.__main__ import build_parser, main
from rag.assemble import open_library
from rag.errors import FootnoteError, LibraryMissing, SettingsError
from rag.records import SILENT, Answer, Citation, Claim, Evidence, Hit, Passage, Prompt, Query, Span
from rag.render import place, to_text
from rag.settings import BOUNDS, Settings
from tests.fakes import make_library, write_files

HEAVY = ("chromadb", "sentence_transformers", "torch", "llama_cpp", "gradio", "transformers", "onnxruntime", "pydantic")


def sample_answer(quote='<b>"Kestrel" & co</b> [1] $q'):
    passage = Passage("d-00000", "d", "/docs/<d>.txt", "T", ("H",), quote, 0, len(quote), (Span(0, len(quote)),))
    hit = Hit(passage, 0.5, 1, {"dense": 1}, {"dense": 0.25})
    prompt = Prompt("Who?", Query("Who?", "who"), (hit,), (Evidence(hit, 0, len(quote), 0.7),), confidence=0.9)
    citation = Citation(1, quote, "d", "/docs/<d>.txt", "T", 0, len(quote), ("H",))
    claim = Claim("The <i>ferry</i>.", (citation,), "supported", "why")
    return Answer(prompt, "The <i>ferry</i>. [1]", (claim,), (citation,), "answered", {"total": 0.1}, "m")


def test_the_public_names_are_there():
    assert all(hasattr(rag, name) for name in rag.__all__)
    assert rag.__all__ == sorted(rag.__all__)


def test_public_names_stay_what_they_are_whatever_was_imported():
    code = (
        "import importlib, pathlib, rag\n"
        "for path in pathlib.Path(rag.__path__[0]).glob('[!_]*.py'): importlib.import_module(f'rag.{path.stem}')\n"
        "assert not any(type(getattr(rag, name)).__name__ == 'module' for name in rag.__all__)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert set(rag.__all__) <= set(dir(rag))
    with pytest.raises(AttributeError, match="no attribute 'aks'"):
        _ = rag.aks


def imported(name):
    """Processor seconds that importing a module takes, the least of three, and the heavy modules that it loads."""
    code = (
        f"import sys, time; t = time.process_time(); import {name}; "
        f"print(time.process_time() - t, *[m for m in {HEAVY} if m in sys.modules])"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(3)
    ]
    return min(float(run[0]) for run in runs), runs[0][1:]


def test_importing_rag_is_quick_and_loads_nothing_heavy():
    assert imported("rag.assemble")[1] == []
    seconds, heavy = imported("rag")
    assert heavy == []
    assert seconds < 0.3


def test_help_is_quick_and_worth_reading():
    seconds = []
    for _ in range(3):
        start = sum(os.times()[2:4])
        shown = subprocess.run(
            [sys.executable, "-m", "rag", "--help"], capture_output=True, text=True, check=True
        ).stdout
        seconds.append(sum(os.times()[2:4]) - start)
    assert min(seconds) < 0.5
    for word in (
        "add",
        "ask",
        "chat",
        "search",
        "libraries",
        "list",
        "status",
        "repair",
        "fetch-model",
        "models",
        "Exit status",
    ):
        assert word in shown


def test_help_is_a_command_too_and_a_misspelt_one_is_told_the_nearest(capsys):
    for words in (["help"], ["help", "ask"]):
        with pytest.raises(SystemExit) as stopped:
            main(words)
        assert stopped.value.code == 0
        assert "footnote ask" in capsys.readouterr().out
    for word, told in (
        ("lst", "Did you mean 'list'? See all"),
        ("zzz", "command 'zzz'. See all with: footnote --help"),
    ):
        with pytest.raises(SystemExit) as stopped:
            main([word])
        assert stopped.value.code == 2
        assert told in capsys.readouterr().err


def test_every_command_has_its_own_help(capsys):
    for command in ("add", "ask", "chat", "search", "list", "status", "sync", "remove", "repair"):
        with pytest.raises(SystemExit) as stopped:
            build_parser().parse_args([command, "--help"])
        assert stopped.value.code == 0
        assert "--library" in capsys.readouterr().out


def test_an_answer_turns_into_json_and_back_without_loss():
    answer = sample_answer()
    plain = answer.to_json()
    assert Answer.from_json(plain) == answer
    assert json.loads(plain)["prompt"]["hits"][0]["passage"]["headings"] == ["H"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"prompt": 3}'])
def test_what_is_no_saved_answer_is_refused(text):
    with pytest.raises(SettingsError, match="not an answer"):
        Answer.from_json(text)


def test_an_answer_prints_with_quote_and_place_and_its_html_is_inert():
    answer = sample_answer()
    assert str(answer) == to_text(answer)
    assert "[1] “<b>" in str(answer)
    assert "<d>.txt" in str(answer)
    html = answer._repr_html_()
    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;b&gt;" in html


def test_who_only_says_hello_is_told_that_nothing_was_asked():
    said = replace(sample_answer(), prompt=replace(sample_answer().prompt, question="hello"), text=SILENT, citations=())
    assert to_text(said).startswith("There is no question in that.")


def test_sources_of_one_name_are_told_apart_by_their_folders():
    one, other, third = (
        Citation(n, "q", "d", f"/docs/{path}", "T", 0, 1) for n, path in enumerate(("a/x/r.md", "b/x/r.md", "s.md"))
    )
    told = [place(one, among).split(" · ")[0] for among in ((), (one, third), (one, other), (one, other, third))]
    assert told == ["r.md", "r.md", "a/x/r.md", "a/x/r.md"]


def test_every_error_is_one_of_ours_and_stands_in_the_tree():
    own = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, Exception)]
    assert len(own) > 5
    for error in own:
        assert issubclass(error, FootnoteError)
        assert error.__name__ in errors.__doc__


@pytest.mark.parametrize("name", BOUNDS)
def test_settings_out_of_bounds_are_named(name):
    with pytest.raises(SettingsError, match=f"{name} is -1"):
        Settings(**{name: -1})


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"threads": "x"}, "threads is 'x'; it must be a whole number"),
        ({"threads": True}, "threads is True; it must be a whole number"),
        ({"k_hits": 2.5}, r"k_hits is 2\.5; it must be a whole number"),
        ({"dense_weight": "0.5"}, r"dense_weight is '0\.5'; it must be a number"),
        ({"min_confidence": "a"}, "min_confidence is 'a'; it must be a number"),
        ({"use_reader": "no"}, "use_reader is 'no'; it must be True or False"),
    ],
)
def test_a_setting_of_another_sort_is_refused_by_its_name(setting, words):
    with pytest.raises(SettingsError, match=words):
        Settings(**setting)


def test_a_whole_number_is_a_number_and_what_is_not_set_stays_so():
    assert Settings(max_ocr_seconds=3, min_confidence=None).max_ocr_seconds == 3


def test_a_mistake_is_one_sentence_and_no_traceback(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["add", str(tmp_path / "nowhere")]) == 1
    assert main(["ask", "--library", str(tmp_path / "nowhere"), "x"]) == 1
    told = capsys.readouterr().err
    assert told.count("There is no file or folder") == 2
    assert "Traceback" not in told


@pytest.mark.parametrize("k", ["-3", "0", "1.5", "many"])
def test_a_search_for_no_hits_is_refused(capsys, k):
    with pytest.raises(SystemExit, match="2"):
        main(["search", "ferry", "-k", k])
    assert f"argument -k: it is '{k}'; it must be a whole number from 1 on" in capsys.readouterr().err


def test_what_goes_wrong_in_calibrating_is_no_command_that_was_not_understood(capsys, tmp_path):
    assert main(["calibrate", str(tmp_path), "--questions", str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl" in capsys.readouterr().err


def test_no_command_shows_the_help(capsys):
    assert main([]) == 2
    assert "footnote add" in capsys.readouterr().out


def test_several_libraries_in_one_place_must_be_told_apart(capsys, tmp_path, monkeypatch):
    for name in ("a", "b"):
        (tmp_path / ".footnote" / name).mkdir(parents=True)
        (tmp_path / ".footnote" / name / "library.sqlite").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FOOTNOTE_LIBRARY", raising=False)
    assert main(["list"]) == 1
    assert "several libraries" in capsys.readouterr().err


def test_the_libraries_here_and_in_the_cache_are_listed_with_what_they_follow(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    assert main(["libraries"]) == 0
    assert "footnote add FOLDER" in capsys.readouterr().err
    docs = write_files(tmp_path / "docs", gate="The gate is green.", pond="The pond is dull.")
    for folder, source in ((".footnote/docs", docs), (".footnote/bare", None), ("cache/libraries/far-1", docs)):
        library = make_library(tmp_path / folder, source)
        library.sync()
        library.close()
    (tmp_path / "docs/deep").mkdir()
    monkeypatch.chdir(tmp_path / "docs/deep")
    assert main(["libraries"]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines() == [
        f"{tmp_path}/.footnote/bare\t0 documents\tfollows nothing",
        f"{tmp_path}/.footnote/docs\t2 documents\t{docs}",
        f"{tmp_path}/cache/libraries/far-1\t2 documents\t{docs}",
    ]
    (tmp_path / ".footnote/bare/library.sqlite").write_bytes(b"torn" * 999)
    assert main(["libraries"]) == 1
    told = capsys.readouterr()
    assert (len(told.out.splitlines()), "bare" in told.err, told.err.count("\n")) == (2, True, 1)


@pytest.mark.model
def test_documents_are_added_to_the_library_here_never_to_one_in_a_folder_above(capsys, tmp_path, monkeypatch):
    monkeypatch.delenv("FOOTNOTE_LIBRARY", raising=False)
    above, here = tmp_path / "papers", tmp_path / "work" / "docs"
    for folder in (above, here):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text("The gate is green.")
    monkeypatch.chdir(tmp_path)
    assert main(["add", "papers"]) == 0
    monkeypatch.chdir(here.parent)
    assert main(["add", "docs"]) == 0
    assert main(["add", str(above)]) == 0
    told = capsys.readouterr().err
    assert told.count(f"Library: {here.parent / '.footnote' / 'docs'}") == 2


@pytest.mark.parametrize("named", ["papers", ".footnote/papers"])
def test_a_library_is_meant_by_its_documents_as_by_its_own_folder(tmp_path, monkeypatch, named):
    monkeypatch.setattr("rag.commands.show_sync", lambda library: 0)
    papers, more = (tmp_path / name for name in ("papers", "more"))
    for folder in (papers, more):
        folder.mkdir()
        (folder / "a.txt").write_text("The gate is green.")
    if named != "papers":
        open_library(papers).close()
    assert main(["add", "-l", str(tmp_path / named), str(more)]) == 0
    assert [path.name for path in papers.iterdir()] == ["a.txt"], "nothing is written among the documents"
    library = open_library(tmp_path / named)
    assert library.path == tmp_path / ".footnote/papers"
    assert library.sources() == (more, papers)
    assert [path.name for path in (tmp_path / ".footnote").iterdir()] == ["papers"]


def test_a_library_that_is_not_there_yet_is_made_where_it_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("rag.commands.show_sync", lambda library: 0)
    (tmp_path / "a.txt").write_text("The gate is green.")
    assert main(["add", "-l", str(tmp_path / "mine"), str(tmp_path / "a.txt")]) == 0
    assert open_library(at=tmp_path / "mine").sources() == (tmp_path / "a.txt",)
    (tmp_path / ".footnote/empty").mkdir(parents=True)
    with pytest.raises(LibraryMissing):
        open_library(tmp_path / ".footnote/empty")
