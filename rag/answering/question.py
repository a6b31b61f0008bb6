"""Tell what a question asks for by its words. question -> whether for several answers, an account, a name, a term."""

from __future__ import annotations

import re

from rag.words import ASKING, content_stems, content_words, stem, words

_ASKS = re.compile(
    rf"\b({ASKING})\b|^(is|are|was|were|do|does|did|has|have|can|will)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(list|name (?:the|all|every)|which of|who (?:all )?(?:are|were)|besides)\b"
    r"|\b(?:sides|parties|both) each\b|\bwhat (?:are|were) the\b"
    r"|\bwhich (?!news\b|series\b)[a-z]{3,}(?<![sui])s (?!of\b)[a-z]{2,}"
    r"|\b(?:which|what|whose) (?:[\w-]+ ){0,2}\w{3,}s (?:are|were|have|had|do|did|will|would|can|could|should|may)\b",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"^(?:so |and |but )?(?:why|how(?! (?:many|much|long|often|old|far|tall|high|large|big|deep|wide|fast|heavy)\b))\b"
    r"|\b(?:what happen(?:ed|s)|describe|explain|summar[iy][sz]e|tell me about)\b"
    r"|\b(?:what (?:is|was) (?:the )?(?:difference|story)|what (?:is|are) [\w-]+(?: [\w-]+)?\??$)",
    re.IGNORECASE,
)
_DETAIL = re.compile(
    r"\bwhat(?:['’]s| is| was| are| were) (?:(?:the|its|their) )?(?:\w+ )?(?:purpose|function|meaning|role|significance"
    r"|effect|impact|importance|aim|goal|nature|origin|history|point|use|reason|cause|result|consequence)s?\b"
    r"|\bwhat (?:does|do|did) (?:.+ mean\b|.+ do\W*$)|\bwhat is meant by\b|\bwhere (?:does|do|did) .+ come from\b"
    r"|\bwhat (?:cause[sd]?|determine[sd]?|makes?|made|leads? to|led to)\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"^(?:so |and |but )?(?:why|how come)\b|\bwhat (?:was the |is the )?(?:cause[ds]?|reason|made|led to)\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^(?:so |and |but )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)(?:n't)?\b",
    re.IGNORECASE,
)
_ROUNDABOUT = re.compile(
    r"^(?:so |and |but )?(?:(?:can|could|would|will) you (?:please )?(?:give|list|name|show|find|send|tell|explain)\b"
    r"|(?:do|does|did) (?:you|we|i|any(?:one|body)) (?:have (?!to\b)|know\b)|may \d)",
    re.IGNORECASE,
)
_OVER_ROWS = re.compile(
    r"\b(?:highest|lowest|largest|smallest|biggest|greatest|cheapest|dearest|costliest|best|worst|longest|shortest|heaviest"
    r"|lightest|oldest|youngest|newest|latest|earliest|fastest|slowest|fewest|total|sum|average|the mean|altogether"
    r"|combined|in all|overall)\b"
    r"|\b(?:the|most|least) (?:most|least|expensive|popular|common)\b|\b(?:has|have|had|with) the (?:most|least)\b",
    re.IGNORECASE,
)
_SUM = re.compile(r"\b(?:total|sum|altogether|combined|in all|overall)\b", re.IGNORECASE)
_WHICH_ONE = re.compile(
    r"\b(?:which|what)(?: number)? (?:time|visit|trip|round|tour|edition|attempt|term|anniversary)\b"
    r"|\bthe how ?many(?:th|eth)\b",
    re.IGNORECASE,
)
_ONE_DOES = (
    r"leads|led|heads|headed|runs|ran|chairs|chaired|owns|owned|manages|managed|commands|commanded|governs|governed"
    r"|deals with|dealt with|handles|handled|looks after|is responsible for|is in charge of|designed|wrote|founded"
    r"|built|invented|discovered|found|painted|composed|directed|won|decided|ordered|succeeded|fired|killed|caused"
)
"""What one does, as a rule: another who did it contradicts."""
_ONE_NAME = re.compile(
    r"^(?:so |and |but )?(?:who(?:['’]s| is| was)(?: currently| now)? (?:the|our|my|your|their|its|this|[\w.-]+['’]s?) "
    rf"|who(?: currently| now| first)? (?:{_ONE_DOES})\b"
    r"|(?:what|which) (?:person|city|country|town|company|firm|supplier|bank) (?:is|was) the\b"
    r"|what(?:['’]s| is| was) the (?:name|capital) of\b)",
    re.IGNORECASE,
)
_MEASURES = {
    word: measures.split()
    for words, measures in (
        ("heavy weigh", "weight"), ("tall high", "height"), ("long", "length duration"), ("wide", "width"),
        ("deep", "depth"), ("old", "age"), ("far", "distance"), ("fast", "speed"), ("big large", "size area capacity"),
        ("hot cold warm", "temperature"), ("often", "frequency interval"), ("loud", "volume"), ("thick", "thickness"),
    )
    for word in words.split()
}  # fmt: skip
"""What tables call the measures that are asked for by these words."""
_HOW = re.compile(rf"\bhow ({'|'.join(_MEASURES)})\b", re.IGNORECASE)
_WEIGHS = re.compile(r"\bhow much (?:do|does|did|will|would)\b.* (weigh)\b", re.IGNORECASE)
_PRICE = re.compile(
    r"\bhow much (?:is|are|was|were|do|does|did|would|will|for)\b|\b(?:costs?|prices?|priced|expensive)\b",
    re.IGNORECASE,
)
_TERM_KIND = (
    r"(?:option|flag|switch|command|setting|parameter|argument|variable|keyword|directive|property|method|function"
    r"|attribute|macro|capability|signal|key|sysctl|mode|class|module|field|tag|term|word)s?\b"
)
_TERM = re.compile(
    r"\b(?:which|what)(?:['’]s| is| are)?(?: the)? "
    r"(?:(?!(?:of|for|in|to|does|do|did|is|are|can|must|should|will|has|have)\b)[\w./-]+ ){0,3}?" + _TERM_KIND +
    r"|\b(?:is|are) there (?:an?|any|some) (?:[\w./-]+ ){0,2}?" + _TERM_KIND +
    r"|\bwhat (?:do|must|can|should) (?:i|you|we|one) (?:pass|set|type|put|give)\b",
    re.IGNORECASE,
)  # fmt: skip


