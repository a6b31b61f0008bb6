"""Ask of each of two what a question compares: "Which is cheaper, A or B?". question, texts -> a question for each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.singular import in_one
from rag.contrasts import of_a_kind
from rag.words import LEADING, OF, content_stems, content_words

_ASKED_OF = (
    ("long", "longer shorter"),
    ("high", "higher lower"),
    ("old", "older younger elder"),
    ("large", "larger bigger smaller greater"),
    ("heavy", "heavier lighter"),
    ("fast", "faster quicker slower"),
    ("wide", "wider broader narrower"),
    ("deep", "deeper shallower"),
    ("thick", "thicker thinner"),
    ("far", "farther further nearer closer"),
    ("warm", "warmer hotter colder cooler"),
    ("tall", "taller"),
    ("strong", "stronger weaker"),
)
"""What is asked of one thing where two are compared by the words after it."""
_POSITIVE = {word: positive for positive, compared in _ASKED_OF for word in compared.split()}
_PRICED = r"cheaper|dearer|costlier|(?:more|less) (?:expensive|costly)"
_BY = rf"(?P<by>{_PRICED}|{'|'.join(_POSITIVE)})"
_BE = r"(?P<be>is|are|was|were)"
_OF_MANY = rf"(?P<more>more|fewer|less) (?P<what>(?!{OF}|or\b|than\b)[\w-]+(?: (?!than\b)[\w-]+){{0,2}}?)"
_COUNTED = frozenset({"more", "fewer", "less"})
_MUCH = r"(?P<verb>costs?|weighs?|earns?|pays?|charges?|lasts?) (?:more|less|longer)"
_DO = r"(?P<do>do|does|did)"
_WORD = r"(?!(?:or|and|than|more|less|fewer)\b)[^\s,:;?]+"
_ITEM = rf"{_WORD}(?: {_WORD}){{0,4}}?"
_ONE, _TWO = rf"(?:both )?(?P<one>{_ITEM})", rf"(?P<two>{_ITEM})\W*"
_OR = rf"(?:\s*[,:;?]+\s*|\s+[-–—]+\s+|\s+)(?:of )?{_ONE},? (?:or|and) {_TWO}"
_WHICH = (
    rf"{LEADING}(?:which|who|what)(?: (?:one|of (?:the two|them|these)|(?!(?:is|are|was|were|of)\b)[\w-]+)){{0,2}}?"
)
_IN = r"(?: (?:in|of) (?:the )?(?P<what>[\w-]+(?: (?!between\b)[\w-]+)?))?"

_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_WHICH} {_BE} (?:the )?{_BY}(?: one)?{_OR}",
        rf"{_BE} {_ONE} {_BY} than {_TWO}",
        rf"how much {_BY} {_BE} {_ONE} than {_TWO}",
        rf"{_WHICH} (?P<verb>(?!(?:is|are|was|were|of)\b)[\w-]+) {_OF_MANY}{_OR}",
        rf"{_WHICH} {_MUCH}{_OR}",
        rf"{_DO} {_ONE} (?P<verb>[\w-]+) {_OF_MANY} than {_TWO}",
        rf"{_DO} {_ONE} {_MUCH} than {_TWO}",
        rf"how much (?:more|less|longer) {_DO} {_ONE} (?P<verb>[\w-]+) than {_TWO}",
        rf"how (?:many|much) {_OF_MANY} {_DO} {_ONE} (?P<verb>[\w-]+) than {_TWO}",
        rf"(?:what(?:['’]?s| is| are) the (?:\w+ )?differences?{_IN}|compare(?: the (?P<told>[\w-]+(?: [\w-]+)?) of)?)"
        rf" (?:between )?{_ONE},? (?:and|with|to) {_TWO}",
        rf"how {_DO} {_ONE} differ from {_TWO}",
        rf"how {_DO} {_ONE} and (?P<two>{_ITEM}) (?:differ|compare)\W*",
    )
)
_COMPARING = re.compile(
    r"\b(?:than|differ\w*|unlike|whereas|compared|predecessors?|successors?|instead)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_ARTICLE = re.compile(r"(?:the|an?|our|my|its|their|your) ", re.IGNORECASE)
_NAMED = re.compile(rf"(?:{_ARTICLE.pattern})|.*\b(?-i:[A-Z])", re.IGNORECASE)
"""How what can be looked up is written: "the old bridge", "Rome"; not "usual"."""
_LEANS = re.compile(r"\b(?:its|their|it|that|those|these|this|rest|others?|average)\b", re.IGNORECASE)
_HELD_ONE = re.compile(r"\bones?$", re.IGNORECASE)


def of_compared(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Return a question for each of two things that one compares; none where it compares nothing, or the texts do so.

    No sentence need say which of two is cheaper: what each of them costs tells it. Both must stand in the texts, and
    none of these may compare them already.
    """
    asked = question.strip()
    for form in _FORMS:
        if (found := form.fullmatch(asked)) and (both := _both(found)):
            told = _told(found)
            if not _stand(both, texts) or _compare(both, told.get("by") or told.get("more") or "", texts):
                return ()
            return tuple(_asked_of(item, told) for item in both)
    return ()


