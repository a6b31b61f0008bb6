"""Serve a library's page for a test, on a free port of this machine."""

import asyncio
import contextlib
import threading
import time

import uvicorn

from ui.serve import build_app


@contextlib.contextmanager
def served(library, *, password=None, host="127.0.0.1", port=0, mcp=False, watch=False):
    """Run the real server in a thread, at a free port if none is given; yield its address."""
    servers = []

    async def run():
        # Built inside a running loop: gradio opens loops of its own otherwise, and never closes them.
        app = build_app(library, host=host, password=password, mcp=mcp, watch=watch)
        servers.append(uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical")))
        await servers[0].serve()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    while not (servers and servers[0].started):
        assert thread.is_alive(), "The server did not start."
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{servers[0].servers[0].sockets[0].getsockname()[1]}"
    finally:
        servers[0].should_exit = servers[0].force_exit = True
        thread.join(10)
