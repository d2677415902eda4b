"""A child in the shape in which authorities send children's social care data to the DfE."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from daemon.domain.body import Body, put
from daemon.domain.errors import Severity
from daemon.mapping.cells import flag, moment, words
from daemon.mapping.rows import Cases, fact

CARRIED = frozenset({
    *("strategy_discussion_held", "s47_decision_recorded", "s47_concluded"),
    *("icpc_held", "plan_started", "plan_ended", "child_died"),
    *("child_date_of_birth", "birth_expected"),
})  # fmt: skip
NOT_REQUIRED = "icpc_not_required"  # carried, too, where a no is somebody's answer
MEND = "mend it in the case system; the rest was read"
DIED = "RC2"  # the closure reason of the CIN census


def read_child(
    place: str,
    ref: str | None,
    child: Mapping[str, Any],
    cases: Cases,
    today: str,
    *,
    no_is_said: bool,
) -> None:
    """Put what a child's item says on its case. What is purged is withdrawn, not closed: it is left out.

    Args:
        today: the day on which it is read, as 2026-03-06.
        no_is_said: a no to "is a conference required?" is somebody's answer, and not what an empty field is sent as.
    """
    if ref is None:
        cases.report(place, "there is no case reference", "give every child its own id")
        return
    before = cases.bodies.pop(ref, None)
    _Child(place, cases, cases.body(ref, place), today, no_is_said=no_is_said).read(child)
    if before not in (None, cases.bodies[ref]):
        what = "the child stands in several rows that differ, of which the last is used"
        cases.report(place, what, "give every child one row", Severity.WARNING)


class _Child:
    """One child. A part that cannot be used is a problem at its place, and the rest goes on."""

    def __init__(
        self, place: str, cases: Cases, body: Body, today: str, *, no_is_said: bool
    ) -> None:
        self.place, self.cases, self.body, self.today = place, cases, body, today
        self.no_is_said = no_is_said
        self.workers: list[tuple[str, str]] = []

    def read(self, child: Mapping[str, Any]) -> None:
        """Read the child, its episodes, and what stands in them."""
        if self._is_purged(child, self.place):
            return
        details = child.get("child_details")
        if isinstance(details, Mapping) and not self._is_purged(details, self.place):
            self._each_date(details)
        for episode, place in self._parts(child, "social_care_episodes", self.place):
            self._try(place, partial(self._closed, episode))
            for name, read in (
                ("section_47_assessments", self._enquiry),
                ("child_protection_plans", self._plan),
                ("care_worker_details", self._worker),
            ):
                for part, where in self._parts(episode, name, place):
                    self._try(where, partial(read, part, where))
        if self.workers:
            self.body["roles"] = {"social_worker": max(self.workers)[1]}

    def _each_date(self, details: Mapping[str, Any]) -> None:
        for field, ours in (
            ("date_of_birth", "born_on"),
            ("expected_date_of_birth", "expected_on"),
        ):
            self._try(self.place, partial(self._date, details, field, ours))

    def _date(self, details: Mapping[str, Any], field: str, ours: str) -> None:
        if at := dated(details, field):
            self.body[ours] = at

    def _closed(self, episode: Mapping[str, Any]) -> None:
        if words(episode.get("closure_reason")) == DIED:
            put(self.body["facts"], "child_died", dated(episode, "closure_date"))

    def _enquiry(self, one: Mapping[str, Any], place: str) -> None:
        start = dated(one, "start_date")
        if start is None:
            raise ValueError("start_date is empty")
        put(self.body["facts"], "strategy_discussion_held", start)
        put(self.body["facts"], "s47_decision_recorded", fact(start, "section_47"))
        self._try(place, partial(self._conference, one))
        self._try(place, partial(self._conclusion, one))

    def _conference(self, one: Mapping[str, Any]) -> None:
        held, name = dated(one, "icpc_date"), words(one.get("section_47_assessment_id"))
        if held and name is None:
            raise ValueError("section_47_assessment_id is empty, so that its conference has no id")
        if held:
            meeting = {"id": f"ICPC-{name}", "kind": "icpc", "status": "held", "held_on": held}
            self.body.setdefault("meetings", []).append(meeting | {"facts": {}})

    def _conclusion(self, one: Mapping[str, Any]) -> None:
        """Read what the enquiry found: nothing that is known where it says no conference and has one.

        Nor is it where a no may be an empty field: whether a child is at risk is not known by that.
        """
        end, said = dated(one, "end_date"), words(one.get("icpc_required_flag"))
        needed = flag(said)
        if end is None:
            return
        facts = self.body["facts"]
        is_safe = needed is False and self.no_is_said and not one.get("icpc_date")
        found = "at_risk" if needed else "not_at_risk" if is_safe else None
        put(facts, "s47_concluded", fact(end, found) if found else {"at": end})
        if is_safe:
            put(facts, NOT_REQUIRED, fact(end, found))
        if said is not None and needed is None:
            raise ValueError("icpc_required_flag is neither yes nor no")

    def _plan(self, one: Mapping[str, Any], _: str) -> None:
        start, end = dated(one, "start_date"), dated(one, "end_date")
        name = words(one.get("child_protection_plan_id"))
        if start is None or name is None:
            raise ValueError("start_date or child_protection_plan_id is empty")
        plan: Body = {"id": name, "started_on": start, "ended_on": end, "facts": {}}
        plans = self.body.setdefault("plans", [])
        plans.append({key: text for key, text in plan.items() if text is not None})

    def _worker(self, one: Mapping[str, Any], _: str) -> None:
        """Keep a worker who holds the case today."""
        start, end = dated(one, "start_date") or "", dated(one, "end_date")
        person = words(one.get("worker_id"))
        if person and start[:10] <= self.today and (end is None or end[:10] > self.today):
            self.workers.append((start, person))

    def _parts(
        self, of: Mapping[str, Any], name: str, place: str
    ) -> Iterator[tuple[Mapping[str, Any], str]]:
        """Yield the parts of a list that were not purged, each with its place."""
        given = of.get(name)
        if given is not None and not isinstance(given, list):
            self._report(place, f"{name} is not a list")
            return
        for number, one in enumerate(given or (), start=1):
            where = f"{place}/{name}/{number}"
            if not isinstance(one, Mapping):
                self._report(where, "is not an object")
            elif not self._is_purged(one, where):
                yield one, where

    def _is_purged(self, one: Mapping[str, Any], place: str) -> bool:
        """Return whether a part says clearly that it was purged."""
        try:
            said = words(one.get("purge"))
        except ValueError:
            said = "?"
        if said is not None and flag(said) is None:
            self._report(place, "purge is neither yes nor no; the record stands")
        return said is not None and flag(said) is True

    def _try(self, place: str, read: Callable[[], None]) -> None:
        try:
            read()
        except ValueError as error:
            self._report(place, str(error))

    def _report(self, place: str, what: str) -> None:
        self.cases.report(place, what, MEND)


def dated(one: Mapping[str, Any], name: str) -> str | None:
    """Return a date of a part; raises ValueError that names its field."""
    try:
        return moment(one.get(name))
    except ValueError as error:
        raise ValueError(f"{name} {error}") from None
