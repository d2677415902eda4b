"""A row of the conference sheet as a meeting."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from daemon.domain.body import Body, put
from daemon.domain.cells import Row, UnusableError, slug
from daemon.domain.errors import Problem, Severity

Report = Callable[[Problem], None]
TYPED_KINDS = {  # as people call them, with or without "conference"
    "icpc": "icpc, initial, initial cp, initial child protection, initial case",
    "rcpc": "rcpc, review, review cp, review child protection, child protection review",
    "transfer_in": "transfer in icpc, transfer in, transfer in child protection",
    "pre_birth": "pre birth icpc, pre birth, pre birth child protection, pre birth initial",
}
WRITE_KIND = "write ICPC, RCPC, transfer-in ICPC or pre-birth ICPC"
KINDS = {
    slug(words): kind
    for kind, all_words in TYPED_KINDS.items()
    for one in all_words.split(", ")
    for words in (one, f"{one} conference")
}
PAGE = re.compile(r"https?://[^\s<>\"]{1,2000}")
NOT_REQUIRED = "not_required"
DIARY_STATUSES = ("requested", "booked", "held", "adjourned", "rearranged", "cancelled")
STATUSES = dict(zip(DIARY_STATUSES, DIARY_STATUSES, strict=True)) | {NOT_REQUIRED: NOT_REQUIRED}
INITIAL_DECISION = ("conference_decision_recorded", {"plan": "plan", "no_plan": "no_plan"})
REVIEW_DECISION = (
    "review_decision_recorded",
    {"continue": "continue", "change": "change", "end": "end"},
)
MEETING_FACTS = {
    "invite_list_received_at": "invite_list_received",
    "police_report_requested_at": "police_report_requested",
    "decisions_to_chair_at": "decisions_draft_sent",
    "decisions_approved_at": "decisions_approved",
    "decisions_sent_at": "decisions_distributed",
    "minutes_sent_at": "minutes_available",
    "minutes_shared_with_family_at": "minutes_shared_with_family",
}
ROLES = {"chair": "cp_chair", "minute_taker": "minute_taker"}


@dataclass(slots=True)
class Conference:
    """One row of the conference sheet: a meeting, whose it is, and what it says of their cases."""

    row: Row
    refs: tuple[str, ...]
    meeting: Body
    roles: dict[str, str] = field(default_factory=dict)
    facts: Body = field(default_factory=dict)
    replaces: str | None = None
    invitees: dict[str, Body] = field(default_factory=dict)

    @property
    def is_initial(self) -> bool:
        """It is not a review."""
        return bool(self.meeting["kind"] != "rcpc")


def mapped(row: Row, what: str) -> list[str]:
    """Return the further facts or roles for which the settings name columns of this sheet."""
    names = (column.split(".") for column in row.cells)
    return [*dict.fromkeys(parts[1] for parts in names if parts[0] == what)]


def put_mapped(facts: Body, row: Row, name: str) -> None:
    """Add one of the further facts."""
    of = f"facts.{name}"
    at, value = row.moment(f"{of}.at"), row.code(f"{of}.value")
    said = {"value": value, "about": row.identity(f"{of}.about")}
    more = {key: word for key, word in said.items() if word}
    put(facts, name, {"at": at, **more} if at and more else at)


def read_conference(row: Row, report: Report) -> Conference:
    """Return what a row of the conference sheet says; raises UnusableError for what spoils it."""
    kind = row.choice("kind", KINDS, WRITE_KIND)
    if kind is None:
        raise UnusableError("kind", "is empty", WRITE_KIND)
    held_on, scheduled_at = row.moment("held_date"), row.moment("booked_start")
    follows = "held" if held_on else "booked" if scheduled_at else "requested"
    status = row.choice("status", STATUSES) or follows
    meeting = {
        "id": row.needed("conference_id"),
        "kind": kind,
        "status": "cancelled" if status == NOT_REQUIRED else status,
        "direction": "in" if kind == "transfer_in" else None,
        "scheduled_at": scheduled_at,
        "ends_at": row.moment("booked_end"),
        "held_on": held_on,
        "effective": row.flag("effective"),
        "venue": row.text("venue"),
        "mode": _mode(row),
        "link": _link(row, report),
        "facts": {name: at for column, name in MEETING_FACTS.items() if (at := row.moment(column))},
    }
    found = Conference(
        row,
        _refs(row, report),
        {key: value for key, value in meeting.items() if value is not None},
        replaces=row.identity("rearranged_from"),
    )
    for name in mapped(row, "facts"):
        put_mapped(found.meeting["facts"], row, name)
    put(found.facts, "strategy_discussion_held", row.moment("strategy_date"))
    not_required_on = row.moment("not_required_on")
    if status == NOT_REQUIRED and found.is_initial:
        _say_not_required(row, found, not_required_on, report)
    _say_decision(row, found, report)
    people = {role: read_identity(row, column, report) for column, role in ROLES.items()}
    found.roles |= {role: person for role, person in people.items() if person}
    return found


def read_identity(row: Row, column: str, report: Report) -> str | None:
    """Return a directory id or address; anything else may be a name, and is left out unseen."""
    try:
        return row.identity(column)
    except UnusableError as error:
        what = f"{column}: {error.what}; left out, for it may be a name"
        report(row.wrong(what, "give the directory id", Severity.WARNING))
        return None


def _refs(row: Row, report: Report) -> tuple[str, ...]:
    """Return the case references, one a child; those that cannot be read are reported."""
    found = []
    for part in row.parts("case_refs"):
        try:
            found.append(part.identity("case_refs"))
        except UnusableError as error:
            report(row.problem(error))
    refs = tuple(dict.fromkeys(ref for ref in found if ref))
    if not refs:
        mend = 'give the ids of the case system, separated by ";"'
        raise UnusableError("case_refs", "holds no case reference", mend)
    return refs


def _link(row: Row, report: Report) -> str | None:
    """Return the page of the online meeting, for the invitations; a text that is no address is left out."""
    text = row.text("online_link")
    if text is None or PAGE.fullmatch(text):
        return text
    what = "online_link: is not the address of a page; the invitations go out without it"
    report(row.wrong(what, "give it as https://…", Severity.WARNING))
    return None


def _mode(row: Row) -> str | None:
    """Return how it is held."""
    online, venue = row.text("online_link"), row.text("venue")
    return ("hybrid" if venue else "virtual") if online else ("in_person" if venue else None)


def _say_not_required(row: Row, found: Conference, since: str | None, report: Report) -> None:
    if since:
        put(found.facts, "icpc_not_required", {"at": since, "value": "other"})
    else:
        what = "status: the conference is not required, but since when is not said"
        report(row.wrong(what, "give the day under not_required_on; until then its clocks run"))


def _say_decision(row: Row, found: Conference, report: Report) -> None:
    """Put the decision on the meeting; one that is not in the list stands without a value."""
    if not row.text("outcome"):
        return
    fact, choices = INITIAL_DECISION if found.is_initial else REVIEW_DECISION
    value = None
    try:
        value = row.choice("outcome", choices)
    except UnusableError as error:
        report(row.problem(error))
    if held_on := found.meeting.get("held_on"):
        decided = {"at": held_on} | ({"value": value} if value else {})
        put(found.meeting["facts"], fact, decided)
    else:
        what = "outcome: there is one, but no held_date"
        report(row.wrong(what, "give the day on which the conference was held"))
