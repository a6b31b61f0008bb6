"""Find words of like meaning, so that a reader learns to do without shared words. texts -> word -> near words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from random import Random

import numpy as np

from rag.protocols import Embedder
from rag.words import COMMON, stem

Near = Mapping[str, tuple[str, ...]]
"""For a lower-case word, others of like meaning and another stem, likest first."""

_LEAST_COUNT = 25
_LEAST_COSINE = 0.55
_MOST_NEAR = 4
_MOST_CHANGED = 2


def near_words(texts: Iterable[str], embedder: Embedder) -> dict[str, tuple[str, ...]]:
    """Return the near words of every word that comes up often: those whose vectors are likest, of another stem."""
    counts = Counter(word for text in texts for word in re.findall(r"\b[a-z]{4,}\b", text))
    known = sorted(word for word, n in counts.items() if n >= _LEAST_COUNT and word not in COMMON)
    vectors = embedder.embed_documents(known)
    found = {}
    for n, word in enumerate(known):
        cosines = vectors @ vectors[n]
        order = np.argsort(-cosines)[: 4 * _MOST_NEAR].tolist()
        near = [known[i] for i in order if cosines[i] >= _LEAST_COSINE and stem(known[i]) != stem(word)]
        if near:
            found[word] = tuple(near[:_MOST_NEAR])
    return found


def reworded(question: str, window: str, near: Near, random: Random) -> str:
    """Return the question with up to two of the words it shares with the window replaced by near ones."""
    held = window.lower()
    words = question.split(" ")
    places = [n for n, word in enumerate(words) if word.strip("?,.") in near and word.strip("?,.")[:5] in held]
    for n in random.sample(places, min(len(places), random.choice((1, 2, _MOST_CHANGED)))):
        bare = words[n].strip("?,.")
        words[n] = words[n].replace(bare, random.choice(near[bare]))
    return " ".join(words)
