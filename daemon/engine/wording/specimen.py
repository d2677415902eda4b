"""A message of the rulebook as its reader would get it, about an invented case; nothing is sent."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from daemon.decide.due.ladder import DATA_IS_OLD
from daemon.decide.people.recipients import FAMILY
from daemon.decide.telling.invited import say_meeting, say_somebody
from daemon.decide.telling.listing import HEADINGS
from daemon.decide.telling.wording import Item, say_list, withheld
from daemon.decide.trying.sample import (
    CODE,
    DUE_AT,
    LISTED,
    NEXT_AT,
    OUTLOOK,
    REF,
    SENT_AT,
    TEAM,
    TOLD_AT,
    sample_fields,
    sample_item,
)  # fmt: skip
from daemon.domain.invitation import CALENDAR, LETTER
from daemon.domain.invitation import Invitation as Entry
from daemon.domain.message import Lane, Level, Message
from daemon.domain.parts import Invitation, Shows
from daemon.domain.record import Meeting
from daemon.domain.rules import Pack, Rule, Rulebook, Rung
from daemon.domain.times import say
from daemon.engine.answering.settled import SETTLED
from daemon.engine.sending.refused import UNDELIVERABLE_LIST
from daemon.engine.telling.foresee import WHO_COMES
from daemon.engine.wording.card import card_of
from daemon.engine.wording.compose import Links, Part, compose, compose_list
from daemon.engine.wording.compose import render as fill
from daemon.engine.wording.counted import MEETS_AT, counted, meets_at
from daemon.engine.wording.enclosures import enclosed
from daemon.engine.wording.entry_frame import fields_of, framed, known
from daemon.rulebook.language.private import reads_outside
from daemon.rulebook.wording.messages import GENERAL
from daemon.rulebook.wording.readers import is_before_due
from daemon.rulebook.wording.templates import render

AUTHORITY = "Example Council"
PAGES = "https://daykeeper.council.example/item"
READER = "team_manager"  # of what no ladder sends
PLACE, ONLINE = "Room 4, Civic Centre, Potterby", "https://meet.example/j/123"
LENGTH = timedelta(hours=2)
COLLEAGUE = "a.colleague@council.example"
POLICE, NAMED = "police", re.compile(r"agency is (?!(?:not|one)\b)(\w+)")
OF_SOMEBODY = ("invitee of ", "agency of ", "absent agency of ")


def specimen(
    book: Rulebook, name: str, role: str | None = None, level: Level | None = None
) -> Message:
    """Return a message with all three of its forms, as `role` reads it at `level`.

    Left out, the role is the first that is told, and the level is the one that this role has: all
    of it inside the authority, less outside it.
    """
    text = book.messages[name]
    source, rule, rung, following = _use(book, name, role)
    is_offered = bool(rung and name == rung.offer)
    readers = _readers(rung, name) if rung else ()
    pack, invitation, invited = _invitation(book, name)
    family = rung.letter_for if rung else ()
    if invitation and not rung and role is None:
        role, family = (pack.letters or READER, (invited,)) if invited in FAMILY else (invited, ())
    role = role or (readers[0] if readers else _reader(book, name))
    is_external = reads_outside(role)
    level = level or (Level.L1 if is_external else Level.L2)
    if invitation and not rung:
        return _entry(book, name, invitation, invited, role, level)
    spoken = book.vocabulary.role(role)
    item = sample_item(
        after_due=not (rung and rule and is_before_due(rung, rule)),
        rule=rule, rung=rung, following=following, source=source, vocabulary=book.vocabulary,
    )  # fmt: skip
    if rule and item.working:
        item = replace(item, working=counted(rule, book.vocabulary))
    if rung and rung.at.count == 0 and item.left:
        item = replace(item, left="less than 1 working day")
    if rule and rule.subject.startswith(OF_SOMEBODY):
        meeting = Meeting("", "icpc", scheduled=(meets_at(rule, book.vocabulary), False))
        item = replace(
            item,
            agency=book.vocabulary.agency(_agency(rule)),
            meeting=say_meeting(meeting, TOLD_AT if item.overdue else SENT_AT),
        )
    item = _as_sent(item, rung, book) if rung and is_offered else _as_told(item, name)
    item = withheld(item, rule) if rule else item
    shows = _shows(book, name)
    rows = () if name in _plain() else LISTED[shows]
    count = len(rows) if name in _lists(book) else 1
    agency = item.agency or book.vocabulary.agency(POLICE)
    values = sample_fields(item, level) | {
        "role": spoken,
        "agency": agency, "count": count, "somebody": say_somebody(agency),
    }  # fmt: skip
    if name == DATA_IS_OLD:
        values["as_known"] = f"as at {say(SENT_AT)}"
    if name == SETTLED:
        values["reason"] = f"{COLLEAGUE} has answered"
    words = render(text, values, outside=is_external)
    if name in _lists(book):
        return compose_list(
            words.subject, f"{words.lead} {words.clear}", HEADINGS[shows], rows,
            message_id=name, channel="teams", lane=Lane.BULK, made_at=TOLD_AT, authority_title=AUTHORITY,
            because=book.vocabulary.because(role), code=CODE, level=level, is_external=is_external,
        )  # fmt: skip
    letter_to = say_list([book.vocabulary.role(one) for one in family])
    listed = OUTLOOK if name in WHO_COMES else ()
    links = Links(f"{PAGES}/page") if is_offered else _links(rung)
    part = Part(
        words, (item,), (links,), book.vocabulary.because(role), letter_to=letter_to, rows=listed
    )
    return compose(
        (part,), level, message_id=name, channel="teams", lane=Lane.ROUTINE, made_at=TOLD_AT,
        authority_title=AUTHORITY, is_external=is_external, team=TEAM,
    )  # fmt: skip


def _entry(
    book: Rulebook, name: str, invitation: Invitation, invited: str, role: str, level: Level
) -> Message:
    """Return an invitation as its own reader gets it: a professional the entry, for a family whoever writes to them."""
    words, is_family, is_external = book.vocabulary, invited in FAMILY, reads_outside(role)
    entry = Entry(
        uid=name, name=invitation.name, conference=name, person=name, via=LETTER if is_family else CALENDAR,
        role=role, agency=None, message=name, sender="", starts_at=MEETS_AT, ends_at=MEETS_AT + LENGTH, place=PLACE,
        link=None if is_family and not invitation.family_joins_online else ONLINE,
    )  # fmt: skip
    said = render(book.messages[name], fields_of(entry, CODE, REF, words), outside=is_external)
    if is_family:
        said = replace(said, subject=f"{said.subject} ({words.role(invited)}, {CODE})")
    papers = enclosed(book, {}, invitation.name, is_family=is_family)
    made = framed(
        said, known(entry, CODE, papers, is_event=not is_family), level, code=CODE, refs=REF,
        because=words.because(role), authority=AUTHORITY, is_event=not is_family,
    )  # fmt: skip
    return Message(
        id=name, channel="calendar", subject=made.subject, text=fill(f"{made.name}.txt.j2", made.values),
        html=fill(f"{made.name}.html.j2", made.values), lane=Lane.ROUTINE, level=level, made_at=TOLD_AT,
        codes=(CODE,), card=card_of(made.values),
    )  # fmt: skip


def _use(
    book: Rulebook, name: str, role: str | None
) -> tuple[str, Rule | None, Rung | None, Rung | None]:
    """Return the rung that sends a message to this role, or the first, with its pack, rule and next rung."""
    uses = list(_uses(book, name))
    own = [use for use in uses if role in _readers(use[2], name)]
    return next(iter(own or uses), ("Example pathway", None, None, None))


def _agency(rule: Rule) -> str:
    """Return the agency that a rule of one agency is about, the police where any would do."""
    named = NAMED.match(rule.when.text)
    return named[1] if named else POLICE


def _readers(rung: Rung, name: str) -> tuple[str, ...]:
    """Return who reads one of a rung's two messages: whoever it tells, or whoever gets the draft once it is sent."""
    return rung.offer_to if name == rung.offer else rung.to


