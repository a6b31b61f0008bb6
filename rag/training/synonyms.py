"""Ask in other words than a text's, so that a reader learns to do without shared words. question -> question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from random import Random

from rag.protocols import Embedder
from rag.training.wordnet import WordNet
from rag.words import COMMON, stem

Near = Mapping[str, tuple[str, ...]]
"""For a lower-case word, words and phrases that can stand for it and have another stem, likest first."""

_LEAST_COUNT = 3
_LEAST_COSINE = 0.42
_MOST_NEAR = 6
_FORMS = 0.35
"""The share of reworded questions that also get another question word."""

_ASKED = (
    (r"^When (?=(?:did|was|were|is|does|do|will|has)\b)", ("In what year ", "On what date ", "At what point ")),
    (r"^(?:In|During) (?:what|which) year ", ("When ",)),
    (
        r"^Where (?=(?:did|was|were|is|are|does|do|can|has)\b)",
        ("In what place ", "In which location ", "At what site "),
    ),
    (r"^(?:In|At) (?:what|which) (?:city|town|place|location|area|region) ", ("Where ",)),
    (r"^Who (?=\w+ed\b|was\b|is\b)", ("Which person ", "What person ", "Name who ")),
    (r"^(?:What|Which) person ", ("Who ",)),
    (r"^Why (?=(?:did|was|were|is|are|does|do)\b)", ("For what reason ", "What was the reason that ", "How come ")),
    (r"^How many ", ("What number of ", "What was the count of ")),
    (r"^What (?:type|kind|sort) of ", ("Which ", "What category of ")),
    (r"^How (?=(?:did|do|does)\b)", ("In what way ", "By what means ")),
    (r"^What (?:is|was) the name of ", ("What do they call ", "Name ")),
    (r"^Which ", ("What ",)),
)


def near_words(texts: Iterable[str], wordnet: WordNet, embedder: Embedder) -> dict[str, tuple[str, ...]]:
    """Return the near words of every word that comes up: those of WordNet whose vectors are like the word's."""
    counts = Counter(word for text in texts for word in re.findall(r"\b[a-z]{3,}\b", text))
    known = sorted(word for word, n in counts.items() if n >= _LEAST_COUNT and word not in COMMON)
    stands = {word: [o for o in wordnet.near(word) if stem(o) != stem(word)] for word in known}
    phrases = sorted({*(word for word in known if stands[word]), *(other for word in known for other in stands[word])})
    vectors = dict(zip(phrases, embedder.embed_documents(phrases), strict=True))
    found = {}
    for word in known:
        scored = sorted(((float(vectors[word] @ vectors[other]), other) for other in stands[word]), reverse=True)
        near = [other for cosine, other in scored if cosine >= _LEAST_COSINE]
        if near:
            found[word] = tuple(near[:_MOST_NEAR])
    return found


def reworded(question: str, window: str, near: Near, random: Random) -> str:
    """Return the question with some or all of the words it shares with the window replaced by near ones."""
    held = window.lower()
    words = question.split(" ")
    places = [n for n, word in enumerate(words) if word.strip("?,.") in near and word.strip("?,.")[:5] in held]
    for n in random.sample(places, random.randint(min(1, len(places)), len(places))):
        bare = words[n].strip("?,.")
        words[n] = words[n].replace(bare, random.choice(near[bare]))
    changed = " ".join(words)
    if random.random() < _FORMS:
        for form, others in _ASKED:
            if re.search(form, changed):
                return re.sub(form, random.choice(others), changed, count=1)
    return changed
