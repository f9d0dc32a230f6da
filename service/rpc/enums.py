"""The enums of the domain and of the contract, paired by name.

Importing this module fails if a pair has not the same members, so neither can grow alone.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

from newsweave.v1 import newsweave_pb2 as pb
from service import domain

if TYPE_CHECKING:
    from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper

D = TypeVar("D", bound=Enum)
W = TypeVar("W", bound=int)
_UNSPECIFIED = "UNSPECIFIED"


class Pairing(Generic[D, W]):
    """Members of a domain enum and numbers of a protobuf enum, one to one."""

    def __init__(self, members: type[D], numbers: _EnumTypeWrapper[W], unspecified: D | None = None) -> None:
        """Pair the members by name.

        Args:
            members: The enum of the domain.
            numbers: The enum of the contract; its first name ends with UNSPECIFIED.
            unspecified: What the number 0 means, if a caller may leave it out.

        Raises:
            TypeError: One enum has a member that the other has not.
        """
        prefix = numbers.keys()[0].removesuffix(_UNSPECIFIED)
        names = {name.removeprefix(prefix) for name in numbers.keys()} - {_UNSPECIFIED}  # noqa: SIM118  no mapping
        if different := names ^ {member.name for member in members}:
            message = f"{members.__name__} differs from its enum of the contract in {sorted(different)}"
            raise TypeError(message)
        self._numbers = {member: numbers.Value(prefix + member.name) for member in members}
        self._members = {number: member for member, number in self._numbers.items()}
        if unspecified is not None:
            self._members[numbers.Value(prefix + _UNSPECIFIED)] = unspecified

    def number(self, member: D) -> W:
        """Return the number of a member."""
        return self._numbers[member]

    def member(self, number: W) -> D | None:
        """Return the member of a number, or None if the number means nothing."""
        return self._members.get(number)


OFFSET_ENCODINGS = Pairing(domain.OffsetEncoding, pb.OffsetEncoding, domain.OffsetEncoding.CODE_POINTS)
DRAFTINGS = Pairing(domain.Drafting, pb.Drafting, domain.Drafting.ABSTRACTIVE)
OVERFLOWS = Pairing(domain.Overflow, pb.Overflow, domain.Overflow.REJECT)
STYLES = Pairing(domain.Style, pb.Style, domain.Style.PARAGRAPH)
SENTENCE_MODES = Pairing(domain.SentenceMode, pb.SentenceMode)
GUARDS = Pairing(domain.Guard, pb.Guard)
REMOVAL_REASONS = Pairing(domain.RemovalReason, pb.RemovalReason)
DROP_REASONS = Pairing(domain.DropReason, pb.DropReason)
DROP_OUTCOMES = Pairing(domain.DropOutcome, pb.DropOutcome)
CAUTION_CODES = Pairing(domain.CautionCode, pb.WarningCode)
DATE_ANCHORS = Pairing(domain.DateAnchor, pb.DateAnchor)
CITATION_ROLES = Pairing(domain.CitationRole, pb.CitationRole)
CONFLICT_SLOTS = Pairing(domain.ConflictSlot, pb.ConflictSlot)
CONFLICT_STATUSES = Pairing(domain.ConflictStatus, pb.ConflictStatus)
ORIGIN_REASONS = Pairing(domain.OriginReason, pb.OriginReason)
MERGE_REASONS = Pairing(domain.MergeReason, pb.MergeReason)
STAGES = Pairing(domain.Stage, pb.Stage)
UNASSIGNED_REASONS = Pairing(domain.UnassignedReason, pb.UnassignedReason)
