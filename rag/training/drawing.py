"""Draw the examples to train and to measure on. Folder of question sets -> pairs, sheets.

A third of each set's articles is kept out of training and tuning (`held_out`): only the `held_` functions draw from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Protocol, TypeVar

from rag.loaded import document_embedder
from rag.training.pairs import Meanings, Pair, PairMaker
from rag.training.sets import Asked, held_out, read_clapnq, read_squad
from rag.training.sheets import Sheet, SheetMaker
from rag.training.synonyms import near_words
from rag.training.wordnet import WordNet
from rag.training.written import pairs_of, read_written, sheets_of

_PAIRS = {"squad1": 0.75, "squad2": 0.20, "clapnq": 0.05}
_SHEETS = {"squad1": 0.75, "squad2": 0.22, "clapnq": 0.03}
"""The share of each set. Only SQuAD 2 and CLAPNQ have questions that people made unanswerable."""
_HELD_PAIRS = 800
_HELD_SHEETS = 120

Rows = dict[str, list[Asked]]
T_co = TypeVar("T_co", covariant=True)


class _Draws(Protocol[T_co]):
    """Draws examples: a `PairMaker`, a `SheetMaker`."""

    def draw(self, count: int) -> Iterable[T_co]: ...


def pairs(data: Path, wordnet: Path, count: int, seed: int) -> list[Pair]:
    """Return pairs of question and window of the articles to train on, in random order."""
    return _drawn(PairMaker, _PAIRS, data, wordnet, count=count, seed=seed)


def sheets(data: Path, wordnet: Path, count: int, seed: int) -> list[Sheet]:
    """Return sheets of the articles to train on, in random order."""
    return _drawn(SheetMaker, _SHEETS, data, wordnet, count=count, seed=seed)


def taught(data: Path) -> list[Asked]:
    """Return all asked paragraphs of the articles to train on."""
    return [row for rows in _rows(data, lambda article: not held_out(article)).values() for row in rows]


def held_pairs(data: Path, wordnet: Path) -> dict[str, list[Pair]]:
    """Return pairs of the articles kept out, by set; those of SQuAD 1.1 also asked in other words."""
    rows = _rows(data, held_out)
    meanings = _meanings(rows, wordnet)
    held = {
        name: list(PairMaker(some, Random(0), meanings, reworded_share=0).draw(_HELD_PAIRS))
        for name, some in rows.items()
    }
    otherwise = PairMaker(rows["squad1"], Random(0), meanings, reworded_share=1)
    return held | {"squad1 in other words": list(otherwise.draw(_HELD_PAIRS))}


def held_sheets(data: Path, wordnet: Path) -> dict[str, list[Sheet]]:
    """Return sheets of the articles kept out, by set."""
    rows = _rows(data, held_out)
    meanings = _meanings(rows, wordnet)
    return {name: list(SheetMaker(rows[name], Random(0), meanings).draw(_HELD_SHEETS)) for name in _SHEETS}


def held_written_pairs(folder: Path) -> dict[str, list[Pair]]:
    """Return pairs of the documents kept out of those written to train on. Raises `SourceError` as they are read."""
    return {"written": pairs_of(read_written(folder, kept_out=True), _HELD_PAIRS, Random(0))}


def held_written_sheets(folder: Path) -> dict[str, list[Sheet]]:
    """Return sheets of the documents kept out of those written to train on. Raises `SourceError` as they are read."""
    return {"written": sheets_of(read_written(folder, kept_out=True), _HELD_SHEETS, Random(0))}


def _drawn(
    maker: Callable[[list[Asked], Random, Meanings], _Draws[T_co]],
    shares: Mapping[str, float],
    data: Path,
    wordnet: Path,
    *,
    count: int,
    seed: int,
) -> list[T_co]:
    rows, random = _rows(data, lambda article: not held_out(article)), Random(seed)
    meanings = _meanings(rows, wordnet)
    found = [
        one for name, share in shares.items() for one in maker(rows[name], random, meanings).draw(int(count * share))
    ]
    random.shuffle(found)
    return found


def _rows(data: Path, wanted: Callable[[str], bool]) -> Rows:
    sets: dict[str, Iterator[Asked]] = {
        "squad1": read_squad(data / "squad1-train"),
        "squad2": read_squad(data / "squad2-dev"),
        "clapnq": read_clapnq(data / "clapnq-dev"),
    }
    return {name: [row for row in rows if wanted(row.article)] for name, rows in sets.items()}


def _meanings(rows: Rows, folder: Path) -> Meanings:
    wordnet, embedder = WordNet(folder), document_embedder(0)
    texts = {row.question for some in rows.values() for row in some}
    return Meanings(near_words(texts, wordnet, embedder), wordnet.opposites, embedder)
