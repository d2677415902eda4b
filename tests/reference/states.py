"""What the verbs say of a state that no quiet store is in: made of the values themselves, by the verbs' own words."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from daemon.auditor.looking import Look
from daemon.cli import audit, challenges, questions, shadow
from daemon.cli.forms import journal_moved
from daemon.decide.conference.challenges import Challenge, Step, Theme
from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.decide.duties.watched import watchable
from daemon.domain.answer import Place
from daemon.domain.brake import Braking
from daemon.domain.delivery import DeliveryState, Outgoing
from daemon.domain.errors import Problem
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.question import Asked, Given, Question
from daemon.domain.sent import Head, Sent
from daemon.domain.times import OfficeHours
from daemon.engine.answering.asked import Put
from daemon.engine.records.carried import put_carried
from daemon.engine.rules.announced import Announcement, Moved, Told
from daemon.engine.rules.shadow import Contrast
from daemon.engine.sending.refused import Refused
from daemon.engine.sending.refused import in_json as refused_in_json
from daemon.engine.standing.audit import Balance, Missed
from daemon.engine.standing.presence import Presence
from daemon.engine.standing.release import Difference
from daemon.engine.standing.release import in_json as difference_in_json
from daemon.engine.standing.rules_shown import rules_by_hand
from daemon.engine.telling.brake import Held
from daemon.engine.telling.brake import in_json as held_in_json
from daemon.report.tables import Table, shown
from daemon.rulebook import load_days
from daemon.store import SilencedRow, Store
from daemon.testing.world import PACK, World, loaded
from tests.small import SMALL

Json = dict[str, Any]
REF, RULE = "SC-100234", "icpc-invite-list"
DUTY = f"{REF}/{RULE}/icpc-1"
REMINDER, DUE = (datetime(2026, 3, day, hour, tzinfo=UTC) for day, hour in ((5, 9), (6, 17)))
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
SUE = Key(DUTY, "due", 0, "sue", "email")
TOLD = Notice(
    SUE, Kind.ASK, "invite-list-missed", DUE, DUE, Lane.URGENT, "safeguarding_service_manager",
    (REF,), f"F-{REF}", "it is due and not met", after_due=True,
)  # fmt: skip
MESSAGE = "2c98d1f04be74a6f9a1b7a2f5d0c3e81"


def asked() -> tuple[Json, ...]:
    """Return a question that was taken further, as `questions` prints it."""
    rule = loaded(SMALL).pack(PACK).rule(RULE)
    question = Question(
        "9c41", rule, rule.ladder[2], None, (Asked(DUTY, Place(REF, "M-881", "icpc")),), DUE, NOON
    )
    given = Given("no", "sue", "cannot_wait", NOON, is_further=True)
    return (questions.in_json(Put(question, given, is_restricted=False)),)


def raised() -> tuple[Json, ...]:
    """Return a log of issue resolution, as `challenges` prints it."""
    day = date(2026, 3, 20)
    steps = (
        Step("issue_resolution_stage_one_sent", date(2026, 3, 23)),
        Step("issue_resolution_reply_recorded", date(2026, 3, 25), "will_attend"),
    )
    one = Challenge("police", "M-881", "icpc", day, (REF,), steps, "answered", date(2026, 3, 30))
    return (challenges.in_json([one], [Theme("police", "2026 Q1", 3)]),)


def contrasted() -> tuple[Json, ...]:
    """Return a notice that a draft would tell and was not told, as `shadow` prints it."""
    return (shadow.in_json(Contrast(TOLD, None, DUE)),)


def announced() -> tuple[Json, ...]:
    """Return what a bank holiday moved, as `journal moved` prints it."""
    later = DUE.replace(day=9)
    told = Told("cora", "team_coordinator", "email", REMINDER, REMINDER.replace(hour=12))
    one = Moved(REF, RULE, DUTY, DUE, later, (told,))
    friday = {date(2026, 3, 6): "A coronation"}
    said = journal_moved.in_json(Announcement(REMINDER.replace(hour=12), friday, {}, (one,)))
    return (said,) if isinstance(said, dict) else ()


def unbalanced(world: World) -> tuple[Json, ...]:
    """Return a look that does not balance, as `audit --once` prints it."""
    missed = (Missed("never-fired", DUTY, DUE),)
    odd = (Missed("no-notice", MESSAGE, NOON),)
    balance = Balance(NOON, 2, 9, missed, odd)
    return (audit.in_json(Look(world.store, world.house, balance, "no run has led yet")),)


def trouble(folder: Path) -> None:
    """Have an authority's database show what a quiet one has none of: the lists of `status` that stand empty."""
    store = Store.open(f"sqlite:///{folder / 'daykeeper.sqlite'}", "testshire")
    row = Problem("conference.csv:3", "strategy_date: is not a day", "write it as 2026-03-31")
    refused = Outgoing(
        MESSAGE, "sue", "email", f"F-{REF}", Lane.URGENT, DeliveryState.REFUSED, DUE,
        reason="unknown-recipient",
    )  # fmt: skip
    with store.write() as tx:
        tx.silenced.put(SilencedRow("SC-100235", REMINDER, NOON, "sue", "family_bereaved"))
        tx.quarantine.put("diary", [row], NOON)
        tx.messages.open(refused)
        put_carried(tx, frozenset({"strategy_discussion_held", "s47_decision_recorded"}))
    Presence(store, "run-1", {"database": "5f1c"}, is_run=True).begin(datetime.now(UTC))
    Presence(store, "worker-1", {"database": "77d0"}, is_run=False).beat(
        datetime.now(UTC), None, None
    )
    store.close()


