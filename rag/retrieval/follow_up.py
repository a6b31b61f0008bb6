"""Make a follow-up searchable on its own. question and history -> Query."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from rag.capitals import with_capitals
from rag.courtesies import is_pleasantry, without_courtesies
from rag.records import DISAGREE, OPENINGS, SILENT, Query, Turn
from rag.retrieval.antecedent import resolved
from rag.words import ASKING, DEFINITE, NAMES, asked_names, content_words, names, numbers

_BE = "(?:is|are|was|were)"
_LEANS = re.compile(
    r"\b(he|him|hers|she|they|them|theirs|this|these|those|then|same|ones|else|former|latter|others?)\b|\bher(?=\W*$)"
    r"|(?<!only )(?<!just )(?<!exactly )(?<!least )(?<!most )\bone\b(?! (?:day|week|month|year|hour|time|person)\b)"
    rf"|\bit\b(?! (?:takes?|costs?) (?!from|on|for)| (?:possible|allowed|permitted|necessary|true|okay|legal|safe)\b)"
    rf"|(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b(?! {_BE}\b)"
    rf"|\b(?:to|of|on|in|at|for|about|with|by|from|like|than|did|do|does|{_BE}) that\b"
    rf"|\bthat(?=\W*$| (?:does|did|to|for|mean|happen|work|one|in|on|at|by|help|so|the|{_BE})\b)"
    r"|^\s*(and|but|or|so|what about|how about|also)\b",
    re.IGNORECASE,
)
"""What points back; not an "it" or a "there" that only says that something is so, nor a "that" that joins clauses."""
_JOINED = re.compile(r"^\s*(?:and|but|or|so)\b,?\s*", re.IGNORECASE)
_OWNED = re.compile(r"\b(?:his|her|its|their)\b", re.IGNORECASE)
"""What points back unless a name stands before it in the question."""
_WHETHER = "is|are|was|were|do|does|did|has|have|had|can|could|will|would"
_WHOLE = re.compile(
    rf"\s*({ASKING}|{_WHETHER}"
    r"|tell me|give me|show me|find|list|name|describe|summari[sz]e)\b",
    re.IGNORECASE,
)
"""How a question begins that is one by itself, however short."""
_SECOND = re.compile(rf",? and (?:{ASKING})\b.*", re.IGNORECASE | re.DOTALL)
_MARKER = re.compile(r"\[\d+\]")
_NAMES = re.compile(rf"\b{NAMES}(?<!\.)")
_ARTICLE = re.compile(r"\bthe $", re.IGNORECASE)
_PLACES = "(?:for|in|at|of|on|with|to|by|from|since)"
_LIMITS = re.compile("(?:for|in|at|on|from|since) ", re.IGNORECASE)
"""What may only limit the last question further, where nothing in it stands for the same."""
_PLACED = re.compile(rf"\b{_PLACES} (?:the )?$", re.IGNORECASE)
_ANOTHER = re.compile(
    r"(?P<begins>(?i:and|but|or|so|ok|now|what about|how about|and (?:what|how) about))\b,? *"
    rf"(?P<place>(?i:{_PLACES} ))?(?P<article>(?i:the ))?"
    rf"(?P<name>(?:[a-z]+ )?{NAMES})\W*$"
)
"""A question that only names something else to ask the last one of: "And the Lumeter 15?"."""
_DEFINED = re.compile(
    r"\s*(?:(?:what|who)(?:'s| is| are| was| were)\b|tell me (?:more |something )?(?:about|of)\b"
    rf"|(?:describe|summari[sz]e|find|list|show me|{_WHETHER})\b)",
    re.IGNORECASE,
)
"""How a question begins that names of what it asks: what it is, all about it, or whether it is so."""
_SHORT_WORDS = 3
_CARRIED_ANSWER_WORDS = 12
_CARRIED_QUESTION_WORDS = 12


TextsWith = Callable[[Iterable[str]], Iterable[str]]
"""Finds texts of the library that hold some words."""


def standalone(question: str, history: Sequence[Turn], texts_with: TextsWith = lambda _: ()) -> Query:
    """Return the query for a question: itself, or with the words of the turns that it leans on.

    A question leans on what went before when it points back (a pronoun, "and …", "what about …") or is a scrap that
    holds hardly a word of its own. No model is asked: where a name stands for what it points back to, that is put in
    its place; else, or where it still leans, the words of the last question and the first of its answer are put after.
    Where that question leans on another in its turn, the names in those before it and in their answers follow, up to
    the one that stands on its own, all of whose words do. "And Dresden?" is the last question asked of Dresden instead;
    names that were typed without capitals are known by those of the texts that `texts_with` finds.
    """
    history = [
        Turn(without_courtesies(turn.question), turn.answer) for turn in history if not is_pleasantry(turn.question)
    ]
    if history and (asked := _of_another(*_with_capitals(question, history, texts_with))):
        return Query(question, asked)
    if not history or is_pleasantry(question) or not _leans(question):
        return Query(question, question)
    named = resolved(question, history)
    own = content_words(named)
    carried = [word for word in dict.fromkeys([*_asked(history), *_told(history[-1].answer)]) if word not in own]
    alone = _JOINED.sub("", named)
    text = f"{named} ({' '.join(carried)})" if carried else named
    return Query(question, text, alone="" if named == question or _leans(alone) else alone)


def _with_capitals(question: str, history: Sequence[Turn], texts_with: TextsWith) -> tuple[str, Sequence[Turn]]:
    """Return a question that only names something, and the questions before it, with their capitals."""

    def written(one: str) -> str:
        return with_capitals(one, texts_with(content_words(one)))

    if len(content_words(question)) > _SHORT_WORDS or not _ANOTHER.match((asked := written(question)).strip()):
        return question, history
    return asked, [Turn(written(turn.question), turn.answer) for turn in history]


def _of_another(question: str, history: Sequence[Turn]) -> str:
    """Return the last question with another name or number in it, where that is all that is asked; else "".

    "What about X?" is that only where X shares a word with what it stands for, or is as much a number or a code (P2,
    P4): it may ask what X has to do with it.
    """
    found = _ANOTHER.match(question.strip())
    if not found or not history:
        return ""
    last = _of_another(history[-1].question, history[:-1]) or history[-1].question
    name = found["name"]
    begins = _WHOLE.match(last)
    runs = [run for run in _NAMES.finditer(last) if run.start() >= (begins.end() if begins else 0)]
    alike = [run for run in runs if set(run[0].split()) & set(name.split()) or _shape(run[0]) == _shape(name)]
    limits = bool(_LIMITS.match(found["place"] or ""))
    others = [run for run in runs if _PLACED.search(last[: run.start()])] if limits else runs
    given_up = (alike or ([] if "about" in found["begins"].lower() else others))[-1:]
    if name in last:
        return ""
    if not given_up:  # "How much is the rent?", "and in 2024?"
        more = f"{found['place']}{found['article'] or ''}{name}" if limits else ""
        return f"{last.rstrip(' ?.!')} {more}?" if more else ""
    before, after = last[: given_up[0].start()], last[given_up[0].end() :]
    shared = before.split()[-1:]
    if shared == name.split()[:1]:  # "the spectra 200", "and the spectra 300?"
        before = before.rstrip().removesuffix(*shared)
    if not found["article"] and not after[1:2].islower():  # the United States, but not the Cork office
        before = _ARTICLE.sub("", before)
    return before + name + after


def _shape(name: str) -> str:
    """Return a name's letters with 0 for each number in it, so that P2 and P4 are alike; itself where it has none."""
    return re.sub(r"\d+", "0", name)


