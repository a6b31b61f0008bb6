"""A disk that is really full: what is kept can be asked, by words alone if need be, and nothing is lost."""

import shutil
import subprocess

import numpy as np
import pytest

from rag.errors import DiskFull, LibraryDamaged
from rag.records import Query
from rag.retrieval.dense import DenseIndex
from rag.retrieval.search import HybridSearch
from tests.fakes import make_library, write_files

MANY = {f"f{n:03}": f"Paragraph {n} tells of the heron number {n}. " * 40 for n in range(90)}


@pytest.fixture
def small_disk(tmp_path, request):
    """A disk of its own for the library, of so many bytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={request.param}", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("small_disk", ["1500k", "4m"], indirect=True)
def test_what_is_kept_on_a_full_disk_can_be_asked(tmp_path, small_disk, monkeypatch):
    monkeypatch.setattr("rag.sync._BATCH_PASSAGES", 8)
    monkeypatch.setattr("rag.retrieval.collection._PATIENCE_SECONDS", 1.0)
    folder = write_files(tmp_path / "docs", **MANY)
    library = make_library(small_disk / "lib", folder)
    with pytest.raises(DiskFull):
        library.sync()
    kept = {document.path for document in library.documents()}
    assert 0 < len(kept) < len(MANY)
    assert library.search("heron number 3")[0].passage.path.endswith("f003.txt")
    with pytest.raises(DiskFull):
        library.sync()
    library.close()
    library = make_library(small_disk / "lib", None)
    assert "heron number 3" in library.ask("What of the heron number 3?").text
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    assert library.search("heron number 3")[0].ranks.keys() == {"dense", "lexical"}
    assert len(library.sync()) == len(MANY) - len(kept)
    assert library._parts.dense.count() == library._parts.passages.count()
    library.close()


class _Words:
    name = "lexical"

    def search(self, query, k):
        return [(self.found, 1.0)]

    def score(self, query, passages):
        return [1.0 for _ in passages]


class _Full:
    name = "dense"

    def search(self, query, k):
        raise DiskFull("The disk is full.")


def test_where_the_dense_index_has_no_room_it_is_searched_by_words_and_said_so(tmp_path, caplog):
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", a="The heron."))
    library.sync()
    (hit,) = library.search("heron")
    found = {hit.passage.passage_id: hit.passage}
    words = _Words()
    words.found = hit.passage.passage_id
    search = HybridSearch([_Full(), words], {"dense": 0.5, "lexical": 0.5}, lambda _: found, k_searched=5)
    assert [one.ranks for one in search.search(Query("q", "q"), 3)] == [{"lexical": 1}]
    assert "answered by words alone" in caplog.text
    only = HybridSearch([_Full()], {"dense": 1.0}, lambda _: found, k_searched=5)
    with pytest.raises(DiskFull):
        only.search(Query("q", "q"), 3)
    library.close()


def test_whatever_chroma_says_over_a_full_disk_it_is_no_damage(tmp_path, monkeypatch):
    from chromadb.errors import InternalError

    index = DenseIndex(tmp_path / "chroma", lambda _: np.ones(4, np.float32) / 2)
    index.upsert([("a", "d", np.ones(4, np.float32) / 2)])

    def fail(*_, **__):
        raise InternalError("Error in compaction: Failed to apply logs to the metadata segment")

    for free, error in ((50_000, DiskFull), (50_000_000, LibraryDamaged)):
        usage = shutil.disk_usage(tmp_path)._replace(free=free)
        monkeypatch.setattr("rag.retrieval.dense.shutil.disk_usage", lambda _, usage=usage: usage)
        with index._opened() as opened:
            monkeypatch.setattr(opened, "upsert", fail)
        with pytest.raises(error):
            index.upsert([("b", "d", np.ones(4, np.float32) / 2)])
    index.refresh()
