"""The people of a tenant: who is in the groups that stand for roles, whom they answer to, and who is away.

Names are never asked for. Each part is kept with its age; one that cannot be read again is used for a
day, and said so. A large tenant takes a while to read: that goes on beside, and the last reading stands.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, NamedTuple

from daemon.domain.errors import Problem, Severity, Temporary, WireError
from daemon.domain.mail import plain_address
from daemon.domain.person import Person, Post, Scope, holders_among
from daemon.domain.times import DAY, FIVE, NINE, day_of, london, say
from daemon.examined import Finding, doubt, fault, fine
from daemon.ports import Clock, Unreadable
from integrations.microsoft365 import entra
from integrations.microsoft365.directory_config import DirectoryConfig, Group
from integrations.microsoft365.examine import PEOPLE, examine_people
from integrations.microsoft365.session import Borrower, Session

WHERE = "people"
DOOR = "directory"  # a throttled directory leaves mail alone
USED_MOST = timedelta(days=1)  # what cannot be read again is used for so long
READ_MOST_S = 60.0  # for a whole reading
AT_ONCE = {"accounts": 15, "replies": 100, "calendars": 20}  # what Graph takes in one call
NOON = timedelta(hours=12)
AWAY = "3"  # of a calendar's hour
Span = tuple[date, date]
STILL_READING = Problem(
    WHERE, "Microsoft 365 is still being read; the last reading stands", "see whether it is slow",
    Severity.NOTE,
)  # fmt: skip


class Reading(NamedTuple):
    """What one reading brought."""

    people: Sequence[Person]
    problems: tuple[Problem, ...]


class EntraDirectory(Borrower):
    """The directory. `problems` are of the last reading; it retries nothing and logs nothing."""

    def __init__(self, config: DirectoryConfig, clock: Clock) -> None:
        """Take the options; nobody is asked before the first reading."""
        self.config, self.clock = config, clock
        self.session = Session.borrow(config.connection, clock, entra.warm)
        self.session.needs |= {*PEOPLE}
        self.problems: tuple[Problem, ...] = ()
        self._kept: dict[str, tuple[datetime, Any]] = {}
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="directory")
        self.reading: Future[Reading] | None = None
        self._last: Reading | None = None

    def people(self) -> Sequence[Person]:
        """Return everybody in the groups, and their managers; raises Unreadable.

        Nobody waits longer than `wait_s`: what is not read by then is there the next time.
        """
        self.reading = self.reading or self._reader.submit(self._read)
        try:
            self._last = self.reading.result(self.config.wait_s)
        except TimeoutError:
            if self._last is None:
                raise Unreadable("Microsoft 365 is still being read; look again soon") from None
            self.problems = (*self._last.problems, STILL_READING)
            return self._last.people
        except Unreadable:
            self.reading = None
            raise
        self.reading = None
        self.problems = self._last.problems
        return self._last.people

    def _read(self) -> "Reading":
        until = monotonic() + READ_MOST_S
        found: list[Problem] = []
        read = partial(self._read_staff, until)
        staff, doubts = self._part("roles", read, found, self.config.groups_every, is_needed=True)
        found += doubts
        spans: dict[str, list[Span]] = {}
        if self.config.mailbox is not None:
            addresses = [one.addresses["email"] for one in staff]
            for part, ask in (("automatic replies", self._replying), ("calendars", self._away)):
                more = self._part(part, partial(ask, addresses, until), found, timedelta(0))
                for address, pairs in (more or {}).items():
                    spans.setdefault(address, []).extend(pairs)
        people = [
            replace(one, absences=tuple(spans.get(one.addresses["email"].casefold(), ())))
            for one in staff
        ]
        return Reading(people, tuple(found))

    def holders(self, role: str, scope: Scope) -> Sequence[Person]:
        """Return who holds the role in the scope's team, else for the whole authority."""
        return holders_among(self.people(), role, scope, day_of(self.clock()))

    def examine(self) -> Iterator[Finding]:
        """Yield how the tenant stands, and who is read from it."""
        if self.session is None:
            return
        yield from examine_people(self.session)
        try:
            yield fine(f"it can be read, and holds {len(self.people())} people")
        except Unreadable as error:
            yield fault(str(error), "mend it: nobody can be told by their role until then")
        for one in self.problems:
            yield doubt(f"{one.where}: {one.what}", one.mend)

    def close(self) -> None:
        """Let the session go; what is being read comes to nothing, and closing twice is no error."""
        self._reader.shutdown(wait=False, cancel_futures=True)
        super().close()

    def _part(
        self, name: str, read: Callable[[], Any], found: list[Problem], every: timedelta,
        *, is_needed: bool = False,
    ) -> Any:  # fmt: skip
        """Return a part of the directory, as it was read last where that is no longer than `every` ago.

        What cannot be read is used as it was for a day; then, where it is needed, Unreadable is raised.
        """
        now = self.clock()
        read_at, value = self._kept.get(name, (None, None))
        if read_at is not None and now < read_at + every:
            return value
        try:
            value = read()
        except WireError as error:
            why = f"Microsoft 365 did not give the {name} ({error.reason})"
            mend = "see docs/how-to/microsoft365.md for its permissions"
            is_usable = read_at is not None and now < read_at + USED_MOST
            if is_needed and not is_usable:
                raise Unreadable(f"{why}; {mend}") from None
            used = f"; as read on {say(read_at)}" if read_at and is_usable else "; left out"
            found.append(Problem(f"{WHERE}: {name}", why + used, mend, Severity.WARNING))
            return value if is_usable else None
        self._kept[name] = now, value
        return value

    def _read_staff(self, until: float) -> tuple[list[Person], list[Problem]]:
        posts: dict[str, list[Group]] = {}
        for group in self.config.groups:
            for id_ in self._ask(partial(entra.members_of, group=group.group), DOOR, until):
                posts.setdefault(id_, []).append(group)
        read = [
            account
            for ids in shares(sorted(posts), AT_ONCE["accounts"])
            for account in self._ask(partial(entra.accounts, ids=ids), DOOR, until)
        ]
        here = {one.id: one for one in read}
        above = {one.manager.id: one.manager for one in read if one.manager and one.manager.is_on}
        problems: list[Problem] = []
        people: dict[str, Person] = {}
        for one in (above | here).values():
            held = [g for g in posts.get(one.id, ()) if one.is_on or g.is_mailboxes]
            if not held and (one.id in here or not one.is_on):
                continue  # a leaver
            if plain_address(one.mail) is None:
                problems.append(without_mail(one.id))
                continue
            people[one.id] = as_person(one, held)
        return self._with_deputies(people), problems

    def _with_deputies(self, people: Mapping[str, Person]) -> list[Person]:
        by_address = {mark: one.id for one in people.values() for mark in one.marks}
        named = {
            by_address.get(absent.casefold()): by_address.get(deputy.casefold())
            for absent, deputy in self.config.deputies.items()
        }
        found = []
        for one in people.values():
            above = one.manager if one.manager in people else None
            other = above if self.config.manager_stands_in else None
            found.append(replace(one, manager=above, delegate=named.get(one.id) or other))
        return found

    def _replying(self, addresses: Sequence[str], until: float) -> dict[str, list[Span]]:
        mailbox, today = str(self.config.mailbox), day_of(self.clock())
        spans: dict[str, list[Span]] = {}
        for some in shares(addresses, AT_ONCE["replies"]):
            act = partial(entra.replying, mailbox=mailbox, addresses=some)
            for address, ends_at in self._ask(act, mailbox, until).items():
                last = max(today, day_of(ends_at - NOON)) if ends_at else today
                spans[address] = [(today, last)]
        return spans

    def _away(self, addresses: Sequence[str], until: float) -> dict[str, list[Span]]:
        """Return the days whose office hours a calendar shows as away."""
        if not self.config.days_ahead:
            return {}
        mailbox, today = str(self.config.mailbox), day_of(self.clock())
        days = [today + number * DAY for number in range(self.config.days_ahead)]
        first, last = london(today), london(days[-1] + DAY)
        ask = partial(entra.away_hours, mailbox=mailbox, first=first, last=last)
        spans: dict[str, list[Span]] = {}
        for some in shares(addresses, AT_ONCE["calendars"]):
            found = self._ask(partial(ask, addresses=some), mailbox, until)
            for address, hours in found.items():
                spans[address] = [(day, day) for day in days if is_away(hours, first, day)]
        return spans

    def _ask(self, act: Callable[..., Any], door: str, until: float) -> Any:
        if self.session is None or monotonic() >= until:
            raise Temporary("closed" if self.session is None else "too-slow")
        return self.session.call(act, door, until)


def as_person(account: entra.Account, held: Sequence[Group]) -> Person:
    """Return an account as somebody who is told; a shared mailbox has no feed in Teams."""
    addresses = {"email": account.mail}
    sign_in = plain_address(account.sign_in)
    if sign_in is not None and not any(one.is_mailboxes for one in held):
        addresses["teams"] = sign_in
    posts = tuple(Post(one.role, one.team, one.agency, one.area) for one in held)
    return Person(
        account.id, addresses, posts=posts, manager=account.manager.id if account.manager else None
    )


def without_mail(id_: str) -> Problem:
    """Return that an account can be told nothing."""
    what, mend = "it has no mailbox, and is left out", "take it out of the group, or give it one"
    return Problem(f"{WHERE}: {id_}", what, mend, Severity.WARNING)


def is_away(hours: str, first: datetime, day: date) -> bool:
    """Return whether every hour of a London day's office hours is one of absence."""
    start, end = (int((london(day, at) - first).total_seconds()) // 3600 for at in (NINE, FIVE))
    office = hours[start:end]
    return len(office) == end - start and set(office) == {AWAY}


def shares(whole: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    """Yield it in parts of at most so many."""
    for start in range(0, len(whole), most):
        yield whole[start : start + most]
