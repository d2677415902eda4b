"""An invented obligation in words: what a message looks like before there is a case."""

from collections.abc import Mapping
from datetime import UTC, datetime

from daemon.decide.conference.foresight import COMES, DECLINED, NO_ANSWER, OWED
from daemon.decide.telling.wording import BASIS, Item, fields, say_list, say_next
from daemon.domain.message import Level
from daemon.domain.parts import Shows
from daemon.domain.rules import Basis, Rule, Rung
from daemon.domain.times import say
from daemon.domain.vocabulary import Vocabulary

REF, CODE, TEAM = "SC-100234", "KD7Q-24", "North"
DUE_AT = datetime(2026, 9, 23, 16, tzinfo=UTC)  # as long as a date gets: a Wednesday in September
NEXT_AT = datetime(2026, 9, 28, 8, tzinfo=UTC)
TOLD_AT = datetime(2026, 9, 25, 8, tzinfo=UTC)
SENT_AT = datetime(2026, 9, 23, 9, tzinfo=UTC)  # in time
MOST_ROWS = 150
OUTLOOK = (  # of a conference, agency by agency
    ("Police", COMES),
    ("Health", f"{NO_ANSWER}; {OWED}"),
    ("Education", DECLINED),
    ("Enough agencies", "no: 1 of the 3 agencies that are needed"),
)
ROW = {
    "ref": REF,
    "title": "Initial conference",
    "due": say(DUE_AT),
    "overdue_by": "2 working days",
}
LISTED: Mapping[Shows, tuple[tuple[str, ...], ...]] = {  # rows of each list, as long as they get
    Shows.CONFERENCES: (
        (REF, "Initial conference", say(DUE_AT), "booked; still open: conference report, venue"),
        (REF, "First review conference", say(NEXT_AT), "booked; nothing is open"),
        (
            REF,
            "Initial conference, second attempt",
            say(NEXT_AT),
            "rearranged; still open: invite list",
        ),
    ),
    Shows.ATTENDEES: (
        (REF, "Initial conference", say(DUE_AT), "a.colleague@partner.example: no answer yet"),
        (REF, "Review conference", say(NEXT_AT), "nobody is named yet"),
    ),
    Shows.DUE: ((REF, "Initial conference", say(NEXT_AT), "1 working day"),) * 3,
    Shows.OVERDUE: (tuple(ROW.values()),) * 3,
    Shows.APPROVALS: ((REF, "May the conference be rearranged?", say(NEXT_AT), "1 working day"),)
    * 3,
}
WORKING = (
    "Thursday 17 September 2026: day 1: the strategy discussion",
    "Friday 18 September 2026: day 2",
    "Saturday 19 and Sunday 20 September 2026: weekend, not counted",
    "Monday 21 September 2026: day 3",
    "Tuesday 22 September 2026: day 4",
    "Wednesday 23 September 2026: day 5",
)


def sample_item(
    *, after_due: bool, rule: Rule | None = None, rung: Rung | None = None,
    following: Rung | None = None, source: str = "Example pathway", vocabulary: Vocabulary | None = None,
) -> Item:  # fmt: skip
    """Return an item as it may stand at a rung; without a rule, one of the right length."""
    has_limit = rule is None or rule.due.is_limit
    after_due = after_due and has_limit
    told = [role for role in rung.to[1:] if vocabulary] if rung else []
    return Item(
        ref=REF,
        code=CODE,
        rule=rule.name if rule else "icpc-invite-list",
        title=rule.title if rule else "Conference invite list",
        source=source,
        clauses=rule.clauses if rule else ("STK-025",),
        basis=BASIS[rule.basis if rule else Basis.LOCAL],
        house=bool(rung and rung.house),
        due=say(DUE_AT) if has_limit else "",
        due_at=DUE_AT if has_limit else None,
        overdue=after_due,
        overdue_by="2 working days" if after_due else "",
        left="2 working days" if has_limit and not after_due else "",
        met="",
        was_due="",
        working=WORKING if has_limit else (),
        remarks=_remarks(rule, after_due=after_due),
        told=", ".join(f"the {vocabulary.role(role)}" for role in told) if vocabulary else "",
        next_step=say_next(rung, (following, NEXT_AT) if following else None, vocabulary)
        if vocabulary
        else "",
        todo=rule.todo if rule else "Send the list, and have its receipt recorded.",
        responsible=_responsible(rule, vocabulary),
        is_late=after_due,
    )


def _remarks(rule: Rule | None, *, after_due: bool) -> tuple[str, ...]:
    """Return one remark of a rule's, if it has any: two may exclude each other."""
    return tuple(one.said(is_overdue=after_due) for one in rule.remarks[:1]) if rule else ()


def _responsible(rule: Rule | None, vocabulary: Vocabulary | None) -> str:
    if rule is None or vocabulary is None:
        return "the social worker and the team coordinator"
    return say_list([f"the {vocabulary.role(role)}" for role in rule.responsible])


def sample_fields(item: Item, level: Level) -> dict[str, object]:
    """Return every field that a template may print, for such an item."""
    known = fields((item,), level, team=TEAM, as_known_at=TOLD_AT)
    return known | {
        "was_due": item.was_due or (say(DUE_AT) if item.due_at else ""),
        "met": say(TOLD_AT),
        "role": "service manager (safeguarding unit)",
        "reason": "recorded in the case file",
        "rows": [ROW] * MOST_ROWS,
        "agency": "police",
        "feed": "conference-diary",
    }


def variants() -> list[dict[str, object]]:
    """Return the fields for each level, before and after the due moment, and with nothing in them."""
    early, late = sample_item(after_due=False), sample_item(after_due=True)
    full = [sample_fields(late, Level.L2), sample_fields(early, Level.L1)]
    empty: dict[str, object] = {
        name: [] if name == "rows" else 0 if isinstance(value, int) else ""
        for name, value in full[0].items()
    }
    return [*full, empty]
