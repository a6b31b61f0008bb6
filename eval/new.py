"""Help a person write questions about their own documents. Documents and typed answers -> Questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from eval.question_set import Question, Quote, normalise
from rag.records import Document, Passage
from rag.words import names, numbers

Ask = Callable[[str], str]
"""Shows a line and returns what the person types."""

_HELP = "Enter keeps it; type another question to change it; s skips it; u: the documents do not answer it; q ends."


def proposals(passages: Sequence[Passage]) -> Iterator[tuple[str, str]]:
    """Yield (question, sentence) pairs: from sentences with numbers or names, and from headings."""
    for passage in passages:
        if passage.headings:
            heading = passage.headings[-1]
            yield f"What do the documents say about {heading.rstrip('.:?')}?", _first(passage)
        for span in passage.sentences:
            sentence = passage.slice(span)
            if 40 <= len(sentence) <= 300 and (question := _asked(sentence)):
                yield question, sentence


def compose(
    documents: Sequence[Document], passages: Callable[[Document], Sequence[Passage]], ask: Ask
) -> Iterator[Question]:
    """Show every proposal and yield the questions that the person keeps, corrects or marks unanswerable."""
    number = 0
    print(_HELP)
    for document in documents:
        for proposed, sentence in proposals(passages(document)):
            typed = ask(f"\n{Path(document.path).name}: {' '.join(sentence.split())}\n  {proposed}\n> ").strip()
            if typed == "q":
                return
            if typed == "s":
                continue
            number += 1
            if typed == "u":
                yield Question(f"own-{number}", "not in the documents", proposed, (), False, (), ())
                continue
            value = ""
            while not (normalise(value) and normalise(value) in normalise(sentence)):
                value = ask("  the answer, in the words of the sentence: ").strip()
                if value == "s":
                    break
            if value != "s":
                quote = Quote(Path(document.path).name, sentence)
                yield Question(f"own-{number}", "fact", typed or proposed, (), True, ((value,),), (quote,))


def correct(wrong: Sequence[tuple[str, str]], documents: Sequence[Document], ask: Ask) -> Iterator[Question]:
    """Go through the answers that a person found wrong on the page and yield what would have been right."""
    for question, answer in wrong:
        typed = ask(f"\n{question}\n  was answered: {answer}\n  the right answer (u: none, s: skip, q: end): ").strip()
        if typed == "q":
            return
        if typed == "u":
            yield Question("own", "not in the documents", question, (), False, (), ())
        elif normalise(typed) and typed != "s":
            quotes: list[Quote] = []
            while not quotes:
                words = ask("  the words of a document that say so, exactly (s: skip): ").strip()
                if words == "s":
                    break
                quotes = [Quote(Path(d.path).name, words) for d in documents if words and words in d.text]
            if quotes:
                yield Question("own", "fact", question, (), True, ((typed,),), tuple(quotes))


def _asked(sentence: str) -> str:
    """Return a question that the sentence answers, or ""."""
    subject = re.match(r"(?P<who>[A-Z][\w’' -]{2,60}?) (?P<verb>was|is|are|were|has|had) ", sentence)
    if subject and len(sentence) > subject.end():
        verb = subject["verb"] if subject["verb"] in ("was", "is", "are", "were") else "is said of"
        return f"What {verb} {subject['who']}?"
    if numbers(sentence):
        return f"Which number is named with {_topic(sentence)}?"
    return f"Who or what is named with {_topic(sentence)}?" if names(sentence) else ""


def _topic(sentence: str) -> str:
    words = [word for word in re.findall(r"\w{5,}", sentence) if word.islower()]
    return " and ".join(words[:2]) or "this"


def _first(passage: Passage) -> str:
    spans = [span for span in passage.sentences if passage.slice(span).strip() not in passage.headings]
    return passage.slice(spans[0]) if spans else passage.text
