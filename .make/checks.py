"""See what the set-up needs, and say in a sentence what is amiss. Runs on any Python 3; needs nothing installed."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys

MIN_PYTHON = (3, 11)
MIN_FREE_GB = 5


def check_python():
    """Fail for a Python that is too old."""
    if sys.version_info < MIN_PYTHON:
        fail(
            "Python %d.%d or newer is needed; this is %s. Install one and run: make PYTHON=/path/to/python3"
            % (*MIN_PYTHON, platform.python_version())
        )


def check_disk(folder):
    """Fail when the disk is too full for the packages."""
    free = shutil.disk_usage(folder).free / 1e9
    if free < MIN_FREE_GB:
        fail(
            "The disk has %.1f GB free; %d GB are needed for the environment. Free some space, then run it again."
            % (free, MIN_FREE_GB)
        )


def check_compiler():
    """Fail when there is no C and C++ compiler."""
    c, cpp = os.environ.get("CC"), os.environ.get("CXX")
    if not any(map(shutil.which, filter(None, [c, "cc", "gcc", "clang", "cl"]))) or not any(
        map(shutil.which, filter(None, [cpp, "c++", "g++", "clang++", "cl"]))
    ):
        fail(
            "A C and C++ compiler is needed to build llama-cpp-python. Install one (Debian and Ubuntu: apt install "
            "build-essential; macOS: xcode-select --install), then run it again."
        )


def is_gcc():
    """Say whether C++ is compiled by GCC."""
    command = [os.environ.get("CXX") or "c++", "--version"]
    try:
        told = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    except OSError:
        return False
    return b"Free Software Foundation" in told


def diagnosis(text):
    """Return one sentence for what pip said."""
    if "No space left" in text:
        return "The disk is full. Free some space (%d GB are needed), then run the command again." % MIN_FREE_GB
    signs = (
        "NewConnectionError",
        "Temporary failure in name",
        "Name or service not known",
        "timed out",
        "Network is unreachable",
        "ConnectionError",
        "Could not fetch URL",
    )
    if any(sign in text for sign in signs):
        return "The package index could not be reached. Check the network (or PIP_INDEX_URL), then run it again."
    if "Failed building wheel" in text or "Failed to build" in text:
        return "A package could not be built. The lines above say why; a C/C++ compiler is needed, then run it again."
    return "The packages could not be installed. The last lines above say why; mend that and run it again."


def read(path):
    """Return a file's text, or "" when there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def say(text):
    """Tell what goes on."""
    print(text, flush=True)


def fail(sentence):
    """End with one sentence that says what to do."""
    sys.exit("footnote set-up: " + sentence)
