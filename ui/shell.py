"""Draw the frame around the conversation, and the head with style, script and words. Library -> HTML."""

from __future__ import annotations

import hashlib
import json
from html import escape
from pathlib import Path

from rag.library import Library
from ui.dialogs import draw_dialogs
from ui.documents import draw_list
from ui.suggest import examples
from ui.words import LANGUAGES, RIGHT_TO_LEFT, catalogue, speaker

STATIC = Path(__file__).parent / "static"

_STYLES = ("tokens.css", "frame.css", "answer.css", "dialogs.css")
_SCRIPTS = (
    "base.js", "settings.js", "models.js", "fetching.js", "libraries.js", "kept.js", "tabs.js", "export.js",
    "conversations.js", "ask.js", "turns.js", "judge.js", "card.js", "trail.js", "source.js", "dropped.js",
    "finding.js", "documents.js", "evaluation.js", "keys.js",
)  # fmt: skip

_say = speaker("en")
"""The frame is drawn in English; `base.js` puts the chosen language in its place before it is seen."""


def draw_head(library: Library) -> str:
    """Return style, script and words for the page's head; as gradio's css, `@media` would lose its variables."""
    style = "\n".join((STATIC / name).read_text("utf-8") for name in _STYLES)
    script = "\n".join((STATIC / name).read_text("utf-8") for name in _SCRIPTS)
    given = {
        "words": catalogue(), "languages": LANGUAGES, "rtl": RIGHT_TO_LEFT, "maxMb": library.settings.max_file_mb,
        "library": hashlib.sha256(str(library.path).encode("utf-8", "replace")).hexdigest()[:12],
    }  # fmt: skip
    json_given = json.dumps(given, ensure_ascii=False).replace("<", "\\u003c")
    return f"<style>{style}</style><script>window.footnote = {{given: {json_given}}};</script><script>{script}</script>"


def draw_side(library: Library) -> str:
    """Return the left column: documents, conversations, and the way to the dialogs."""
    name = escape(library.name)
    return (
        f'<div class="fn-brand"><h1>Footnote</h1><p id="fn-library" class="fn-quiet"><bdi>{name}</bdi></p></div>'
        f'<section aria-labelledby="fn-h-docs"><h2 id="fn-h-docs" data-t="documents">{_say("documents")}</h2>'
        f'<label id="fn-find-side" class="fn-find" hidden><span data-t="find">{_say("find")}</span>'
        '<input type="search" dir="auto" autocomplete="off" spellcheck="false"></label>'
        f'<div id="fn-list">{draw_list(library.status(), _say)}</div>'
        '<p id="fn-adding" class="fn-quiet" role="status" hidden></p>'
        f'<p id="fn-words-alone" class="fn-quiet" role="status" data-t="words_alone" hidden>{_say("words_alone")}</p>'
        f"{_button('documents', 'add_documents')}</section>"
        f'<section aria-labelledby="fn-h-talks"><h2 id="fn-h-talks" data-t="conversations">{_say("conversations")}</h2>'
        '<button type="button" id="fn-new" class="fn-plain" data-t="new_conversation">'
        f"{_say('new_conversation')}</button>"
        f'<ul id="fn-conversations"></ul><p id="fn-kept-said" class="fn-reason" role="alert" hidden></p></section>'
        f'<nav class="fn-nav">{_button("evaluation", "evaluate")}{_button("settings", "settings")}'
        f"{_button('keys', 'keys')}</nav>"
    )


def draw_talk(library: Library) -> str:
    """Return the conversation's place, empty, with questions to begin with."""
    begin = "".join(
        f'<button type="button" class="fn-example" dir="auto">{escape(example)}</button>'
        for example in examples(library)
    )
    return (
        '<header id="fn-bar"><button type="button" id="fn-menu" aria-controls="fn-side" aria-expanded="false" '
        f'data-t="menu">{_say("menu")}</button>'
        "<h1>Footnote</h1></header>"
        '<section id="fn-turns" aria-label="Conversation" data-l="conversation"></section>'
        f'<div id="fn-welcome"><p data-t="welcome">{escape(_say("welcome"))}</p>'
        f'<div id="fn-examples">{begin}</div>'
        '<button type="button" id="fn-begin" data-dialog="documents" data-t="add_first" hidden></button></div>'
        f'<p id="fn-only-note" hidden></p><p id="fn-live" class="fn-unseen" role="status" aria-live="polite"></p>'
    )


def draw_source_column() -> str:
    """Return the place of an opened source, and the dialogs."""
    return '<aside id="fn-source" aria-label="Source" data-l="source" hidden></aside>' + draw_dialogs()


def _button(dialog: str, key: str) -> str:
    return f'<button type="button" class="fn-plain" data-dialog="{dialog}" data-t="{key}">{escape(_say(key))}</button>'
