"""One case as its page tells it: each duty with its working, who was told and why, what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.decide.due.ladder import ahead
from daemon.decide.record.timeline import BIRTH, Placed, timeline
from daemon.decide.telling.wording import say_list, say_working
from daemon.domain.errors import Problem
from daemon.domain.facts import Fact
from daemon.domain.notice import Notice
from daemon.domain.obligation import Obligation, State
from daemon.domain.rules import Basis, Rule
from daemon.domain.times import say, say_day
from daemon.domain.track import Track
from daemon.domain.vocabulary import Vocabulary
from daemon.engine.house import House
from daemon.rulebook.language.private import misworded
from daemon.store import Tx
from daemon.web.console.strip import Strip, strip

BASES = {
    Basis.STATUTORY: "a statutory limit",
    Basis.LOCAL: "a local limit",
    Basis.HOUSE: "a house default",
}
STATES = {
    "waiting": "waits to be sent",
    "held": "is held by the brake",
    "sending": "is being sent",
    "accepted": "handed over",
    "will-retry": "will be tried again",
    "unknown": "may have arrived, goes again",
    "refused": "refused",
    "cancelled": "not sent, no longer needed",
    "superseded": "went to the new holder of the role",
    "failed": "could not be sent",
}
NOT_SAID = "the case file says why"
EXPECTED = "birth_expected"
AHEAD = timedelta(weeks=4)  # what is due later is told below the drawing, which it would squeeze
GONE = {State.WAIVED: "Waived", State.WITHDRAWN: "No longer applies"}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a duty stands, in a word and a colour's name: the word says it all by itself."""

    tone: str
    word: str


@dataclass(frozen=True, slots=True)
class Told:
    """One notice in words. `mail` is the id of the mail that arrived, None where none did."""

    when: str
    rung: str
    role: str
    person: str
    channel: str
    state: str
    because: str
    mail: str | None


@dataclass(frozen=True, slots=True)
class Duty:
    """One obligation in words."""

    id: str
    title: str
    why: str
    subject: str
    standing: Standing
    due: str
    because: str
    clauses: str
    basis: str
    responsible: str
    working: tuple[str, ...]
    told: tuple[Told, ...]
    coming: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case in words."""

    ref: str
    family: str | None
    team: str | None
    facts: tuple[tuple[str, str, str], ...]
    duties: tuple[Duty, ...]
    problems: tuple[Problem, ...]
    strip: Strip | None


def standing(state: State, due_at: datetime | None, late: bool | None, now: datetime) -> Standing:
    """Return how a duty stands at `now`."""
    if state in GONE:
        return Standing("gone", GONE[state])
    if state is State.MET:
        return Standing("late", "Met late") if late else Standing("met", "Met in time")
    is_overdue = due_at is not None and due_at < now
    return Standing("overdue", "Overdue") if is_overdue else Standing("open", "Open")


def case_file(tx: Tx, house: House, ref: str, now: datetime) -> CaseFile | None:
    """Return a case as it stands at `now`; None where no feed shows it."""
    reading = house.read_cases(tx, [ref]).get(ref)
    if reading is None or reading.record is None:
        return None
    record, words = reading.record, house.deciding.words
    numbers = tx.numbers.of([ref]).get(ref, [])
    kept = {one.anchor_on: one.number for one in numbers if one.kind == "icpc"}
    tracks = {track.id: track for track in tx.obligations.of([ref]).get(ref, [])}
    answer, shares = house.decide(record, now, kept, tracks)
    found = [
        (one, rule, tracks.get(one.id))
        for share in shares
        for one in share.obligations
        if (rule := share.pack.rule(one.rule))
    ]
    found.sort(key=lambda duty: (duty[0].due_at or now, duty[0].id))
    placed = [one for one in timeline(record, now, words).placed if _may_be_shown(words, one.fact)]
    near = [duty for duty in found if (duty[0].due_at or now) <= now + AHEAD]
    return CaseFile(
        ref, record.family, record.team,
        tuple((_when(one.fact), _label(words, one.fact), _place(words, one)) for one in placed),
        tuple(_duty(tx, house, one, rule, track, now) for one, rule, track in found),
        tuple(one for one in (*reading.problems, *answer.problems) if not any(misworded(str(one)))),
        strip(
            [(_label(words, one.fact), one.fact) for one in placed],
            [(rule.title, one, track) for one, rule, track in near], now,
        ),
    )  # fmt: skip


def _duty(
    tx: Tx, house: House, one: Obligation, rule: Rule, track: Track | None, now: datetime
) -> Duty:
    words = house.deciding.words
    return Duty(
        id=one.id.replace("/", "-"), title=rule.title, why=rule.why, subject=str(one.subject),
        standing=standing(one.state, one.due_at, one.late, now),
        due=say(one.due_at) if one.due_at else "not known yet",
        because=NOT_SAID if any(misworded(one.because)) else one.because,
        clauses=", ".join(one.clauses), basis=BASES[one.basis],
        responsible=say_list([f"the {words.role(role)}" for role in one.responsible]),
        working=tuple(say_working(one.working)),
        told=tuple(_told(tx, words, notice) for notice in tx.notices.of_obligation(one.id)),
        coming=tuple(_coming(house, track, rule, now)) if track else (),
    )  # fmt: skip


def _told(tx: Tx, words: Vocabulary, notice: Notice) -> Told:
    message = tx.messages.get(notice.message_id) if notice.message_id else None
    state = STATES[str(message.state if message else notice.state)]
    twice = " (may have arrived twice)" if message and message.ambiguous else ""
    return Told(
        say(message.accepted_at if message and message.accepted_at else notice.at),
        notice.key.rung, words.role(notice.role), notice.key.person,
        words.channels.get(notice.key.channel, notice.key.channel), state + twice, notice.because,
        message.id if message and message.accepted_at and notice.key.channel == "email" else None,
    )  # fmt: skip


def _coming(house: House, track: Track, rule: Rule, now: datetime) -> Iterator[str]:
    """Yield what happens next if nothing is done, in order."""
    if track.state is not State.OPEN or track.next_at is None:
        return
    if track.rest_until is not None:
        yield f"A promise rests its reminders until {say(track.rest_until)}."
    if track.held_since is not None:
        yield f"Its next step has waited for fresh data since {say(track.held_since)}."
    for rung, at in ahead(track, rule, house.deciding.calendar):
        roles = say_list([f"the {house.deciding.words.role(role)}" for role in rung.to])
        yield f"{say(max(at, now))}: {roles} {'are' if len(rung.to) > 1 else 'is'} told."


def _may_be_shown(words: Vocabulary, fact: Fact) -> bool:
    """Return whether a fact says nothing that no page says: no birthday, exemption or enquiry (DOMAIN section 6)."""
    return fact.name not in (BIRTH, EXPECTED) and not any(misworded(_label(words, fact)))


def _when(fact: Fact) -> str:
    return say_day(fact.day) if fact.whole_day else say(fact.at)


def _label(words: Vocabulary, fact: Fact) -> str:
    label = words.label(fact.name)
    value = f": {fact.value.replace('_', ' ')}" if fact.value else ""
    return f"{label[:1].upper()}{label[1:]}{value}"


def _place(words: Vocabulary, one: Placed) -> str:
    invitees = one.meeting.invitees if one.meeting else ()
    about = one.fact.about or next((who.agency for who in invitees if who.id == one.invitee), None)
    agency = words.agencies.get(about, about.replace("_", " ")) if about else None
    meeting = f"conference {one.meeting.id}" if one.meeting else None
    plan = f"plan {one.plan}" if one.plan else None
    return ", ".join(part for part in (agency, meeting, plan) if part)
