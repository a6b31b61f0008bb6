"""Draw the documents of a library and what became of each; all of it escaped. FileStatus -> HTML."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from rag.corpus.read import shown_path
from rag.records import FileStatus, FileVerdict, Span
from rag.render import per_second
from ui.adding import Adding, Shelf
from ui.sources import name_and_day, opens
from ui.words import Say, lasting

_N_LISTED = 200
_N_TROUBLE = 50
"""How many of the listed that are not indexed whole have room even where there are many others."""

_VERDICTS: tuple[FileVerdict, ...] = ("indexed", "partly", "refused")


def matching(files: Sequence[FileStatus], find: str) -> tuple[FileStatus, ...]:
    """Return the files in whose title or path all words of `find` stand, in any letters; without words all."""
    words = _folded(find).split()
    return tuple(file for file in files if all(word in _folded(f"{file.title} {file.path}") for word in words))


def draw_list(files: Sequence[FileStatus], say: Say, find: str = "") -> str:
    """Return the short list for the side: how many of each verdict, then the documents, those with trouble last.

    `find` is what these were found by.
    """
    if not files:
        return f'<p class="fn-quiet">{escape(say("none_found" if find.strip() else "no_documents"))}</p>'
    counts = Counter(file.verdict for file in files)
    told = [say("n_" + verdict, n=counts[verdict]) for verdict in _VERDICTS if counts[verdict]]
    ordered = sorted(files, key=lambda file: (_VERDICTS.index(file.verdict), file.path))
    whole, trouble = ordered[: counts["indexed"]], ordered[counts["indexed"] :]
    shown = whole[: _N_LISTED - min(len(trouble), _N_TROUBLE)]
    named = Counter(map(_name, files))
    listed = [*shown, *trouble[: _N_LISTED - len(shown)]]
    rows = "".join(_row(file, is_alone=named[_name(file)] == 1) for file in listed)
    more = len(files) - _N_LISTED
    rest = f'<p class="fn-quiet">{escape(say("and_more", n=more))}</p>' if more > 0 else ""
    return f'<p class="fn-quiet">{escape(" · ".join(told))}</p><ul class="fn-files">{rows}</ul>{rest}'


def draw_followed(shelf: Shelf, say: Say) -> str:
    """Return the folders that are followed, each with a way to let it go."""
    folders = [path for path in shelf.library.sources() if not shelf.is_ours(path / "any")]
    followed = "".join(
        f'<li><code dir="ltr">{escape(shown_path(path))}</code> <button type="button" class="fn-unfollow" '
        f'data-path="{escape(shown_path(path), quote=True)}">{escape(say("unfollow"))}</button></li>'
        for path in folders
    )
    return f'<h3>{escape(say("followed"))}</h3><ul class="fn-followed">{followed or "<li>–</li>"}</ul>'


def draw_table(shelf: Shelf, files: Sequence[FileStatus], say: Say) -> str:
    """Return the verdict on every file, with why, and what can be removed; those with trouble first."""
    heads = "".join(
        f'<th scope="col">{escape(say(key))}</th>' for key in ("document", "verdict", "characters", "remove")
    )
    trouble_first = sorted(files, key=lambda file: (file.verdict == "indexed", file.path))
    rows = "".join(_table_row(file, shelf, say) for file in trouble_first[:_N_LISTED])
    more = len(files) - _N_LISTED
    rest = f"<p>{escape(say('and_more', n=more))}</p>" if more > 0 else ""
    if left_out := shelf.library.left_out():
        rest += f'<p class="fn-quiet">{escape(left_out)}</p>'
    return (
        f'<div class="fn-wide"><table class="fn-verdicts"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{rest}"
    )


def draw_progress(state: Adding, say: Say) -> str:
    """Return a sentence that says how far the sync is, or how it ended; "" when there was none."""
    if state.failed or state.broke:
        return state.failed or say("adding_failed")
    if state.running:
        return say("adding_stops") if state.stopped else _going(state, say)
    if state.stopped:
        return say("adding_stopped", done=state.done, total=state.total)
    held = state.total - state.gone
    return say("adding_done" if held != 1 else "adding_done_one", total=held) if state.total else ""


def _going(state: Adding, say: Say) -> str:
    if not state.total:
        return say("adding_begins")
    if not state.read:
        return say("adding_far", done=state.done, total=state.total)
    rate = per_second(state.read, state.seconds)
    return say("adding", done=state.done, total=state.total, rate=rate, left=lasting(state.left_seconds, say))


def _row(file: FileStatus, *, is_alone: bool) -> str:
    """Return a file of the short list; one whose title others have too is told by where it lies."""
    told = [] if is_alone else ["/".join(Path(file.path).parts[-2:])]
    why = "".join(f'<p class="fn-reason" dir="auto">{escape(line)}</p>' for line in [*told, file.reason] if line)
    return f'<li data-verdict="{file.verdict}">{_opening(file)}{why}</li>'


def _opening(file: FileStatus) -> str:
    """Return a file's name, which opens what was read of it."""
    name, full = escape(_name(file)), escape(file.path, quote=True)
    if file.verdict == "refused":
        return f'<span dir="auto" title="{full}">{name}</span>'
    opened = opens(file.doc_id, Span(0, 0), Path(file.path).name)
    return f'<button type="button" class="fn-open" title="{full}" {opened}><span dir="auto">{name}</span></button>'


def _name(file: FileStatus) -> str:
    return file.title or Path(file.path).name


def _table_row(file: FileStatus, shelf: Shelf, say: Say) -> str:
    path = Path(file.path)
    ours = shelf.is_ours(path) or path in shelf.library.sources()
    doc = escape(file.doc_id, quote=True)
    label = f'aria-label="{escape(say("remove_one", name=path.name), quote=True)}"'
    words = escape(say("remove"))
    button = f'<button type="button" class="fn-remove" data-doc-remove="{doc}" {label}>{words}</button>'
    reason, where = _below(file.reason), name_and_day(file.path, file.date)
    return (
        f'<tr data-verdict="{file.verdict}"><td>{_opening(file)}{_below(where if where != _name(file) else "")}</td>'
        f"<td>{escape(say(file.verdict))}{reason}</td><td>{file.characters:,}{_share(file, say)}</td>"
        f"<td>{button if ours else escape(say('in_folder'))}</td></tr>"
    )


def _share(file: FileStatus, say: Say) -> str:
    """Return how much of a file was read, where that is not all of it."""
    if file.verdict != "partly":
        return ""
    return _below(say("share_read", percent=f"{int(file.coverage * 100)}%"))


def _below(words: str) -> str:
    return f'<br><span class="fn-reason" dir="auto">{escape(words)}</span>' if words else ""


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
