"""Draw the dialogs: documents, a new library, settings, evaluation, judging, keys. -> HTML."""

from __future__ import annotations

from html import escape

from ui.words import LANGUAGES, speaker

_say = speaker("en")

_CHOICES = {
    "strictness": ("open", "usual", "strict"),
    "length": ("quotes", "written"),
    "talks": ("browser", "disk"),
    "theme": ("system", "light", "dark"),
    "size": ("small", "medium", "large"),
}
"""Every setting with its values; the words for each are `NAME` and `NAME_VALUE` of the catalogue."""

KEYS = (
    ("/", "key_box"), ("Enter", "key_send"), ("Shift+Enter", "key_line"), ("Esc", "key_stop"), ("[ ]", "key_step"),
    ("o", "key_open"), ("↑ ↓", "key_documents"), ("?", "key_list"),
)  # fmt: skip


def draw_dialogs() -> str:
    """Return every dialog, closed."""
    return _documents() + _library() + _settings() + _evaluation() + _judging() + _keys()


def _documents() -> str:
    return _dialog(
        "documents",
        "documents",
        f'<div id="fn-drop"><p>{_t("drop")}</p><div class="fn-row">'
        f'<label class="fn-button">{_t("choose_files")}<input type="file" id="fn-files" multiple></label>'
        f'<label class="fn-button">{_t("choose_folder")}<input type="file" id="fn-folder" webkitdirectory></label>'
        "</div></div>"
        f'<form id="fn-follow"><label>{_t("follow")}<input name="path" dir="ltr" autocomplete="off" spellcheck="false" '
        f'placeholder="~/papers"></label><button type="submit">{_t("follow_do")}</button></form>'
        f'<div class="fn-row" id="fn-sync-row"><progress id="fn-progress" max="1" value="0" hidden></progress>'
        f'<p id="fn-said" role="status"></p><button type="button" id="fn-halt" hidden>{_t("stop")}</button>'
        f'<button type="button" id="fn-sync">{_t("resync")}</button></div>'
        '<ul id="fn-refused-uploads" role="alert"></ul><div id="fn-followed"></div>'
        f'<label class="fn-find">{_t("find")}<input type="search" id="fn-find" dir="auto" autocomplete="off" '
        'spellcheck="false"></label><div id="fn-table"></div>',
    )


def _library() -> str:
    return _dialog(
        "library",
        "new_library",
        f'<form id="fn-make"><label>{_t("library_name")}<input name="name" dir="auto" autocomplete="off"></label>'
        f'<label>{_t("library_folder")}<input name="folder" dir="ltr" autocomplete="off" spellcheck="false" '
        f'placeholder="~/papers"></label><button type="submit">{_t("make")}</button>'
        '<p id="fn-make-said" role="alert"></p></form>',
    )


def _settings() -> str:
    fields = "".join(
        f'<fieldset id="fn-set-{name}"><legend>{_t(name)}</legend><div class="fn-row">'
        + "".join(_radio(name, value, _t(f"{name}_{value}")) for value in values)
        + "</div></fieldset>"
        for name, values in _CHOICES.items()
    )
    languages = "".join(
        _radio("language", code, f'<span lang="{code}">{escape(name)}</span>') for code, name in LANGUAGES.items()
    )
    return _dialog(
        "settings", "settings", f'<form id="fn-settings">{fields}<fieldset><legend>{_t("language")}</legend>'
        f'<div class="fn-row">{languages}</div></fieldset>{_model()}</form>{_fetch()}',
    )  # fmt: skip


def _model() -> str:
    return (
        f'<fieldset><legend>{_t("model")}</legend><div id="fn-models"></div>'
        f'<div id="fn-model-add" class="fn-row" hidden><label>{_t("model_path")}'
        '<input id="fn-model-path" dir="ltr" autocomplete="off" spellcheck="false" placeholder="~/models/NAME.gguf">'
        f'</label><button type="button" id="fn-model-do">{_t("model_add")}</button></div>'
        '<p id="fn-model-said" class="fn-quiet" role="status"></p></fieldset>'
    )


def _fetch() -> str:
    return (
        f'<form id="fn-fetch" hidden><h3>{_t("fetch")}</h3><p class="fn-quiet">{_t("fetch_about")}</p>'
        f'<ul id="fn-offers"></ul><label>{_t("fetch_name")}<input name="name" dir="ltr" autocomplete="off" '
        'spellcheck="false" placeholder="OWNER/NAME/FILE.gguf"></label>'
        f'<button type="submit">{_t("fetch_do")}</button>'
        '<div id="fn-fetch-row" class="fn-row" hidden><label for="fn-fetch-bar" id="fn-fetch-far"></label>'
        '<progress id="fn-fetch-bar" max="1"></progress>'
        f'<button type="button" id="fn-fetch-stop">{_t("stop")}</button></div>'
        '<p id="fn-fetch-said" class="fn-quiet" role="status"></p>'
        f'<div id="fn-held-here" hidden><h3 id="fn-t-held">{_t("held")}</h3>'
        '<ul id="fn-held" aria-labelledby="fn-t-held"></ul></div></form>'
    )


def _evaluation() -> str:
    return _dialog(
        "evaluation",
        "evaluate",
        f'<p>{_t("evaluation_about")}</p><form id="fn-run">'
        f'<label>{_t("question_set")}<select name="name"></select></label>'
        f'<label>{_t("how_many")}<input name="limit" type="number" min="0" value="0" inputmode="numeric"></label>'
        f'<button type="submit">{_t("run")}</button>'
        f'<button type="button" id="fn-run-stop" hidden>{_t("stop")}</button></form>'
        '<p id="fn-run-said" role="status"></p>'
        f'<form id="fn-report"><label>{_t("report")}<select name="run"></select></label>'
        f'<label>{_t("compare_with")}<select name="other"></select></label>'
        f'<button type="submit">{_t("show")}</button></form>'
        '<iframe id="fn-frame" sandbox="allow-same-origin" title="Report" data-l="report" hidden></iframe>',
    )


def _judging() -> str:
    return _dialog(
        "judging",
        "what_was_wrong",
        f'<form id="fn-judge"><label>{_t("reason")}<textarea name="reason" rows="2" dir="auto"></textarea></label>'
        f'<label>{_t("right_answer")}<input name="right_answer" dir="auto" autocomplete="off"></label>'
        f'<p class="fn-quiet">{_t("right_answer_about")}</p>'
        f'<label class="fn-check"><input type="checkbox" name="should_decline">{_t("should_decline")}</label>'
        f'<p id="fn-judge-said" role="alert"></p><button type="submit">{_t("keep")}</button></form>',
    )


def _keys() -> str:
    rows = "".join(f"<tr><th scope='row'><kbd>{key}</kbd></th><td>{_t(told)}</td></tr>" for key, told in KEYS)
    return _dialog("keys", "keys", f"<table>{rows}</table>")


def _dialog(name: str, title: str, body: str) -> str:
    return (
        f'<dialog id="fn-d-{name}" aria-labelledby="fn-t-{name}"><header><h2 id="fn-t-{name}">{_t(title)}</h2>'
        f'<button type="button" class="fn-close" data-l="close" aria-label="{_say("close")}">×</button></header>'
        f'<div class="fn-dialog-body">{body}</div></dialog>'
    )


def _t(key: str) -> str:
    return f'<span data-t="{key}">{escape(_say(key))}</span>'


def _radio(name: str, value: str, label: str) -> str:
    return f'<label class="fn-radio"><input type="radio" name="{name}" value="{value}">{label}</label>'
