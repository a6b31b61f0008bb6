"""Read what styles say of elements. CSS -> property -> value, by the name of a tag, a class or an id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

Style = Mapping[str, str]

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_DECLARATION = re.compile(r"(?<![\w-])([\w-]+)\s*:((?:[^;\"'()]|\"[^\"]*\"|'[^']*'|\((?:[^()]|\([^()]*\))*\))*)")
_ONE_NAME = re.compile(r":root|[\w-]+(?:[.#][\w-]+)?|[.#][\w-]+")
_LONGEST = 300
"""Characters of a value that are looked at: a picture may be written into one."""
_PAINTS = ("color", "background")


def declared(style: str) -> dict[str, str]:
    """Return what a style attribute, or the body of a rule, declares; names and values in small letters."""
    found = {}
    for name, value in _DECLARATION.findall(_COMMENT.sub("", style)):
        found[name.lower()] = value[:_LONGEST].lower().replace("!important", "").strip()
    return found


class Sheets:
    """The rules of a page's own style sheets that go by one name: "p", ".x", "#x", "p.x".

    `may_paint` says whether colours come from elsewhere too: from other files, or by rules that are not understood.
    Rules for some screens only, or for printing, are not among them.
    """

    def __init__(self, text: str, *, has_others: bool = False) -> None:
        self.may_paint = has_others or "@import" in text
        self._rules: dict[str, dict[str, str]] = {}
        for selectors, body, is_aside in _rules(_COMMENT.sub("", text)):
            style = declared(body)
            for selector in map(str.strip, selectors.split(",")):
                if not is_aside and _ONE_NAME.fullmatch(selector):
                    self._rules.setdefault("html" if selector == ":root" else selector, {}).update(style)
                else:
                    self.may_paint = self.may_paint or any(name.startswith(_PAINTS) for name in style)

    def style_of(self, tag: str, attributes: Mapping[str, str | None]) -> dict[str, str]:
        """Return what the sheets and its own attribute declare of an element; the more special goes before."""
        style: dict[str, str] = {}
        if self._rules:
            names = [f".{name}" for name in (attributes.get("class") or "").split()]
            names += [f"#{attributes['id']}"] if attributes.get("id") else []
            for name in (tag, *names, *(tag + name for name in names)):
                style.update(self._rules.get(name, {}))
        if own := attributes.get("style"):
            style.update(declared(own))
        return style


def _rules(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield (selectors, declarations, whether it lies in an @-rule) of every rule."""
    open_heads: list[str] = []
    start, is_leaf = 0, False
    for brace in re.finditer(r"[{}]", text):
        between = text[start : brace.start()]
        start = brace.end()
        if brace[0] == "{":
            open_heads.append(between.rpartition(";")[2].strip())
            is_leaf = True
        elif open_heads:
            head = open_heads.pop()
            if is_leaf and not head.startswith("@"):
                yield head, between, any(outer.startswith("@") for outer in open_heads)
            is_leaf = False
