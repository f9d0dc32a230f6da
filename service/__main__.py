"""Argument vector and environment -> a command -> an exit status."""

from __future__ import annotations

import sys

from service.cli import app
from service.cli.faults import exit_status, tell
from service.errors import NewsweaveError


def main() -> None:
    """Run the command line; an error is told in words, with what would mend it."""
    try:
        app(prog_name="newsweave")
    except NewsweaveError as error:
        tell(error)
        sys.exit(exit_status(error))


if __name__ == "__main__":
    main()
