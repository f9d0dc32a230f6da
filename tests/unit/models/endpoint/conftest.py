from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chat_endpoint import Chat, chatting
from tests.unit.models.endpoint.asking import MERGED

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def chat() -> Iterator[Chat]:
    with chatting(Chat(write=lambda _: MERGED)) as chat:
        yield chat
