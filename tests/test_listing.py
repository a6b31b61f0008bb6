"""What the command line prints of files: a line each, whatever their names hold."""

import json
import re
import sys

import pytest

from rag import commands, keeping
from rag.__main__ import main
from rag.render import on_one_line
from tests.fakes import make_library

ODD = "new\nline \u202egpj\t\x1b[31m.txt"
SHOWN = r"new\nline \u202egpj\t\x1b[31m.txt"
LIVE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [(ODD, SHOWN), ("plain name.txt", "plain name.txt"), ("שלום \u200f.txt", r"שלום \u200f.txt"),
     ("naïve\u00a0\U0001f469\u200d\U0001f33e.txt", "naïve\u00a0\U0001f469\u200d\U0001f33e.txt"), ("a\u2028b\x85", r"a\u2028b\x85"), ("", "")],
)  # fmt: skip
def test_what_would_move_or_hide_other_signs_is_written_out(text, shown):
    assert on_one_line(text) == shown


@pytest.mark.skipif(sys.platform == "win32", reason="file names hold no such signs there")
def test_every_command_prints_a_file_of_an_odd_name_on_one_line(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / ODD).write_text("The kestrel lives in the tower.")
    (folder / f"bad {ODD}").write_bytes(b"\x00\x01\x02" * 99)
    monkeypatch.setattr(keeping, "open_library", lambda at, settings: make_library(at, None))
    monkeypatch.setattr(commands, "new_library", lambda at, _: make_library(at, None))
    library = str(tmp_path / "lib")
    told = {}
    for name, words in (
        ("add", ["add", "-l", library, str(folder)]), ("status", ["status", "-l", library]),
        ("list", ["list", "-l", library]), ("search", ["search", "-l", library, "kestrel tower"]),
        ("ask", ["ask", "-l", library, "Where does the kestrel live?"]),
    ):  # fmt: skip
        assert main(words) == 0
        shown = capsys.readouterr()
        told[name] = shown.out + shown.err
        assert SHOWN in told[name], name
        assert not LIVE.search(told[name]), name
    assert len(told["status"].splitlines()) == 2
    assert len(told["list"].splitlines()) == 1
    assert main(["status", "-l", library, "--json"]) == 0
    paths = [json.loads(line)["path"] for line in capsys.readouterr().out.splitlines()]
    assert str(folder / ODD) in paths, "a program is told the name as it is"
