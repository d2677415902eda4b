"""What happens to an invented family, from the strategy discussion to the first core group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from daemon.domain.times import LONDON, day_of

CONFERENCE_LENGTH = timedelta(hours=2)
MADE_SAFE_WITHIN = timedelta(hours=1, minutes=30)


@dataclass(frozen=True, slots=True)
class Child:
    """One child; `plan_id` is the plan's once there is one."""

    ref: str
    born_on: date
    plan_id: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """One attempt at a conference: in the diary from `booked_at`, and held unless it is put off.

    Our report is authorised and then shared with the parents; the agencies' come together.
    """

    id: str
    booked_at: datetime
    starts_at: datetime
    report_authorised_at: datetime
    report_shared_at: datetime
    agencies_reported_at: datetime
    put_off_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """When it is over, if it takes place."""
        return self.starts_at + CONFERENCE_LENGTH

    @property
    def police_asked_at(self) -> datetime:
        """When the police are asked for their report: as soon as the conference is booked."""
        return self.booked_at + timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Papers:
    """What is written after a conference: its decisions, drafted, approved and sent, and its minutes."""

    drafted_at: datetime
    approved_at: datetime
    sent_at: datetime
    minutes_at: datetime
    minutes_shared_at: datetime


@dataclass(frozen=True, slots=True)
class CoreGroup:
    """The first core group: when it is held and its papers go out, and the day set for the next."""

    held_at: datetime
    papers_at: datetime
    next_on: date


@dataclass(frozen=True, slots=True)
class Family:
    """A whole history, future and past; None stands for what never happens.

    `is_at_risk` is how the section 47 enquiry ends, `has_plan` what the conference decides, and
    `apologies_from` the agency that sends them. `excluded` is somebody on the staff who must not learn
    of the case; in such a family the parents are kept apart, too, and the chair has left one person out.
    """

    id: str
    children: tuple[Child, ...]
    social_worker: str
    team: str
    chair: str
    category: str
    strategy_at: datetime
    concluded_at: datetime
    is_at_risk: bool
    sittings: tuple[Sitting, ...]
    not_required_at: datetime | None = None
    list_received_at: datetime | None = None
    has_plan: bool = False
    papers: Papers | None = None
    core_group: CoreGroup | None = None
    apologies_from: str | None = None
    excluded: str | None = None

    @property
    def safe_at(self) -> datetime:
        """When the plan that makes the child safe is recorded."""
        return self.strategy_at + MADE_SAFE_WITHIN

    @property
    def refs(self) -> tuple[str, ...]:
        """The children's references."""
        return tuple(child.ref for child in self.children)

    @property
    def strategy_on(self) -> date:
        """Day 1."""
        return day_of(self.strategy_at)

    @property
    def held_at(self) -> datetime | None:
        """When the conference was over: from then on the record shows it as held."""
        return self.sittings[-1].ends_at if self.is_at_risk else None


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """One thing that happens: `at` is UTC; `what` says it with references only."""

    at: datetime
    what: str
    refs: tuple[str, ...]


def events(families: Sequence[Family]) -> list[Event]:
    """Return everything that happens, in time order."""
    return sorted(event for family in families for event in _events(family))


def _events(family: Family) -> Iterator[Event]:
    ending = "at risk" if family.is_at_risk else "not at risk"
    decision = "a plan" if family.has_plan else "no plan"
    told: list[tuple[datetime | None, str]] = [
        (family.strategy_at, "strategy discussion held"),
        (family.concluded_at, f"section 47 enquiry concluded, {ending}"),
        (family.not_required_at, "conference not required"),
        (family.list_received_at, "invite list received"),
        (family.held_at, f"conference held, {decision}"),
        (family.core_group.held_at if family.core_group else None, "first core group held"),
    ]
    if family.papers:
        told.append((family.papers.sent_at, "decisions sent"))
    for sitting in family.sittings:
        told += [
            (sitting.booked_at, "conference booked"),
            (sitting.put_off_at, "conference put off"),
        ]
    for at, what in told:
        if at is not None:
            yield Event(at, f"{', '.join(family.refs)}: {what}", family.refs)


def local(at: datetime) -> str:
    """Return an instant as the office writes it: London time without an offset."""
    return f"{at.astimezone(LONDON):%Y-%m-%dT%H:%M}"


def has_happened(at: datetime | None, now: datetime) -> bool:
    """Return whether it is behind us."""
    return at is not None and at <= now


def status_of(family: Family, sitting: Sitting, now: datetime) -> str:
    """Return the word in the diary's status column."""
    if has_happened(family.not_required_at, now):
        return "not required"
    if has_happened(sitting.put_off_at, now):
        return "rearranged"
    return "held" if has_happened(sitting.ends_at, now) else "booked"
