"""Documents are removed while the disk is full: it is said what to do, and the rest goes once there is space."""

import os
from argparse import Namespace
from contextlib import closing, contextmanager

import pytest
from fakes import make_library, write_files
from test_full_disk import MANY

from rag import commands
from rag.errors import DiskFull

SECRET = "The password of Zanzibarella is quixotry."

pytestmark = pytest.mark.parametrize("small_disk", ["12m"], indirect=True)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("rag.retrieval.collection._PATIENCE_SECONDS", 1.0)
    return write_files(tmp_path / "docs", **MANY, gone=SECRET)


@contextmanager
def filled(disk, left_bytes):
    """Fill a disk but for so many bytes, and empty it again."""
    filler = disk / "filler"
    room = os.statvfs(disk)
    filler.write_bytes(bytes(max(0, room.f_bavail * room.f_frsize - left_bytes)))
    yield
    filler.unlink(missing_ok=True)


def tried(library, is_opened_anew):
    """Sync; return what is said of the full disk, "" for nothing."""
    try:
        if not is_opened_anew:
            library.sync()
        else:
            with closing(make_library(library.path, None)) as again:
                again.sync()
    except DiskFull as error:
        return str(error)
    return ""


def see_whole(library):
    """See that each document is there with all its passages, or not at all."""
    assert not library._parts.database.check()
    kept = library.documents()
    assert all(library.passages(document) for document in kept)
    assert sum(len(library.passages(document)) for document in kept) == library._parts.passages.count()
    return {document.title for document in kept}


def see_gone(library):
    assert library._parts.dense.count() == library._parts.passages.count()
    files = library.path.glob("library.sqlite*")
    assert not [path.name for path in files if b"zanzibarel" in path.read_bytes().lower()]


@pytest.mark.parametrize("left_bytes", [0, 40_000, 120_000])
@pytest.mark.parametrize("is_opened_anew", [False, True])
def test_a_sync_that_removes_goes_on_once_there_is_space(small_disk, folder, left_bytes, is_opened_anew):
    library = make_library(small_disk / "lib", folder)
    library.sync()
    for path in [folder / "gone.txt", *sorted(folder.glob("f00*.txt"))]:
        path.unlink()
    if is_opened_anew:
        library.close()
    with filled(small_disk, left_bytes):
        said = [tried(library, is_opened_anew) for _ in range(2)]
    assert all("free some space" in one for one in said if one)
    assert all(said) or left_bytes
    library = make_library(library.path, None) if is_opened_anew else library
    assert see_whole(library) >= {f"f{n:03}" for n in range(10, 90)}
    library.sync()
    assert see_whole(library) == {f"f{n:03}" for n in range(10, 90)}
    see_gone(library)
    assert library.search("heron number 50")
    library.close()


@pytest.mark.parametrize("left_bytes", [0, 120_000])
def test_removing_a_folder_tells_the_command_that_ends_it(small_disk, folder, monkeypatch, left_bytes):
    library = make_library(small_disk / "lib", folder)
    library.sync()
    monkeypatch.setattr(commands, "find_library", lambda _, **__: library)
    with filled(small_disk, left_bytes), pytest.raises(DiskFull, match="Free some space, then: footnote sync --lib"):
        commands.run(Namespace(command="remove", paths=[folder]))
    see_whole(library)
    library.sync()
    assert not library.documents()
    see_gone(library)
    library.close()
