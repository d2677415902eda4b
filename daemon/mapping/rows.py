"""What the rows of a source say, gathered by case: a row that cannot be used is a problem, and the rest goes on."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from daemon.domain.body import Body, put
from daemon.domain.errors import Problem, Severity
from daemon.domain.record import CALLED_OFF, INITIAL_KINDS, SCHEDULED_AND_HELD
from daemon.mapping.cells import flag, flag_in_doubt, ids, moment, words
from daemon.mapping.form import Form
from daemon.ports import Fragment

Record = Mapping[str, Any]
READ = {
    **dict.fromkeys(("born_on", "expected_on", "scheduled_at", "ends_at", "held_on"), moment),
    **dict.fromkeys(("invited_at", "started_on", "ended_on", "due_on"), moment),
    **dict.fromkeys(("enquiry_on", "target_on", "review_target_on"), moment),
    **dict.fromkeys(("looked_after", "effective", "is_family", "key"), flag),
    **dict.fromkeys(("report_expected", "delivered"), flag),
    **dict.fromkeys(("restricted", "excluded_by_chair"), flag_in_doubt),
    **dict.fromkeys(("formerly", "holders", "excluded", "apart_from"), ids),
}
KEEPS_OUT = frozenset({"restricted", "holders", "excluded"})
SHOWN_BY_FIELD = {
    "born_on": "child_date_of_birth",
    "expected_on": "birth_expected",
    "looked_after": "child_looked_after",
    "started_on": "plan_started",
    "ended_on": "plan_ended",
    "due_on": "plan_action_due",
    "response": "invitee.response",
    "deputy_for": "deputy_nominated",
}


@dataclass(slots=True)
class Cases:
    """Bodies by case reference in order of first mention, rows read of each table or list, and what was wrong."""

    bodies: dict[str, Body] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    parts: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return self.parts.total()

    def body(self, ref: str, place: str) -> Body:
        """Return the body of a case, begun where it is new."""
        self.places.setdefault(ref, place)
        return self.bodies.setdefault(ref, {"ref": ref, "facts": {}})

    def report(self, where: str, what: str, mend: str, severity: Severity = Severity.ERROR) -> None:
        """Keep a problem: its place, never a value."""
        self.problems.append(Problem(where, what, mend, severity))

    def fragments(self) -> list[Fragment]:
        """Return one fragment a case."""
        return [Fragment(body, self.places[ref]) for ref, body in self.bodies.items()]


def carried(forms: Iterable[Form]) -> frozenset[str]:
    """Return every fact that rows of these forms can show: a meeting by being booked, called off or held.

    What is said of the meetings of a kind counts together, for rows with one id are one meeting.
    """
    found: set[str] = set()
    said_of: dict[str, set[str]] = {}
    for form in forms:
        found.update(form.facts)
        found.update(fact for name, fact in SHOWN_BY_FIELD.items() if name in form.fields)
        if form.meeting:
            said_of.setdefault(form.meeting, set()).update(form.fields)
    for kind, fields in said_of.items():
        found.update(_of_meetings(kind, fields))
    return frozenset(found)


def _of_meetings(kind: str, fields: Collection[str]) -> Iterator[str]:
    """Yield what the meetings of a kind show by their fields. A transfer in no direction is one away from us."""
    of = ["icpc" if kind in INITIAL_KINDS else kind]
    if kind == "transfer_in":
        of = ["icpc", "transfer_out"] if "direction" in fields else ["transfer_out"]
    for one in of:
        scheduled, held = SCHEDULED_AND_HELD.get(one, (None, None))
        if scheduled and "scheduled_at" in fields:
            yield scheduled
        if held and "held_on" in fields:
            yield held
    if kind == "rcpc" and {"status", "scheduled_at"} <= {*fields}:
        yield CALLED_OFF


def fact(at: str | None, value: str | None = None, about: str | None = None) -> object:
    """Return a fact in the JSON form; a bare date where there is nothing more to say."""
    if at is None or not (value or about):
        return at
    return {"at": at} | ({"value": value} if value else {}) | ({"about": about} if about else {})


def read_row(place: str, form: Form, row: Record, cases: Cases) -> bool:
    """Put what a row says on its case; return False, with a problem, where it cannot be used."""
    ref = None
    try:
        ref = _cell(row, form.ref)
        known = _known(form, row)
        roles = {role: _cell(row, column) for role, column in form.roles.items()}
        name, meeting = _cell(row, form.id), _cell(row, form.of_meeting)
    except ValueError as error:
        what = str(error)
        if ref and not KEEPS_OUT.isdisjoint(form.fields):
            cases.body(str(ref), place)["restricted"] = True
            what += "; until it is mended, the holders of the case alone are told of it"
        cases.report(place, what, "mend it in the source; the other rows were read")
        return False
    if lacking := _lacking(form, ref, name, meeting):
        cases.report(place, *lacking)
        return False
    body = cases.body(str(ref), place)
    if held := {role: person for role, person in roles.items() if person}:
        body.setdefault("roles", {}).update(held)
    if form.of == "case":
        _gather(body, known)
    elif form.meeting:
        meeting, said = _part(body, "meetings", name), {"kind": form.meeting, **known}
        if "kind" in meeting and meeting | said != meeting:
            what = "the same meeting stands in another row, which says otherwise and is used"
            cases.report(place, what, "give every meeting of a case its own id")
        else:
            meeting.update(said)
    else:
        home = _part(body, "meetings", meeting) if form.of_meeting else body
        _part(home, f"{form.of}s", name).update(known)
    return True


def _known(form: Form, row: Record) -> Body:
    """Return the fields and facts that a row gives; raises ValueError."""
    facts: Body = {}
    for name in form.facts:
        of = form.of_fact(name)
        put(
            facts, name, fact(_cell(row, of.at, moment), _cell(row, of.value), _cell(row, of.about))
        )
    fields = {
        field: _cell(row, column, READ.get(field, words)) for field, column in form.fields.items()
    }
    return {**{key: value for key, value in fields.items() if value is not None}, "facts": facts}


def _lacking(form: Form, ref: object, name: object, meeting: object) -> tuple[str, str] | None:
    """Return which id a row lacks, and how to mend it."""
    if ref is None:
        what = f"{form.ref}: there is no case reference"
        return what, "give the case system's own id in every row"
    if form.id and name is None:
        return f"{form.id}: the {form.of} has no id", "give every one its own id"
    if form.of_meeting and meeting is None:
        what = f"{form.of_meeting}: the invitee is of no meeting"
        return what, "give the id of the meeting in every row"
    return None


def _gather(body: Body, known: Body) -> None:
    """Put what a row says of a case: whom several rows name are all named, and restricted is restricted."""
    for name, one in known.pop("facts").items():
        for each in one if isinstance(one, list) else [one]:
            put(body["facts"], name, each)
    for name, value in known.items():
        if isinstance(value, list):
            body[name] = list(dict.fromkeys((*body.get(name, ()), *value)))
        elif not (name == "restricted" and body.get(name)):
            body[name] = value


def _part(body: Body, key: str, name: object) -> Body:
    """Return the part of a body with this id, begun where it is new."""
    parts: list[Body] = body.setdefault(key, [])
    found = next((one for one in parts if one["id"] == name), None)
    if found is None:
        found = {"id": name}
        parts.append(found)
    return found


def _cell(row: Record, column: str | None, read: Callable[[object], Any] = words) -> Any:
    """Return what a column says, None where there is none; raises ValueError that names it."""
    try:
        return read(row[column]) if column else None
    except ValueError as error:
        raise ValueError(f"{column}: {error}") from None
