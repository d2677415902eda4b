"""What counts of one record at one moment: its enquiries, conferences, reviews and core groups.

Written from DOMAIN section 2 and READINGS, with decision 0003 for overlapping enquiries.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.dates.slow_days import ONE
from tests.dates.slow_record import (
    AHEAD,
    HELD,
    Fact,
    day_of,
    everything,
    has_failed,
    ids,
    is_live,
    kind_of,
    moment,
    place,
)

NEVER = date(9999, 1, 1)


@dataclass
class Conference:
    """The n-th initial conference: from the strategy discussion that began its enquiry, until the next one's."""

    strategy: Fact | None
    since: date
    until: date = NEVER
    meetings: list[dict[str, Any]] = field(default_factory=list)
    number: int = 0
    held: Fact | None = None
    next_held: date = NEVER
    decided: date = date.min  # when its section 47 decision was recorded


@dataclass
class Gathering:
    """The n-th review or core group: those held, and the next one from before it is booked."""

    number: int
    meetings: list[dict[str, Any]]
    held: Fact | None


class Case:
    """What counts of a record at one moment."""

    def __init__(self, record: dict[str, Any], at: datetime) -> None:
        self.record, self.at = record, at
        self.facts = [one for one in everything(record) if one.at <= at or one.name.endswith(AHEAD)]
        self.meetings = sorted(record.get("meetings", ()), key=place)
        self.conferences = self._conferences()

    def named(self, *names: str) -> list[Fact]:
        return [one for one in self.facts if one.name in names]

    def held(self, kind: str) -> list[Fact]:
        """Return when meetings of a kind were held, one a day: a case says again what its meeting says."""
        found: list[Fact] = []
        for one in sorted(self.named(HELD[kind]), key=lambda one: (one.day, one.meeting is None)):
            if not found or found[-1].day != one.day:
                found.append(one)
        return found

    def enquiries(self) -> list[tuple[Fact, date]]:
        """Return the discussions that began an enquiry, and when it was decided (READINGS section 1; decision 0003)."""
        found: list[tuple[Fact, date]] = []
        for decision in self.named("s47_decision_recorded"):
            if decision.known and decision.value != "section_47":
                continue
            start = None
            for one in self.held("strategy"):
                if one.day <= decision.day:
                    start = one
            if start is None or (found and start.day <= found[-1][0].day):
                continue
            if not found or self._has_ended(found[-1][0], start.day):
                found.append((start, decision.day))
        return found

    def _has_ended(self, enquiry: Fact, by: date) -> bool:
        if (by - enquiry.day).days > 91:
            return True
        for one in self.facts:
            if enquiry.day <= one.day < by and (
                one.name in ("icpc_held", "icpc_not_required")
                or (one.name, one.value)
                in (
                    ("s47_concluded", "not_at_risk"),
                    ("icpc_threshold_decision_recorded", "not_met"),
                )
            ):
                return True
        return False

    def _is_on_a_plan(self, day: date) -> bool:
        started = [one.day for one in self.named("plan_started") if one.day < day]
        ended = [one.day for one in self.named("plan_ended") if one.day < day]
        return bool(started) and (not ended or max(started) > max(ended))

    def _conferences(self) -> list[Conference]:
        """Return the conferences in order: of each enquiry that needs one, and those that came without."""
        initial = [one for one in self.meetings if kind_of(one) == "icpc"]
        found = list(self._of_enquiries(initial))
        taken = {one["id"] for conference in found for one in conference.meetings}
        for one in initial:
            if one["id"] in taken:
                continue
            links = {one["id"], one.get("rearranged_to")} - {None}
            earlier = [
                c
                for c in found
                if any({m["id"], m.get("rearranged_to")} & links for m in c.meetings)
            ]
            others = [other for other in initial if other["id"] not in taken]
            if not earlier and _is_last_word(one, others, day_of(one) - ONE):
                earlier = sorted(
                    (c for c in found if c.since <= day_of(one)), key=lambda c: c.since
                )[-1:]
            if earlier:  # the next attempt of the same conference
                earlier[0].meetings.append(one)
            else:
                found.append(Conference(None, day_of(one), NEVER, [one]))
        found.sort(key=lambda one: one.since)
        self._add_loose(found)
        for number, conference in enumerate(found, start=1):
            conference.number = number
            conference.until = found[number].since if number < len(found) else NEVER
            own = [fact for fact in self.held("icpc") if _is_of(fact, conference)]
            conference.held = own[0] if own else None
        for conference in found:
            later = [one.held.day for one in found[conference.number :] if one.held]
            conference.next_held = min(later, default=NEVER)
        return found

    def _add_loose(self, found: list[Conference]) -> None:
        """Add a conference for each one held that only the case tells of and that is no other's."""
        for fact in self.held("icpc"):
            if fact.meeting is not None:
                continue
            before = [one for one in found if one.since <= fact.day]
            since, own = (before[-1].since, before[-1].meetings) if before else (fact.day, [])
            is_another = min(self._held_day(own), self._loose_day(since, NEVER)) < fact.day
            if not before or is_another:
                found.append(Conference(None, fact.day))
                found.sort(key=lambda one: one.since)

    def _loose_day(self, since: date, until: date) -> date:
        """Return the day of the first conference that only the case itself tells of."""
        days = [f.day for f in self.held("icpc") if not f.meeting and since <= f.day < until]
        return min(days, default=NEVER)

    def _held_day(self, meetings: list[dict[str, Any]]) -> date:
        """Return the day on which the first of some meetings was held."""
        names = ids(meetings)
        return min((f.day for f in self.held("icpc") if f.meeting in names), default=NEVER)

    def _of_enquiries(self, initial: list[dict[str, Any]]) -> Iterator[Conference]:
        """Yield a conference for each enquiry; on a plan only where one was asked for, booked or held."""
        starts = self.enquiries()
        for index, (start, decided) in enumerate(starts):
            until = starts[index + 1][0].day if index + 1 < len(starts) else NEVER
            own = [
                one
                for one in initial
                if one["kind"] != "transfer_in" and start.day <= day_of(one) < until
            ]
            # A number lasts until its conference is held: what comes after it is another (DOMAIN section 2).
            first = min(self._held_day(own), self._loose_day(start.day, until))
            kept = {one["id"] for one in own if day_of(one) <= first}
            own = [
                one
                for one in own
                if {one["id"], one.get("rearranged_to")} & kept or _is_last_word(one, own, first)
            ]
            asked = [
                one
                for one in self.named("conference_requested", "icpc_held")
                if start.day <= one.day < until and (one.meeting is None or one.meeting in ids(own))
            ]
            if own or asked or not self._is_on_a_plan(start.day):
                yield Conference(start, start.day, until, own, decided=decided)

    def gatherings(self, kind: str) -> list[Gathering]:
        """Return the reviews or core groups by number: those held, in order, and the next one."""
        found: list[Gathering] = []
        waiting = [one for one in self.meetings if kind_of(one) == kind]
        for fact in self.held(kind):
            own = [one for one in waiting if day_of(one) <= fact.day]
            found.append(Gathering(len(found) + 1, own, fact))
            waiting = [one for one in waiting if one not in own]
        found.append(Gathering(len(found) + 1, waiting, None))
        return found

    def booked(
        self, meetings: list[dict[str, Any]], loose: str, since: date, until: date
    ) -> Fact | None:
        """Return the last live booking of a meeting's attempts, else the case's own word for it."""
        live = [one for one in meetings if is_live(one)]
        if live:
            at, whole = moment(live[-1]["scheduled_at"])
            return Fact(at, loose, whole, meeting=live[-1]["id"])
        said = [one for one in self.named(loose) if not one.meeting and since <= one.day < until]
        return said[-1] if said else None

    def parents(self, meetings: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [one for one in self._list(meetings) if one.get("is_family")]

    def agencies(self, meetings: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for one in self._list(meetings):
            if not one.get("is_family") and one.get("agency"):
                found.setdefault(one["agency"], []).append(one)
        return found

    def _list(self, meetings: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for meeting in reversed(meetings):
            if meeting.get("invitees"):
                return list(meeting["invitees"])
        return []


def _is_dead(meeting: dict[str, Any]) -> bool:
    return has_failed(meeting) or meeting["status"] == "cancelled"


def _is_last_word(meeting: dict[str, Any], others: list[dict[str, Any]], held: date) -> bool:
    """Return whether a meeting came to nothing and none alive follows the one held: it is no conference of its own."""
    is_alone = not any(day_of(one) > held and not _is_dead(one) for one in others)
    return _is_dead(meeting) and not meeting.get("rearranged_to") and is_alone


def _is_of(held: Fact, one: Conference) -> bool:
    if held.meeting:
        return held.meeting in ids(one.meetings)
    return one.since <= held.day < one.until