def by_hand() -> list[Json]:
    """Return what `status` says of a rule of safety that no feed can show as done."""
    book = loaded(SMALL)
    pack = book.pack(PACK)
    rules = tuple(replace(one, safety=True) if one.name == RULE else one for one in pack.rules)
    book = replace(book, packs={**book.packs, PACK: replace(pack, rules=rules)})
    carried = frozenset({"strategy_discussion_held"})
    days = Calendar(load_days(SMALL, "england-and-wales"), OfficeHours())
    return rules_by_hand(Deciding(watchable(book, carried), days, PACK), [], carried)


def braked() -> Json:
    """Return what the brake holds, as `release brake` prints it but for whether it was released."""
    on = Braking(DUE, "more than 30 to one person in one day", frozenset({"sue"}))
    return held_in_json(Held(on, (TOLD,)))


def undelivered() -> list[Json]:
    """Return the refused messages that `release refused` prints."""
    message = Outgoing(
        MESSAGE, "sue", "email", f"F-{REF}", Lane.URGENT, DeliveryState.REFUSED, DUE,
        reason="unknown-recipient",
    )  # fmt: skip
    return refused_in_json([Refused(message, (TOLD,), is_unheard=False, is_kept_back=False)])


def restored() -> Json:
    """Return what an older database lacks, as `release` prints it but for whether it was released."""
    sent = Sent(
        MESSAGE, DUE, DeliveryState.UNKNOWN, "sue", "email", f"F-{REF}", Lane.URGENT, (TOLD,)
    )
    why = "this is an older database than the one that was here"
    kept, stands = Head(47, "9be1…", DUE, "5f1c…"), Head(31, "77d0…", REMINDER, "5f1c…")
    return difference_in_json(
        Difference(why, None, kept, stands, (sent,), (TOLD,), date(2026, 2, 7))
    )


def timely() -> Json:
    """Return a table of the report."""
    columns = (("in_time", "In time"), ("late", "Late"), ("outstanding", "Not done yet"))
    rows = (("North", (21, 6, 7)), ("South", (17, 8, 5)), ("West", (12, 9, 6)))
    says = "One count is one duty for one child."
    share = frozenset({"in_time"})
    return shown(
        Table("minutes_by_team", "Minutes, by team", says, "Team", columns, rows, share, "in time")
    )
