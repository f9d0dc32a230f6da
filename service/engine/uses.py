"""One use of models that are loaded in this process, whatever process that is."""

from __future__ import annotations

import faulthandler
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from service.engine.wire import Loaded, Role
from service.ports import DraftRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.ports import Check, LoadedModels

# Bytes that a use may need beside what it has found room for before.
_ROOM = 2**26
# To watch a use costs as much as some of its steps, so it is done anew at most this often.
_REARM_SECONDS = 0.5
_SENTENCE = "The river rose on Monday, and two bridges were closed."


def run(models: LoadedModels, role: Role, argument: Any, check: Check) -> object:  # noqa: ANN401  what the role takes
    """Let a model work, and return what it did."""
    check()
    if role is Role.ENCODER:
        return models.encoder.encode(argument, check)
    if role is Role.DRAFTER and models.drafter:
        return models.drafter.draft(argument, check)
    if role is Role.VERIFIER and models.verifier:
        return models.verifier.judge(argument, check)
    message = f"there is no {role}"
    raise RuntimeError(message)


def warm(models: LoadedModels, check: Check) -> LoadedModels:
    """Use each model once, so that no request pays for what happens once, such as the choice of kernels."""
    try:
        models.encoder.encode([_SENTENCE], check)
        if models.drafter:
            models.drafter.draft([DraftRequest((_SENTENCE, _SENTENCE), max_words=20)], check)
        if models.verifier:
            models.verifier.judge([(_SENTENCE, _SENTENCE)], check)
    except BaseException:
        if models.life:
            models.life.end()
        raise
    return models


def told(models: LoadedModels) -> Loaded:
    """Return what another process needs to know of the models."""
    by_role = {
        Role.ENCODER: models.encoder,
        Role.DRAFTER: models.drafter,
        Role.VERIFIER: models.verifier,
    }
    cards = {role: model.card for role, model in by_role.items() if model}
    return Loaded(cards, models.verifier.threshold if models.verifier else 0.0)


@contextmanager
def watched(check: Check, stall_seconds: float) -> Iterator[Check]:
    """Yield a check that lets this process end, and tell where it was, unless the next comes in time."""
    armed = 0.0

    def watching() -> None:
        nonlocal armed
        now = time.monotonic()
        if now - armed >= _REARM_SECONDS:
            armed = now
            # A thread in C: it comes to its turn even if Python never does.
            faulthandler.dump_traceback_later(stall_seconds, exit=True)
        check()

    try:
        yield watching
    finally:
        faulthandler.cancel_dump_traceback_later()


def is_out_of_memory(fault: Exception) -> bool:
    """Return whether memory cannot be had; each library tells so in its own way, or fails at other things."""
    if isinstance(fault, MemoryError):
        return True
    try:
        bytearray(_ROOM)
    except MemoryError:
        return True
    return False
