"""Three articles on one fire, what a drafter may make of them, and the pipeline run on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain import Provenance
from service.pipeline import summarize
from service.settings import Settings
from tests.unit.service.fakes import articles, models

if TYPE_CHECKING:
    from service.domain import Event, Job
    from service.ports import Models

FIRST = """A fire at the port of Moss hurt 12 men on Monday.
Anna Berg, the mayor of Moss, closed the port for a week.
The fire sank two old ships that were tied to the pier.
“We will rebuild the port,” the mayor told reporters at the scene.
Police in Moss said the fire began in a store of paint.
"""
SECOND = """By Bela Csonka
On Monday 12 men were hurt in a fire at the port of Moss.
The mayor of Moss, Anna Berg, closed the port for one week.
The police in Moss said that the fire began in a paint store.
Read also:
• The fire sank two old ships that were tied to the pier.
"""
THIRD = """Twelve men were hurt on Monday by a fire at the port of Moss.
“We will rebuild the port,” the mayor of Moss told reporters.
The fire was not arson, police in Moss said of the port fire.
"""
NEWS = articles(FIRST, SECOND, THIRD)
FUSED = "A fire at the port of Moss on Monday hurt 12 men."
LIES = [
    "A fire at the port of Moss on Monday hurt 13 men.",
    "A fire at the port of Oslo on Monday hurt 12 men.",
    "A fire at the port of Moss on Monday never hurt 12 men.",
    "A fire at the port of Moss on Sunday hurt 12 men.",
    "A huge fire at the port of Moss hurt 12 men.",
]
GERMAN = "Der Brand brach am Montagabend im Hafen aus, sagte die Polizei."
PROVENANCE = Provenance("1", (), "0" * 64)


def run(job: Job, using: Models | None = None, settings: Settings | None = None) -> list[Event]:
    return list(summarize(job, using or models(), settings or Settings(), PROVENANCE))
