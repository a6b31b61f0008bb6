"""Get claims whose truth is known. A folder (documents, WiCE, Climate-FEVER, or pairs) -> Pairs.

Documents: each sentence is a true claim about itself; rules say it otherwise or make it false (`eval.corrupt`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

from eval.adapters import read_rows
from eval.corrupt import false_claims, names_of, true_claims
from eval.question_set import QuestionSetError
from rag.corpus.read import Refusal, read_bytes, read_document
from rag.corpus.scan import find_files
from rag.corpus.sentences import SentenceSplitter

OTHER = "another document's sentence"
"""The kind of a claim that is true of another document."""

_MAX_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, the evidence it is held against, whether that bears it out, and how it was made (`kind`)."""

    kind: str
    claim: str
    evidence: str
    true: bool
    question: str = ""


def read_pairs(folder: Path, *, limit: int = 500, seed: int = 0) -> list[Pair]:
    """Return the pairs that a folder gives; of the sentences or claims in it at most `limit`, as the seed decides.

    Raises `QuestionSetError` for a folder with nothing of the kind.
    """
    for name, read in _LAYOUTS.items():
        if any((folder / f"{name}.jsonl{packed}").is_file() for packed in ("", ".gz")):
            try:
                found = read(read_rows(folder, name), limit, seed)
            except (KeyError, TypeError, ValueError) as error:
                raise QuestionSetError(
                    f"{folder / name}.jsonl is not laid out as its name says ({error!r})."
                ) from error
            break
    else:
        texts = {path.name: text for path in find_files([folder]) if (text := _text(path))}
        found = from_sentences({name: sentences_of(text) for name, text in texts.items()}, limit, seed)
    if not found:
        raise QuestionSetError(f"{str(folder)!r} holds no sentence to make claims of: give another folder with --data.")
    return found


def from_sentences(documents: Mapping[str, Sequence[str]], limit: int, seed: int) -> list[Pair]:
    """Return the pairs that sentences make: themselves, rewritten, made false, and held against another document's."""
    places = [(name, sentence) for name in sorted(documents) for sentence in documents[name]]
    random = Random(seed)
    chosen = random.sample(places, min(limit, len(places)))
    pairs: list[Pair] = []
    for (name, sentence), (other, strange) in zip(chosen, chosen[1:] + chosen[:1], strict=True):
        pairs += _pairs_of(sentence, sentence, list(chain.from_iterable(map(names_of, documents[name]))))
        if other != name:
            pairs.append(Pair(OTHER, strange, sentence, False))
    return pairs


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text that state something: 6 to 60 words, a capital first, a full stop last."""
    split = SentenceSplitter().split
    blocks = re.split(r"\n\s*\n", text)
    found = [" ".join(block[span.start : span.end].split()) for block in blocks for span in split(block)]
    return [s for s in found if 6 <= len(s.split()) <= 60 and s[0].isupper() and s.endswith((".", ".”", '."'))]


def _pairs_of(claim: str, evidence: str, strange: Sequence[str]) -> Iterator[Pair]:
    held = evidence.lower()
    for kind, said in true_claims(claim):
        yield Pair(kind, said, evidence, True)
    for kind, said in false_claims(claim, [name for name in strange if name.lower() not in held]):
        yield Pair(kind, said, evidence, False)


def _wice(rows: Sequence[Mapping[str, Any]], limit: int, seed: int) -> list[Pair]:
    """WiCE (Kamoi et al. 2023): claims with the passage they were cited to; the supported ones are also made false."""
    chosen = Random(seed).sample(list(rows), min(limit, len(rows)))
    strange = names_of(" ".join(row["claim"] for row in chosen))
    pairs = []
    for row in chosen:
        evidence = " ".join(row["evidence"])
        pairs.append(Pair(str(row["label"]).replace("_", " "), row["claim"], evidence, row["label"] == "supported"))
        if row["label"] == "supported":
            pairs += list(_pairs_of(row["claim"], evidence, strange))[1:]
    return pairs


def _climate_fever(rows: Sequence[Mapping[str, Any]], limit: int, seed: int) -> list[Pair]:
    """Climate-FEVER (Diggelmann et al. 2020): claims and five sentences each that support it, refute it or neither."""
    votes = [(row["claim"], evidence) for row in rows for evidence in row["evidences"]]
    chosen = Random(seed).sample(votes, min(limit, len(votes)))
    return [
        Pair(label.replace("_", " ").lower(), claim, evidence["evidence"], label == "SUPPORTS")
        for claim, evidence in chosen
        for label in [str(evidence["evidence_label"])]
    ]


def _corpus(rows: Sequence[Mapping[str, Any]], limit: int, seed: int) -> list[Pair]:
    """Read documents laid out as a corpus file."""
    some = Random(seed).sample(list(rows), min(10 * limit, len(rows)))
    texts = {str(row["id"]): str(row.get("text") or " ".join(row.get("sentences") or [])) for row in some}
    return from_sentences({name: sentences_of(text) for name, text in texts.items()}, limit, seed)


def _written(rows: Sequence[Mapping[str, Any]], limit: int, seed: int) -> list[Pair]:
    """Read pairs that a person wrote, with the fields of `Pair`."""
    pairs = [Pair(**row) for row in rows]
    return pairs if limit >= len(pairs) else Random(seed).sample(pairs, limit)


_LAYOUTS: Mapping[str, Callable[[Sequence[Mapping[str, Any]], int, int], list[Pair]]] = {
    "oracle_chunks_dev": _wice,
    "claims": _climate_fever,
    "pairs": _written,
    "corpus": _corpus,
}


def _text(path: Path) -> str:
    try:
        return read_document(path, read_bytes(path, _MAX_BYTES), path.name).text
    except Refusal:
        return ""
