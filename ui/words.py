"""Say the page's own words in the language a person chose. key and values -> a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path

Say = Callable[..., str]
"""Takes a key of the catalogue and the values for its blanks; returns plain text, not escaped."""

LANGUAGES = {"en": "English", "es": "Español", "he": "עברית"}
RIGHT_TO_LEFT = ("he",)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return every text of the page by language and key."""
    found: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "words.json").read_text("utf-8"))
    return found


def speaker(language: str) -> Say:
    """Return what says a text in `language`; an unknown language is English."""
    texts = catalogue().get(language) or catalogue()["en"]

    def say(key: str, **values: object) -> str:
        return texts[key].format(**values)

    return say


def lasting(seconds: float, say: Say) -> str:
    """Return how long something lasts, as one says it: in hours from two hours on, in minutes from two minutes on."""
    for key, unit in (("last_hours", 3600), ("last_minutes", 60)):
        if seconds >= 2 * unit:
            return say(key, n=f"{seconds / unit:.0f}")
    return say("last_seconds", n=f"{seconds:.0f}")


def tagged(say: Say, key: str, **values: object) -> str:
    """Return a text of the page as HTML that names it, so that another language can take its place later."""
    blanks = "".join(f' data-{name}="{escape(str(value), quote=True)}"' for name, value in values.items())
    return f'<span data-t="{key}"{blanks}>{escape(say(key, **values))}</span>'
