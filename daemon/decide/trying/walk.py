"""One case on its way through time, as a simulation remembers it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import NamedTuple, Protocol

from daemon.decide.due.ladder import Firing
from daemon.decide.duties.carry import Course
from daemon.decide.duties.family import is_closed
from daemon.decide.duties.standing import ENDS_EVERYTHING
from daemon.decide.inviting.invitations import Entry, Item
from daemon.decide.people.recipients import Access
from daemon.decide.trying.outlook import Outlook
from daemon.decide.trying.told import Notice
from daemon.domain.record import Record
from daemon.domain.track import Track

EARLIEST = datetime.fromtimestamp(0, UTC)


class Told(NamedTuple):
    """Somebody who has been told of an obligation, and how."""

    role: str
    to: str | None
    via: str
    after_due: bool
    by: str


class Unheard(NamedTuple):
    """A rung that fired in a past that is not shown: who heard of it is found when somebody must know."""

    at: datetime
    firing: Firing


class Handing(NamedTuple):
    """What passes to another social worker, who had it before, and when the new one hears of it."""

    at: datetime
    before: Access
    obligations: tuple[str, ...]


@dataclass(slots=True)
class Walk:
    """One case on its way through time.

    `waiting` says when each ladder looks again; `kin` are those others of its family that may hold it;
    `handing` is the list that its new social worker is about to get; `twins` are cases of its family
    with the same story, which go where it goes; `outlook` is what it comes to, where that is known before.
    """

    versions: list[Record]
    tracks: dict[str, Track] = field(default_factory=dict)
    waiting: dict[str, datetime] = field(default_factory=dict)
    told: dict[str, list[Told | Unheard]] = field(default_factory=dict)
    agencies: dict[str, str | None] = field(default_factory=dict)
    access: tuple[Record, Access] | None = None
    holders: dict[tuple[str, date], list[str | None]] = field(default_factory=dict)
    decided: Record | None = None
    course: Course | None = None
    items: Mapping[Entry, Item] = field(default_factory=dict)
    looks_again_at: datetime | None = None
    kin: list["Walk"] = field(default_factory=list)
    handing: Handing | None = None
    twins: list["Walk"] = field(default_factory=list)
    outlook: Outlook | None = None

    def keep(self, track: Track) -> None:
        """Take a track as it stands now."""
        self.tracks[track.id] = track
        if track.next_at is not None:
            self.waiting[track.id] = track.next_at
        else:
            self.waiting.pop(track.id, None)

    def due(self, now: datetime) -> list[Track]:
        """Return the tracks that look by `now`."""
        return [self.tracks[name] for name, at in self.waiting.items() if at <= now]

    def access_of(self, record: Record, find: Callable[[Record], Access]) -> Access:
        """Return who may know of the case by one of its versions, found once for each."""
        if self.access is None or self.access[0] is not record:
            self.access = record, find(record)
        return self.access[1]

    def may_end(self) -> bool:
        """Return whether any version of the case shows what holds its family."""
        return any(fact.name in ENDS_EVERYTHING for one in self.versions for fact in one.facts)

    def is_held(self, now: datetime) -> bool:
        """Return whether nothing goes out about this case, because of another one of its family."""
        known = (other.known(now) for other in self.kin)
        return any(record is not None and is_closed(record, now) for record in known)

    def is_decided(self, record: Record, now: datetime) -> bool:
        """Return whether the last decision still stands: the same version, and no fact that counts since."""
        is_later = self.looks_again_at is not None and self.looks_again_at <= now
        return record is self.decided and not is_later

    def known(self, now: datetime) -> Record | None:
        """Return the newest version that is known at `now`."""
        found = None
        for record in self.versions:
            if record.as_known_at is None or record.as_known_at <= now:
                found = record
        return found

    def next_at(self, after: datetime) -> datetime | None:
        """Return the next moment after `after` at which something may change."""
        return min((at for at in self._moments(after) if at > after), default=None)

    def _moments(self, after: datetime) -> Iterator[datetime]:
        yield from (one.as_known_at for one in self.versions if one.as_known_at)
        yield from self.waiting.values()
        if self.looks_again_at:
            yield self.looks_again_at
        if self.handing:
            yield self.handing.at
        if self.is_held(after):
            for other in self.kin:
                yield from (one.as_known_at for one in other.versions if one.as_known_at)
                if other.looks_again_at:
                    yield other.looks_again_at


def introduce(walks: Iterable[Walk]) -> None:
    """Let the cases of a family know of one another."""
    families: dict[str, list[Walk]] = {}
    for walk in walks:
        if family := walk.versions[-1].family:
            families.setdefault(family, []).append(walk)
    for together in families.values():
        for walk in together:
            walk.kin = [other for other in together if other is not walk and other.may_end()]


def leaders(walks: Iterable[Walk]) -> list[Walk]:
    """Return those that go their own way, each with its `twins`: brothers and sisters with one story (introduced).

    A conference is about all of a family's children, and its record is often the same but for the reference.
    """
    found: list[Walk] = []
    of_family: dict[str, list[Walk]] = {}
    for walk in walks:
        family = walk.versions[-1].family
        before = of_family.setdefault(family, []) if family and not walk.kin else []
        first = next((one for one in before if _is_one_story(one, walk)), None)
        if first is None:
            before.append(walk)
            found.append(walk)
        else:
            first.twins.append(walk)
            walk.tracks = first.tracks
    return found


def _is_one_story(one: Walk, other: Walk) -> bool:
    """Return whether the versions of two cases say the same of them, but for the reference."""
    return len(one.versions) == len(other.versions) and all(
        replace(theirs, ref=ours.ref) == ours
        for ours, theirs in zip(one.versions, other.versions, strict=True)
    )


def of_twin(one: Notice, walk: Walk, twin: Walk, now: datetime) -> Notice:
    """Return what goes out about a case that has the same story."""
    record, was = twin.known(now), walk.versions[0].ref
    if record is None:
        return one
    ref = record.ref
    name = one.obligation and f"{ref}{one.obligation.removeprefix(was)}"
    return one._replace(ref=ref, refs=(ref,), obligation=name, group=group_of(record))


class Case(Protocol):
    """A record, or what is kept of one."""

    @property
    def ref(self) -> str:
        """The case's reference."""
        ...

    @property
    def family(self) -> str | None:
        """Its family's."""
        ...

    @property
    def restricted(self) -> bool:
        """Only its named holders may know of it."""
        ...


def group_of(case: Case) -> str:
    """Return what a message gathers by: the family, but a restricted case always travels alone.

    Source: DOMAIN 5.6, READINGS section 2, 8.
    """
    return case.ref if case.restricted or not case.family else case.family


def by_case(records: Iterable[Record]) -> list[list[Record]]:
    """Return the versions of each case, in the order in which they became known."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.ref, []).append(record)
    for versions in found.values():
        versions.sort(key=lambda record: record.as_known_at or EARLIEST)
    return list(found.values())


def beginning(walk: Walk, start: datetime) -> datetime:
    """Return when a case is first looked at: as first known, else at the first thing that happened."""
    known = [record.as_known_at for record in walk.versions if record.as_known_at]
    if len(known) == len(walk.versions):
        return min(known)
    moments = [
        moment
        for record in walk.versions
        if record.as_known_at is None
        for moment in (
            *(fact.at for fact in record.facts),
            *(meeting.held[0] for meeting in record.meetings if meeting.held),
        )
    ]
    return min(moments, default=start)
