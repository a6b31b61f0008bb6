"""Tell what is asked from what is only said to be polite. question -> question."""

from __future__ import annotations

import re

from rag.words import ASKING

_LED_IN = re.compile(
    r"^(?:(?:hi|hello|hey)\b(?: there| all)?[,.!]* +)?(?:please,? +|so,? +)?"
    r"(?:(?:can|could|would|will) (?:you|any(?:one|body)|some(?:one|body)) (?:please |kindly )?"
    r"(?:tell|remind|explain|say)"
    r"|(?:please )?(?:tell|remind|explain)|do you (?:happen to |also )?know|does any(?:one|body) know"
    r"|(?:i|we)(?:['’]m| am| are| was| were)? (?:just )?(?:wonder(?:ing)?|(?:need|want|would like) to know)"
    r"|(?:i|we)['’]d (?:just )?like to know)(?:(?: to)? (?:me|us))?[,:]? +"
    rf"(?=(?:{ASKING})\b)",
    re.IGNORECASE,
)
_LED_IN_BY_US = re.compile(
    r"^(?:i|we)\b(?! (?:can|could|should|may)\b)[^?.!:;]{0,120}?\b(?:wonder(?:ing|ed)?|know|sure|certain|curious"
    rf"|remember|recall|find out|understand|learn|check)\b,? +(?=(?:{ASKING})\b(?!.*\b(?:{ASKING})\b))",
    re.IGNORECASE | re.DOTALL,
)
"""What people say of themselves before what they ask: "I live nearby and keep wondering"."""
_EMBEDDED = re.compile(
    r"^(?P<asked>(?:what|who|whose|where|when|which|why|how)(?: (?!the\b)[\w-]+)?) "
    r"(?P<about>(?:the|an?|my|our|your|his|her|its|their|this|that|these|those) .+|it|he|she|they) "
    r"(?P<verb>is|are|was|were)$",
    re.IGNORECASE,
)
"""What is asked as part of a sentence: "how long the pier is"."""
_LED_OUT = re.compile(
    r"(?<=[?.!,]) *(?:(?:many |kind )?thanks(?: a lot| in advance)?|thank you(?: very much)?|thx|cheers|please|pls"
    r"|(?:(?:can|could) you (?:please )?(?:tell me|help(?: me)?)|(?:do you|does anyone) know|any (?:idea|clue)s?)\?*"
    r"|(?:please |kindly )?(?:answer|reply|respond) (?:in|with|within|briefly|shortly)\b[^?]*)[.! ]*$",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:(?>thank you|thanks?|thx|cheers|okay|ok|great|nice|cool|perfect|wow|hello|hi|hey|goodbye|bye|please|sorry"
    r"|got it|i see|well done|never ?mind|good (?:morning|day|evening|night|job|answer)|so much|very much|a lot"
    r"|again|there|that (?:helps|was helpful|is helpful)|for (?:that|the help|your help))\b[\s,.!:;()\-]*+)++",
    re.IGNORECASE,
)


def without_courtesies(question: str) -> str:
    """Return the question without "Can you tell me" before what it asks and "Thanks!" after it.

    By "Can you ...?" it would ask whether something is so. "... how long the pier is" becomes "how long is the pier?".
    """
    asked = question.strip()
    bare = _LED_IN_BY_US.sub("", _LED_IN.sub("", _LED_OUT.sub("", asked)))
    if bare == asked:
        return question
    found = _EMBEDDED.match(bare.rstrip(" .!?,"))
    return f"{found['asked']} {found['verb']} {found['about']}?" if found else bare.rstrip(" .!,")


def is_pleasantry(question: str) -> bool:
    """Return whether a line greets or thanks, and asks nothing."""
    return bool(_THANKS.fullmatch(question.strip()))
