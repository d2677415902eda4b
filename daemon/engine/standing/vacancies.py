"""Cases of which nobody may be told, or in which nobody may answer: what `status` and `check` say of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from daemon.decide.duties.obligations import Deciding
from daemon.decide.people.answerers import answering, barred, deciders, is_closed_to_all
from daemon.decide.people.recipients import People, can_answer, resolve, seat
from daemon.decide.telling.wording import say_list
from daemon.domain.obligation import State
from daemon.domain.person import Person, Post
from daemon.domain.rules import Pack, Rule
from daemon.domain.times import day_of
from daemon.domain.track import Track
from daemon.engine.rules.pinned import older
from daemon.engine.telling.operator import OPERATOR
from daemon.engine.telling.unheld import OF, TOPIC
from daemon.store import CaseRow, Tx, apart

NAMED = 3  # cases that a line names
Found = tuple[str, str, str]  # where, what, how to mend it


class Books(NamedTuple):
    """The rules in force, and by their digests the older ones that some obligations go on under."""

    present: Deciding
    older: Mapping[str, Deciding]

    def packs(self) -> Iterator[Pack]:
        """Yield the packs of all of them."""
        books = (self.present, *self.older.values())
        return (pack for one in books for pack in one.rulebook.packs.values())

    def rule_of(self, track: Track, case: CaseRow) -> Rule | None:
        """Return the rule of an obligation, None where it is in force no longer."""
        book = self.older.get(track.pack_digest, self.present).rulebook
        return book.pack(case.pathway or self.present.default_pathway).rule(track.rule)


def vacancies(
    tx: Tx, deciding: Deciding, mailboxes: Mapping[str, str], operator: str | None, now: datetime
) -> Iterator[Found]:
    """Yield a line for each way in which nobody may be told, or may answer; no restricted case is named.

    `operator` is whose mails about posts that nobody holds are looked at: what they said, and still is so. Until
    the directory has been read nobody is known, and nothing is said.
    """
    staff = tx.people.all()
    if not staff:
        return
    boxes = [Person(one, {"email": one}, posts=(Post(role),)) for role, one in mailboxes.items()]
    people, who_sign_in = People([*boxes, *staff]), People(staff)
    cases, tracks = _guarded(tx)
    restricted = {ref: one for ref, one in cases.items() if one.restricted}
    shut = {
        ref
        for ref, one in restricted.items()
        if one.access and is_closed_to_all(one.access, people)
    }
    if shut:
        many = "1 restricted case names" if len(shut) == 1 else f"{len(shut)} restricted cases name"
        mend = "name its holders in the case record, as they stand in the directory"
        yield "restricted cases", f"{many} nobody who may be told: nothing goes out about it", mend
    excluding = {ref: one for ref, one in cases.items() if not one.restricted}
    outside = _barred(deciding, excluding, who_sign_in, now)
    for role, refs in sorted(outside.items()):
        what = f"nobody can answer as {role} in {named(refs)}: whoever holds the role is excluded"
        yield "people", what, "name a manager of that post who may (manager_id)"
    within: dict[str, set[str]] = {}
    books = Books(deciding, older(tx, deciding))
    for ref in restricted.keys() - shut:
        for role in _unanswered(books, tracks.get(ref, ()), restricted[ref], who_sign_in, now):
            within.setdefault(role, set()).add(ref)
    for role, found in sorted(within.items()):
        many = "1 restricted case" if len(found) == 1 else f"{len(found)} restricted cases"
        mend = "add whoever holds the role to the holders in the case record"
        yield "people", f"nobody can answer as {role} in {many}", mend
    yield from _waiting(tx, books, who_sign_in, cases.keys(), now)
    if operator:
        yield from _untold(tx, people, operator, outside, now)


def named(refs: Collection[str]) -> str:
    """Return cases in words: the first few by their reference, the rest by their number."""
    shown, more = sorted(set(refs))[:NAMED], len(set(refs)) - NAMED
    return say_list([*shown, f"{more} more"] if more > 0 else shown)


def _guarded(tx: Tx) -> tuple[dict[str, CaseRow], dict[str, list[Track]]]:
    """Return the cases that are restricted or exclude somebody, and that are not over, with their obligations."""
    refs = tx.cases.guarded()
    cases, _ = apart(tx.cases.of, refs, "cases")
    tracks, _ = apart(tx.obligations.of, refs, "obligations")
    live = {
        ref: case
        for ref, case in cases.items()
        if not tracks.get(ref) or any(one.state is State.OPEN for one in tracks[ref])
    }
    return live, tracks


def _barred(
    deciding: Deciding, cases: Mapping[str, CaseRow], people: People, now: datetime
) -> dict[str, list[str]]:
    """Return the cases in which nobody may answer as a role although somebody holds it, by that role."""
    found: dict[str, list[str]] = {}
    for ref, case in cases.items():
        pack = deciding.rulebook.pack(case.pathway or deciding.default_pathway)
        roles = barred(deciders(pack), case.access, people, day_of(now)) if case.access else ()
        for role in roles:
            found.setdefault(role, []).append(ref)
    return found


def _unanswered(
    books: Books, tracks: Iterable[Track], case: CaseRow, people: People, now: datetime
) -> Iterator[str]:
    """Yield the roles to which something open in a case is put, and as which nobody may answer."""
    for track in tracks:
        rule = books.rule_of(track, case)
        if track.state is State.OPEN and rule is not None:
            yield from _lacking(rule, track, case, people, now)


def _lacking(
    rule: Rule, track: Track, case: CaseRow, people: People, now: datetime
) -> Iterator[str]:
    roles = answering(rule)
    if case.access is None or not roles:
        return
    found = (resolve(seat(role, track.id), case.access, people, day_of(now)) for role in roles)
    if not any(map(can_answer, found)):
        yield roles[0]


def _waiting(
    tx: Tx, books: Books, people: People, besides: Collection[str], now: datetime
) -> Iterator[Found]:
    """Yield the roles that nobody holds and that have been asked something in a case."""
    rules = {rule.name for pack in books.packs() for rule in pack.rules if answering(rule)}
    asked = [one for one in tx.obligations.open_of(rules) if one.ref not in besides]
    cases, _ = apart(tx.cases.of, {one.ref for one in asked}, "cases")
    found: dict[str, set[str]] = {}
    for track in asked:
        case = cases.get(track.ref)
        if case is None or not any(not one.skipped for one in track.fired):
            continue
        rule = books.rule_of(track, case)
        for role in _lacking(rule, track, case, people, now) if rule else ():
            found.setdefault(role, set()).add(track.ref)
    for role, refs in sorted(found.items()):
        what = f"nobody can answer as {role} in {named(refs)}, and they were asked: nobody who can sign in holds it"
        yield "people", what, "give it to somebody in the directory who signs in"


def _untold(
    tx: Tx, people: People, operator: str, besides: Collection[str], now: datetime
) -> Iterator[Found]:
    """Yield the posts of which the operator was told that nobody may be told, where that is so still."""
    about = f"{OPERATOR}/{TOPIC}"
    told = tx.notices.to_person(operator, about)
    pairs = {one.key.obligation.removeprefix(about).partition(OF)[::2] for one in told}
    pairs = {(place, ref) for place, ref in pairs if place not in besides}
    cases, _ = apart(tx.cases.of, {ref for _, ref in pairs}, "cases")
    tracks, _ = apart(tx.obligations.of, cases.keys(), "obligations")
    found: dict[str, list[str]] = {}
    for place, ref in sorted(pairs):
        case = cases.get(ref)
        is_live = any(one.state is State.OPEN for one in tracks.get(ref, ()))
        if case is None or case.access is None or case.restricted or not is_live:
            continue
        if not can_answer(resolve(place, case.access, people, day_of(now))):
            found.setdefault(place, []).append(ref)
    for place, refs in found.items():
        what = f"nobody may be told as {place} in {named(refs)}: the duty mailbox is told instead"
        yield "people", what, "give the post to somebody, or name its manager (manager_id)"
