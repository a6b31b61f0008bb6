"""What a walk through folders finds, leaves out and survives; what one file's misfortune costs."""

import logging
import os
import sys
import time
from argparse import Namespace
from pathlib import Path

import pytest

from rag import commands
from rag.__main__ import build_parser
from rag.corpus.ahead import find_known
from rag.corpus.left_out import left_out_sentence
from rag.corpus.scan import find_files
from rag.keeping import settings_of
from rag.settings import Settings
from tests.fakes import FakeEmbedder, make_library, write_files
from ui.adding import Shelf
from ui.documents import draw_table
from ui.words import speaker


@pytest.fixture
def deep(tmp_path):
    """A folder with 1,200 folders in one another; a test's own clearing up does not come so far down."""
    folder = bottom = write_files(tmp_path / "docs", top="The heron stands in the pond.")
    for _ in range(1200):
        bottom = bottom / "a"
        bottom.mkdir()
    write_files(bottom, deep="The kestrel lives in the tower.")
    yield folder
    (bottom / "deep.txt").unlink()
    while bottom != folder:
        bottom.rmdir()
        bottom = bottom.parent


@pytest.mark.skipif(sys.platform != "linux", reason="paths are shorter elsewhere")
def test_folders_may_lie_in_one_another_a_thousand_deep(tmp_path, deep):
    library = make_library(tmp_path / "lib", deep)
    assert [(Path(step.path).name, step.change) for step in library.sync()] == [
        ("deep.txt", "added"), ("top.txt", "added"),
    ]  # fmt: skip
    assert library.sync() == ()
    assert library.search("kestrel tower")[0].passage.path.endswith("deep.txt")
    library.close()


@pytest.mark.skipif(sys.platform != "linux", reason="paths are shorter elsewhere")
def test_a_folder_too_deep_for_the_system_is_refused_and_the_rest_is_read(tmp_path):
    folder = write_files(tmp_path / "docs", top="The heron stands in the pond.")
    here, name = os.open(folder, os.O_RDONLY), "n" * 250
    opened = [here]
    for _ in range(20):
        os.mkdir(name, dir_fd=opened[-1])
        opened.append(os.open(name, os.O_RDONLY, dir_fd=opened[-1]))
    library = make_library(tmp_path / "lib", folder)
    try:
        assert sorted((step.change, len(step.path) > 4000) for step in library.sync()) == [
            ("added", False), ("refused", True),
        ]  # fmt: skip
        assert "too long" in next(file.reason for file in library.status() if file.verdict == "refused")
        assert library.sync() == ()
    finally:
        library.close()
        for inner, outer in zip(reversed(opened[1:]), reversed(opened[:-1]), strict=True):
            os.close(inner)
            os.rmdir(name, dir_fd=outer)
        os.close(here)


def _raise(error):
    def act(*_, **__):
        raise error

    return act


@pytest.mark.parametrize("where", ["rag.corpus.ahead.as_document", "rag.corpus.split.PassageSplitter.split"])
def test_what_nobody_foresaw_in_one_file_is_the_verdict_on_it(tmp_path, monkeypatch, caplog, where):
    import rag.corpus.ahead
    import rag.corpus.split

    folder = write_files(tmp_path / "docs", a="The heron.", bad="The crow.", c="The kestrel.")
    real = rag.corpus.ahead.as_document if "ahead" in where else rag.corpus.split.PassageSplitter.split

    def fails(*given):
        if any("crow" in str(getattr(one, "text", "")) for one in given):
            raise RecursionError("maximum recursion depth exceeded")
        return real(*given)

    monkeypatch.setattr(where, fails)
    library = make_library(tmp_path / "lib", folder)
    with caplog.at_level(logging.DEBUG, "footnote"):
        assert sorted((Path(s.path).stem, s.change) for s in library.sync()) == [
            ("a", "added"), ("bad", "refused"), ("c", "added"),
        ]  # fmt: skip
    reason = next(file.reason for file in library.status() if file.verdict == "refused")
    assert "nobody foresaw" in reason
    assert "RecursionError" in reason
    assert [record.levelname for record in caplog.records if record.exc_info] == ["DEBUG"]
    assert library.sync() == ()
    library.close()


@pytest.mark.parametrize("where", ["embedding", "keeping"])
def test_a_file_that_cannot_be_embedded_or_kept_takes_no_other_with_it(tmp_path, monkeypatch, where):
    folder = write_files(tmp_path / "docs", a="The heron.", bad="The crow.", c="The kestrel.")
    real = FakeEmbedder.embed_documents

    def embed(self, texts):
        if any("crow" in text for text in texts):
            raise UnicodeEncodeError("utf-8", "x", 0, 1, "surrogates not allowed")
        return real(self, texts)

    if where == "embedding":
        monkeypatch.setattr(FakeEmbedder, "embed_documents", embed)
    else:
        import rag.corpus.store

        insert = rag.corpus.store.insert
        monkeypatch.setattr(
            rag.corpus.store,
            "insert",
            lambda c, split, **kw: (
                _raise(OverflowError())() if "crow" in split.document.text else insert(c, split, **kw)
            ),
        )
    library = make_library(tmp_path / "lib", folder)
    assert sorted((Path(s.path).stem, s.change) for s in library.sync()) == [
        ("a", "added"), ("bad", "refused"), ("c", "added"),
    ]  # fmt: skip
    assert len(library.search("heron kestrel")) == 2
    library.close()