def _asked(history: Sequence[Turn]) -> list[str]:
    """Return the words of the last question and, while they lean on one another, of those before it.

    Of these also the names in their answers: "he" may be whom the first one gave.
    """
    found = content_words(history[-1].question)
    for earlier, later in zip(history[-2::-1], history[::-1], strict=False):
        if not _leans(later.question):
            break
        asked = earlier.question
        named, told = asked_names(asked), names(f"x {earlier.answer}")
        alone = earlier is history[0] or not _leans(asked)
        found += [word for word in content_words(asked) if word in named or alone]
        found += [word for word in _told(earlier.answer) if word in told]
    return found[:_CARRIED_QUESTION_WORDS]


def _told(answer: str) -> list[str]:
    """Return the words of an answer that say what was found: those before its quotes, else the names in the first."""
    said = _MARKER.sub(" ", answer)
    for ours in (SILENT, DISAGREE, *OPENINGS):
        said = said.removeprefix(ours).lstrip()
    short, _, quoted = said.partition("“")
    named = names(f"x {quoted.partition('”')[0]}")
    words = content_words(short) or [word for word in content_words(quoted) if word in named]
    return words[:_CARRIED_ANSWER_WORDS]


def _leans(question: str) -> bool:
    """Return whether a question needs the turns before it; what a second part of it points back to is the first."""
    head = _SECOND.sub("", question)
    question = head if _WHOLE.match(head) and content_words(head) else question
    n_own = len(content_words(question))
    if _LEANS.search(question) or _owned_elsewhere(question) or not n_own:
        return True
    if n_own >= _SHORT_WORDS:
        return False
    return not _WHOLE.match(question) or (n_own == 1 and _leaves_open(question))


def _owned_elsewhere(question: str) -> bool:
    """Return whether something is of somebody whom the question does not name before: "its capital"."""
    owned = _OWNED.search(question)
    return owned is not None and not asked_names(question[: owned.start()])


def _leaves_open(question: str) -> bool:
    """Return whether a whole question with one word of its own leaves open of what it asks: "Who died?"."""
    named = asked_names(question) or numbers(question)
    return not named and (bool(DEFINITE.search(question)) or not _DEFINED.match(question))
