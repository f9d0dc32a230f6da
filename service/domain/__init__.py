"""Every noun of the flow, frozen, in the order in which the stages make them.

Offsets are Unicode code points of the article's own text, half-open. Illegal states cannot be built:
a constructor that is given one raises :class:`ValueError`.
"""

from service.domain.draft import (
    Draft,
    DropOutcome,
    DroppedDraft,
    DropReason,
    Guard,
    SentenceMode,
    Support,
    Verification,
    Verified,
)
from service.domain.options import (
    Drafting,
    Job,
    OffsetEncoding,
    Overflow,
    SummaryOptions,
)
from service.domain.selection import (
    Cluster,
    Plan,
    PlanItem,
    Ranked,
)
from service.domain.source import (
    Article,
    Document,
    Encoded,
    RemovalReason,
    Removed,
    Sentence,
    Span,
    Vectors,
)
from service.domain.summary import (
    Caution,
    CautionCode,
    Citation,
    ClusterMember,
    ClusterReport,
    Event,
    ModelCard,
    Progress,
    Provenance,
    SourceReport,
    Stage,
    Summary,
    SummarySentence,
    Usage,
)

__all__ = [
    "Article",
    "Caution",
    "CautionCode",
    "Citation",
    "Cluster",
    "ClusterMember",
    "ClusterReport",
    "Document",
    "Draft",
    "Drafting",
    "DropOutcome",
    "DropReason",
    "DroppedDraft",
    "Encoded",
    "Event",
    "Guard",
    "Job",
    "ModelCard",
    "OffsetEncoding",
    "Overflow",
    "Plan",
    "PlanItem",
    "Progress",
    "Provenance",
    "Ranked",
    "RemovalReason",
    "Removed",
    "Sentence",
    "SentenceMode",
    "SourceReport",
    "Span",
    "Stage",
    "Summary",
    "SummaryOptions",
    "SummarySentence",
    "Support",
    "Usage",
    "Vectors",
    "Verification",
    "Verified",
]
