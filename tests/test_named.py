"""Libraries that are meant by their names on the command line; several brought in step at once."""

from pathlib import Path

import pytest

from rag import commands, keeping
from rag.__main__ import main
from rag.places import named_library
from tests.fakes import make_library, write_files


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder two below one with `.footnote`, libraries made of fakes."""
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("FOOTNOTE_LIBRARY", raising=False)
    monkeypatch.setattr(commands, "new_library", lambda folder, _: make_library(folder, None))
    monkeypatch.setattr(keeping, "open_library", lambda at, settings: make_library(at, None))
    (tmp_path / ".footnote").mkdir()
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    return deep


def test_a_library_is_made_by_its_name_and_found_by_it(here, tmp_path, capsys):
    docs = write_files(here / "docs", mill="The mill grinds rye.")
    assert main(["add", "-l", "Work", "docs"]) == 0
    made = tmp_path / ".footnote" / "Work"
    assert f"Library: {made}" in capsys.readouterr().err
    assert [path.name for path in here.iterdir()] == ["docs"], "no folder of that name is made here"
    assert main(["libraries"]) == 0
    assert capsys.readouterr().out == f"{made}\t1 document\t{docs}\n"
    assert main(["search", "-l", "Work", "mill rye"]) == 0
    assert "1. mill.txt" in capsys.readouterr().out


def test_a_name_means_what_lies_here_first_then_the_nearest_library_then_one_in_the_cache(here, tmp_path):
    assert named_library("Work") == tmp_path / ".footnote/Work"
    for folder in ("cache/libraries/Work", ".footnote/Work", "a/.footnote/Work"):
        make_library(tmp_path / folder, None).close()
        assert named_library("Work") == tmp_path / folder
    (here / "Work").mkdir()
    for path in (
        "Work", "./New", "New/", "a/New", str(tmp_path / "New"), "", ".", "..", "~", ".New", "x" * 300, "a\0b",
    ):  # fmt: skip
        assert named_library(path) is None, path


def test_a_name_that_no_library_has_is_told(here, capsys):
    assert main(["search", "-l", "Work", "x"]) == 1
    told = capsys.readouterr().err
    assert "There is no file or folder" in told
    assert "footnote libraries" in told


def test_several_libraries_are_brought_in_step(here, capsys):
    for name in ("one", "two"):
        write_files(here / f"{name}-docs", mill="The mill grinds rye.")
        assert main(["add", "-l", name, f"{name}-docs"]) == 0
        write_files(here / f"{name}-docs", gate="The gate is green.")
    capsys.readouterr()
    assert main(["sync", "-l", "one", "-l", "two", "-l", "one"]) == 0
    told = capsys.readouterr().err
    assert [line for line in told.splitlines() if "added" in line] == [
        "one: 1 added, 1 unchanged.", "two: 1 added, 1 unchanged.",
    ]  # fmt: skip
    assert main(["sync", "--watch", "-l", "one", "-l", "two"]) == 1
    assert "one library" in capsys.readouterr().err


def test_the_first_name_of_all_is_made_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = named_library("Work")
    assert found.name == "Work"
    assert found.parent.name == ".footnote" or found.parent.parent.name == "footnote"
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert named_library("Work") == Path(tmp_path / "cache/libraries/Work")


@pytest.mark.parametrize("command", [["sync"], ["sync", "--watch"], ["remove", "docs"], ["repair"], ["drop-old"]])
def test_what_changes_a_library_is_not_done_to_the_bundled_one(here, tmp_path, capsys, command):
    (tmp_path / ".footnote").rmdir()
    assert main(command) == 1
    assert "There is no library here or in a folder above" in capsys.readouterr().err
