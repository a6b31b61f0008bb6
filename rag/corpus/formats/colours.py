"""Read colours as files write them. "#fff", "white", "rgb(255 255 255)" -> red, green and blue, each 0 to 255."""

from __future__ import annotations

import re

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
_NEAR = 5
"""Colours that differ by no more in red, green and blue cannot be told from one another."""
_NAMES: dict[str, Colour] = {
    "white": WHITE, "black": BLACK, "snow": (255, 250, 250), "ivory": (255, 255, 240), "red": (255, 0, 0),
    "yellow": (255, 255, 0), "whitesmoke": (245, 245, 245), "ghostwhite": (248, 248, 255), "gray": (128, 128, 128),
    "grey": (128, 128, 128), "silver": (192, 192, 192), "navy": (0, 0, 128), "blue": (0, 0, 255),
    "green": (0, 128, 0),
}  # fmt: skip
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})")
_PARTS = re.compile(r"rgba?\(([^()]*)\)")


def colour_of(written: str) -> Colour | None:
    """Return a colour, None for one that is see-through or that is not understood."""
    written = written.strip().lower()
    if written in _NAMES:
        return _NAMES[written]
    if found := _HEX.fullmatch(written):
        digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    found = _PARTS.fullmatch(written)
    parts = re.split(r"[\s,/]+", found[1].strip()) if found else []
    if len(parts) not in (3, 4) or not all(re.fullmatch(r"\d{1,3}%?", part) for part in parts[:3]):
        return None
    if parts[3:] not in ([], ["1"], ["1.0"], ["100%"]):
        return None
    red, green, blue = (min(255, round(int(p[:-1]) * 2.55) if p.endswith("%") else int(p)) for p in parts[:3])
    return red, green, blue


def are_alike(one: Colour, other: Colour) -> bool:
    """Say whether an eye takes two colours for one."""
    return all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))


def is_white(written: str) -> bool:
    """Say whether a colour is written that nobody can tell from white."""
    colour = colour_of(written)
    return colour is not None and are_alike(colour, WHITE)
