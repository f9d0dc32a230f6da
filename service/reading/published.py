"""When an article was published, with the clock of the place: its day is the one that "today" means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from newsweave.v1.newsweave_pb2 import Article

_ZONE = re.compile(r"(?P<sign>[+-])(?P<hours>\d+):(?P<minutes>\d+)$")
_MINUTE, _HOUR, _DAY = 60, 60, 24 * 60


def date_article(article: Article, time: datetime) -> None:
    """Set when an article was published.

    Args:
        article: It.
        time: When, in the zone that its source states.
    """
    article.published_at.FromDatetime(time)
    offset = time.utcoffset()
    article.utc_offset_minutes = int(offset.total_seconds() // _MINUTE) if offset else 0


def offset_minutes(time: str) -> int:
    """Return the minutes by which the zone of a time of RFC 3339 is ahead of UTC.

    Raises:
        ValueError: It is a day or more.
    """
    zone = _ZONE.search(time)
    if not zone:
        return 0
    minutes = _HOUR * int(zone["hours"]) + int(zone["minutes"])
    if minutes >= _DAY:
        message = f"no zone is {zone.group()} from UTC"
        raise ValueError(message)
    return -minutes if zone["sign"] == "-" else minutes
