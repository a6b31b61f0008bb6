"""Fetch one file of the Hugging Face hub, the door to huggingface_hub; a process of its own. name -> a file.

`python -m rag.hub OWNER/NAME/FILE.gguf FOLDER` tells how it goes in lines of JSON: once `part` (the file that grows),
`done` and `total` (bytes; 0 if the hub does not say), and at the end `path` or `error` (a sentence). It ends when its
standard input is closed, so that it never outlives who started it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

from rag.errors import ModelError

_CHUNK_BYTES = 1 << 20
_SHA256_DIGITS = 64


def fetch(name: str, folder: Path) -> Path:
    """Return the path of the whole file, `FOLDER/OWNER/NAME/FILE`, fetched over HTTP from where an earlier try ended.

    Its SHA-256 is compared where the hub names one, as it does for every large file. Nothing but the request is sent,
    no token either. Raises `ModelError`, into which each error of the hub, the network and the disk is translated.
    """
    from filelock import Timeout
    from huggingface_hub import errors
    from huggingface_hub.constants import ENDPOINT

    target = folder / name
    hub = ENDPOINT.partition("://")[2]
    elsewhere = "Download the file with another machine and name it here."
    try:
        return _fetch(name, target)
    except Timeout as error:
        raise ModelError(f"{name} is being downloaded already, by another process.") from error
    except errors.GatedRepoError as error:
        raise ModelError(
            f"{name} is gated: its owner asks for an account first. Download it at {hub} and name the file here."
        ) from error
    except (errors.RepositoryNotFoundError, errors.EntryNotFoundError, errors.HFValidationError) as error:
        raise ModelError(f"There is no public file {name} at {hub}. Check the name on the model's page.") from error
    except errors.HfHubHTTPError as error:
        raise ModelError(f"The hub at {hub} answered {error.response.status_code}. Try again later.") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _disk_full(target, 0) from error
        raise ModelError(f"The file could not be kept in {str(target.parent)!r} ({error}).") from error
    except ModelError:
        raise
    except Exception as error:  # of the HTTP library below huggingface_hub, which was another one a version ago
        raise ModelError(f"The hub at {hub} cannot be reached ({error}). {elsewhere}") from error


def _fetch(name: str, target: Path) -> Path:
    from filelock import FileLock

    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_name(target.name + ".lock"), timeout=0):
        part = _grow(name, target)
        part.replace(target)
    return target


def _grow(name: str, target: Path) -> Path:
    """Return the file that grew beside `target` until it was whole, and was found to be what the hub has."""
    from huggingface_hub import constants, get_hf_file_metadata, hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers

    repo, _, file = name.rpartition("/")
    url = hf_hub_url(repo, file)
    found = get_hf_file_metadata(url, token=False)
    etag, total = found.etag or "", found.size or 0
    part = target.with_name(f"{file}.{hashlib.sha256(etag.encode()).hexdigest()[:16]}.part")
    for other in set(target.parent.glob(f"{file}.*.part")) - {part}:
        other.unlink()
    done = part.stat().st_size if part.is_file() else 0
    _tell(part=str(part), done=done, total=total)
    if shutil.disk_usage(target.parent).free < total - done:
        raise _disk_full(target, total - done)
    # `hf_hub_download` begins anew each time; the function beneath it goes on. 10 MB at once would be lost at a stop.
    constants.DOWNLOAD_CHUNK_SIZE = _CHUNK_BYTES
    headers = {**build_hf_headers(token=False), "Accept-Encoding": "identity"}
    with part.open("ab") as growing:
        http_get(url, growing, resume_size=done, expected_size=total or None, headers=headers)
    try:
        _check(name, part, etag)
    except ModelError:
        part.unlink()
        raise
    return part


def _check(name: str, part: Path, etag: str) -> None:
    with part.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise ModelError(f"{name} is not a GGUF model. Choose another file.")
        file.seek(0)
        if len(etag) == _SHA256_DIGITS and hashlib.file_digest(file, "sha256").hexdigest() != etag:
            raise ModelError(f"{name} came damaged, and what came was deleted. Download it again.")


def _disk_full(target: Path, missing_bytes: int) -> ModelError:
    needed = f": {missing_bytes / 1e6:,.0f} MB more are needed" if missing_bytes else ""
    return ModelError(f"The disk of {str(target.parent)!r} is full{needed}. Free some space, try again.")


def _tell(**told: Any) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def _end_with_who_started() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_who_started, daemon=True).start()
    try:
        _tell(path=str(fetch(sys.argv[1], Path(sys.argv[2]))))
    except ModelError as problem:
        _tell(error=str(problem))