@pytest.fixture
def crowded(tmp_path):
    folder = write_files(tmp_path / "docs", a="The heron.")
    for name in (".one", ".two.txt", "sub/.three"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
    for name in ("node_modules", "sub/node_modules", ".obsidian", ".footnote"):
        write_files(folder / name, inner="y")
    (folder / "nowhere").symlink_to(folder / "gone.txt")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe")
    return folder


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_what_is_left_out_is_counted_and_named(crowded):
    left_out = []
    assert [path.name for path in find_files([crowded], left_out=left_out)] == ["a.txt"]
    assert left_out_sentence(left_out) == (
        "Left out: 3 hidden files, 1 hidden folder (.obsidian/), 2 folders of tools (node_modules/), "
        "1 link to nowhere, 1 pipe, socket or device."
    )
    assert left_out_sentence([]) == ""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_what_is_left_out_is_told_by_sync_status_and_page(tmp_path, crowded, monkeypatch, capsys):
    library = make_library(tmp_path / "lib", crowded)
    monkeypatch.setattr(commands, "find_library", lambda _, **__: library)
    monkeypatch.setattr(commands, "find_each", lambda _, **__: [library])
    assert commands.run(Namespace(command="sync", watch=False)) == 0
    told = "Left out: 3 hidden files, 1 hidden folder (.obsidian/)"
    assert f"lib: 1 added. {told}" in capsys.readouterr().err
    for as_json in (False, True):
        commands.run(Namespace(command="status", json=as_json))
        printed = capsys.readouterr()
        assert told in printed.err
        assert len(printed.out.splitlines()) == 1, "what is printed has a line for each file, and nothing else"
    assert told in draw_table(Shelf(library), library.status(), speaker("en"))
    (crowded / "nowhere").unlink()
    library.sync()
    assert "link" not in library.left_out()
    library.close()


def test_a_file_of_500_mb_is_refused_by_a_sentence_that_says_what_to_do_and_read_once_it_may_be(tmp_path, monkeypatch):
    folder = write_files(tmp_path / "docs", a="The heron.")
    with (folder / "large.txt").open("wb") as file:
        file.truncate(500_000_000)  # it takes no room on the disk
    (folder / "larger.txt").write_text("The kestrel lives in the tower." + "\n" * 1_010_000)
    library = make_library(
        tmp_path / "lib", folder, settings=Settings(max_file_mb=1, min_confidence=0.3, compose=False)
    )
    library.sync()
    why = {Path(file.path).name: file.reason for file in library.status() if file.verdict == "refused"}
    assert why.keys() == {"large.txt", "larger.txt"}
    assert why["large.txt"].startswith(
        "The file has 500,000,000 bytes; at most 1,000,000 are read (setting max_file_mb"
    )
    assert "--max-file-mb" in why["large.txt"]
    library.close()
    library = make_library(
        tmp_path / "lib", folder, settings=Settings(max_file_mb=2, min_confidence=0.3, compose=False)
    )
    assert [(Path(step.path).name, step.change) for step in library.sync() if step.change == "changed"] == [
        ("larger.txt", "changed")
    ]
    assert library.sync() == ()
    library.close()


@pytest.mark.parametrize("command", ["sync", "add ."])
def test_the_largest_size_can_be_given_on_the_command_line(command):
    chosen = build_parser().parse_args([*command.split(), "--max-file-mb", "900"])
    assert settings_of(chosen).max_file_mb == 900
    chosen = build_parser().parse_args(command.split())
    assert settings_of(chosen).max_file_mb == Settings().max_file_mb == 64


def test_nothing_to_do_in_ten_thousand_files_takes_a_moment(tmp_path, monkeypatch):
    folder = tmp_path / "docs"
    for n in range(10_000):
        (folder / f"{n // 500}").mkdir(parents=True, exist_ok=True)
        (folder / f"{n // 500}/{n}.txt").write_text("x")
    library = make_library(tmp_path / "lib", folder)
    known = find_known([folder], {}, base=library._base, left_out=[])[0]
    with library._parts.database.transaction() as connection:
        connection.executemany(
            "INSERT INTO documents (doc_id, path, title, text, media_type, fingerprint, size, mtime_ns, verdict, reason,"
            " coverage) VALUES (?, ?, '', 'x', 'text/plain', ?, ?, ?, 'indexed', '', 1)",
            [(file.doc_id, str(file.path), f"f{n}", file.size, file.mtime_ns) for n, file in enumerate(known)],
        )
    start = time.perf_counter()
    assert {step.change for step in library.sync_steps()} == {"unchanged"}
    assert time.perf_counter() - start < 6
    library.close()
