"""What two rulebooks would have told people, counted side by side."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

from daemon.decide.trying.told import Notice
from daemon.domain.times import day_of, say

MOST_EXAMPLES = 3


class Change(StrEnum):
    """What becomes of one notice where the draft takes the place of the present rulebook."""

    SAME = "same"
    EARLIER = "earlier"
    LATER = "later"
    NEW = "new"
    GONE = "gone"


class Difference(NamedTuple):
    """One notice under both rulebooks: `at` is when it goes under the present one, `instead` under the draft."""

    notice: Notice
    at: datetime | None
    instead: datetime | None

    @property
    def rule(self) -> str:
        """The rule that it belongs to; the list's own name where it gathers many cases."""
        ref, obligation = self.notice.ref, self.notice.obligation
        if obligation is None:
            return self.notice.rung
        return obligation.removeprefix(f"{ref}/").partition("/")[0]

    @property
    def change(self) -> Change:
        """What becomes of it."""
        if self.at is None:
            return Change.NEW
        if self.instead is None:
            return Change.GONE
        if self.at == self.instead:
            return Change.SAME
        return Change.EARLIER if self.instead < self.at else Change.LATER

    def __str__(self) -> str:
        """Return the difference as a sentence, with the case's reference."""
        moments = [say(at) for at in (self.instead, self.at) if at]
        one, when = self.notice, " instead of ".join(moments)
        return f"{one.ref or 'a list'}: {one.rung} to {one.role} by {one.via}: {when}"


@dataclass(slots=True)
class Both:
    """A count under the present rulebook and one under the draft."""

    present: int = 0
    draft: int = 0


@dataclass(slots=True)
class Tally:
    """The counts of some cases; those of others are added to it.

    `people` goes by person (or the role in parentheses, where nobody holds it). A list that goes
    out on a rhythm gathers cases of every part, so its notices are kept until all parts are there.
    """

    cases: int = 0
    messages: Both = field(default_factory=Both)
    rules: dict[str, Counter[Change]] = field(default_factory=lambda: defaultdict(Counter))
    roles: dict[str, Counter[Change]] = field(default_factory=lambda: defaultdict(Counter))
    people: dict[str, Counter[Change]] = field(default_factory=lambda: defaultdict(Counter))
    days: dict[date, Both] = field(default_factory=lambda: defaultdict(Both))
    person_days: dict[tuple[str, date], Both] = field(default_factory=lambda: defaultdict(Both))
    examples: dict[tuple[str, Change], list[str]] = field(default_factory=dict)
    lists: tuple[dict[object, Notice], dict[object, Notice]] = field(
        default_factory=lambda: ({}, {})
    )

    def note(self, difference: Difference) -> None:
        """Count one notice."""
        one, change = difference.notice, difference.change
        person = one.to or f"({one.role})"
        self.rules[difference.rule][change] += 1
        self.roles[one.role][change] += 1
        self.people[person][change] += 1
        if difference.at:
            day = day_of(difference.at)
            self.days[day].present += 1
            self.person_days[person, day].present += 1
        if difference.instead:
            day = day_of(difference.instead)
            self.days[day].draft += 1
            self.person_days[person, day].draft += 1
        if change is not Change.SAME:
            self._show(difference.rule, change, [str(difference)])

    def _show(self, rule: str, change: Change, sentences: Iterable[str]) -> None:
        """Keep a sentence of each of a few cases: the first ones in order, so that parts make no difference."""
        every = sorted({*self.examples.get((rule, change), ()), *sentences})
        of_case: dict[str, str] = {}
        for sentence in every:
            of_case.setdefault(sentence.partition(": ")[0], sentence)
        self.examples[rule, change] = list(of_case.values())[:MOST_EXAMPLES]

    def gather(self, present: Sequence[Notice], draft: Sequence[Notice]) -> None:
        """Count the messages of both, and keep the notices that gather many cases."""
        for kept, notices in zip(self.lists, (present, draft), strict=True):
            for one in notices:
                if one.ref is None:
                    kept.setdefault((_key(one), one.at), one)
        self.messages.present += _messages(present)
        self.messages.draft += _messages(draft)

    def add(self, other: "Tally") -> None:
        """Add the counts of other cases."""
        self.cases += other.cases
        for own, more in (
            (self.rules, other.rules),
            (self.roles, other.roles),
            (self.people, other.people),
        ):
            for name, counts in more.items():
                own[name].update(counts)
        _add(self.messages, other.messages)
        for day, both in other.days.items():
            _add(self.days[day], both)
        for person_day, both in other.person_days.items():
            _add(self.person_days[person_day], both)
        for (rule, change), sentences in other.examples.items():
            self._show(rule, change, sentences)
        for kept, found in zip(self.lists, other.lists, strict=True):
            for key, one in found.items():
                kept.setdefault(key, one)

    def close(self) -> None:
        """Count the lists, once the last part is there; each is a message of its own."""
        present, draft = (list(kept.values()) for kept in self.lists)
        for difference in differences(present, draft):
            self.note(difference)
        self.messages.present += len(present)
        self.messages.draft += len(draft)
        self.lists = ({}, {})

    def weeks(self) -> dict[date, Both]:
        """Return the counts by week, under the week's Monday; a week without any stands as none."""
        found: dict[date, Both] = {}
        if self.days:
            monday = min(self.days) - timedelta(days=min(self.days).weekday())
            while monday <= max(self.days):
                found[monday] = Both()
                monday += timedelta(days=7)
        for day, both in self.days.items():
            _add(found[day - timedelta(days=day.weekday())], both)
        return found


def _add(to: Both, more: Both) -> None:
    to.present += more.present
    to.draft += more.draft


def differences(present: Sequence[Notice], draft: Sequence[Notice]) -> Iterator[Difference]:
    """Yield every notice of both: what goes at the same moment is paired first, the rest in order of time."""
    ours, theirs = _by_key(present), _by_key(draft)
    for key in ours.keys() | theirs.keys():
        before, after = ours.get(key, []), theirs.get(key, [])
        was, becomes = Counter(one.at for one in before), Counter(one.at for one in after)
        notice = (before or after)[0]
        for at, count in (was & becomes).items():
            yield from [Difference(notice, at, at)] * count
        left, right = sorted((was - becomes).elements()), sorted((becomes - was).elements())
        for at, instead in zip_longest(left, right):
            yield Difference(notice, at, instead)


def _by_key(notices: Iterable[Notice]) -> dict[tuple[str, ...], list[Notice]]:
    found: dict[tuple[str, ...], list[Notice]] = {}
    for one in notices:
        found.setdefault(_key(one), []).append(one)
    return found


def _key(one: Notice) -> tuple[str, ...]:
    """Return what makes two notices the same one at two moments."""
    return (one.obligation or "", one.rung, one.role, one.to or "", one.via)


def _messages(notices: Iterable[Notice]) -> int:
    return len({one.bundle for one in notices if one.ref is not None})
