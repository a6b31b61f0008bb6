import gzip
import socket
import threading
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest

from rag.corpus.fetch import fetch
from rag.corpus.web import is_public, is_url
from rag.errors import LibraryError, SourceError
from rag.render import place
from tests.fakes import make_library, write_files

PAGE = b"<html><head><title>Locks</title></head><body><p>The upper lock at Derby was built in 1796.</p></body></html>"
RELEASE = threading.Event()


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.headers["Host"], self.path, self.headers))
        act = getattr(self, "at_" + self.path.strip("/").partition("?")[0].replace("/", "_"), None)
        act() if act else self.give(PAGE, Content_Type="text/html")

    def give(self, body, status=200, *, length=True, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def at_moved(self):
        self.give(b"", 302, Location=unquote(self.path.partition("?")[2]))

    def at_round(self):
        self.give(b"", 301, Location="/round")

    def at_nowhere(self):
        self.give(b"", 302)

    def at_gone(self):
        self.give(b"x", 404)

    def at_closed(self):
        self.give(b"x", 403)

    def at_empty(self):
        self.give(b" \n")

    def at_large(self):
        self.give(b"x" * 3_000_000, length=False)

    def at_bomb(self):
        self.give(gzip.compress(b"x" * 3_000_000), Content_Encoding="gzip")

    def at_padded(self):
        self.give(gzip.compress(PAGE), length=False, Content_Encoding="gzip")
        try:
            for _ in range(1000):
                self.wfile.write(b"x" * 65_536)
        except OSError:
            self.server.asked.append("gave up")

    def at_packed(self):
        self.give(gzip.compress(PAGE), Content_Encoding="gzip")

    def at_brotli(self):
        self.give(b"x", Content_Encoding="br")

    def at_torn(self):
        self.send_response(200)
        self.send_header("Content-Length", "500")
        self.end_headers()
        self.wfile.write(b"half a page")

    def at_latin(self):
        self.give("<p>Café Müller opens at nine.</p>".encode("latin-1"), Content_Type="text/html; charset=latin-1")

    def at_stalled(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"a")
        RELEASE.wait(20)

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []
    RELEASE.clear()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    RELEASE.set()
    server.shutdown()
    server.server_close()
    thread.join()


def get(site, path="/", host="docs.test", **given):
    """Fetch from the site, which every name stands for, as if its address were public."""
    given.setdefault("resolve", lambda host, port: socket.getaddrinfo("127.0.0.1", port, type=socket.SOCK_STREAM))
    given.setdefault("may_reach", lambda address: address == "127.0.0.1")
    given = {"max_bytes": 2_000_000, "timeout_seconds": 20, **given}
    return fetch(f"http://{host}:{site.server_port}{path}", **given)


def test_a_page_is_fetched_by_name_without_proxy_or_cookies(site, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    found = get(site, "/a%20b/ö?q=ä b#part".replace(" ", "%20"))
    assert found.raw == PAGE
    ((host, path, headers),) = site.asked
    assert host == f"docs.test:{site.server_port}"
    assert path == "/a%20b/%C3%B6?q=%C3%A4%20b"
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 127.8.8.8 10.0.0.1 172.16.0.9 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1 240.0.0.1"
    " 255.255.255.255 192.0.2.1 198.18.0.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fec0::1 ff02::1 ::ffff:127.0.0.1"
    " ::ffff:10.0.0.1 ::127.0.0.1 2002:7f00:1:: 64:ff9b::7f00:1 64:ff9b:1::1 2001:db8::1 2001::1".split(),
)
def test_no_address_of_a_closed_network_is_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", "93.184.216.34 8.8.8.8 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808".split())
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host", "127.0.0.1 localhost 2130706433 0x7f000001 0177.0.0.1 127.1 [::1] [::ffff:127.0.0.1] [::] 0".split()
)
def test_this_machine_is_not_reached_in_whatever_way_it_is_written(site, host):
    with pytest.raises(SourceError, match=r"private network or on this machine|not known|no address of the web"):
        fetch(f"http://{host}:{site.server_port}/", max_bytes=1000, timeout_seconds=20)
    assert not site.asked


def test_a_name_is_looked_up_once_and_that_very_address_is_reached(site):
    answers = [["127.0.0.1"], ["10.0.0.1"]]

    def rebinding(host, port):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answers.pop(0)]

    assert get(site, resolve=rebinding).raw == PAGE
    assert answers == [["10.0.0.1"]]


