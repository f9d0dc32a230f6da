"""The real server, as a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

import grpc
import psutil
from grpc_health.v1 import health_pb2, health_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Iterator

_START_SECONDS = 120.0
_STOP_SECONDS = 40.0
_POLL_SECONDS = 0.1
_LOG_LINES = 40


class ServerFault(Exception):
    """The server did not start, or did not stop, as it should."""


@dataclass(slots=True)
class Server:
    """A running server.

    Attributes:
        process: Its process.
        started: Monotonic time at which the process was started.
        address: Where it listens.
        start_seconds: From the start of the process to SERVING.
        log: The lines that it wrote to stderr.
    """

    process: subprocess.Popen[str]
    started: float
    address: str = ""
    start_seconds: float = 0.0
    log: list[str] = field(default_factory=list)

    def resident_bytes(self) -> int:
        """Return the memory that the server and the process of its models hold now.

        What both have in common, such as libraries, counts twice.
        """
        server = psutil.Process(self.process.pid)
        return sum(process.memory_info().rss for process in (server, *server.children()))

    def listen(self) -> None:
        """Wait until the server says where it listens, then keep its log in the background."""
        lines = _stderr(self.process)
        for line in lines:
            self.log.append(line.rstrip())
            if address := _address(line):
                self.address = address
                break
        else:
            raise ServerFault(self._told("the server ended before it listened"))
        threading.Thread(target=self._keep_log, args=(lines,), daemon=True).start()

    def wait_until_serving(self) -> None:
        """Wait until health says SERVING."""
        with grpc.insecure_channel(self.address) as channel:
            health = health_pb2_grpc.HealthStub(channel)
            while time.monotonic() - self.started < _START_SECONDS:
                answer = health.Check(health_pb2.HealthCheckRequest(), timeout=5)
                if answer.status == health_pb2.HealthCheckResponse.SERVING:
                    self.start_seconds = time.monotonic() - self.started
                    return
                if self.process.poll() is not None:
                    break
                time.sleep(_POLL_SECONDS)
        raise ServerFault(self._told(f"the server did not serve within {_START_SECONDS:.0f} s"))

    def stop(self) -> int:
        """Ask the server to stop, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise ServerFault(self._told("the server did not stop on SIGTERM")) from None

    def _keep_log(self, lines: IO[str]) -> None:
        self.log += [line.rstrip() for line in lines]

    def _told(self, fault: str) -> str:
        return "\n".join([fault, *self.log[-_LOG_LINES:]])


@contextmanager
def running(*flags: str) -> Iterator[Server]:
    """Start the server on a free port, wait until it serves, and leave no process behind.

    Args:
        flags: Settings of its own, as ``--max-articles``, ``5``.
    """
    command = [sys.executable, "-m", "service", "serve", "--address", "127.0.0.1:0"]
    command += ["--metrics-address", "127.0.0.1:0", *flags]
    started = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    server = Server(process, started)
    try:
        server.listen()
        server.wait_until_serving()
        yield server
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _stderr(process: subprocess.Popen[str]) -> IO[str]:
    if process.stderr is None:
        message = "the server's stderr is not piped"
        raise ServerFault(message)
    return process.stderr


def _address(line: str) -> str:
    """Return the address in a log line that tells one, or nothing."""
    try:
        event = json.loads(line)
    except ValueError:
        return ""
    return str(event.get("address", "")) if event.get("event") == "listening" else ""
