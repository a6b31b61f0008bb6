"""Draw the documents of a library and what became of each; all of it escaped. FileStatus -> HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from rag.corpus.read import shown_path
from rag.records import FileStatus, FileVerdict, Span
from ui.adding import Adding, Shelf
from ui.sources import name_and_day, opens
from ui.words import Say

_N_LISTED = 200
_N_TROUBLE = 50
"""How many of the listed that are not indexed whole have room even where there are many others."""

_VERDICTS: tuple[FileVerdict, ...] = ("indexed", "partly", "refused")


def draw_list(files: Sequence[FileStatus], say: Say) -> str:
    """Return the short list for the side: how many of each verdict, then the documents, those with trouble last."""
    if not files:
        return f'<p class="fn-quiet">{escape(say("no_documents"))}</p>'
    counts = Counter(file.verdict for file in files)
    told = [say("n_" + verdict, n=counts[verdict]) for verdict in _VERDICTS if counts[verdict]]
    ordered = sorted(files, key=lambda file: (_VERDICTS.index(file.verdict), file.path))
    whole, trouble = ordered[: counts["indexed"]], ordered[counts["indexed"] :]
    shown = whole[: _N_LISTED - min(len(trouble), _N_TROUBLE)]
    rows = "".join(map(_row, [*shown, *trouble[: _N_LISTED - len(shown)]]))
    more = len(files) - _N_LISTED
    rest = f'<p class="fn-quiet">{escape(say("and_more", n=more))}</p>' if more > 0 else ""
    return f'<p class="fn-quiet">{escape(" · ".join(told))}</p><ul class="fn-files">{rows}</ul>{rest}'


def draw_table(shelf: Shelf, files: Sequence[FileStatus], say: Say) -> str:
    """Return the verdict on every file, with why, and what can be removed; above it the folders that are followed.

    Here those with trouble come first.
    """
    folders = [path for path in shelf.library.sources() if not shelf.is_ours(path / "any")]
    followed = "".join(
        f'<li><code dir="ltr">{escape(shown_path(path))}</code> <button type="button" class="fn-unfollow" '
        f'data-path="{escape(shown_path(path), quote=True)}">{escape(say("unfollow"))}</button></li>'
        for path in folders
    )
    heads = "".join(
        f'<th scope="col">{escape(say(key))}</th>' for key in ("document", "verdict", "characters", "remove")
    )
    trouble_first = sorted(files, key=lambda file: (file.verdict == "indexed", file.path))
    rows = "".join(_table_row(file, shelf, say) for file in trouble_first[:_N_LISTED])
    more = len(files) - _N_LISTED
    rest = f"<p>{escape(say('and_more', n=more))}</p>" if more > 0 else ""
    return (
        f'<h3>{escape(say("followed"))}</h3><ul class="fn-followed">{followed or "<li>–</li>"}</ul>'
        f'<div class="fn-wide"><table class="fn-verdicts"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{rest}"
    )


def draw_progress(state: Adding, say: Say) -> str:
    """Return a sentence that says how far the sync is, or how it ended; "" when there was none."""
    if state.failed or state.broke:
        return state.failed or say("adding_failed")
    if state.running and state.stopped:
        return say("adding_stops")
    if state.running:
        if not state.total:
            return say("adding_begins")
        rate = f"{state.done / state.seconds:.0f}" if state.seconds > 0 else "–"
        return say("adding", done=state.done, total=state.total, rate=rate, left=f"{state.left_seconds:.0f}")
    if state.stopped:
        return say("adding_stopped", done=state.done, total=state.total)
    return say("adding_done", total=state.total) if state.total else ""


def _row(file: FileStatus) -> str:
    name, full = escape(_name(file)), escape(file.path, quote=True)
    if file.verdict == "refused":
        label = f'<span dir="auto" title="{full}">{name}</span>'
    else:
        opened = opens(file.doc_id, Span(0, 0), Path(file.path).name)
        label = f'<button type="button" class="fn-open" title="{full}" dir="auto" {opened}>{name}</button>'
    why = f'<p class="fn-reason" dir="auto">{escape(file.reason)}</p>' if file.reason else ""
    return f'<li data-verdict="{file.verdict}">{label}{why}</li>'


def _table_row(file: FileStatus, shelf: Shelf, say: Say) -> str:
    path = Path(file.path)
    ours = shelf.is_ours(path) or path in shelf.library.sources()
    doc = escape(file.doc_id, quote=True)
    label = f'aria-label="{escape(say("remove_one", name=path.name), quote=True)}"'
    words = escape(say("remove"))
    button = f'<button type="button" class="fn-remove" data-doc-remove="{doc}" {label}>{words}</button>'
    reason = f'<br><span class="fn-reason" dir="auto">{escape(file.reason)}</span>' if file.reason else ""
    return (
        f'<tr data-verdict="{file.verdict}"><td dir="auto">{escape(_name(file))}<br>'
        f'<span class="fn-reason" dir="auto">{escape(name_and_day(file.path, file.date))}</span></td>'
        f"<td>{escape(say(file.verdict))}{reason}</td><td>{file.characters:,}{_share(file, say)}</td>"
        f"<td>{button if ours else escape(say('in_folder'))}</td></tr>"
    )


def _share(file: FileStatus, say: Say) -> str:
    """Return how much of a file was read, where that is not all of it."""
    if file.verdict != "partly":
        return ""
    return f'<br><span class="fn-reason">{escape(say("share_read", percent=f"{int(file.coverage * 100)}%"))}</span>'


def _name(file: FileStatus) -> str:
    return file.title or Path(file.path).name
