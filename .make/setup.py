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

from checks import check_compiler, check_disk, check_python, diagnosis, fail, is_gcc, read, say

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", "python")
LOCK = os.path.join(ROOT, "requirements.lock")
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
INDEX_TIMEOUT_SECONDS = 5
AVX512_KINDS = ("", "_VBMI", "_VNNI", "_BF16")


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
    check_disk(ROOT)
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
        pip(["llama-cpp-python==" + locked("llama-cpp-python")], processor_arguments())
    say("Installing the other packages ...")
    pip(["-e", ROOT + ("[dev]" if wanted == "dev" else "")])
    check_build()
    say("Ready after %d s." % (time.time() - started))


def pip(arguments, cmake=""):
    """Install with pip under the lock; on failure say in one sentence what to do. `cmake` is for what is built."""
    environment = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    environment.setdefault("CMAKE_ARGS", ("-DLLAVA_BUILD=OFF " + cmake).strip())
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


def check_build():
    """See that llama.cpp reads rightly here; build it anew where not, at last with what every processor has."""
    for arguments in dict.fromkeys((processor_arguments(), without_amx(), "-DGGML_NATIVE=OFF")):
        if reads():
            return
        say("llama-cpp-python as it was built or kept does not run on this processor; building it anew ...")
        check_compiler()
        command = [PYTHON, "-m", "pip", "cache", "remove", "llama_cpp_python"]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        pip(["--force-reinstall", "--no-deps", "llama-cpp-python==" + locked("llama-cpp-python")], arguments)
    if not reads():
        fail("llama-cpp-python was built but does not run on this processor. Set CMAKE_ARGS for it and run it again.")


def reads():
    """Say whether the packaged language model reads rightly; a wrong build ends the process or reckons wrongly."""
    probe = (
        "from rag.readers import reads_rightly\n"
        "from rag.settings import Settings\n"
        "raise SystemExit(not reads_rightly(Settings()))"
    )
    done = subprocess.run([PYTHON, "-c", probe], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return not done.returncode


def processor_arguments():
    """Return what llama.cpp is built with to run fastest on this processor.

    With AMX a prompt is read in less than half the time, if GCC keeps the whole set-up of its tiles: it takes the
    instruction that loads them to read eight bytes, and drops what is stored in the others as dead.
    """
    return "-DCMAKE_CXX_FLAGS=-fno-dse" if has_amx() and is_gcc() else ""


def without_amx():
    """Return what llama.cpp is built with for this processor without AMX."""
    if not has_amx():
        return ""
    return " ".join("-DGGML_" + one for one in ("NATIVE=OFF", *("AVX512%s=ON" % kind for kind in AVX512_KINDS)))


def has_amx():
    """Say whether the processor multiplies matrices by tiles."""
    return " amx_tile" in read("/proc/cpuinfo")


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


if __name__ == "__main__":
    main(sys.argv[1:])
