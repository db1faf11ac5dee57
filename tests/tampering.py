"""A proxy between a client and a real node that changes what the node answers, or shows what it answered before."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

__all__ = ["Tampering", "tampering"]

Change = Callable[[str, Any], Any]
"""Path and the node's answer; what to answer instead."""


class Tampering:
    """The proxy's address, and how it changes answers from now on; `seen` are the node's own answers by path, the last of each."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.url = ""
        self.change: Change = lambda _, answer: answer
        self.seen: dict[str, Any] = {}

    def answer(self, path: str) -> tuple[int, bytes]:
        """What a client is shown."""
        found = httpx.get(self.target + path, timeout=20, trust_env=False)
        try:
            document = found.json()
        except ValueError:
            return found.status_code, found.content
        shown = self.change(path, document)
        self.seen[path] = document
        return found.status_code, json.dumps(shown).encode()

    def replay(self) -> Change:
        """From now on, whatever was asked before is answered as it was."""
        kept = dict(self.seen)
        return kept.get


@contextmanager
def tampering(target: str) -> Iterator[Tampering]:
    """A proxy in front of the node at `target`, ended afterwards."""
    made = Tampering(target)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = made.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
