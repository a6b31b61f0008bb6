"""Find what a page hides from who looks at it. parsed HTML -> the elements and words that nobody sees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rag.corpus.formats.colours import BLACK, WHITE, Colour, are_alike, colour_of
from rag.corpus.formats.css import Sheets, Style, declared

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_CLEAR: Colour = (-1, -1, -1)
_FAR = re.compile(r"-(?:\d{4,}|9\d\d)(?:\.\d+)?(?:px|pt)|-(?:[5-9]\d|\d{3,})(?:\.\d+)?(?:em|rem)|-\d{3,}v[wh]|-\d{4,}%")
_FAR_MOVE = re.compile(rf"translate\w*\([^)]*?(?:{_FAR.pattern})")
_FAR_INDENT = re.compile(r"-\d{3,}")
_LENGTH = re.compile(r"([\d.]+)(px|pt|em|rem|%)?")
_SMALLEST = {"px": 1.0, "pt": 1.0, "em": 0.1, "rem": 0.1, "%": 10.0, None: 0.0}
_DOT = re.compile(r"[01]px|0")
_NO_CLIP = re.compile(r"rect\(\s*([01])(?:px)?[\s,]+\1(?:px)?[\s,]+\1(?:px)?[\s,]+\1(?:px)?\s*\)")
_NO_PATH = re.compile(
    r"inset\(\s*(?:(?:[5-9]\d|100)%\s*|100%[^)]*)\)|circle\(\s*0(?:px|%)?(?:\s+at[^)]*)?\s*\)|polygon\([\s0,px%]*\)"
)
_NO_SCALE = re.compile(r"\bscale(?:x|y|3d)?\(\s*(?:0?\.?0+\s*|0?\.?0+\s*,[^)]*|[^),]+,\s*0?\.?0+\s*(?:,[^)]*)?)\)")
_WIDENS = re.compile(r"padding|flex|min-")
_BARE = frozenset("b i em strong font u s small big sub sup span".split())
_OVERLAYS = ("absolute", "fixed", "sticky")


class _Look(NamedTuple):
    """How the words right inside an element are drawn: their colour, and what is behind them; None: who knows."""

    ink: Colour | None
    ground: Colour | None
    is_tiny: bool = False


def unseen_nodes(tree: LexborHTMLParser) -> set[int]:
    """Return the `mem_id` of elements that are hidden as a whole, and of words that are lost to the eye.

    Those are too small, or of the colour of what is behind them. White words on something that may have a colour are
    seen: on a picture, over another element, or where style sheets that are not understood may paint.
    """
    sheets = Sheets(
        "".join(style.text() for style in tree.css("style")),
        has_others=tree.css_first("link[rel~=stylesheet i]") is not None,
    )
    unseen: set[int] = set()
    start = _Look(None, None) if sheets.may_paint else _Look(BLACK, WHITE)
    root = tree.root
    stack = [(root.parent or root, start)] if root is not None else []
    while stack:
        node, look = stack.pop()
        for child in node.iter(include_text=True):
            if child.tag == "-text":
                if _is_lost(look) and (child.text_content or "").strip():
                    unseen.add(child.mem_id)
            elif (child.tag or "-")[0] not in "-!_":
                style = sheets.style_of(child.tag or "", child.attributes)
                if _is_not_shown(child, style):
                    unseen.add(child.mem_id)
                else:
                    stack.append((child, _look_of(child, style, look, is_sure=not sheets.may_paint)))
    return unseen


def _is_not_shown(node: LexborNode, style: Style) -> bool:
    """Say whether an element is hidden with all that is in it: without size, transparent, cut off, or off the page."""
    attributes = node.attributes
    if "hidden" in attributes and (attributes["hidden"] or "").lower() != "until-found":
        return True
    if not style:
        return False
    return (
        style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or style.get("content-visibility") == "hidden"
        or _size(style.get("opacity", "1")) == 0
        or any(_FAR.match(style.get(side, "")) for side in ("left", "top", "right", "bottom"))
        or bool(_FAR_MOVE.search(style.get("transform", "")))
        or bool(_FAR_INDENT.match(style.get("text-indent", "")))
        or bool(_NO_CLIP.match(style.get("clip", "")) or _NO_PATH.match(style.get("clip-path", "")))
        or bool(_NO_SCALE.search(style.get("transform", "")) or _size(style.get("scale", "1")) == 0)
        or _has_no_room(style)
    )


def _has_no_room(style: Style) -> bool:
    """Say whether a box cuts off all that it holds; one that padding or its neighbours may widen does not."""
    if not style.get("overflow", "").startswith(("hidden", "clip")) or any(
        _WIDENS.match(name) and value.strip("0px ") for name, value in style.items()
    ):
        return False
    sides = [style[side] for side in ("width", "height", "max-width", "max-height") if side in style]
    return any(_size(side) == 0 for side in sides) or (len(sides) > 1 and all(map(_DOT.fullmatch, sides)))


def _look_of(node: LexborNode, style: Style, around: _Look, *, is_sure: bool) -> _Look:
    attributes = node.attributes
    if is_sure and not style and not attributes and node.tag != "mark":
        return around
    size = _font_size(style, around)
    is_tiny = _is_tiny(size) if size else around.is_tiny
    if not is_sure:  # only what an element says itself goes before what rules may say that are not understood
        style = declared(attributes.get("style") or "")
        around = around if node.tag in _BARE and not attributes.get("class") else _Look(None, None)
    return _Look(_ink(node, style, around.ink), _ground(node, style, around.ground), is_tiny)


def _ink(node: LexborNode, style: Style, around: Colour | None) -> Colour | None:
    attributes = node.attributes
    written = style.get("color") or attributes.get("color") or attributes.get("text") or ""
    if (
        style.get("text-shadow", "none") != "none"
        or "-webkit-text-fill-color" in style
        or "-webkit-text-stroke" in style
    ):
        return None
    if written == "transparent":
        return None if any("clip" in name or "clip" in value for name, value in style.items()) else _CLEAR
    if written in ("", "inherit", "currentcolor"):
        return None if node.tag == "a" and "href" in attributes else around
    return colour_of(written)


def _ground(node: LexborNode, style: Style, around: Colour | None) -> Colour | None:
    written = style.get("background-color") or style.get("background") or node.attributes.get("bgcolor") or ""
    is_picture = "background" in node.attributes or re.search(
        r"url\(|gradient|image|var\(", style.get("background", "")
    )
    if is_picture or style.get("background-image", "none") != "none" or "filter" in style:
        return None
    if written not in ("", "none", "transparent", "inherit", "initial", "unset", "0"):
        return next(filter(None, map(colour_of, [written, *written.split()])), None)
    pulled = any("-" in style.get(name, "") for name in ("margin", "margin-top", "margin-left"))
    return None if style.get("position") in _OVERLAYS or pulled or node.tag == "mark" else around


def _font_size(style: Style, around: _Look) -> str:
    """Return the size that an element gives its letters; "" when it is that around it, or a share of one too small."""
    size = style.get("font-size", "")
    return "" if size == "inherit" or (around.is_tiny and size.endswith(("%", "em")) and "rem" not in size) else size


def _is_lost(look: _Look) -> bool:
    if look.is_tiny or look.ink == _CLEAR:
        return True
    return look.ink is not None and look.ground is not None and are_alike(look.ink, look.ground)


def _size(written: str) -> float:
    """Return the number of a length, 1 for what is none."""
    found = _LENGTH.fullmatch(written)
    try:
        return float(found[1]) if found else 1.0
    except ValueError:
        return 1.0


def _is_tiny(written: str) -> bool:
    found = _LENGTH.fullmatch(written)
    return found is not None and _size(written) <= _SMALLEST[found[2]]
