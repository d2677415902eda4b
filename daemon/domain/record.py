"""The case record: one child's case at one moment (DOMAIN section 2). No name, no address, no narrative."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from daemon.domain.facts import Fact

INITIAL_KINDS = frozenset({"icpc", "pre_birth", "transfer_in"})  # transfer_in with direction: in
SCHEDULED_AND_HELD: dict[str, tuple[str | None, str]] = {
    "strategy": ("strategy_discussion_scheduled", "strategy_discussion_held"),
    "icpc": ("icpc_scheduled", "icpc_held"),
    "rcpc": ("rcpc_scheduled", "rcpc_held"),
    "core_group": ("core_group_scheduled", "core_group_held"),
    "midpoint_review": (None, "midpoint_review_recorded"),
    "cin_review": (None, "cin_plan_reviewed"),
    "partnership_supervision": (None, "partnership_supervision_held"),
    "family_group": (None, "family_group_conference_held"),
    "transfer_out": (None, "receiving_conference_held"),
}
CALLED_OFF = "rcpc_called_off"  # the diary's word alone: a person decides what follows (STK-024)


class Status(StrEnum):
    """A meeting's status in its diary. It never meets or withdraws anything; facts do."""

    REQUESTED = "requested"
    BOOKED = "booked"
    HELD = "held"
    ADJOURNED = "adjourned"
    REARRANGED = "rearranged"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody on a meeting's list: `person` is an address or directory id, `agency` and `role` are codes.

    `deputy_named_at` is when they were first seen there in the place of `deputy_for`, another's id.
    """

    id: str
    agency: str | None = None
    area: str | None = None
    role: str | None = None
    person: str | None = None
    is_family: bool = False
    key: bool = False
    report_expected: bool = False
    invited_at: datetime | None = None
    delivered: bool | None = None
    response: str = "none"
    deputy_for: str | None = None
    deputy_named_at: datetime | None = None
    attendance: str | None = None
    contact: str = "none"
    apart_from: tuple[str, ...] = ()
    excluded_by_chair: bool = False
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """A conference or other gathering as this child's record shows it.

    `scheduled` and `held` are the moments as facts would carry them, with `whole_day`;
    `number` and `attempt` are None until derived (decide.case.subjects). `link` is the page of the online
    meeting. `enquiry_on` is when the enquiry that it comes from began and `plan` the plan that it
    reviews, where a source says so; `target_on` by when a source says that it is due, shown beside our
    own date and never relied on. `dated_at` is when it was first seen that it has a date,
    `brought_forward_at` that its date is sooner than it was, which was `brought_forward_from`.
    """

    id: str
    kind: str
    number: int | None = None
    attempt: int | None = None
    status: Status = Status.REQUESTED
    direction: str | None = None
    scheduled: tuple[datetime, bool] | None = None
    ends_at: datetime | None = None
    held: tuple[datetime, bool] | None = None
    effective: bool | None = None
    rearranged_to: str | None = None
    venue: str | None = None
    mode: str | None = None
    facts: tuple[Fact, ...] = ()
    invitees: tuple[Invitee, ...] = ()
    link: str | None = None
    enquiry_on: date | None = None
    plan: str | None = None
    target_on: date | None = None
    dated_at: datetime | None = None
    brought_forward_at: datetime | None = None
    brought_forward_from: datetime | None = None

    @property
    def failed(self) -> bool:
        """A failed conference was not held, whatever `held_on` says (READINGS section 2, 12)."""
        return self.effective is False or self.status in (Status.ADJOURNED, Status.REARRANGED)

    @property
    def is_initial(self) -> bool:
        """It is an initial conference: ICPC, pre-birth, or a transfer to us."""
        return self.kind in INITIAL_KINDS and (self.kind != "transfer_in" or self.direction == "in")


@dataclass(frozen=True, slots=True)
class Plan:
    """A child protection plan; the category is stored and never sent.

    `review_target_on` is by when a source says that its next review is due, as a meeting's `target_on`.
    """

    id: str
    started_on: date | None = None
    ended_on: date | None = None
    category: str | None = None
    facts: tuple[Fact, ...] = ()
    review_target_on: date | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A plan action with its owner (an address or directory id)."""

    id: str
    owner: str | None = None
    due_on: date | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One child's case. `roles` maps a role code to the people who hold it in this case."""

    ref: str
    formerly: tuple[str, ...] = ()
    pathway: str | None = None
    family: str | None = None
    team: str | None = None
    restricted: bool = False
    holders: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    looked_after: bool = False
    plan_held_by: str | None = None
    born_on: date | None = None
    expected_on: date | None = None
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    plans: tuple[Plan, ...] = ()
    actions: tuple[Action, ...] = ()
    as_known_at: datetime | None = None
