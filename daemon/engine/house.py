"""What every station is given: the rulebook in force, the calendar, and how this authority works."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from daemon.decide.duties.obligations import Answer, Deciding
from daemon.decide.duties.shares import Share, decide_in_shares
from daemon.decide.people.recipients import People
from daemon.decide.record.merge import merge
from daemon.decide.record.reading import Reading, read_record
from daemon.domain.authority import Authority
from daemon.domain.brake import NO_LIMITS, Limits
from daemon.domain.errors import Problem
from daemon.domain.invitation import CALENDAR
from daemon.domain.person import Person, Post
from daemon.domain.record import Record
from daemon.domain.rules import MessageText, Pack, Rule, Rulebook
from daemon.domain.times import day_of
from daemon.domain.track import Track
from daemon.engine.records.absence import heard_at, with_absences
from daemon.engine.records.between_feeds import misfits
from daemon.engine.records.carried import watching
from daemon.ports import CaseSource, Channel, Courier, Directory, Inbox
from daemon.store import StoredFragment, Tx, apart

CASE_SYSTEM = "case_system"
UNREAD = (None, None, Reading(None, ()))
REMEMBERED = 1000  # records are kept in memory: what is due now is asked for again and again


@dataclass(frozen=True, slots=True)
class Feed:
    """One configured source and the job that it does, with those that it does `also`.

    `read_every` and `fresh_within` are durations.

    A reading from which `most_gone` in a hundred rows have gone is not taken, unless it shows `at_least` so many;
    nor is one from which that share of a part has, unless it shows `at_least_of` that part so many.
    """

    name: str
    role: str
    source: CaseSource
    read_every: timedelta
    fresh_within: timedelta
    most_gone: int = 30
    at_least: int | None = None
    at_least_of: Mapping[str, int] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    @property
    def jobs(self) -> tuple[str, ...]:
        """Every job that it does, its own first."""
        return (self.role, *self.also)


@dataclass(frozen=True, slots=True)
class Terms:
    """How messages leave this authority.

    `fallback` is the id or address of whoever hears what nobody else can be told, `mailboxes` are the
    addresses of roles that nobody in the directory needs to hold. `internal` and `accepted` are
    mail domains; `unknown_gets` is `L0` or `nothing`.
    """

    title: str
    operator: str
    fallback: str
    address: str
    link_key: bytes
    internal: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()
    unknown_gets: str = "L0"
    link_days: int = 14
    connections: int = 4
    lease: timedelta = timedelta(seconds=30)
    send_deadline: timedelta = timedelta(seconds=20)
    retry_first: timedelta = timedelta(seconds=15)
    retry_most: timedelta = timedelta(minutes=15)
    hold_working_days: int = 1
    brake: Limits = NO_LIMITS
    fallback_role: str = "duty_mailbox"
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    enclosures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox in which answers and bounces come back, and how often it is read."""

    name: str
    inbox: Inbox
    read_every: timedelta


