"""A small hub of models on this machine, which speaks what huggingface_hub asks of the real one for one file.

As there, the file itself lies at another host, to which the hub sends on; here the same server by its other name.
"""

import contextlib
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME = "ada/small-GGUF/small-Q4_K_M.gguf"
MODEL = b"GGUF" + bytes(range(256)) * 12_000


class Hub(ThreadingHTTPServer):
    """Holds one file. `pause_at`: bytes after which it waits until `go` is set; `ranges`: what was asked for."""

    daemon_threads = True

    def __init__(self, raw):
        super().__init__(("127.0.0.1", 0), _Asked)
        self.raw, self.etag, self.size = raw, hashlib.sha256(raw).hexdigest(), len(raw)
        self.pause_at, self.go = None, threading.Event()
        self.error = None
        self.ranges, self.headers = [], []

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


class _Asked(BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.answer(body=False)

    def do_GET(self):
        self.answer(body=True)

    def answer(self, body):
        hub = self.server
        hub.headers.append(dict(self.headers))
        owner, repo, file = NAME.split("/")
        if self.path not in ("/store", f"/{owner}/{repo}/resolve/main/{file}"):
            return self.refuse(404, "EntryNotFound" if self.path.startswith(f"/{owner}/{repo}/") else "RepoNotFound")
        if hub.error:
            return self.refuse(*hub.error)
        if self.path != "/store":
            return self.send_on()
        if body:
            hub.ranges.append(self.headers.get("Range"))
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if start else 200)
        for name, value in {
            "ETag": '"of the store"', "Accept-Ranges": "bytes", "Content-Length": str(len(hub.raw) - start),
            **({"Content-Range": f"bytes {start}-{len(hub.raw) - 1}/{len(hub.raw)}"} if start else {}),
        }.items():  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        if body:
            stop = hub.pause_at or len(hub.raw)
            with contextlib.suppress(OSError):
                self.wfile.write(hub.raw[start:stop])
                if stop < len(hub.raw):
                    self.wfile.flush()
                    hub.go.wait(60)
                    self.wfile.write(hub.raw[max(start, stop) :])
        return None

    def send_on(self):
        hub = self.server
        self.send_response(302)
        for name, value in {
            "Location": f"http://localhost:{hub.server_port}/store", "Content-Length": "0", "X-Repo-Commit": "c" * 40,
            "X-Linked-Size": str(hub.size), "X-Linked-Etag": f'"{hub.etag}"',
        }.items():  # fmt: skip
            self.send_header(name, value)
        self.end_headers()

    def refuse(self, status, code):
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def running_hub(monkeypatch, cache, raw=MODEL):
    """Yield a hub that every process started meanwhile takes for the real one; models are kept in `cache`."""
    hub = Hub(raw)
    thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("HF_HUB_DOWNLOAD_TIMEOUT", "120")  # a hub that pauses is not asked again
    monkeypatch.setenv("FOOTNOTE_CACHE", str(cache))
    try:
        yield hub
    finally:
        hub.go.set()
        hub.shutdown()
        hub.server_close()
        thread.join()
