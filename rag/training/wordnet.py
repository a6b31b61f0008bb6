"""Read the files of Princeton's WordNet 3 (Fellbaum 1998). folder -> words of like and of opposite meaning.

The formats are those of its manual pages wndb(5) and morphy(7); on Debian the files come with `wordnet-base`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.errors import SourceError

_KINDS = ("noun", "verb", "adj", "adv")
_SENSES = 2
"""How many senses of a word are followed, the commonest first."""

_ENDINGS = {
    "noun": (("ies", "y", "ies"), ("ches", "ch", "s"), ("shes", "sh", "s"), ("ses", "s", "s"), ("s", "", "s")),
    "verb": (
        ("ies", "y", "s"), ("ied", "y", "ed"), ("ing", "", "ing"), ("ing", "e", "ing"), ("ed", "", "ed"),
        ("ed", "e", "ed"), ("es", "e", "s"), ("s", "", "s"),
    ),
}  # fmt: skip
"""For nouns and verbs: an ending, what stands for it in the lemma, and the ending that another lemma then gets."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One synset: its words, and by offset and kind the wider or like meanings; `opposites` by word."""

    words: tuple[str, ...]
    wider: tuple[tuple[str, int], ...]
    opposites: Mapping[str, tuple[tuple[str, int, int], ...]]


class WordNet:
    """Looks words up, inflected ones by their lemma, and gives what it finds the same ending."""

    def __init__(self, folder: Path) -> None:
        """Read the files. Raises `SourceError` when they are not in `folder`."""
        self._senses: dict[tuple[str, str], tuple[int, ...]] = {}
        self._meanings: dict[tuple[str, int], Meaning] = {}
        for kind in _KINDS:
            self._senses |= {(kind, lemma): places for lemma, places in _index(folder / f"index.{kind}")}
            self._meanings |= {(kind, at): meaning for at, meaning in _data(folder / f"data.{kind}")}

    def near(self, word: str) -> tuple[str, ...]:
        """Return words and phrases that can stand for a lower-case word: synonyms, then wider words. No word twice."""
        same: list[str] = []
        wider: list[str] = []
        for kind, lemma, ending in self._lemmas(word):
            for n, at in enumerate(self._senses[kind, lemma][:_SENSES]):
                meaning = self._meanings[kind, at]
                same += [_inflected(w, ending) for w in meaning.words if w != lemma]
                if n == 0:
                    wider += [_inflected(w, ending) for place in meaning.wider for w in self._meanings[place].words]
        return tuple(dict.fromkeys(w for w in same + wider if w != word))

    def opposites(self, word: str) -> tuple[str, ...]:
        """Return words of the opposite meaning of a lower-case word."""
        found = []
        for kind, lemma, ending in self._lemmas(word):
            for at in self._senses[kind, lemma][:_SENSES]:
                for other, place, n in self._meanings[kind, at].opposites.get(lemma, ()):
                    found.append(_inflected(self._meanings[other, place].words[n], ending))
        return tuple(dict.fromkeys(found))

    def _lemmas(self, word: str) -> Iterator[tuple[str, str, str]]:
        """Yield `(kind, lemma, ending)` for every reading of a word that WordNet knows."""
        for kind in _KINDS:
            if (kind, word) in self._senses:
                yield kind, word, ""
                continue
            for ending, put, added in _ENDINGS.get(kind, ()):
                lemma = word[: -len(ending)] + put
                if word.endswith(ending) and (kind, lemma) in self._senses:
                    yield kind, lemma, added
                    break


def _index(path: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    for line in _lines(path):
        fields = line.split()
        n_senses = int(fields[2])
        yield fields[0], tuple(map(int, fields[-n_senses:]))


def _data(path: Path) -> Iterator[tuple[int, Meaning]]:
    kinds = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
    for line in _lines(path):
        fields = line.split(" | ")[0].split()
        n_words = int(fields[3], 16)
        words = tuple(w.split("(")[0].lower() for w in fields[4 : 4 + 2 * n_words : 2])
        at = 5 + 2 * n_words
        wider: list[tuple[str, int]] = []
        opposites: dict[str, tuple[tuple[str, int, int], ...]] = defaultdict(tuple)
        for n in range(at, at + 4 * int(fields[at - 1]), 4):
            sign, place, kind, ends = fields[n], int(fields[n + 1]), kinds[fields[n + 2]], fields[n + 3]
            if sign in ("@", "&"):
                wider.append((kind, place))
            elif sign == "!":
                opposites[words[int(ends[:2], 16) - 1]] += ((kind, place, int(ends[2:], 16) - 1),)
        yield int(fields[0]), Meaning(words, tuple(wider), opposites)


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8") as lines:
            yield from (line for line in lines if not line.startswith("  "))
    except FileNotFoundError:
        raise SourceError(
            f"There is no {path.name} in {str(path.parent)!r}. Give the folder of WordNet's files with --wordnet; "
            "on Debian they come with the package wordnet-base."
        ) from None


def _inflected(lemma: str, ending: str) -> str:
    phrase = lemma.replace("_", " ")
    first, space, rest = phrase.partition(" ")
    if ending in ("ed", "ing"):
        stem = first[:-1] if first.endswith("e") else first
        return stem + ending + space + rest
    if ending in ("s", "ies"):
        return phrase[:-1] + "ies" if phrase.endswith("y") and phrase[-2:-1] not in "aeiou" else phrase + "s"
    return phrase
