"""The set-up says in one sentence what to do; it runs on any Python 3 and does nothing when nothing is to do."""

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections import namedtuple
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import pytest

from rag import readers
from rag.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.fixture
def setup(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / ".make")
    spec = importlib.util.spec_from_file_location("footnote_setup", ROOT / ".make" / "setup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("printed", "cure"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full. Free some space"),
        ("NewConnectionError: Failed to establish a new connection", "Check the network"),
        ("Temporary failure in name resolution", "Check the network"),
        ("ERROR: Failed building wheel for llama-cpp-python", "compiler is needed"),
        ("ERROR: something else", "The last lines above say why"),
    ],
)
def test_what_pip_said_becomes_one_sentence(setup, printed, cure):
    assert cure in setup.diagnosis(printed)


def test_too_old_a_python_is_named(setup, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed"):
        setup.check_python()


def test_a_full_disk_is_named(setup, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(setup.shutil, "disk_usage", lambda _: usage(10**12, 10**12, 10**9))
    with pytest.raises(SystemExit, match=r"The disk has 1\.0 GB free; 5 GB are needed"):
        setup.check_disk(ROOT)


def test_a_missing_compiler_is_named(setup, monkeypatch):
    monkeypatch.setattr(setup.shutil, "which", lambda _: None)
    monkeypatch.setenv("CC", "no-such-cc")
    with pytest.raises(SystemExit, match="A C and C\\+\\+ compiler is needed"):
        setup.check_compiler()


def test_no_network_is_named_in_one_sentence(setup, monkeypatch, capfd):
    monkeypatch.setattr(setup, "PYTHON", sys.executable)
    monkeypatch.setattr(setup, "LOCK", "/dev/null")
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/simple")
    for name, value in (("PIP_CONFIG_FILE", "/dev/null"), ("PIP_FIND_LINKS", ""), ("PIP_RETRIES", "0")):
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        setup.pip(["--dry-run", "no-such-package-of-footnote==1.0"])
    assert "could not be" in str(ended.value)
    assert "\n" not in str(ended.value)


def test_the_lock_names_what_the_setup_installs_by_name(setup):
    assert setup.locked("torch") == "2.13.0"
    assert setup.locked("llama-cpp-python").count(".") == 2


def test_an_environment_that_is_up_to_date_is_left_alone(setup, monkeypatch, tmp_path):
    monkeypatch.setattr(setup, "VENV", str(tmp_path))
    monkeypatch.setattr(setup, "PYTHON", sys.executable)
    installed = []
    monkeypatch.setattr(setup, "install", installed.append)
    setup.main([])
    setup.main([])
    assert installed == ["user"]
    setup.main(["--dev"])
    assert installed == ["user", "dev"]


def test_a_cpu_build_of_torch_is_never_searched_for_on_a_mac(setup, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert setup.torch_source("2.13.0") == []


_AMX = "flags : fpu avx2 avx512f amx_bf16 amx_tile amx_int8"


@pytest.mark.parametrize(
    ("flags", "compiler", "wanted", "without"),
    [
        (_AMX, True, "-DCMAKE_CXX_FLAGS=-fno-dse", "-DGGML_NATIVE=OFF -DGGML_AVX512=ON"),
        (_AMX, False, "", "-DGGML_NATIVE=OFF -DGGML_AVX512=ON"),
        ("flags : fpu avx2 avx512f", True, "", ""),
        ("", True, "", ""),
    ],
)
def test_gcc_keeps_the_set_up_of_amx_tiles(setup, monkeypatch, flags, compiler, wanted, without):
    monkeypatch.setattr(setup, "read", lambda _: flags)
    monkeypatch.setattr(setup, "is_gcc", lambda: compiler)
    assert setup.processor_arguments() == wanted
    assert setup.without_amx().startswith(without)
    assert bool(setup.without_amx()) == bool(without)
    assert "AMX" not in setup.without_amx()


def test_a_compiler_is_known_by_what_it_says(setup, monkeypatch, tmp_path):
    compiler = tmp_path / "compiler"
    monkeypatch.setenv("CXX", str(compiler))
    assert not setup.is_gcc()
    for words, known in (("g++ 12. Copyright (C) Free Software Foundation, Inc.", True), ("clang version 19", False)):
        compiler.write_text(f"#!/bin/sh\necho '{words}'\n", "utf-8")
        compiler.chmod(0o755)
        assert setup.is_gcc() == known


def test_a_build_that_dies_is_built_anew_with_less_each_time(setup, monkeypatch):
    built = []
    monkeypatch.setattr(setup, "reads", lambda: len(built) == 3)
    monkeypatch.setattr(setup, "pip", lambda arguments, cmake="": built.append((arguments, cmake)))
    monkeypatch.setattr(setup, "processor_arguments", lambda: "-DFOR_THIS_ONE=ON")
    monkeypatch.setattr(setup, "without_amx", lambda: "-DWITHOUT=ON")
    monkeypatch.setattr(setup.subprocess, "run", lambda *_, **__: None)
    setup.check_build()
    assert [cmake for _, cmake in built] == ["-DFOR_THIS_ONE=ON", "-DWITHOUT=ON", "-DGGML_NATIVE=OFF"]
    assert all("--force-reinstall" in arguments for arguments, _ in built)


def test_a_build_that_never_runs_is_told_in_one_sentence(setup, monkeypatch):
    monkeypatch.setattr(setup, "reads", lambda: False)
    monkeypatch.setattr(setup, "pip", lambda *_: None)
    monkeypatch.setattr(setup, "processor_arguments", lambda: "")
    monkeypatch.setattr(setup.subprocess, "run", lambda *_, **__: None)
    with pytest.raises(SystemExit, match="does not run on this processor"):
        setup.check_build()


@pytest.mark.parametrize("declines", [(0.01, 0.99), (0.5, 0.5), (0.99, 0.01), (None, 0.99), (float("nan"),) * 2])
def test_a_build_that_reckons_wrongly_is_noticed(monkeypatch, declines):
    told = iter(declines)
    monkeypatch.setattr(readers, "second_reader", lambda _: SimpleNamespace(declines_text=lambda *_: next(told)))
    assert readers.reads_rightly(Settings()) == (declines == (0.01, 0.99))


@pytest.mark.model
def test_a_build_that_reads_is_left_alone(setup, monkeypatch):
    monkeypatch.setattr(setup, "PYTHON", sys.executable)
    monkeypatch.setattr(setup, "pip", lambda *_: pytest.fail("it was built anew"))
    setup.check_build()


_PACKAGES = {
    "PIL": "pillow", "sklearn": "scikit-learn", "oxmsg": "python-oxmsg", "llama_cpp": "llama-cpp-python",
    "cv2": "rapidocr",  # which reads its pictures with it
    "olefile": "python-oxmsg",  # which opens its files with it
}  # fmt: skip


def test_every_package_that_is_imported_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [project["optional-dependencies"][name] for name in ("mcp", "ocr", "training")]
    declared = {re.match(r"[\w-]+", one)[0].replace("_", "-") for one in chain(project["dependencies"], *extras)}
    imported = set()
    for path in chain.from_iterable((ROOT / folder).rglob("*.py") for folder in ("rag", "ui", "eval")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(node.module.partition(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - {"rag", "ui", "eval"}
    assert {_PACKAGES.get(name, name.replace("_", "-")) for name in foreign} <= declared


def test_no_floor_of_the_house_imports_a_higher_one():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
