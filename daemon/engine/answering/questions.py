"""What waits for a signed-in person's decision: found anew each time from what is open, so that nothing goes stale."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from daemon.decide.people.recipients import Access, People, Why, may_know, resolve, seat
from daemon.decide.trying.walk import group_of
from daemon.domain.answer import Place
from daemon.domain.notice import Kind
from daemon.domain.obligation import Obligation, State
from daemon.domain.person import Person
from daemon.domain.question import Asked, Question
from daemon.domain.record import Meeting, Record
from daemon.domain.rules import Pack, Rule, Rung
from daemon.domain.times import day_of
from daemon.domain.track import Track
from daemon.domain.who import Who
from daemon.engine.answering.waiving import KEPT, as_question
from daemon.engine.conference.rearranging import Anew, anew_of
from daemon.engine.house import House
from daemon.engine.telling.quiet import resting_refs
from daemon.store import Tx, apart

HELD = "icpc_held"
ID_LENGTH = 20


class Found(NamedTuple):
    """An open obligation that asks this person, with all that was looked up of its case."""

    track: Track
    rule: Rule
    rung: Rung
    record: Record
    obligation: Obligation
    limits: tuple[tuple[str, datetime], ...]
    doubts: tuple[str, ...] = ()


def waiting_for(
    tx: Tx, house: House, who: Who, now: datetime, refs: Collection[str] | None = None
) -> list[Question]:
    """Return what waits for a person, the most pressing first: questions put to them, and drafts for them to send.

    `refs`: of these cases alone. Only about cases that they may know of, and whose family is not held
    (READINGS section 2, 1 to 3).
    """
    groups: dict[str, list[Found]] = {}
    for found in _asking(tx, house, who, now, refs):
        groups.setdefault(identity_of(found), []).append(found)
    questions = [question_of(name, each) for name, each in groups.items()]
    return sorted(questions, key=lambda one: (one.due_at or one.asked_at, one.rule.name, one.id))


def _asking(
    tx: Tx, house: House, who: Who, now: datetime, refs: Collection[str] | None
) -> Iterator[Found]:
    people = house.people(tx)
    person = people.get(who.person)
    if person is None or person.id != who.person:
        return
    candidates = list(_candidates(tx, house, refs))
    cases, _ = apart(tx.cases.of, {track.ref for track, _, _ in candidates}, "cases")
    resting = resting_refs(tx, cases)
    near = {  # by what was last assessed: to read the records of all cases takes too long
        track.ref
        for track, rule, rung in candidates
        if (row := cases.get(track.ref)) is not None
        and track.ref not in resting
        and (
            row.access is None or _may_be_theirs(person, rule, rung, track, row.access, people, now)
        )
    }
    readings = house.read_cases(tx, near)
    for track, rule, rung in candidates:
        reading = readings.get(track.ref)
        record = reading.record if reading else None
        if reading is None or record is None:
            continue
        access = house.deciding.access(record)
        is_mine = may_know(person, access, people) and is_theirs(
            who, rule, rung, track, record, access, people, now
        )
        found = look_up(tx, house, track, rule, rung, record, now) if is_mine else None
        if found is not None:
            doubts = (one.what for one in reading.problems if "answered here" in one.what)
            yield found._replace(doubts=tuple(doubts))


def _candidates(
    tx: Tx, house: House, refs: Collection[str] | None
) -> Iterator[tuple[Track, Rule, Rung]]:
    """Yield the open obligations of which a step has asked, and those that somebody says are not required.

    Whose draft has been sent once waits for nobody any more.
    """
    waivers = {one.obligation: one for one in tx.waivers.undecided()}
    asking = {track.id: track for track in tx.obligations.open_of(asking_rules(house))}
    others = (tx.obligations.get(name) for name in waivers if name not in asking)
    every = (*asking.values(), *(one for one in others if one is not None))
    tracks = [one for one in every if refs is None or one.ref in refs]
    cases, _ = apart(tx.cases.of, {track.ref for track in tracks}, "cases")
    for track in tracks:
        case = cases.get(track.ref)
        rule = house.rule_of(track, case.pathway if case else None)
        if rule is None or track.state is not State.OPEN:
            continue
        rung = asked_by(track, rule)
        if rung and not (rung.offer and not rule.approval and _is_sent(tx, track)):
            yield track, rule, rung
        if waiver := waivers.get(track.id):
            yield track, as_question(rule, waiver.reason, house.deciding.words), rule.ladder[-1]


def _is_sent(tx: Tx, track: Track) -> bool:
    return any(one.kind is Kind.SEND for one in tx.notices.of_obligation(track.id))


def look_up(
    tx: Tx, house: House, track: Track, rule: Rule, rung: Rung, record: Record, now: datetime,
    *, is_open: bool = True,
) -> Found | None:  # fmt: skip
    """Return how an obligation stands at this moment; None where it is not open any more, and must be."""
    deciding = house.under(track)
    pack, _ = deciding.pack_for(record)
    numbers = tx.numbers.of([track.ref]).get(track.ref, ())
    kept = {one.anchor_on: one.number for one in numbers if one.kind == "icpc"}
    of_limits = limiting(pack)
    answer = deciding.decide(record, now, pack=pack, kept=kept, only={rule.name, *of_limits})
    mine = next((one for one in answer.obligations if one.id == track.id), None)
    if mine is None or (is_open and mine.state is not State.OPEN):
        return None
    limits = limits_of(answer.obligations, mine, pack)
    return Found(track, rule, rung, record, mine, tuple(limits))


def asking_rules(house: House) -> set[str]:
    """Return the names of the rules that ask for a decision, or offer a draft."""
    return {
        rule.name
        for rule in house.rules()
        if rule.approval or any(rung.offer for rung in rule.ladder)
    }


def asked_by(track: Track, rule: Rule) -> Rung | None:
    """Return the step that has asked last, None where none has asked yet."""
    asking = {rung.name: rung for rung in rule.ladder if rung.is_decided_by_its_reader}
    fired = [asking[one.rung] for one in track.fired if one.rung in asking and not one.skipped]
    return fired[-1] if fired else None


def is_theirs(
    who: Who, rule: Rule, rung: Rung, track: Track, record: Record, access: Access, people: People, now: datetime
) -> bool:  # fmt: skip
    """Return whether it is this person who decides.

    The directory names them for the role today, and their sign-in says that they hold it: or the case
    record names them, or they stand in for whoever holds it. Whoever else was told decides nothing.
    """
    return any(
        holds(who, role, seat(role, track.id), record, access, people, now)
        for role in _asked_of(rule, rung)
    )


def _asked_of(rule: Rule, rung: Rung) -> tuple[str, ...]:
    """Return the roles of which whoever holds one decides."""
    if rule.approval and rule.approval.of_all_told:
        return (*rule.responsible, *rung.to)
    return (rule.approval.of,) if rule.approval else tuple(rung.to)


def _may_be_theirs(
    person: Person, rule: Rule, rung: Rung, track: Track, access: Access, people: People, now: datetime
) -> bool:  # fmt: skip
    """Return whether it is worth reading the record: `is_theirs` says of nobody else that they decide."""
    return may_know(person, access, people) and any(
        one.id == person.id
        for role in _asked_of(rule, rung)
        for one in resolve(seat(role, track.id), access, people, day_of(now)).people
    )


def holds(
    who: Who, role: str, place: str, record: Record, access: Access, people: People, now: datetime
) -> bool:
    """Return whether somebody who is signed in holds a role in a case today, or stands in for whoever does."""
    why = stands_for(who, place, access, people, now)
    if why is None:
        return False
    named = people.get(who.person)
    is_named = bool(named and people.is_one_of(named, frozenset(record.roles.get(role, ()))))
    return role in who.roles or is_named or why in (Why.DELEGATE, Why.MANAGER)


def stands_for(who: Who, place: str, access: Access, people: People, now: datetime) -> Why | None:
    """Return why the directory has somebody told as a role today; None where it has not."""
    found = resolve(place, access, people, day_of(now))
    if found.why in (Why.FALLBACK, Why.NOBODY, Why.BARRED):
        return None
    return found.why if any(one.id == who.person for one in found.people) else None


def question_of(name: str, found: Sequence[Found]) -> Question:
    """Return the question that some obligations of one conference put."""
    first, rung = found[0], found[-1].rung
    drafts = [] if _is_waiver(first.rule) else [one for one in first.rule.ladder if one.offer]
    dues = [one.track.due_at for one in found if one.track.due_at]
    meeting = _meeting(first)
    anew = anew_for(first.rule, first.record, first.obligation.subject.id)
    return Question(
        id=name,
        rule=first.rule,
        rung=rung,
        draft=rung if rung in drafts else next(iter(drafts), None),
        asked=tuple(_asked(one) for one in sorted(found, key=lambda each: each.track.ref)),
        asked_at=min(
            (fired.at for one in found for fired in one.track.fired if not fired.skipped),
            default=first.track.opened_at,
        ),
        due_at=min(dues, default=None),
        agency=first.obligation.subject.agency,
        held_at=meeting.scheduled[0] if meeting and meeting.scheduled else None,
        limits=tuple(dict.fromkeys(each for one in found for each in one.limits)),
        remarks=tuple(dict.fromkeys(each for one in found for each in one.obligation.remarks)),
        doubts=tuple(dict.fromkeys(each for one in found for each in one.doubts)),
        takes_date=anew is not None and anew.is_ours,
        anew_at=anew.stands_at if anew else None,
    )


def anew_for(rule: Rule, record: Record, meeting: str | None) -> Anew | None:
    """Return the attempt of which a yes may bring the date; None where the question is about none."""
    takes_date = rule.approval is not None and rule.approval.new_date
    return anew_of(record.meetings, meeting or "") if takes_date else None


def _is_waiver(rule: Rule) -> bool:
    return rule.approval is not None and rule.approval.answers.get("no") == KEPT


def limiting(pack: Pack) -> set[str]:
    """Return the rules that say by when an initial conference must be held."""
    return {one.name for one in pack.rules if HELD in one.met_by}


def limits_of(
    every: Iterable[Obligation], mine: Obligation, pack: Pack
) -> Iterator[tuple[str, datetime]]:
    """Yield the limits by which the same conference must be held: they run on whatever is decided."""
    names = limiting(pack) - {mine.rule}
    for one in every:
        rule = pack.rule(one.rule)
        is_same = (one.subject.kind, one.subject.number) == (mine.subject.kind, mine.subject.number)
        # not what counts from the booking
        runs = one.state is State.OPEN and one.starts_at is not None
        if one.rule in names and is_same and rule and one.due_at and runs:
            yield rule.title, one.due_at


def identity_of(found: Found) -> str:
    """Return the question's name: the same for every child of one conference, and meaningless to others.

    Before anything is booked, and for what is about a plan, brothers and sisters have it in common where
    it began on the same day.
    """
    meeting, subject = _meeting(found), found.obligation.subject
    began_at = found.obligation.starts_at
    began_on = day_of(began_at).isoformat() if began_at else ""
    whose = f"{group_of(found.record)}/{subject.kind}/{began_on}"
    if meeting:
        whose = f"meeting/{meeting.id}"
    if _is_waiver(found.rule):
        whose = f"waiver/{found.track.id}"
    text = "\x00".join((found.rule.pack, found.rule.name, whose, subject.part or ""))
    return sha256(text.encode()).hexdigest()[:ID_LENGTH]


def _meeting(found: Found) -> Meeting | None:
    """Return the meeting that an obligation is about, where the record shows it."""
    wanted = found.obligation.subject.id
    return next((one for one in found.record.meetings if one.id == wanted), None)


def _asked(found: Found) -> Asked:
    subject, meeting = found.obligation.subject, _meeting(found)
    ref = found.track.ref
    if meeting is not None:
        place = Place(ref, meeting.id, meeting.kind)
    elif subject.kind == "plan" and any(one.id == subject.id for one in found.record.plans):
        place = Place(ref, plan=subject.id)
    else:
        place = Place(ref)
    invitee = subject.part.partition("-")[2] if subject.part and subject.agency is None else None
    return Asked(found.track.id, place, subject.agency or invitee or None)
