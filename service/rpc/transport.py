"""What gRPC is told about connections: how many, how long they may be silent, and what each may hold.

None of this is seen by a client that behaves. It bounds what one costs that does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.settings import Settings

# From the first byte of a connection to the first frames of HTTP/2, the handshake of TLS included.
_HANDSHAKE_MS = 20_000
# Clients whose machine vanished are noticed within about 80 s, and their work is dropped.
_KEEPALIVE_MS, _KEEPALIVE_TIMEOUT_MS = 60_000, 20_000
_LEAST_PING_MS = 10_000
# A connection without a call is closed after it; a client connects anew when it has one.
_IDLE_MS = 600_000
# Calls of one connection. More wait at the client, untold; so these are far more than can be served.
_STREAMS = 256


def options(settings: Settings) -> list[tuple[str, int]]:
    """Return the options of a server that its settings ask for, and those that always hold."""
    return [
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", -1),
        # Two servers on one port would share calls at random; the second one is to fail.
        ("grpc.so_reuseport", 0),
        ("grpc.max_allowed_incoming_connections", settings.max_connections),
        ("grpc.max_concurrent_streams", _STREAMS),
        ("grpc.server_handshake_timeout_ms", _HANDSHAKE_MS),
        ("grpc.max_connection_idle_ms", _IDLE_MS),
        ("grpc.keepalive_time_ms", _KEEPALIVE_MS),
        ("grpc.keepalive_timeout_ms", _KEEPALIVE_TIMEOUT_MS),
        # The same for a ping that measures the bandwidth: while one is out, gRPC sends no other.
        ("grpc.http2.ping_timeout_ms", _KEEPALIVE_TIMEOUT_MS),
        ("grpc.http2.min_ping_interval_without_data_ms", _LEAST_PING_MS),
    ]
