"""Set up the environment: checks -> .venv -> locked packages. Runs on any Python 3; needs nothing installed.

usage: python3 .make/setup.py [--dev] [--browser]
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", "python")
LOCK = os.path.join(ROOT, "requirements.lock")
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
MIN_PYTHON = (3, 11)
MIN_FREE_GB = 5
INDEX_TIMEOUT_SECONDS = 5


def main(arguments):
    """Bring the environment up to date; do nothing when it is."""
    wanted = "dev" if "--dev" in arguments else "user"
    check_python()
    stamp = os.path.join(VENV, ".footnote-" + wanted)
    mark = fingerprint(wanted)
    if not (os.path.isfile(PYTHON) and read(stamp) == mark):
        install(wanted)
        with open(stamp, "w", encoding="utf-8") as file:
            file.write(mark)
    if "--browser" in arguments:
        install_browser()


def install(wanted):
    """Make the environment and install the locked packages into it."""
    started = time.time()
    check_disk()
    if not os.path.isfile(PYTHON):
        say("Making the environment in .venv ...")
        run(
            [sys.executable, "-m", "venv", VENV],
            "The environment .venv could not be made. Install the venv module of "
            "your Python (Debian and Ubuntu: apt install python3-venv), then try again.",
        )
    torch = locked("torch")
    if not installed("torch", torch):
        say("Installing torch " + torch + " ...")
        pip(["torch==" + torch, *torch_source(torch)])
    if not installed("llama-cpp-python", locked("llama-cpp-python")):
        check_compiler()
        say("Building llama-cpp-python for this machine (3 to 8 minutes the first time; it is kept for later) ...")
        pip(["llama-cpp-python==" + locked("llama-cpp-python")])
        check_build()
    say("Installing the other packages ...")
    pip(["-e", ROOT + ("[dev]" if wanted == "dev" else "")])
    say("Ready after %d s." % (time.time() - started))


def pip(arguments):
    """Install with pip under the lock; on failure say in one sentence what to do."""
    environment = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    environment.setdefault("CMAKE_ARGS", "-DLLAVA_BUILD=OFF")
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        command = [PYTHON, "-m", "pip", "install", "--quiet", "-c", LOCK, *arguments]
        with subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment) as process:
            waited = 0
            while process.poll() is None:
                time.sleep(1)
                waited += 1
                if waited % 30 == 0:
                    say("  ... still working, %d s" % waited)
        if process.returncode:
            log.seek(0)
            text = log.read()
            sys.stderr.write(text[-3000:])
            fail(diagnosis(text))


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


def torch_source(version):
    """Return pip's options for a CPU build of torch: none are needed where pip finds one, or on macOS and Windows."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "AMD64"):
        return []
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        found = subprocess.run(
            [
                PYTHON,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--dry-run",
                "--no-deps",
                "--ignore-installed",
                "--report",
                report.name,
                "torch==" + version,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if found.returncode == 0:
            chosen = json.loads(read(report.name))["install"][0]["metadata"]["version"]
            if chosen.endswith("+cpu"):
                return []
    try:
        urllib.request.urlopen(CPU_INDEX + "/torch/", timeout=INDEX_TIMEOUT_SECONDS).close()
    except OSError:
        say("The index of CPU builds of torch cannot be reached: the usual build is taken, about 3 GB.")
        return []
    return ["--no-deps", "--index-url", CPU_INDEX]


def check_python():
    """Fail for a Python that is too old."""
    if sys.version_info < MIN_PYTHON:
        fail(
            "Python %d.%d or newer is needed; this is %s. Install one and run: make PYTHON=/path/to/python3"
            % (*MIN_PYTHON, platform.python_version())
        )


def check_disk():
    """Fail when the disk is too full for the packages."""
    free = shutil.disk_usage(ROOT).free / 1e9
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


def check_build():
    """Build llama-cpp-python anew when a kept build was made for another processor and dies here."""
    probe = [PYTHON, "-c", "import llama_cpp; llama_cpp.llama_backend_init()"]
    if subprocess.run(probe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode:
        say("The kept build does not run on this processor; building it anew ...")
        pip(["--no-cache-dir", "--force-reinstall", "--no-deps", "llama-cpp-python==" + locked("llama-cpp-python")])


def install_browser():
    """Get a Chromium for the browser tests through apt where that is allowed; else leave it to the tests to say so."""
    if any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))) or not shutil.which("apt-get"):
        return
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and subprocess.run(["sudo", "-n", "true"], stderr=subprocess.DEVNULL, check=False).returncode:
        return
    say("Installing Chromium for the browser tests ...")
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run([*prefix, "apt-get", "-q", *command], stdout=subprocess.DEVNULL, check=False)


def installed(name, version):
    """Say whether this version of a package is in the environment (a local part such as +cpu aside)."""
    folder = os.path.join(VENV, "[Ll]ib*", "**", name.replace("-", "_") + "-" + version + "*.dist-info")
    return bool(glob.glob(folder, recursive=True))


def locked(name):
    """Return the version that the lock names for a package."""
    for line in read(LOCK).splitlines():
        if line.lower().replace("_", "-").startswith(name + "=="):
            return line.split("==")[1].split(";")[0].strip()
    fail("The file requirements.lock does not name %s. Get it again from the repository." % name)


def fingerprint(wanted):
    """Return what the environment depends on, as one hash."""
    text = read(LOCK) + read(os.path.join(ROOT, "pyproject.toml")) + sys.version + wanted + ROOT
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def run(command, sentence):
    """Run a command; on failure end with a sentence."""
    if subprocess.run(command, check=False).returncode:
        fail(sentence)


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


if __name__ == "__main__":
    main(sys.argv[1:])
