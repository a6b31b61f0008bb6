"""Tell whether an element of a page is hidden from who looks at it. element -> yes or no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:^|;)\s*opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
    r"|(?:^|;)\s*(?:max-)?(?:width|height)\s*:\s*0(?:px)?\s*(?:;|!|$).*overflow\s*:\s*hidden"
    r"|text-indent\s*:\s*-\d{3,}|(?:left|top)\s*:\s*-\d{4,}px",
    re.IGNORECASE | re.DOTALL,
)


_AT_RULE = re.compile(r"@[\w-]+[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_ONE_NAME = re.compile(r"\w*([.#][\w-]+)")


def hidden_names(style_sheets: str) -> frozenset[str]:
    """Return the classes (".x") and ids ("#x") that style sheets hide by that name alone, on every screen."""
    names: set[str] = set()
    for selectors, rules in _RULE.findall(_AT_RULE.sub("", style_sheets)):
        if _HIDDEN.search(rules):
            found = (_ONE_NAME.fullmatch(selector.strip()) for selector in selectors.split(","))
            names.update(match[1] for match in found if match)
    return frozenset(names)


def is_hidden(node: LexborNode, names: frozenset[str] = frozenset()) -> bool:
    """Say whether an element is hidden: not shown, without size, transparent, or off the page.

    `names` are the classes and ids that the page's style sheets hide.
    """
    attributes = node.attributes
    style = attributes.get("style") or ""
    if "hidden" in attributes and (attributes["hidden"] or "").lower() != "until-found":
        return True
    if names and (f"#{attributes.get('id')}" in names or any(f".{c}" in names for c in _classes(attributes))):
        return True
    return bool(style and _HIDDEN.search(style))


def _classes(attributes: Mapping[str, str | None]) -> list[str]:
    return (attributes.get("class") or "").split()
