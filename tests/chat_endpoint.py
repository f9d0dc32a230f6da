"""A small endpoint that speaks as OpenAI's chat completions do, and fails in all the ways that tests want.

It checks what it is sent, honours ``max_tokens``, ``stop`` and ``n``, counts words as tokens, and tells
errors in the same shape as the servers that it stands for.
"""

from __future__ import annotations

import json
import select
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MODEL, SERVED_AS = "newsroom-7b", "newsroom-7b-0417"
_PATIENCE = 10.0


@dataclass
class Chat:
    """What the endpoint does, and what it saw.

    Attributes:
        write: Returns the text for the last turn of the user.
        key: What must be shown; empty: nothing.
        named: As what the model answers.
        reason: How every text ends, if not by itself.
        fault: Answers in place of everything, as long as it is set.
    """

    write: Callable[[str], str] = lambda asked: asked.splitlines()[-1].removeprefix("- ")
    key: str = ""
    named: str = SERVED_AS
    reason: str = ""
    fault: Callable[[Handler], None] | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    url: str = ""
    most_at_once: int = 0
    left: threading.Event = field(default_factory=threading.Event)
    _at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    chat: Chat

    def do_POST(self) -> None:
        with self.chat.under_way():
            body = self.rfile.read(int(self.headers["content-length"]))
            self.chat.asked.append(json.loads(body))
            self.chat.headers.append(dict(self.headers.items()))
            if self.chat.fault:
                self.chat.fault(self)
            else:
                self._complete(self.chat.asked[-1])

    def _complete(self, asked: dict[str, Any]) -> None:
        if self.path != "/v1/chat/completions":
            self.refuse(404, "not found")
        elif self.chat.key and self.headers["authorization"] != f"Bearer {self.chat.key}":
            self.refuse(401, f"incorrect key: {self.headers['authorization']}")
        elif asked["model"] != MODEL:
            self.refuse(404, f"the model {asked['model']} does not exist")
        elif asked.get("stream"):
            self.refuse(400, "this endpoint does not stream")
        else:
            self.tell(200, self._completion(asked))

    def _completion(self, asked: dict[str, Any]) -> dict[str, Any]:
        choices = [self._choice(asked, index) for index in range(asked.get("n", 1))]
        read = sum(len(turn["content"].split()) for turn in asked["messages"])
        written = sum(len(choice["message"]["content"].split()) for choice in choices)
        usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": self.chat.named,
            "choices": choices,
            "usage": usage,
        }

    def _choice(self, asked: dict[str, Any], index: int) -> dict[str, Any]:
        text = self.chat.write(asked["messages"][-1]["content"])
        for stop in asked.get("stop") or ():
            text = text.partition(stop)[0]
        words = text.split(" ")
        reason = self.chat.reason or ("length" if len(words) > asked["max_tokens"] else "stop")
        message = {"role": "assistant", "content": " ".join(words[: asked["max_tokens"]])}
        return {"index": index, "message": message, "finish_reason": reason}

    def refuse(self, status: int, message: str, **headers: str) -> None:
        error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
        self.tell(status, {"error": error}, **headers)

    def tell(self, status: int, content: object, **headers: str) -> None:
        self.tell_bytes(status, json.dumps(content).encode(), **headers)

    def tell_bytes(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def wait_until_left(self, every: Callable[[], None] = lambda: None) -> None:
        """Say nothing, or something again and again, until whoever asks has left."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and not select.select([self.connection], [], [], 0.01)[0]:
            try:
                every()
            except OSError:
                break
        self.chat.left.set()
        self.close_connection = True

    def log_message(self, *_: object) -> None: ...


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None: ...


@contextmanager
def chatting(chat: Chat | None = None) -> Iterator[Chat]:
    """Answer on a free port of this machine, and yield what is answered by."""
    chat = chat or Chat()
    server = _Server(("127.0.0.1", 0), type("Bound", (Handler,), {"chat": chat}))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    chat.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def status(code: int, **headers: str) -> Callable[[Handler], None]:
    """Fail with a status, and a message that repeats what was asked."""
    return lambda handler: handler.refuse(code, json.dumps(handler.chat.asked[-1]), **headers)


def body(content: bytes, **headers: str) -> Callable[[Handler], None]:
    """Answer with something else."""
    return lambda handler: handler.tell_bytes(200, content, **headers)


def silent(handler: Handler) -> None:
    """Take the question, and never answer."""
    handler.wait_until_left()


def dripping(handler: Handler) -> None:
    """Answer, and never come to the end."""
    handler.send_response(200)
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
    handler.wait_until_left(lambda: _drip(handler))


def _drip(handler: Handler) -> None:
    handler.wfile.write(b"1\r\n \r\n")


def endless(handler: Handler) -> None:
    """Answer with as much as is taken."""
    handler.send_response(200)
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    try:
        for _ in range(160):
            handler.wfile.write(piece)
    except OSError:
        handler.chat.left.set()
    handler.close_connection = True


def hang_up(handler: Handler) -> None:
    """End the connection without a word."""
    handler.close_connection = True


class Once:
    """Fails the first time, and is well from then on."""

    def __init__(self, fault: Callable[[Handler], None]) -> None:
        self._fault = fault

    def __call__(self, handler: Handler) -> None:
        handler.chat.fault = None
        self._fault(handler)
