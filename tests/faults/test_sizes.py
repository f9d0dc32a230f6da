"""Messages that are larger than they may be, or than they look."""

from __future__ import annotations

import logging
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import grpc
import pytest

from newsweave import Client
from newsweave import messages as pb
from tests.faults.figures import MEBIBYTE, peak
from tests.faults.frames import SERVICE, Connection, headers, message

if TYPE_CHECKING:
    from tests.faults.conftest import Standing
    from tests.faults.figures import Figures

PATIENCE = 20.0
EXHAUSTED = grpc.StatusCode.RESOURCE_EXHAUSTED
# The cap on a message is eight times what an article may have, as text and as HTML.
SMALL = {
    "max_article_characters": 60_000,
    "max_request_characters": 60_000,
    "max_html_characters": 60_000,
    "max_request_html_characters": 60_000,
    "max_digest_characters": 60_000,
    "max_digest_html_characters": 60_000,
    "max_background_characters": 100,
    "max_digest_background_characters": 100,
}
CAP = 8 * (2 * 60_000 + 100)
BOMBS, BOMB = 20, 60 * MEBIBYTE


def bomb(algorithm: str) -> bytes:
    """Return bytes that inflate to sixty times the cap, and fit into the first window of a connection."""
    bits = {"gzip": 31, "deflate": 15}[algorithm]
    packer, zeros = zlib.compressobj(9, zlib.DEFLATED, bits), bytes(MEBIBYTE)
    packed = [packer.compress(zeros) for _ in range(BOMB // MEBIBYTE)]
    return b"".join([*packed, packer.flush()])


@pytest.mark.parametrize("algorithm", ["gzip", "deflate"])
def test_a_message_that_inflates_beyond_the_cap_is_refused_and_not_inflated(
    standing: Standing, figures: Figures, algorithm: str
) -> None:
    packed = bomb(algorithm)
    assert len(packed) < 65_000
    with standing(**SMALL) as address, ExitStack() as stack:
        throwers = [stack.enter_context(Connection(address)) for _ in range(BOMBS)]
        with peak() as seen:
            for thrower in throwers:
                thrower.send(
                    headers(SERVICE + "Summarize", grpc_encoding=algorithm), *message(packed, compressed=1)
                )
            with ThreadPoolExecutor(BOMBS) as pool:
                statuses = list(pool.map(lambda thrower: thrower.status(PATIENCE), throwers))
        with Client(address) as client:
            assert client.server_info(timeout=PATIENCE).limits.max_message_bytes == CAP
    figures.note(f"{BOMBS} bombs of {algorithm} at once, {BOMB // MEBIBYTE} MiB each", MiB_taken=seen.taken)
    assert statuses == [EXHAUSTED.value[0]] * BOMBS
    assert seen.taken < BOMBS * BOMB / MEBIBYTE / 10


def test_a_message_over_the_cap_is_refused_by_every_call(standing: Standing) -> None:
    large = bytes(2 * CAP)
    with (
        standing(**SMALL) as address,
        grpc.insecure_channel(address, [("grpc.max_send_message_length", -1)]) as channel,
    ):
        for name in pb.DESCRIPTOR.services_by_name["SummarizerService"].methods_by_name:
            call = channel.unary_stream(SERVICE + name, None, None)
            with pytest.raises(grpc.RpcError) as told:
                list(call(large, timeout=PATIENCE))
            assert isinstance(told.value, grpc.Call)
            assert told.value.code() is EXHAUSTED
            assert "larger than max" in (told.value.details() or "")


def test_a_compressed_message_within_the_cap_is_taken(standing: Standing) -> None:
    with standing() as address, grpc.insecure_channel(address, compression=grpc.Compression.Gzip) as channel:
        raw = pb.SummarizeRequest(articles=[pb.Article(id="a", text="text " * 1_000)]).SerializeToString()
        (answer,) = channel.unary_stream(SERVICE + "Summarize", None, None)(raw, timeout=PATIENCE)
    assert pb.SummarizeResponse.FromString(answer).summary.sentences


@pytest.mark.parametrize(
    ("more", "compressed"),
    [({"grpc_encoding": "gzip"}, 1), ({"grpc_encoding": "none of these"}, 0), ({}, 1)],
    ids=["broken", "unknown", "not named"],
)
def test_compression_that_cannot_be_undone_is_refused_by_grpc_and_reaches_nobody(
    standing: Standing, caplog: pytest.LogCaptureFixture, more: dict[str, str], compressed: int
) -> None:
    with standing() as address, Connection(address) as connection:
        connection.send(
            headers(SERVICE + "Summarize", **more), *message(b"not compressed", compressed=compressed)
        )
        assert connection.status(PATIENCE) == grpc.StatusCode.INTERNAL.value[0]
        with Client(address) as client:
            client.server_info(timeout=PATIENCE)
    own = [record for record in caplog.records if record.name.startswith("service")]
    assert not [record for record in own if record.levelno >= logging.WARNING]
