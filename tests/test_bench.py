import dataclasses
import json
import subprocess

import pytest

from bench import environments
from bench.__main__ import main
from bench.asking import compared_questions, dev_questions, summary
from bench.plots import lines
from bench.rows import Part, at_least, at_most
from bench.sync_speed import Spent, rows, watch, write_articles
from bench.table import write_table

TIMES = {"first_p50": 0.2, "first_p95": 0.3, "total_p50": 0.5, "total_p95": 0.9, "characters_per_second": 90_000.0}
JUDGED = {"right": 8, "answerable": 14, "declined": 5, "unanswerable": 6}


def keep(folder, name, rows=(), **more):
    (folder / "parts").mkdir(exist_ok=True)
    (folder / "parts" / f"{name}.json").write_text(json.dumps(dataclasses.asdict(Part(rows, more))), "utf-8")


def test_the_table_tells_figures_goals_ratios_and_what_failed(tmp_path):
    speed = {"characters_per_second": TIMES["characters_per_second"]}
    keep(tmp_path, "ingest", [at_least("share of the peak", 0.5, "", 0.6)], compared=speed)
    keep(tmp_path, "asking", [at_most("first quote", 0.2, "s", 0.3)], compared={**TIMES, **JUDGED})
    peer = {**TIMES, **JUDGED, "total_p50": 1.0, "versions": {"other": "1.2"}, "install_seconds": 60}
    keep(tmp_path, "beside", [], compared={"Other": {**peer, "install_gigabytes": 1.5}})
    sizes = {str(n): {f"{s}_p{p}": n / 1e4 for s in ("search", "ask") for p in (50, 95)} for n in (1000, 10_000)}
    keep(tmp_path, "growth", [], growth=sizes)
    told = write_table(tmp_path, ["starts"]).read_text("utf-8")
    assert "| first quote | 0.2 s | ≤ 0.3 | met |" in told
    assert "| share of the peak | 0.5  | ≥ 0.6 | missed |" in told
    assert "The part starts failed in this run." in told
    assert "| Other | 1.0 (goal 5: missed) | 2.0 (goal 3: missed) | 1.0 (goal 3: missed) |" in told
    assert "8 of 14 | 5 of 6 | 60 s | 1.5 GB | other 1.2 |" in told
    figures = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert figures["ratios"]["Other"]["total_p50"] == pytest.approx(2)
    assert {path.stem for path in tmp_path.glob("*.svg")} == {
        "beside-first-p50", "beside-total-p50", "beside-characters-per-second", "growth-search", "growth-ask"
    }  # fmt: skip


def test_a_plot_of_one_size_is_drawn_and_names_are_escaped():
    assert "&lt;b&gt;" in lines("t", [1000], {"<b>": [2.0]})


def test_peers_are_asked_questions_of_the_dev_half_spread_over_it():
    asked = compared_questions()
    assert len({question.question_id for question in asked}) == len(asked) == 20
    assert set(asked) <= set(dev_questions())
    assert {question.answerable for question in asked} == {True, False}
    times = [{"first": n / 10, "total": n, "right": 1.0} for n in range(20)]
    found = summary(times, asked)
    assert found["answerable"] + found["unanswerable"] == found["right"] + found["declined"] == 20
    assert (found["first_p50"], found["total_p50"]) == (pytest.approx(0.95), 9.5)


def test_a_peer_gets_the_engines_that_footnote_has(tmp_path, monkeypatch):
    peer, ran = environments.PEERS[0], []
    monkeypatch.setattr(environments, "cache_folder", lambda: tmp_path)

    def run(command, **options):
        ran.append((command, options.get("env", {}).get("CMAKE_ARGS", "")))
        peer.folder.mkdir(parents=True, exist_ok=True)
        return subprocess.CompletedProcess(command, 1, b"")

    monkeypatch.setattr(subprocess, "run", run)
    assert environments.made(peer)["bytes"] == 0
    command, cmake = ran[-1]
    assert "-DLLAVA_BUILD=OFF" in cmake
    assert {one.partition("==")[0] for one in command if "==" in one} == set(environments._SHARED)
    assert set(peer.packages) < set(command)
    n_ran = len(ran)
    environments.made(peer)
    assert len(ran) == n_ran  # made once


def test_a_folder_without_paragraphs_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["--data", str(tmp_path)])
    assert "There is no corpus.jsonl" in capsys.readouterr().err


def test_a_sync_tells_its_speed_and_the_share_of_its_parts(tmp_path):
    spent = {"embedding": Spent(80, 150), "splitting": Spent(5, 5)}
    found = {(row.what.partition(", ")[2], row.unit): row for row in rows(300, 4_000, Spent(100, 160), spent)}
    assert (found["", "articles/s"].value, found["", "passages/s"].value) == (3, 40)
    share = found["share of the time in embedding", ""]
    assert (share.value, share.met) == (0.8, False)
    assert found["share of the processor time in embedding", ""].value == 150 / 160
    assert found["share of the time in splitting", ""].value == 0.05
    assert found["cores at work", ""].value == 1.6
    articles = [{"id": f"a{n}", "title": "T" * n, "text": "Words."} for n in range(3)]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, articles)), "utf-8")
    write_articles(tmp_path, tmp_path / "files", 2)
    files = sorted((tmp_path / "files").iterdir())
    assert [path.read_text("utf-8") for path in files] == ["Words.", "T\n\nWords."]


def test_a_watched_function_does_what_it_did_and_notes_its_time():
    class Bell:
        def ring(self, times):
            return "ding" * times

    spent = Spent()
    watch(Bell, "ring", spent)
    assert Bell().ring(2) == "dingding"
    assert spent.clock > 0
    with pytest.raises(TypeError):
        Bell().ring(None)