def _told(found: re.Match[str]) -> dict[str, str]:
    given = {name: words for name, words in found.groupdict().items() if words}
    return {name: words if name in ("what", "told") else words.lower() for name, words in given.items()}


def _both(found: re.Match[str]) -> tuple[str, ...]:
    """Return the two that are compared, each with the noun that it shares with the other; none if that is not clear."""
    one, two = found["one"], found["two"].rstrip(" .?!")
    first, second = (_ARTICLE.sub("", item).split() for item in (one, two))
    if not first or not second:
        return ()
    if of_a_kind(first[0], second[0]):
        if len(first) == 1 and len(second) > 1:
            one = " ".join([one, *second[1:]])
        elif len(second) == 1 or _HELD_ONE.search(two):
            two = " ".join([_HELD_ONE.sub("", two).strip(), *first[1:]])
    either = " or " in found.group() and len(first) == len(second)
    return (one, two) if all(_can_be_asked_of(item, bare=either) for item in (one, two)) else ()


def _can_be_asked_of(item: str, *, bare: bool) -> bool:
    """Return whether an item is a thing of its own: no number, nothing that points back; `bare`: or a mere word."""
    held = content_words(item)
    leans = _LEANS.search(item) or _HELD_ONE.search(item)
    return bool(held) and not held[0][0].isdigit() and not leans and bool(bare or _NAMED.match(item))


def _asked_of(item: str, told: dict[str, str]) -> str:
    """Return what is asked of one of two, from what a question says of both."""
    past = told.get("be") in ("was", "were") or told.get("do") == "did"
    several = told.get("be") in ("are", "were") or told.get("do") == "do"
    do = "did" if past else "do" if several else "does"
    verb, what = told.get("verb", ""), told.get("what") or told.get("told") or ""
    if re.fullmatch(_PRICED, told.get("by", "")):
        return f"How much {do} {item} cost?"
    if by := told.get("by"):
        return f"How {_POSITIVE[by]} {told['be']} {item}?"
    if told.get("more"):
        count = (
            "many" if told["more"] == "fewer" or re.search(r"(?:[^s]s|people|men|women|children)$", what) else "much"
        )
        return f"How {count} {what} {do} {item} {_plain(verb)}?"
    if verb:
        return f"How {'long' if verb.startswith('last') else 'much'} {do} {item} {_plain(verb)}?"
    return f"What is the {in_one(what)} of {item}?" if what else f"Tell me about {item}."


def _plain(verb: str) -> str:
    """Return a verb as it stands after "does"."""
    if verb in ("has", "had"):
        return "have"
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    return re.sub(r"(?:(?<=ss)|(?<=[sc]h)|(?<=[xz]))es$|(?<!s)s$", "", verb)


def _stand(items: Sequence[str], texts: Sequence[str]) -> bool:
    held = [frozenset(content_stems(text)) for text in texts]
    return all(any(stems <= one for one in held) for stems in (frozenset(content_stems(item)) for item in items))


def _compare(items: Sequence[str], by: str, texts: Sequence[str]) -> bool:
    """Return whether a sentence compares the two, or one of them by the question's own word ("longer")."""
    stems = [frozenset(content_stems(item)) for item in items]
    is_so = r"\b(?:is|are|was|were|be|been|becomes?|became)\b(?: \w+){0,3}?"
    word = rf"(?<!\bno ){by}\b"
    own = re.compile(rf"{is_so} {word}|\b{word} than\b", re.IGNORECASE) if by and by not in _COUNTED else None
    for text in texts:
        whole = frozenset(content_stems(text))
        for sentence in _SENTENCE.split(text):
            if own and own.search(sentence) and any(item <= whole for item in stems):
                return True
            held = frozenset(content_stems(sentence)) if _COMPARING.search(sentence) else frozenset()
            if all(item <= held for item in stems):
                return True
    return False