def test_a_name_with_one_closed_address_is_refused_whatever_its_others(site):
    def both(host, port):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in ("127.0.0.1", "10.0.0.1")]

    with pytest.raises(SourceError, match=r"10\.0\.0\.1"):
        get(site, resolve=both)
    assert not site.asked


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/moved?http://inner.test/secret", r"10\.0\.0\.1, which lies in a private"),
        ("/moved?file:///etc/passwd", "only http"),
        ("/moved?ftp://docs.test/x", "only http"),
        ("/moved?http://ada:key@docs.test/", "user name or password"),
        ("/round", "more than 5 times"),
        ("/nowhere", "not where to"),
        ("/gone", "404 Not Found"),
        ("/closed", "403"),
        ("/empty", "empty page"),
        ("/large", "larger than 2 MB"),
        ("/bomb", "larger than 2 MB"),
        ("/brotli", "packed as 'br'"),
        ("/torn", "broke off"),
    ],
)
def test_what_cannot_be_had_is_said_in_a_sentence(site, path, words):
    def resolve(host, port):
        address = "10.0.0.1" if host == "inner.test" else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    with pytest.raises(SourceError, match=words) as refused:
        get(site, path, resolve=resolve)
    assert str(refused.value).endswith(".")


def test_a_page_that_moved_is_fetched_where_it_is_now(site):
    found = get(site, "/moved?/new%20place")
    assert (found.raw, found.url) == (PAGE, f"http://docs.test:{site.server_port}/new%20place")


def test_a_page_that_never_ends_is_given_up_in_time(site):
    with pytest.raises(SourceError, match=r"longer than 0\.2 seconds.*max_fetch_seconds"):
        get(site, "/stalled", timeout_seconds=0.2)


def test_the_same_is_said_when_the_sockets_own_clock_runs_out_first(site, monkeypatch):
    join = threading.Thread.join
    monkeypatch.setattr(threading.Thread, "join", lambda thread, timeout=None: join(thread))
    with pytest.raises(SourceError, match=r"longer than 0\.2 seconds.*max_fetch_seconds"):
        get(site, "/stalled", timeout_seconds=0.2)


def test_a_look_up_that_never_ends_is_given_up_in_time(site):
    with pytest.raises(SourceError, match=r"longer than 0\.1 seconds"):
        get(site, resolve=lambda *_: RELEASE.wait(20) and [], timeout_seconds=0.1)


def test_what_follows_the_end_of_a_packed_page_is_not_taken(site):
    assert get(site, "/padded").raw == PAGE
    for _ in range(200):
        if "gave up" in site.asked:
            return
        time.sleep(0.05)
    raise AssertionError("all of it was taken")


def test_pages_sent_packed_or_in_an_encoding_only_told_beside_them_are_read(site):
    assert get(site, "/packed").raw == PAGE
    assert get(site, "/latin").raw.decode("utf-8-sig") == "<p>Café Müller opens at nine.</p>"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://ada:key@docs.test/", "user name or password"),
        ("http://@docs.test/", "user name or password"),
        ("ftp://docs.test/", "only http"),
        ("file:///etc/passwd", "only http"),
        ("http:///x", "names no machine"),
        ("http://docs.test:99999/", "no address of the web"),
        ("http://docs.test/a b", "spaces"),
        ("http://docs.test\\@evil.test/", "spaces or signs"),
        ("http://doc\ns.test/", "spaces"),
        ("http://unknown.test/", "is not known"),
    ],
)
def test_an_address_that_is_none_is_said_before_anything_is_sent(url, words):
    def resolve(host, port):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(SourceError, match=words):
        fetch(url, max_bytes=1000, timeout_seconds=20, resolve=resolve)


def test_servers_that_are_none_are_told(site):
    local = {"resolve": lambda _, port: socket.getaddrinfo("127.0.0.1", port, type=socket.SOCK_STREAM)}
    reach = {**local, "may_reach": lambda _: True, "max_bytes": 9, "timeout_seconds": 20}
    with pytest.raises(SourceError, match="did not answer as a web server does"):
        fetch(f"https://docs.test:{site.server_port}/", **reach)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(SourceError, match="could not be reached: Connection refused"):
            fetch(f"http://docs.test:{taken.getsockname()[1]}/", **reach)


