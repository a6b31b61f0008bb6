-- The system of record of a library. Offsets are half-open, in characters of documents.text.
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS sources (path TEXT PRIMARY KEY) WITHOUT ROWID;

-- One row for every file met and for every one attached to a mail, refused ones included: verdict is 'indexed', 'partly' or 'refused'.
-- mtime_ns: the sum of the times when content and record of the file changed, in nanoseconds.
-- places: JSON list of [start, kind, label]; none: the lines of the text are its places. date: "2024-02-05" or "".
-- hidden: JSON list of [label, words], what nobody sees who opens the file; it is no part of the text.
CREATE TABLE IF NOT EXISTS documents (
    doc_id TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    media_type TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    coverage REAL NOT NULL,
    places TEXT NOT NULL DEFAULT '[]',
    parent TEXT REFERENCES documents (doc_id) ON DELETE CASCADE,  -- the mail that it is attached to; a file has none
    date TEXT NOT NULL DEFAULT '',
    hidden TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS documents_attached ON documents (parent) WHERE parent IS NOT NULL;

-- A digest of what is cited of each document, taken when it was kept.
CREATE TABLE IF NOT EXISTS seals (
    doc_id TEXT PRIMARY KEY REFERENCES documents (doc_id) ON DELETE CASCADE,
    digest TEXT NOT NULL
) WITHOUT ROWID;

-- Where a document came from, when that is not a file of its owner: an address of the web, with the
-- time, which may be noted before the file is read; or a mail.
CREATE TABLE IF NOT EXISTS origins (doc_id TEXT PRIMARY KEY, origin TEXT NOT NULL) WITHOUT ROWID;

-- Answers what a hit shows of its document without a step through the long rows that hold the texts.
CREATE INDEX IF NOT EXISTS documents_shown ON documents (doc_id, path, title, date);

-- places: JSON list of [start, kind, label], those that its sentences lie in.
CREATE TABLE IF NOT EXISTS passages (
    rowid INTEGER PRIMARY KEY,
    passage_id TEXT NOT NULL UNIQUE,
    doc_id TEXT NOT NULL REFERENCES documents (doc_id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    head TEXT NOT NULL,       -- title, for the lexical index
    headings TEXT NOT NULL,   -- JSON list, outermost first
    body TEXT NOT NULL,       -- = substr(documents.text, start, end)
    sentences TEXT NOT NULL,  -- JSON list of [start, end]
    vector BLOB NOT NULL,     -- float16, unit length
    places TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX IF NOT EXISTS passages_by_document ON passages (doc_id);

-- What the dense index still has to be told; a row leaves when the index has taken it.
CREATE TABLE IF NOT EXISTS dense_pending (
    passage_id TEXT PRIMARY KEY,
    gone INTEGER NOT NULL
) WITHOUT ROWID;

CREATE VIRTUAL TABLE IF NOT EXISTS terms USING fts5 (
    head, headings, body, content = 'passages', content_rowid = 'rowid', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE IF NOT EXISTS terms_count USING fts5vocab (terms, row);
CREATE VIRTUAL TABLE IF NOT EXISTS terms_place USING fts5vocab (terms, instance);

CREATE TRIGGER IF NOT EXISTS attached_removed AFTER DELETE ON documents WHEN old.parent IS NOT NULL BEGIN
    DELETE FROM origins WHERE doc_id = old.doc_id;
END;
-- Removed or replaced, its words stand in the file until that is wiped.
CREATE TRIGGER IF NOT EXISTS document_removed AFTER DELETE ON documents WHEN old.verdict != 'refused' BEGIN
    INSERT OR REPLACE INTO facts VALUES ('to_wipe', 'yes');
END;
-- Whoever keeps vectors in memory sees by this that those in the file are others, though as many.
CREATE TRIGGER IF NOT EXISTS document_replaced AFTER DELETE ON documents BEGIN
    INSERT OR REPLACE INTO facts VALUES ('replaced', hex(randomblob(8)));
END;
CREATE TRIGGER IF NOT EXISTS passage_added AFTER INSERT ON passages BEGIN
    INSERT INTO terms (rowid, head, headings, body) VALUES (new.rowid, new.head, new.headings, new.body);
    INSERT OR REPLACE INTO dense_pending VALUES (new.passage_id, 0);
END;
CREATE TRIGGER IF NOT EXISTS passage_removed AFTER DELETE ON passages BEGIN
    INSERT INTO terms (terms, rowid, head, headings, body)
    VALUES ('delete', old.rowid, old.head, old.headings, old.body);
    INSERT OR REPLACE INTO dense_pending VALUES (old.passage_id, 1);
END;
