"""Tell page furniture (menus, "subscribe") and orders to a machine from what a page says. sentence -> bool."""

from __future__ import annotations

import re

_CALLS = re.compile(
    "|".join((
        r"^(?:please |do )?subscribe\b", r"\bsubscribe (?:now|here|today|to our)\b", r"\bsign up (?:for|to|now|here)\b",
        r"\bregister (?:now|here)\b", r"\bfollow us\b", r"\bstay (?:connected|tuned)\b", r"\b(?:our|the) newsletter\b",
        r"\bclick here\b", r"\bread (?:more|next|also):?$", r"\bmore (?:like this|stories)\b",
        r"^related (?:articles|stories|posts|topics)\b", r"\bshare (?:this|on)\b",
        r"\b(?:leave|post) a (?:comment|reply)\b",
        r"\bskip to (?:content|main)\b", r"\bback to top\b", r"\bdownload (?:the|our) app\b", r"^advertisement\b",
        r"^sponsored content\b", r"\bcookie (?:policy|settings)\b", r"\bwe use cookies\b", r"\bprivacy policy\b",
        r"\ball rights reserved\b", r"©", r"\bvisit our (?:web ?site|youtube|channel)\b",
        r"^>", r"\[page \d+\]$", r"^page \d+(?: of \d+)?$", r"\.{4,} ?\S{1,6}$", r"\s(?:\.\.\.|…)$",
    )),
    re.IGNORECASE,
)  # fmt: skip
_ORDERS = re.compile(
    "|".join((
        r"\b(?:ignore|disregard|forget) (?:(?:all|any|the|your|of|my) )*(?:previous|prior|above|earlier|preceding) "
        r"(?:instructions?|prompts?|rules|messages?|questions?)\b",
        r"\b(?:what(?:so)?ever|no matter what) (?:the |a |any |your )?(?:user|reader|human)s? (?:may |might )?"
        r"(?:asks?|says?|wants?|types?|requests?)\b",
        r"\b(?:always|only|must) (?:answer|reply|respond)\b.{0,40}[\"“]", r"\bdo not cite (?:any|the|your|a)",
        r"\byou are (?:now )?(?:an? |the )?(?:\w+ )?(?-i:AI|LLM)(?: assistant| model| system)?\b(?! \w)",
        r"\byou are now (?:an? |the )?\w+ (?:assistant|bot)\b",
    )),
    re.IGNORECASE,
)  # fmt: skip
_GLUED = re.compile(r"[A-Z][a-z]{2,}(?=[A-Z][a-z]{2,}|[A-Z]{2})")
_MOST_GLUED = 1
"""Words run into each other ("HomePoliticsSport") that a line may have by accident or as a brand."""

_SIGNS = re.compile(r"\s[/·•›»>–-]\s")
_FEWEST_ENTRIES, _MOST_ENTRY_WORDS = 4, 3
"""Entries of a menu that signs part ("Town / Sport / Letters / Log in"), and words of each."""

_MOST_WORDS, _MOST_CHARS = 40, 500


def gives_orders(sentence: str) -> bool:
    """Return whether a sentence tells a machine that reads it what to say or forget."""
    return bool(_ORDERS.search(sentence))


def is_furniture(sentence: str) -> bool:
    """Return whether a sentence calls to the page's own services, is a menu run together, or a line that was cut short.

    So is what orders a machine about ("ignore all previous instructions"), and what a mail quotes of another.

    Long sentences say something besides, and are none.
    """
    if len(sentence) > _MOST_CHARS or len(sentence.split()) > _MOST_WORDS:
        return False
    whole = sentence.rstrip("”\"') ").endswith((".", "!", "?"))
    glued = not whole and len(_GLUED.findall(sentence)) > _MOST_GLUED
    called = bool(_CALLS.search(sentence.strip())) or gives_orders(sentence)
    return called or glued or (not whole and _is_menu(sentence))


def _is_menu(line: str) -> bool:
    """Return whether signs part a line into entries, none of them long or a figure; bars part the cells of a table."""
    entries = [entry.split() for entry in _SIGNS.split(line.strip())]
    short = all(0 < len(entry) <= _MOST_ENTRY_WORDS for entry in entries)
    return len(entries) >= _FEWEST_ENTRIES and short and not any(map(str.isdigit, line))
