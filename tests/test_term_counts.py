"""How many passages hold a word is counted once, and again when the library has changed."""

import numpy as np
import pytest
from fakes import make_library, write_files
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.corpus.database import Database
from rag.corpus.passages import PassageTable
from rag.corpus.store import Store
from rag.corpus.wipe import wipe
from rag.records import Document, Passage, Query
from rag.retrieval.lexical import LexicalIndex

WORDS = st.sampled_from("heron ferry mill envoy".split())
EDITS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.one_of(st.none(), st.lists(WORDS, min_size=3, max_size=3)),
        st.sampled_from((None, wipe, Database.rebuild_terms)),
    ),
    min_size=1,
    max_size=8,
)
"""Which document becomes which three words, or goes; what is done to the index then."""
QUERIES = [Query(text, text) for text in ("heron", "ferry mill", "envoy heron zeppelin", "mill heron ferry envoy")]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    database = Database(tmp_path_factory.mktemp("counts") / "library.sqlite")
    yield database
    database.close()


def put(database, name, text):
    document = Document(name, f"/{name}.txt", "A bird", text, "text/plain", "")
    passage = Passage(f"{name}-0", name, f"/{name}.txt", "A bird", (), text, 0, len(text), ())
    Store(database).put(document, [passage], np.ones((1, 4), np.float32) / 2, size=0, mtime_ns=0)


def found(index, database):
    passages = [p for n in range(3) for p in PassageTable(database).of_document(f"d{n}")]
    return [(index.search(query, 5), index.score(query, passages)) for query in QUERIES]


@settings(max_examples=60, deadline=None)
@given(edits=EDITS)
def test_what_was_counted_before_an_edit_changes_nothing_after_it(database, edits):
    remembering = LexicalIndex(database.rows)
    for number, words, done in edits:
        if words:
            put(database, f"d{number}", " ".join(words))
        else:
            Store(database).delete(f"d{number}")
        if done:
            done(database)
        assert found(remembering, database) == found(LexicalIndex(database.rows), database)
        assert found(remembering, database) == found(LexicalIndex(database.rows), database)


def test_a_word_asked_for_in_vain_is_found_once_a_file_holds_it_though_the_file_is_no_longer(tmp_path):
    docs = write_files(tmp_path / "docs", a="The heron stands in the river.", b="The mill grinds corn all day.")
    library = make_library(tmp_path / "lib", docs)
    library.sync()
    index = LexicalIndex(library._parts.database.rows)
    query = Query("zeppelin", "zeppelin")
    assert index.search(query, 5) == []
    write_files(docs, a="The zeppelin stands in the river.")
    library.sync()
    assert len(index.search(query, 5)) == 1
    assert index.search(Query("heron", "heron"), 5) == []
    library.close()


def test_a_term_is_counted_once_while_the_library_stays_as_it_is(database):
    put(database, "d0", "heron ferry mill")
    asked = []

    def rows(query, values):
        asked.extend(values if "terms_count" in query else ())
        return database.rows(query, values)

    index = LexicalIndex(rows)
    for query in QUERIES * 2:
        index.search(query, 5)
        index.score(query, [])
    assert sorted(asked) == ["envoi", "ferri", "heron", "mill", "zeppelin"]
