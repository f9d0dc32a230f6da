"""What may be logged about a bug: its kind and where it is, never what it says.

The message of an exception can hold text of a document, and so can the lines of a traceback that
show values; names of functions and numbers of lines cannot.
"""

from __future__ import annotations

import traceback
from pathlib import Path

_FRAMES = 8


def described(error: BaseException) -> str:
    """Return the type of an exception and its innermost frames, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return " > ".join([type(error).__name__, *places])
