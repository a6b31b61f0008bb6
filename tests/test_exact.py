"""Searching by meaning over few passages: exactly, from the library's own file, without Chroma."""

import subprocess
import sys

import numpy as np
import pytest
from fakes import FakeEmbedder, library_of, make_library

from rag.records import Passage, Query
from rag.retrieval.exact import DenseSearch

TEXTS = {f"f{n:02}": f"Heron number {n} nests by the {place}." for n, place in enumerate(["weir", "mill", "lock"] * 9)}


@pytest.fixture
def library(tmp_path):
    with library_of(tmp_path, **TEXTS) as found:
        yield found


def _searches(library):
    """The searches of a library by meaning: as it is, and of its dense index alone, whose vectors are of length 1."""
    parts = library._parts
    return DenseSearch(parts.passages.few_vectors, parts.dense, FakeEmbedder().embed_query), parts.dense


def test_the_exact_search_finds_what_the_index_finds_and_scores_it_alike(library):
    exact, index = _searches(library)
    within = tuple(document.doc_id for document in library.documents())[3:9]
    for query in (Query("q", "heron by the mill"), Query("q", "lock number 7", only=within)):
        for k in (1, 5, 100):
            ours, theirs = exact.search(query, k), index.search(query, k)
            assert len(ours) == min(k, len(query.only) or len(TEXTS))
            assert [score for _, score in ours] == pytest.approx([score for _, score in theirs], abs=2e-4)
        assert {i for i, _ in ours} == {i for i, _ in theirs}
        assert ours == sorted(ours, key=lambda pair: (-pair[1], pair[0]))
        passages = [*library._parts.passages.get([i for i, _ in ours[:4]]).values(), _unknown()]
        assert exact.score(query, passages) == pytest.approx(index.score(query, passages), abs=2e-4)
        assert exact.score(query, passages)[-1] == 0
    assert exact.score(query, []) == []


def _unknown():
    return Passage("nowhere-00000", "nowhere", "nowhere.txt", "", (), "Nothing.", 0, 8, ())


def test_a_library_of_more_passages_asks_its_index(library, monkeypatch):
    exact, _ = _searches(library)
    monkeypatch.setattr("rag.corpus.passages.FEW", len(TEXTS))
    assert library._parts.passages.few_vectors().vectors.shape == (len(TEXTS), FakeEmbedder().dimension)
    monkeypatch.setattr("rag.corpus.passages.FEW", len(TEXTS) - 1)
    assert library._parts.passages.few_vectors() is None
    library._parts.dense.delete([exact.search(Query("q", "heron"), 1)[0][0]])
    assert len(exact.search(Query("q", "heron"), 100)) == len(TEXTS) - 1


def test_vectors_are_read_once_and_anew_after_a_change(library, tmp_path):
    passages = library._parts.passages
    held = passages.few_vectors()
    assert passages.few_vectors() is held
    assert [*held.passage_ids] == sorted(held.passage_ids)
    (tmp_path / "docs/f26.txt").write_text("A lamp is green.")  # as many passages as before, in the same rows
    other = make_library(library.path, None)
    other.sync()
    other.close()
    assert library.search("green lamp")[0].passage.text == "A lamp is green."
    now = passages.few_vectors()
    assert now is not held
    (tmp_path / "docs/f26.txt").write_text("A kettle is blue.")
    with pytest.MonkeyPatch.context() as lost:
        lost.setattr("rag.upkeep.Upkeep.mark_changed", lambda _: None)  # a sync that was killed
        library.sync()
    assert passages.few_vectors() is not now
    assert library.search("blue kettle")[0].passage.text == "A kettle is blue."
    assert not np.array_equal(now.vectors, held.vectors)


def test_a_question_to_a_small_library_never_opens_chroma(library):
    """Its import is a third of the time of a first question."""
    code = (
        "import sys, pathlib; sys.path.insert(0, 'tests'); from fakes import make_library;"
        "library = make_library(pathlib.Path(sys.argv[1]), None);"
        "assert library.ask('Where does heron number 7 nest?').hits; library.close();"
        "sys.exit('chromadb' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(library.path)], check=True)


def test_a_library_emptied_meanwhile_finds_nothing(library, tmp_path):
    exact, _ = _searches(library)
    for path in (tmp_path / "docs").iterdir():
        path.unlink()
    library.sync()
    assert library._parts.passages.count() == 0
    assert exact.search(Query("q", "heron"), 5) == []
    assert exact.score(Query("q", "heron"), [_unknown()]) == [0.0]
