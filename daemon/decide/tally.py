"""What two rulebooks would have told people, counted side by side."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from daemon.domain.times import day_of, say

MOST_EXAMPLES = 3

Line = Mapping[str, Any]


class Change(StrEnum):
    """What becomes of one notice where the draft takes the place of the present rulebook."""

    SAME = "same"
    EARLIER = "earlier"
    LATER = "later"
    NEW = "new"
    GONE = "gone"


class Difference(NamedTuple):
    """One notice under both rulebooks: `at` is when it goes under the present one, `instead` under the draft."""

    line: Line
    at: datetime | None
    instead: datetime | None

    @property
    def rule(self) -> str:
        """The rule that it belongs to; the list's own name where it gathers many cases."""
        ref, obligation = self.line["ref"], self.line["obligation"]
        if obligation is None:
            return str(self.line["rung"])
        return str(obligation).removeprefix(f"{ref}/").partition("/")[0]

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
        line, when = self.line, " instead of ".join(moments)
        return (
            f"{line['ref'] or 'a list'}: {line['rung']} to {line['role']} by {line['via']}: {when}"
        )


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
    lists: tuple[dict[tuple[str, ...], Line], dict[tuple[str, ...], Line]] = field(
        default_factory=lambda: ({}, {})
    )

    def note(self, difference: Difference) -> None:
        """Count one notice."""
        line, change = difference.line, difference.change
        person = line["to"] or f"({line['role']})"
        for table, key in (
            (self.rules, difference.rule),
            (self.roles, line["role"]),
            (self.people, person),
        ):
            table[key][change] += 1
        if difference.at:
            self.days[day_of(difference.at)].present += 1
            self.person_days[person, day_of(difference.at)].present += 1
        if difference.instead:
            self.days[day_of(difference.instead)].draft += 1
            self.person_days[person, day_of(difference.instead)].draft += 1
        if change is not Change.SAME:
            self._show(difference.rule, change, [str(difference)])

    def _show(self, rule: str, change: Change, sentences: Iterable[str]) -> None:
        """Keep a sentence of each of a few cases: the first ones in order, so that parts make no difference."""
        every = sorted({*self.examples.get((rule, change), ()), *sentences})
        of_case: dict[str, str] = {}
        for sentence in every:
            of_case.setdefault(sentence.partition(": ")[0], sentence)
        self.examples[rule, change] = list(of_case.values())[:MOST_EXAMPLES]

    def gather(self, present: Sequence[Line], draft: Sequence[Line]) -> None:
        """Count the messages of both, and keep the notices that gather many cases."""
        for kept, lines in zip(self.lists, (present, draft), strict=True):
            for line in lines:
                if line["ref"] is None:
                    kept.setdefault((*_key(line), line["at"]), line)
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
            for key, line in found.items():
                kept.setdefault(key, line)

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


def differences(present: Sequence[Line], draft: Sequence[Line]) -> Iterator[Difference]:
    """Yield every notice of both: what goes at the same moment is paired first, the rest in order of time."""
    ours, theirs = _by_key(present), _by_key(draft)
    for key in ours.keys() | theirs.keys():
        before, after = ours.get(key, []), theirs.get(key, [])
        was, becomes = Counter(line["at"] for line in before), Counter(line["at"] for line in after)
        line = (before or after)[0]
        for at, count in (was & becomes).items():
            moment = datetime.fromisoformat(at)
            yield from [Difference(line, moment, moment)] * count
        left, right = sorted((was - becomes).elements()), sorted((becomes - was).elements())
        for number in range(max(len(left), len(right))):
            at, instead = (
                datetime.fromisoformat(some[number]) if number < len(some) else None
                for some in (left, right)
            )
            yield Difference(line, at, instead)


def _by_key(lines: Iterable[Line]) -> dict[tuple[str, ...], list[Line]]:
    found: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        found.setdefault(_key(line), []).append(line)
    return found


def _key(line: Line) -> tuple[str, ...]:
    """Return what makes two notices the same one at two moments."""
    return tuple(line[part] or "" for part in ("obligation", "rung", "role", "to", "via"))


def _messages(lines: Iterable[Line]) -> int:
    return len({line["bundle"] for line in lines if line["ref"] is not None})
