"""The command line: footnote add, ask, chat, search, libraries, list, status, sync, remove, repair, fetch-model ..."""

from __future__ import annotations

import argparse
import difflib
import errno
import logging
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from rag.errors import FootnoteError

_DESCRIPTION = """\
Ask a folder of documents a question. Every sentence of the answer stands on an exact
place in a document, checked before it is shown; or you are told that the documents do
not say. All of it runs on this machine.

  footnote add ~/papers                 index a folder (again: only what changed)
  footnote add https://example.org/a    fetch a page and index it (again: fetch it anew)
  footnote ask "Who signed the lease?"  answer, with quote and place for each number
  footnote chat                         the same in a page at a local address

Without documents of your own, questions go to the five bundled news articles."""

_EPILOG = """\
Exit status: 0 answered; 1 something went wrong (one sentence on stderr says what);
2 the command was not understood; 3 the documents do not say; 130 stopped by Ctrl-C."""

_LIBRARY = """which library: its name, its own folder, or a folder of documents (default:
$FOOTNOTE_LIBRARY, else the one in .footnote/ here or in a folder above)"""

_SEVERAL = "; several at once: -l NAME -l NAME"


class _Parser(argparse.ArgumentParser):
    """Says which command was meant by one that there is not."""

    def error(self, message: str) -> NoReturn:
        """End with a sentence about what was not understood."""
        found = re.match(r"argument COMMAND: invalid choice: '(.*)' \(choose from (.*)\)", message)
        if found is None:
            super().error(message)
        near = difflib.get_close_matches(found[1], re.findall(r"[\w-]+", found[2]), 1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        self.exit(2, f"footnote: There is no command {found[1]!r}.{meant} See all with: footnote --help\n")


class _Commands:
    """Builds the parser of each command from the options that several of them share."""

    def __init__(self, commands: Any) -> None:
        self._commands = commands
        self.bare, self.common, self.several, self.engine, self.reranked, self.limits, self.lines, self.read = (
            argparse.ArgumentParser(add_help=False) for _ in range(8)
        )
        self.common.add_argument("-l", "--library", metavar="NAME|PATH", help=_LIBRARY)
        self.several.add_argument("-l", "--library", metavar="NAME|PATH", action="append", help=_LIBRARY + _SEVERAL)
        self.engine.add_argument("--model", metavar="FILE", help="a GGUF file to write sentences of its own with")
        self.engine.add_argument(
            "--quote", action="store_true", help="show the documents' own words; ask no language model"
        )
        self.reranked.add_argument(
            "--reranker", metavar="NAME", default="",
            help='what reads the first hits again: "reader", or a cross-encoder on this machine by name or folder',
        )  # fmt: skip
        self.limits.add_argument(
            "--in", dest="within", metavar="PATTERN", help='only in a file, a folder, or files like "*.pdf"'
        )
        self.limits.add_argument(
            "--since", metavar="DATE", default="", help="only documents dated so or later: 2024-02-05, 2024"
        )
        self.limits.add_argument("--until", metavar="DATE", default="", help="only documents dated so or earlier")
        self.lines.add_argument("--json", action="store_true", help="print one JSON object a line")
        self.read.add_argument("--max-file-mb", type=_count, metavar="MB", help="refuse larger files (default 64)")

    def __call__(
        self, name: str, about: str, *parents: argparse.ArgumentParser, library: argparse.ArgumentParser | None = None
    ) -> argparse.ArgumentParser:
        parents = (library or self.common, *parents)
        found: argparse.ArgumentParser = self._commands.add_parser(name, help=about, description=about, parents=parents)
        return found


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; building it loads nothing."""
    parser = _Parser(
        "footnote", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    command = _Commands(parser.add_subparsers(dest="command", metavar="COMMAND"))
    add = command("add", "Follow folders or files, fetch pages of the web, and index them.", command.read)
    add.add_argument("paths", nargs="+", metavar="PATH|URL")
    _add_asking(command)
    _add_keeping(command)
    return parser


def _add_asking(command: _Commands) -> None:
    about = "Answer a question; list the sources with quote, file and place."
    ask = command("ask", about, command.engine, command.reranked, command.limits, library=command.several)
    ask.add_argument("question", nargs="?", help="the question; left out or '-': read from standard input")
    ask.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    about = "List the best passages for a question, with the reasons."
    search = command("search", about, command.reranked, command.limits, command.lines, library=command.several)
    search.add_argument("question")
    search.add_argument("-k", type=_count, default=10, help="how many (default 10)")
    chat = command("chat", "Open the chat page at a local address.", command.engine, command.reranked)
    chat.add_argument(
        "folder", nargs="?", metavar="FOLDER", help="a folder of documents; what is new is indexed meanwhile"
    )
    chat.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    chat.add_argument("--port", type=int, default=7860, help="port (default 7860, or the next free one)")
    chat.add_argument("--password", help="needed to listen on any other address than this machine's own")
    chat.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    chat.add_argument("--mcp", action="store_true", help="serve its tools (ask, search, documents) at /mcp too")


def _add_keeping(command: _Commands) -> None:
    about = "List the libraries here or above, and in the cache: documents, what is followed."
    command("libraries", about, library=command.bare)
    command("list", "List the documents that are indexed.")
    status = command("status", "Say what became of every file.")
    status.add_argument("--json", action="store_true", help="print one JSON object a file")
    about = "List what files hide from whoever opens them, which is never searched otherwise, nor cited."
    command("hidden", about, command.lines).add_argument("words", nargs="*", help="only what holds all these words")
    about = "Index what is new, changed or gone in the folders that are followed."
    sync = command("sync", about, command.read, library=command.several)
    sync.add_argument("--watch", action="store_true", help="and whatever changes from now on, until Ctrl-C")
    remove = command("remove", "Follow folders or files no longer, and forget their documents.")
    remove.add_argument("paths", nargs="+", metavar="PATH|URL")
    calibrate = command("calibrate", "Choose when to say that the documents are silent, from questions of your own.")
    calibrate.add_argument("folder", metavar="FOLDER", help="the documents that the questions are about")
    calibrate.add_argument("--questions", required=True, metavar="FILE", help="a question set: python -m eval new")
    calibrate.add_argument("--risk", type=float, default=0.2, help="share of answers that may be wrong (default 0.2)")
    fetch = command(
        "fetch-model", "Download a model from the Hugging Face hub, to use with --model.", library=command.bare
    )
    fetch.add_argument("name", metavar="OWNER/NAME/FILE.gguf", help="a file of the hub; what a stop left goes on")
    models = command("models", "List the models that were downloaded, with their size.", library=command.bare)
    models.add_argument("--delete", metavar="OWNER/NAME/FILE.gguf", help="delete this one, whole or in part")
    command("repair", "Make the indexes again from the stored documents; after an upgrade, beside the old ones.")
    command("drop-old", "Delete the library as it was before the last upgrade.")


def _count(written: str) -> int:
    """Return a number of things, at least one."""
    if not written.isdecimal() or not int(written):
        raise argparse.ArgumentTypeError(f"it is {written!r}; it must be a whole number from 1 on")
    return int(written)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; every error a person can mend is one sentence on stderr."""
    parser = build_parser()
    words = list(sys.argv[1:] if arguments is None else arguments)
    chosen = parser.parse_args([*words[1:], "--help"] if words[:1] == ["help"] else words)
    if chosen.version:
        from importlib.metadata import version

        print(f"footnote {version('footnote')}")
        return 0
    if not chosen.command:
        parser.print_help()
        return 2
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("footnote").setLevel(logging.INFO)
    return _run(chosen)


def _run(chosen: argparse.Namespace) -> int:
    from rag import commands

    try:
        status = commands.run(chosen)
        sys.stdout.flush()  # what cannot be written is told of here, not while Python ends
        return status
    except FootnoteError as error:
        print(f"footnote: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What was done is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno != errno.ENOSPC or error.filename:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print("footnote: The output could not be written: there is no room where it goes. Free some.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