def _links(rung: Rung | None) -> Links:
    promise = f"{PAGES}/promise" if rung and rung.ask == "promise" else None
    decide = PAGES if rung and rung.is_decided_by_its_reader else None
    return Links(f"{PAGES}/page", promise, f"{PAGES}/wrong-person", decide=decide)


def _as_sent(item: Item, rung: Rung, book: Rulebook) -> Item:
    """Return the item as it stands once a person has sent the draft: what was due is done."""
    told = ", ".join(f"the {book.vocabulary.role(one)}" for one in rung.to)
    return replace(
        item, overdue=False, overdue_by="", left="", met=say(SENT_AT), next_step="", told=told,
    )  # fmt: skip


def _uses(book: Rulebook, name: str) -> Iterator[tuple[str, Rule, Rung, Rung | None]]:
    for pack in book.packs.values():
        for rule in pack.rules:
            for at, rung in enumerate(rule.ladder):
                if rule.pack == pack.name and name in (rung.message, rung.offer):
                    following = rule.ladder[at + 1] if at + 1 < len(rule.ladder) else None
                    yield pack.title, rule, rung, following


def _invitation(book: Rulebook, name: str) -> tuple[Pack, Invitation | None, str]:
    """Return the invitation whose words a message is, with its pack and for whom."""
    for pack in book.packs.values():
        for one in pack.invitations:
            for invited, message in one.words.items():
                if message == name:
                    return pack, one, invited
    return book.pack(None), None, ""


def _reader(book: Rulebook, name: str) -> str:
    """Return who reads what no ladder sends: a list, or a message of the daemon's own."""
    packs = book.packs.values()
    lists = [each for pack in packs for each in (*pack.digests, pack.summary) if each]
    to = next((each.to[0] for each in lists if each.message == name and each.to), READER)
    return "operator" if name.startswith("operator-") else to


def _lists(book: Rulebook) -> set[str]:
    """Return the messages that stand above a list, or are for the operator."""
    summaries = {pack.summary.message for pack in book.packs.values() if pack.summary}
    digests = {one.message for pack in book.packs.values() for one in pack.digests}
    return summaries | digests | _plain()


def _plain() -> set[str]:
    """Return the messages about no case and without a list: the operator's, and one of the duty mailbox's."""
    return {name for name in GENERAL if name.startswith("operator-")} | {UNDELIVERABLE_LIST}


def _shows(book: Rulebook, name: str) -> Shows:
    """Return what the list below a message shows: that of its digest; the weekly summary's is overdue."""
    digests = (one for pack in book.packs.values() for one in pack.digests)
    return next((one.shows for one in digests if one.message == name), Shows.OVERDUE)


def _as_told(item: Item, name: str) -> Item:
    """Return the item as it stands when the daemon sends one of its own messages."""
    if name in WHO_COMES:  # it comes again where it changes
        return replace(item, next_step="")
    if name in ("now-received", SETTLED):
        return replace(item, overdue=False, overdue_by="", met=say(TOLD_AT), next_step="")
    coming = replace(
        item, overdue=False, is_late=False, overdue_by="", left="1 working day", next_step=""
    )
    if name == "due-moved":
        return replace(coming, was_due=say(DUE_AT), due=say(NEXT_AT), due_at=NEXT_AT, working=())
    if name in ("reopened", "undeliverable", "no-holder", "wrong-person"):
        return coming
    return item
