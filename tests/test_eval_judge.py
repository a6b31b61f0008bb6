"""The optional judge: it stays on this machine, its replies are read with care, its agreement with people is told."""

import json
import math
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from eval.__main__ import main
from eval.judge import Case, Judge, JudgeError, agreement
from eval.metrics.agreement import spearman, weighted_kappa

CASE = Case("1", "When?", ("It opened in 1904.",), "In 1904.")


@pytest.fixture
def server():
    """A small server that speaks as OpenAI's does; `replies` are given in turn, `asked` remembers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            body = json.dumps({"choices": [{"message": {"content": replies.pop(0) if replies else "4"}}]}).encode()
            self.send_response(200 if self.path.startswith("/v1/") else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    asked, replies = [], []
    made = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}", asked, replies
    made.shutdown()
    thread.join()
    made.server_close()


def test_a_score_is_read_from_the_reply_or_is_none(server):
    url, asked, replies = server
    replies += ["3", " Score: 2.", "I cannot say", "45", ""]
    judge = Judge(f"{url}/v1/", "m")
    assert [judge.score(CASE) for _ in range(5)] == [3, 2, None, None, None]
    path, body = asked[0]
    assert (path, body["model"], body["temperature"]) == ("/v1/chat/completions", "m", 0)
    assert json.loads(body["messages"][1]["content"])["evidence"] == ["It opened in 1904."]


def test_it_stays_on_this_machine_unless_told():
    with pytest.raises(JudgeError, match="--anywhere"):
        Judge("https://example.org/v1", "m")
    Judge("https://example.org/v1", "m", anywhere=True)
    Judge("http://localhost:1/v1", "m")
    with pytest.raises(JudgeError, match="another machine"):
        Judge("http://127.0.0.1@example.org/v1", "m")
    for url in ("ftp://localhost/v1", "localhost:8080", ""):
        with pytest.raises(JudgeError, match="give one like"):
            Judge(url, "m")


def test_a_server_that_fails_is_named(server):
    with pytest.raises(JudgeError, match="does not answer as it should"):
        Judge(f"{server[0]}/other", "m").score(CASE)
    with pytest.raises(JudgeError, match="does not answer as it should"):
        Judge("http://127.0.0.1:9/v1", "m").score(CASE)


def test_the_command_tells_the_agreement_with_people(server, tmp_path, capsys):
    url, _, replies = server
    replies += ["4", "1", "no"]
    rows = {
        "human_eval_documents": [{"id": "d", "text": "It opened in 1904."}],
        "human_eval_tasks": [{"id": "t", "turns": [{"text": "When?"}], "gold_doc_ids": ["d"]}],
        "human_eval_scores": [
            {"task_id": "t", "model": f"m{n}", "response": "In 1904.", "scores": {"faithfulness": given}}
            for n, given in enumerate((["4", "4", "3"], ["1", "2", "1"], ["4"]))
        ],
    }
    for name, some in rows.items():
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in some))
    assert main(["judge", "--people", str(tmp_path), "--url", f"{url}/v1", "--model", "tiny"]) == 0
    said = capsys.readouterr().out
    assert "judged by tiny" in said
    assert "1 of 3 replies held no score" in said
    assert "Agreement with people: pairs 2.00" in said
    assert main(["judge", "--url", f"{url}/v1"]) == 2
    assert "either a run" in capsys.readouterr().err


def test_agreement_leaves_out_what_has_no_score():
    cases = [Case(str(n), "", (), "", human) for n, human in enumerate((4.0, 1.3, 2.6, None))]
    told = agreement(cases, [4, 1, None, 3])
    assert told == {"pairs": 2, "spearman": pytest.approx(1), "weighted_kappa": 1, "equal": 1}
    assert math.isnan(agreement([], [])["equal"])


scores = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=20)


@pytest.mark.filterwarnings("ignore::scipy.stats.ConstantInputWarning")
@given(scores)
def test_rank_correlation_is_that_of_scipy(pairs):
    one, two = [a for a, _ in pairs], [b for _, b in pairs]
    found = spearman(one, two)
    if math.isnan(found):
        assert len(set(one)) < 2 or len(set(two)) < 2
    else:
        assert found == pytest.approx(spearmanr(one, two).statistic)
    kappa = weighted_kappa(one, two)
    assert math.isnan(kappa) or -1 - 1e-9 <= kappa <= 1


def test_kappa_on_cases_done_by_hand():
    assert weighted_kappa([1, 2, 3, 4], [1, 2, 3, 4]) == 1
    assert weighted_kappa([1, 4], [4, 1]) == pytest.approx(-1)  # 9 observed, 4.5 by chance
    assert math.isnan(weighted_kappa([2, 2], [2, 2]))
