"""Every question that was put to somebody, whoever it was: what waits, what was answered, and what lapsed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from daemon.domain.obligation import State
from daemon.domain.question import OPEN, Given, Question
from daemon.domain.rules import Rule, Rung
from daemon.domain.track import Track
from daemon.engine.answering.questions import (
    Found,
    asked_by,
    asking_rules,
    identity_of,
    look_up,
    question_of,
)
from daemon.engine.answering.waiving import as_question
from daemon.engine.house import House
from daemon.engine.telling.quiet import resting_refs
from daemon.store import Entry, Tx, apart

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
ANSWERED, SENT, WITHHELD = "approval.answered", "draft.sent", "draft.withheld"
FURTHER = "issue.taken-further"
LAPSED = Given("lapsed")


class Put(NamedTuple):
    """One question with what was answered; `is_restricted`: whose it is, is shown to nobody here."""

    question: Question
    given: Given
    is_restricted: bool


def put(tx: Tx, house: House, now: datetime) -> list[Put]:
    """Return every question, the newest first; none about a family that is held (READINGS section 2, 3).

    A question that was answered for some children of a conference and not for others is listed for each.
    """
    groups: dict[tuple[str, Given, bool], list[Found]] = {}
    for found, given in _each(tx, house, now):
        key = identity_of(found), given, found.record.restricted
        groups.setdefault(key, []).append(found)
    every = [
        Put(question_of(name, each), given, is_restricted)
        for (name, given, is_restricted), each in groups.items()
    ]
    return sorted(every, key=lambda one: (one.question.asked_at, one.question.id), reverse=True)


def _each(tx: Tx, house: House, now: datetime) -> Iterator[tuple[Found, Given]]:
    answers: dict[str, list[Entry]] = {}
    for kind in (ANSWERED, SENT, WITHHELD, FURTHER):
        for entry in tx.journal.since(kind, ALWAYS):
            answers.setdefault(entry.about, []).append(entry)
    tracks = {one.id: one for one in tx.obligations.of_rules(asking_rules(house))}
    undecided = {one.obligation: one.reason for one in tx.waivers.undecided()}
    for name in (undecided.keys() | answers.keys()) - tracks.keys():
        if track := tx.obligations.get(name):
            tracks[name] = track
    cases, _ = apart(tx.cases.of, {track.ref for track in tracks.values()}, "cases")
    readings = house.read_cases(tx, cases.keys() - resting_refs(tx, cases))
    for track in tracks.values():
        reading = readings.get(track.ref)
        if reading is None or reading.record is None:
            continue
        since = [one for one in answers.get(track.id, ()) if one.at >= track.opened_at]
        for rule, rung, given in _of(
            house, track, cases[track.ref].pathway, since, undecided.get(track.id)
        ):
            found = look_up(tx, house, track, rule, rung, reading.record, now, is_open=False)
            if found is not None:
                yield found, given


def _of(
    house: House, track: Track, pathway: str | None, entries: list[Entry], waiver: str | None
) -> Iterator[tuple[Rule, Rung, Given]]:
    """Yield what was asked about an obligation since it was opened, with what was answered."""
    rule = house.rule_of(track, pathway)
    if rule is None:
        return
    words, rung, is_open = house.deciding.words, asked_by(track, rule), track.state is State.OPEN
    asks = rule.approval is not None or any(one.ask == "confirm" for one in rule.ladder)
    for entry in entries:
        if asks and rung is not None:
            yield rule, rung, _given(entry)
        elif entry.kind == ANSWERED and not asks:
            yield (
                as_question(rule, str(entry.data["reason"]), words),
                rule.ladder[-1],
                _given(entry),
            )
    if waiver is not None and is_open:
        yield as_question(rule, waiver, words), rule.ladder[-1], OPEN
    if asks and rung is not None and (is_open or not entries):
        yield rule, rung, OPEN if is_open else LAPSED


def _given(entry: Entry) -> Given:
    is_further = entry.kind == FURTHER
    state = "no" if entry.kind == WITHHELD or is_further else "yes"
    if entry.kind == ANSWERED:
        state = entry.because.rpartition(" ")[2]
    by, reason = str(entry.data["person"]), str(entry.data["reason"]) or None
    return Given(state, by, reason, entry.at, is_further)