def test_paths_are_told_from_addresses():
    assert is_url("https://a.b/c")
    assert not any(map(is_url, ("~/papers", "C:\\papers", "c://x", Path("http:/x"), "a/b")))


@pytest.fixture
def library(site, tmp_path):
    folder = write_files(tmp_path / "docs", boats="The ferry Kestrel sails on Sundays.")
    found = make_library(
        tmp_path / ".footnote/docs",
        folder,
        fetch=partial(
            fetch,
            max_bytes=2_000_000,
            timeout_seconds=20,
            resolve=lambda _, port: socket.getaddrinfo("127.0.0.1", site.server_port, type=socket.SOCK_STREAM),
            may_reach=lambda _: True,
        ),
    )
    yield found
    found.close()


URL = "http://docs.test/locks/upper"


def test_a_fetched_page_is_a_document_that_tells_its_address_and_when(library):
    library.add(URL)
    assert sorted(step.change for step in library.sync()) == ["added", "added"]
    answer = library.ask("When was the upper lock at Derby built?")
    (citation,) = [c for c in answer.citations if "1796" in c.quote]
    assert citation.origin.startswith(f"{URL}, fetched 20")
    assert citation.origin in place(citation)
    document = library.document(citation.doc_id)
    assert document.origin == citation.origin
    assert Path(document.path).read_bytes() == PAGE
    assert [file.origin for file in library.status()] == [document.origin, ""]
    assert library.sync() == ()


def test_an_address_added_again_is_fetched_anew_and_removed_by_its_address(library, site, monkeypatch):
    library.add(URL)
    library.sync()
    monkeypatch.setattr(
        Site, "at_locks_upper", lambda self: self.give(b"The lock is closed.", Content_Type="text/plain"), raising=False
    )
    library.add(URL + "#part")
    assert {step.change for step in library.sync()} == {"added", "removed"}
    assert [d.text for d in library.documents() if d.origin] == ["The lock is closed."]
    with pytest.raises(SourceError, match="holds no page from"):
        library.remove("http://docs.test/other")
    library.remove(URL)
    assert [step.change for step in library.sync()] == ["removed"]
    assert not any(d.origin for d in library.documents())
    assert library._parts.database.rows("SELECT * FROM origins") == []


def test_one_address_that_fails_adds_nothing(library, site, tmp_path):
    other = write_files(tmp_path / "other", x="y")
    with pytest.raises(SourceError, match="404"):
        library.add(other, URL, "http://docs.test/gone")
    assert library.sources() == (tmp_path / "docs",)
    assert not (library.path / "pages").exists()


def test_a_page_that_cannot_be_written_is_told_and_leaves_the_old_one(library, monkeypatch):
    library.add(URL)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(LibraryError, match="No space left on device"):
        library.add(URL)
    assert [path.read_bytes() for path in (library.path / "pages").iterdir()] == [PAGE]


def test_an_address_that_fails_leaves_no_empty_library(monkeypatch, tmp_path):
    from rag.__main__ import main

    monkeypatch.chdir(tmp_path)
    assert main(["add", "http://127.0.0.1:9/"]) == 1
    assert list((tmp_path / ".footnote").iterdir()) == []


def test_an_address_that_fails_leaves_a_library_as_it_was(tmp_path):
    from rag.__main__ import main
    from rag.assemble import open_library

    docs = write_files(tmp_path / "docs", a="The gate is green.")
    open_library(docs).close()
    assert main(["add", "-l", str(docs), "http://127.0.0.1:9/"]) == 1
    assert open_library(docs).sources() == (docs,)
    assert not (tmp_path / ".footnote/docs/pages").exists()


def test_the_command_line_adds_an_address_without_any_folder(library, monkeypatch, capsys, tmp_path):
    from rag import commands

    opened = []

    def new_library(folder, settings):
        opened.append(folder)
        return library

    monkeypatch.setattr(commands, "new_library", new_library)
    monkeypatch.chdir(tmp_path / "docs")
    chosen = type("Chosen", (), {"paths": [URL], "library": None})
    assert commands._add(chosen) == 0
    assert opened == [tmp_path / "docs/.footnote/web"]
    assert library.sources() == (library.path / "pages", tmp_path / "docs")
    assert "2 added" in capsys.readouterr().err