def with_mark(question: str) -> str:
    """Return a question with its mark, if it asks and was typed without one: readers know questions by it."""
    asked = question.rstrip()
    return f"{asked}?" if asks(asked) and asked[-1:].isalnum() else question


def asks(piece: str) -> bool:
    """Return whether a piece of a question asks something by itself: it has a question word, and names something."""
    return bool(content_words(piece)) and bool(_ASKS.search(piece))


def wants_several(question: str) -> bool:
    """Return whether the question asks for a list rather than for one thing, as far as its words tell."""
    return bool(_SEVERAL.search(question))


def wants_account(question: str) -> bool:
    """Return whether the question asks how, why, whether or what something is: for all that is said of it."""
    return bool(_ACCOUNT.search(question.strip())) or is_yes_no(question)


def wants_detail(question: str) -> bool:
    """Return whether words answer the question, but seldom all of it: it asks for a purpose, a meaning, a cause."""
    return bool(_DETAIL.search(question))


def asks_why(question: str) -> bool:
    """Return whether the question asks for a reason or a cause, which one item of a list tells rather than all."""
    return bool(_WHY.search(question.strip()))


def asks_over_rows(question: str) -> bool:
    """Return whether the question asks for what only all rows of a table together tell: the best, the sum."""
    return bool(_OVER_ROWS.search(question))


def asks_sum(question: str) -> bool:
    """Return whether the question asks what all rows of a table come to."""
    return bool(_SUM.search(question))


def asks_place_in_row(question: str) -> bool:
    """Return whether the question asks the how-manyeth something is: "Which visit is this for him?"."""
    return bool(_WHICH_ONE.search(question))


def asks_one_name(question: str) -> bool:
    """Return whether the question asks for the name of the one who, or which, is something: "Who is the mayor?"."""
    return bool(_ONE_NAME.search(question.strip()))


def asks_for_term(question: str) -> bool:
    """Return whether the question asks for what manuals and glossaries explain, by what it does or means."""
    return bool(_TERM.search(question))


def asks_who_did(question: str) -> bool:
    """Return whether the question asks who did something, rather than who somebody is."""
    return bool(re.match(r"(?:so |and |but )?who (?!is\b|are\b|was\b|were\b)", question.strip(), re.IGNORECASE))


def names_of_it(question: str, text: str) -> set[str]:
    """Return the words of a question that a text writes only with a capital, lower-case, as the question may too."""
    asked, forms = set(content_words(question)), words(text)
    small = {form for form in forms if form[0].islower()}
    return {form.lower() for form in forms if form[0].isupper() and form.lower() in asked - small}


def measures_asked(question: str) -> dict[str, frozenset[str]]:
    """Return the words by which a question asks for a measure, and what tables call it, as stems: heavy, weight."""
    asking = map(str.lower, (*_HOW.findall(question), *_WEIGHS.findall(question)))
    return {stem(word): frozenset(map(stem, _MEASURES[word])) for word in asking}


def asked_stems(question: str) -> frozenset[str]:
    """Return the stems of a question's content words, and of the measures that it asks for."""
    return frozenset(content_stems(question)).union(*measures_asked(question).values())


def price_phrases(question: str) -> list[str]:
    """Return the words by which a question asks what something costs; none where it does not ask that."""
    return [] if _WEIGHS.search(question) else _PRICE.findall(question)


def is_yes_no(question: str) -> bool:
    """Return whether the question asks whether something is so: no words of a document answer that by themselves."""
    return _asks_if(question) and " or " not in question


def is_choice(question: str) -> bool:
    """Return whether the question asks which of two is so: "Did he resign or was he sacked?"."""
    return _asks_if(question) and " or " in question


def asks_whether(question: str) -> bool:
    """Return whether the question asks whether something is so, and not in a roundabout way for a word or a list."""
    return _asks_if(question) and not (_ROUNDABOUT.search(question.strip()) or asks_for_term(question))


def _asks_if(question: str) -> bool:
    return bool(_YES_NO.search(question.strip()))
