"""From a case record in JSON form to a Record and its problems (DOMAIN section 2).

Nothing here raises for what a record holds: what cannot be used is left out and reported, and
the record is still decided.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from daemon.decide.record.contract import (
    ACTION_KEYS,
    ATTENDANCES,
    CONTACTS,
    FACT_KEYS,
    INVITEE_KEYS,
    MEETING_KEYS,
    MODES,
    PLAN_KEYS,
    RECORD_KEYS,
    RESPONSES,
)
from daemon.decide.record.values import Values, is_no, is_personal, parse_moment
from daemon.domain.errors import Problem, Severity
from daemon.domain.facts import Fact
from daemon.domain.record import Action, Invitee, Meeting, Plan, Record, Status
from daemon.domain.times import iso
from daemon.domain.vocabulary import Vocabulary, guess


class Reading(NamedTuple):
    """A record, or None where not even its ref can be read, and what was wrong with it."""

    record: Record | None
    problems: tuple[Problem, ...]


class Reader(Values):
    """Reads the parts of one record."""

    def facts(self, body: Mapping[str, Any], where: str) -> tuple[Fact, ...]:
        """Return the facts of a table, oldest first."""
        given = body.get("facts") or {}
        if not isinstance(given, Mapping):
            self.report(f"{where}facts", "is not a table of facts", "write fact: date")
            return ()
        found: list[Fact] = []
        for name, value in given.items():
            if name not in self.words.facts:
                if is_personal(str(name)):
                    self.keys({str(name): None}, {}, f"{where}facts.")
                else:
                    mend = guess(str(name), self.words.facts)
                    self.report(f"{where}facts.{name}", "no fact is called that", mend)
                continue
            for index, item in enumerate(value if isinstance(value, list) else [value]):
                place = f"{where}facts.{name}" + (f"[{index}]" if isinstance(value, list) else "")
                if (fact := self.fact(name, item, place)) is not None:
                    found.append(fact)
        return tuple(sorted(found, key=lambda fact: fact.at))

    def fact(self, name: str, item: object, place: str) -> Fact | None:
        """Return one fact, None where it has no moment that exists."""
        if item is None:
            return None
        body: Mapping[str, Any] = item if isinstance(item, Mapping) else {"at": item}
        self.keys(body, FACT_KEYS, f"{place}.")
        try:
            at, whole_day = parse_moment(body.get("at"))
        except ValueError as error:
            self.report(
                f"{place}.at", str(error), "give a date as 2026-03-02 or a time as 2026-03-02T15:10"
            )
            return None
        word = self.words.facts[name]
        if not word.values and is_no(body.get("value")):
            self.report(
                f"{place}.value", "says that this has not happened; the fact was left out",
                "leave out a fact that has not happened",
            )  # fmt: skip
            return None
        value = self.text(body, "value", f"{place}.")
        known = True
        if not word.values and value is not None:
            what, mend = "this fact carries no value", "leave the value out"
            self.report(f"{place}.value", what, mend, Severity.WARNING)
            value = None
        elif word.values:
            value = value or word.default
            known = value in word.values
            if not known:
                what = (
                    "has a value that is not in its list" if value else "needs a value and has none"
                )
                self.report(
                    f"{place}.value",
                    f"{what}; it counts as unknown",
                    f"use one of: {', '.join(word.values)}",
                )
                value = None
        known = known and (body.get("about") is None or isinstance(body["about"], str))
        return Fact(name, at, whole_day, value, self.text(body, "about", f"{place}."), known)

    def each(
        self,
        body: Mapping[str, Any],
        key: str,
        read: Callable[[Mapping[str, Any], str, str], Any],
        where: str = "",
    ) -> tuple[Any, ...]:
        """Return the parts of a list, each read with its id; a second one with the same id is reported and left out."""
        given = body.get(key) or []
        if not isinstance(given, list):
            self.report(f"{where}{key}", "is not a list", "write a list of objects")
            return ()
        found: dict[str, Any] = {}
        for index, item in enumerate(given):
            place = f"{where}{key}[{index}]."
            if not isinstance(item, Mapping):
                self.report(
                    place.rstrip("."), "is not an object", "write an object with its fields"
                )
                continue
            name = self.text(item, "id", place) or f"{key[0].upper()}{index + 1}"
            if name in found:
                self.report(
                    f"{place}id",
                    "stands twice in this list",
                    "give each its own id; the first one is used",
                )
                continue
            part = read(item, name, place)
            if part is not None:
                found[name] = part
        return tuple(found.values())

    def invitee(self, body: Mapping[str, Any], name: str, where: str) -> Invitee:
        """Return one invitee."""
        self.keys(body, INVITEE_KEYS, where)
        return Invitee(
            id=name,
            agency=self.text(body, "agency", where),
            area=self.text(body, "area", where),
            role=self.text(body, "role", where),
            person=self.person(body, where),
            is_family=bool(self.flag(body, "is_family", where)),
            key=bool(self.flag(body, "key", where)),
            report_expected=bool(self.flag(body, "report_expected", where)),
            invited_at=self.moment(body, "invited_at", where),
            delivered=self.flag(body, "delivered", where),
            response=self.choice(body, "response", RESPONSES, where) or "none",
            deputy_for=self.text(body, "deputy_for", where),
            deputy_named_at=self.moment(body, "deputy_named_at", where),
            attendance=self.choice(body, "attendance", ATTENDANCES, where),
            contact=self.choice(body, "contact", CONTACTS, where) or "none",
            apart_from=self.texts(body, "apart_from", where),
            excluded_by_chair=bool(self.flag(body, "excluded_by_chair", where)),
            facts=self.facts(body, where),
        )

    def meeting(self, body: Mapping[str, Any], name: str, where: str) -> Meeting | None:
        """Return one meeting, None where its kind is unknown."""
        self.keys(body, MEETING_KEYS, where)
        kind = self.text(body, "kind", where)
        if kind is None or kind not in self.words.meetings:
            self.report(
                f"{where}kind",
                "is no kind of meeting; the meeting was left out",
                guess(kind or "", self.words.meetings),
            )
            return None
        effective = self.flag(body, "effective", where)
        status = self.choice(body, "status", tuple(Status), where)
        # whether one came about of which either cannot be read is not known: it ends no duty (READINGS section 2, 12)
        said = {"effective": effective, "status": status}
        is_told = all(said[key] is not None or body.get(key) is None for key in said)
        return Meeting(
            id=name,
            kind=kind,
            number=self.whole(body, "number", where),
            attempt=self.whole(body, "attempt", where),
            status=Status(status or Status.REQUESTED),
            direction=self.choice(body, "direction", ("in", "out"), where),
            scheduled=self.instant(body, "scheduled_at", where),
            ends_at=self.moment(body, "ends_at", where),
            held=self.instant(body, "held_on", where) if is_told else None,
            effective=effective,
            rearranged_to=self.text(body, "rearranged_to", where),
            venue=self.text(body, "venue", where),
            mode=self.choice(body, "mode", MODES, where),
            facts=self.facts(body, where),
            invitees=self.each(body, "invitees", self.invitee, where),
            link=self.text(body, "link", where),
            enquiry_on=self.day(body, "enquiry_on", where),
            plan=self.text(body, "plan", where),
            target_on=self.day(body, "target_on", where),
            dated_at=self.moment(body, "dated_at", where),
            brought_forward_at=self.moment(body, "brought_forward_at", where),
            brought_forward_from=self.moment(body, "brought_forward_from", where),
        )

    def plan(self, body: Mapping[str, Any], name: str, where: str) -> Plan:
        """Return one plan."""
        self.keys(body, PLAN_KEYS, where)
        return Plan(
            name, self.day(body, "started_on", where), self.day(body, "ended_on", where),
            self.text(body, "category", where), self.facts(body, where), self.day(body, "review_target_on", where),
        )  # fmt: skip

    def action(self, body: Mapping[str, Any], name: str, where: str) -> Action:
        """Return one action."""
        self.keys(body, ACTION_KEYS, where)
        owner, due_on = self.text(body, "owner", where), self.day(body, "due_on", where)
        return Action(name, owner, due_on, self.facts(body, where))

    def is_restricted(self, body: Mapping[str, Any]) -> bool:
        """Return whether the case is restricted: one that says so in words of its own is, too."""
        return self.flag(body, "restricted") is not False and body.get("restricted") is not None

    def roles(self, body: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """Return who holds which role in this case."""
        given = body.get("roles") or {}
        if not isinstance(given, Mapping):
            self.report("roles", "is not a table of roles", "write role: person")
            return {}
        for role in given:
            if role not in self.words.roles:
                self.report(
                    f"roles.{role}",
                    "no role is called that",
                    guess(str(role), self.words.roles),
                    Severity.WARNING,
                )
        return {str(role): people for role in given if (people := self.people(given, role))}

    def record(self, body: Mapping[str, Any]) -> Record:
        """Return the whole record."""
        self.keys(body, RECORD_KEYS, "")
        if "facts" not in body:
            self.report("facts", "is missing", "give the facts, if only {}")
        known = self.instant(body, "as_known_at")
        record = Record(
            ref=self.ref,
            formerly=self.texts(body, "formerly"),
            pathway=self.text(body, "pathway"),
            family=self.text(body, "family"),
            team=self.text(body, "team"),
            restricted=self.is_restricted(body),
            holders=self.texts(body, "holders"),
            excluded=self.texts(body, "excluded"),
            looked_after=bool(self.flag(body, "looked_after")),
            plan_held_by=self.authority(body, "plan_held_by"),
            born_on=self.day(body, "born_on"),
            expected_on=self.day(body, "expected_on"),
            roles=self.roles(body),
            facts=self.facts(body, ""),
            meetings=self.each(body, "meetings", self.meeting),
            plans=self.each(body, "plans", self.plan),
            actions=self.each(body, "actions", self.action),
            as_known_at=known[0] if known else None,
        )
        self.look_ahead(record)
        return record

    def look_ahead(self, record: Record) -> None:
        """Report facts that lie after the moment up to which the record is known."""
        if record.as_known_at is None:
            return
        parts: list[tuple[str, tuple[Fact, ...]]] = [("", record.facts)]
        for meeting in record.meetings:
            held = () if meeting.held is None else (Fact("held_on", *meeting.held),)
            parts.append((f"meeting {meeting.id}: ", meeting.facts + held))
        parts += [(f"plan {plan.id}: ", plan.facts) for plan in record.plans]
        for where, facts in parts:
            for fact in facts:
                word = self.words.facts.get(fact.name)
                if fact.at > record.as_known_at and not (word and word.future):
                    self.report(
                        f"{where}{fact.name}", f"is dated after the record was known ({iso(record.as_known_at)})",
                        "check the date; it does not count before its day", Severity.WARNING,
                    )  # fmt: skip


def read_record(body: object, words: Vocabulary, place: str = "record") -> Reading:
    """Return the record that a JSON object holds, with a problem for each thing that could not be used.

    `place` says where it stands when it cannot be read at all: such a record is a silent child.
    """
    if not isinstance(body, Mapping):
        return Reading(
            None, (Problem(place, "is not an object", "write one JSON object a case record"),)
        )
    reader = Reader(words)
    ref = reader.text(body, "ref")
    if ref is None:
        mend = "give the case system's own id of the case"
        return Reading(None, (Problem(f"{place}: ref", "is missing", mend),))
    reader.ref = ref
    record = reader.record(body)
    return Reading(record, tuple(reader.problems))