@dataclass(slots=True)
class House:
    """One authority's set-up. What the rules settle changes with them (`take_up`); all else stands for a run.

    `older` are the rulebooks that some open obligations go on under, by digest. `carried` are the facts that
    the feeds can show, None where any may come. `failover`: by which ways somebody is told where one refuses.
    """

    deciding: Deciding
    terms: Terms
    feeds: Mapping[str, Feed]
    channels: Mapping[str, Channel]
    directory: Directory | None = None
    order: Mapping[str, Sequence[str]] = field(default_factory=dict)
    enforce_from: date | None = None
    worker: str = "run"
    older: Mapping[str, Deciding] = field(default_factory=dict)
    first_on: date | None = None
    carried: frozenset[str] | None = None
    signs_in: bool = False
    inboxes: Mapping[str, Mailbox] = field(default_factory=dict)
    failover: Mapping[str, Sequence[str]] = field(default_factory=dict)
    post: Courier | None = None
    _people: tuple[object, People] | None = None
    _read_before: dict[str, tuple[object, object, Reading]] = field(default_factory=dict)

    @property
    def hears(self) -> bool:
        """Invitations to conferences are ours, and what people answer to them comes back to us."""
        return CALENDAR in self.channels and bool(self.inboxes)

    def take_up(
        self, deciding: Deciding, authority: Authority, older: Mapping[str, Deciding]
    ) -> None:
        """Decide by other rules from now on, of them those that the feeds' facts can meet."""
        fallback = authority.mailboxes.get(authority.fallback)
        self.deciding = watching(deciding, self.carried)
        self.older = {digest: watching(one, self.carried) for digest, one in older.items()}
        self.terms = replace(
            self.terms,
            fallback=fallback or self.terms.fallback,
            fallback_role=authority.fallback,
            mailboxes=authority.mailboxes,
            enclosures=authority.enclosures,
            internal=authority.internal,
            accepted=authority.accepted,
            unknown_gets=authority.unknown_gets,
            hold_working_days=authority.hold_working_days,
            brake=authority.brake,
        )
        self.feeds = {
            name: replace(feed, fresh_within=authority.fresh_for(feed.jobs) or feed.fresh_within)
            for name, feed in self.feeds.items()
        }
        self.enforce_from = authority.enforce_from or self.first_on
        self.forget_people()

    def under(self, track: Track) -> Deciding:
        """Return what an obligation stands under: the rules in force, unless it is pinned to older ones."""
        return self.older.get(track.pack_digest, self.deciding)

    def rule_of(self, track: Track, pathway: str | None = None) -> Rule | None:
        """Return the rule of an obligation, None where it is in force no longer.

        One that a pathway has taken over has that pathway's roles. `pathway` is the case's own; without
        it, it is the authority's.
        """
        deciding = self.under(track)
        packs = deciding.rulebook.packs
        for name in (pathway or deciding.default_pathway or track.pack, track.pack):
            rule = packs[name].rule(track.rule) if name in packs else None
            if rule and rule.pack == track.pack:
                return rule
        return None

    def message(self, name: str) -> MessageText:
        """Return a message's source, of an older rulebook where the one in force has it no longer."""
        return next(book.messages[name] for book in self._books() if name in book.messages)

    def packs(self) -> Iterator[Pack]:
        """Yield every pack that an obligation may be open under: those in force, then the older ones."""
        return (pack for book in self._books() for pack in book.packs.values())

    def rules(self) -> Iterator[Rule]:
        """Yield their rules, one of the same name once for each pack that has it."""
        return (rule for pack in self.packs() for rule in pack.rules)

    def _books(self) -> list[Rulebook]:
        return [self.deciding.rulebook, *(one.rulebook for one in self.older.values())]

    def decide(
        self, record: Record, now: datetime, kept: Mapping[date, int], own: Mapping[str, Track]
    ) -> tuple[Answer, list[Share]]:
        """Return how a case stands, and the same in shares, one for each rulebook that its obligations are under.

        Source: DOMAIN 5.13.
        """
        return decide_in_shares(self.deciding, self.older, record, now, kept, own)

    def read_cases(self, tx: Tx, refs: Collection[str]) -> dict[str, Reading]:
        """Return the merged record of each case that any feed knows, with what is wrong with it.

        What was read a moment ago and has not changed since is not read again. One without a record
        is a case of which what is stored cannot be read: it keeps no other from being read.
        """
        marks = tx.fragments.marks(refs)
        found: dict[str, Reading] = {}
        for ref, mark in marks.items():
            words, before, reading = self._read_before.get(ref, UNREAD)
            if before == mark and words is self.deciding.words:
                found[ref] = reading
        others, spoilt = apart(tx.fragments.of, marks.keys() - found.keys(), "fragments")
        for ref, stored in others.items():
            found[ref] = self._read(ref, stored)
            if found[ref].record is not None:
                self._remember(ref, marks[ref], found[ref])
        return found | {ref: unreadable(ref, why) for ref, why in spoilt.items()}

    def _remember(self, ref: str, mark: object, reading: Reading) -> None:
        while len(self._read_before) >= REMEMBERED:
            self._read_before.pop(next(iter(self._read_before), ""), None)
        self._read_before[ref] = self.deciding.words, mark, reading

    def _read(self, ref: str, found: Sequence[StoredFragment]) -> Reading:
        try:
            body = merge([(one.feed, one.body) for one in found], self.order)
            reading = read_record(body, self.deciding.words, ref)
        except Exception as error:  # noqa: BLE001 - no feed gave this: whatever it is, it is spoilt
            return unreadable(ref, f"fragments, {type(error).__name__}")
        if reading.record is None or reading.record.ref != ref.strip():
            return unreadable(ref, "fragments, it names no case or another one")
        masters = {feed.name for feed in self.feeds_of(CASE_SYSTEM)}
        return reading._replace(problems=(*reading.problems, *misfits(ref, found, masters)))

    def record(self, tx: Tx, ref: str) -> Record | None:
        """Return the merged record of one case."""
        reading = self.read_cases(tx, [ref]).get(ref)
        return reading.record if reading else None

    def people(self, tx: Tx) -> People:
        """Return the directory as it was last read, with who was heard to be away; kept until either changes."""
        known = tx.people.read_at(), heard_at(tx)
        if self._people is None or self._people[0] != known:
            terms = self.terms
            boxes = [
                Person(address, {"email": address}, posts=(Post(role),))
                for role, address in terms.mailboxes.items()
            ]
            staff = with_absences(tx, tx.people.all())
            people = People([*boxes, *staff], terms.fallback, terms.fallback_role)
            self._people = (known, people)
        return self._people[1]

    def forget_people(self) -> None:
        """Have the directory looked up again: it was just read."""
        self._people = None

    def feeds_of(self, role: str) -> list[Feed]:
        """Return the feeds that do a job."""
        return [feed for feed in self.feeds.values() if role in feed.jobs]


def unreadable(ref: str, why: str) -> Reading:
    """Return that what is stored of a case cannot be read, and where and why."""
    what = f"what is stored of this case cannot be read ({why})"
    mend = (
        "its feeds are asked for it again, and its messages wait; if it stays, restore the database"
    )
    return Reading(None, (Problem(ref, what, mend),))


def canonical(body: Mapping[str, Any]) -> str:
    """Return the one text form of a body: what fingerprints are made of."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


def weeks_of(now: datetime) -> int:
    """Return a number for the ISO week, rising for ever: 202610 for the tenth of 2026."""
    year, week, _ = day_of(now).isocalendar()
    return year * 100 + week
