"""Log lines of a server: one JSON object a line on stderr, never with text of an article."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from service import faults

_OWN = "service"
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonLines(logging.Formatter):
    """Writes a record as a JSON object: time, level, logger, event, and what was given as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        told |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        told |= self._exception(record)
        return json.dumps(told, ensure_ascii=False, default=str)

    def _exception(self, record: logging.LogRecord) -> dict[str, str]:
        """Return what is told of an exception.

        What a library says of one, asyncio for instance, may quote it, and an exception may quote an
        article; so only the headline is kept, and the kind and the place.
        """
        if not record.exc_info:
            return {}
        if record.name.partition(".")[0] == _OWN:
            return {"exception": self.formatException(record.exc_info)}
        fault = record.exc_info[1]
        headline = record.getMessage().partition("\n")[0]
        return {"event": headline, "exception": faults.described(fault) if fault else ""}


def to_stderr() -> None:
    """Send records to stderr: of the service from INFO on, of libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.getLogger(_OWN).setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
