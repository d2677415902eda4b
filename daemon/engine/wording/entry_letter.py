"""The words about an entry in a calendar: the message that makes it, a letter task, or what is to be done by hand."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from daemon.decide.telling.wording import say_list
from daemon.domain.delivery import Outgoing
from daemon.domain.event import Event
from daemon.domain.invitation import ABOUT, APART, LETTER, Invitation
from daemon.domain.link import item_code, page_code
from daemon.domain.message import Level, Message
from daemon.domain.notice import Kind, Notice
from daemon.domain.times import day_of, say
from daemon.domain.who import CHAIRS
from daemon.engine.conference.announce import BY_HAND, CALLED_OFF
from daemon.engine.conference.entries import is_event
from daemon.engine.conference.seated import role_of
from daemon.engine.house import House
from daemon.engine.sending.bundle import Bundle
from daemon.engine.sending.claim import Taken
from daemon.engine.sending.refused import UNDELIVERABLE
from daemon.engine.wording.compose import NothingToSay, compose_list, render
from daemon.engine.wording.enclosures import enclosed
from daemon.engine.wording.entry_frame import fields_of, framed, known, title_of
from daemon.rulebook.wording.templates import Words
from daemon.rulebook.wording.templates import render as fill

MOVED = "The time, the place or the form of this meeting has changed: what stands here replaces what you had before."
ANOTHER = (
    "This meeting is about another child as well: what stands here replaces what you had before."
)
INSTEAD = (
    "This meeting is about another child as well: post this letter in the place of the one that you were asked for "
    "before, not both. If that one has gone already, this one follows it."
)
KNOWN = (
    "New here: {}. The meeting begins when you were told; if you have answered, your answer stands."
)
NEW = {
    "ends_at": "the end",
    "place": "the place",
    "link": "the way to join online",
    "mode": "the form",
}
CANCELLED = "you need not keep this time free: the meeting does not take place then, or you are not asked to come."
UNLESS_GONE = (
    "if the letter that you were asked for has not gone, write none. If it has, write that"
)
NOW_APART = (
    "Somebody is kept apart from this person, which was not known before: what stands here replaces what you had. "
    "Agree how they arrive before you write."
)
SOMEBODY = "a member of the family"
AFRESH = {Kind.MOVE: "the meeting has changed", Kind.CANCEL: "it is off"}
ANEW = {
    ABOUT: "it is about another child as well",
    APART: "how they arrive has changed",
}
JOINED_ONLINE = ("virtual", "hybrid")
BY_THEM = {
    Kind.ASK: "record the decision, or book it again",
    Kind.INVITE: "invite them",
    Kind.MOVE: "tell them of the change",
    Kind.CANCEL: "tell them that it is off",
}

LISTS = {
    BY_HAND: (
        "Invitations to see to by hand",
        "These invitations cannot go by themselves: no calendar is connected, or we must not tell the person.",
    ),
    CALLED_OFF: (
        "Is this conference off?",
        (
            "The diary shows this conference as cancelled, and nobody was told. It leaves calendars once the decision "
            "is recorded that it is not required, and never while a brother or sister needs it."
        ),
    ),
    UNDELIVERABLE: (
        "An invitation did not arrive",
        "An invitation to a conference did not arrive, and does not count as given in time.",
    ),
}


class Missed(NothingToSay):
    """A meeting has begun of whose time or place somebody was never told."""


def code_of(entry: Invitation) -> str:
    """Return the code that stands in a calendar's title, the same for the life of an entry."""
    return item_code(entry.uid, entry.name)


def write_entry(
    house: House, taken: Taken, level: Level, now: datetime, *, is_external: bool
) -> Message:
    """Return the message about an entry, as it stands; raises NothingToSay once its meeting has begun.

    Raises Missed where somebody should have known of the meeting. That they did not is said all its day long.
    """
    outgoing, bundle = taken.outgoing, taken.bundle
    live = [one for one in taken.notices if bundle.entries.why_not(one) is None]
    every = [(one, entry) for one in live if (entry := bundle.entries.of(one))]
    pairs = [(one, entry) for one, entry in every if _is_news(one, entry, now)]
    if not pairs:
        is_missed = any(is_event(one) and one.kind is not Kind.CANCEL for one, _ in every)
        raise Missed if is_missed else NothingToSay
    if pairs[0][0].message in LISTS:
        return _by_hand(house, outgoing, pairs, bundle, level, is_external=is_external)
    notice, entry = pairs[0]
    return _invitation(house, outgoing, notice, entry, bundle, level, is_external=is_external)


def _is_news(notice: Notice, entry: Invitation, now: datetime) -> bool:
    is_today = day_of(entry.starts_at) == day_of(now)
    return entry.starts_at > now or (notice.message == UNDELIVERABLE and is_today)


def _invitation(
    house: House, outgoing: Outgoing, notice: Notice, entry: Invitation, bundle: Bundle, level: Level,
    *, is_external: bool,
) -> Message:  # fmt: skip
    code, words = code_of(entry), house.deciding.words
    refs = say_list(bundle.entries.refs(notice))
    said = fill(
        house.message(notice.message), fields_of(entry, code, refs, words), outside=is_external
    )
    is_off, is_family = notice.kind is Kind.CANCEL, entry.via == LETTER
    subject = said.subject
    if is_family and not is_external:
        subject = f"{subject} ({_letter(house, notice, entry, bundle)})"
    page = "" if is_off or is_external else _page(house, entry, bundle)
    own_papers, book = house.terms.enclosures, house.deciding.rulebook
    papers = enclosed(book, own_papers, entry.name, is_family=is_family)
    made = framed(
        Words(subject, _lead(notice, entry, bundle, said.lead), "" if is_off else said.clear),
        known(entry, code, papers, page=page, is_off=is_off, is_event=is_event(notice)), level,
        code=code, refs=refs, because=words.because(entry.role), authority=house.terms.title,
        is_event=is_event(notice),
    )  # fmt: skip
    return Message(
        id=outgoing.id,
        channel=outgoing.channel,
        subject=made.subject,
        text=render(f"{made.name}.txt.j2", made.values),
        html=render(f"{made.name}.html.j2", made.values),
        lane=outgoing.lane,
        level=level,
        made_at=outgoing.created_at,
        codes=(code,),
        event=event_of(entry, title_of(code), page, is_cancelled=is_off)
        if is_event(notice)
        else None,
    )


def _lead(notice: Notice, entry: Invitation, bundle: Bundle, lead: str) -> str:
    """Return how it begins: that the meeting is off, what has changed of it, else the message's own `lead`."""
    if notice.kind is Kind.CANCEL:
        is_unsaid = entry.via == LETTER and entry.told_revision is None
        off = f"{UNLESS_GONE} {CANCELLED}" if is_unsaid else CANCELLED
        return f"{say_list(bundle.entries.refs(notice))}: {off}"
    if notice.kind is not Kind.MOVE:
        return lead
    if new := _new_to(notice, entry, bundle):
        return f"{KNOWN.format(say_list(new))} {lead}"
    another = INSTEAD if entry.told_revision is None else ANOTHER
    return f"{({ABOUT: another, APART: NOW_APART}).get(notice.detail, MOVED)} {lead}"


def _new_to(notice: Notice, entry: Invitation, bundle: Bundle) -> list[str]:
    """Return what is new to somebody whose calendar has the right time already; nothing where it may not.

    A date that is agreed in the room is told at once, to all who were invited, there or not (STK-068): it does not
    wait for its place. So what comes after it begins with what is new, and that nothing else is. The invitation's
    own words follow: a calendar keeps those of the last form alone.
    """
    told = entry.told_revision
    is_dated = told is not None and told >= entry.dated_revision and entry.delivered is not False
    if told is None or not is_dated or not is_event(notice):
        return []
    later = (
        one
        for one in bundle.others.get(notice.key.obligation, ())
        if one.kind is Kind.MOVE and told < one.key.occurrence <= entry.revision
    )
    names = {name for one in later for name in one.detail.split(",")}
    return [said for name, said in NEW.items() if name in names]


def _letter(house: House, notice: Notice, entry: Invitation, bundle: Bundle) -> str:
    """Return which letter a task is about: to whom by role, what it is for, and the code that `/letters` shows.

    Two of one family's would be told apart by nothing else: no name is known here.
    """
    seats = bundle.entries.seats.get(entry.uid, ())
    role = next(
        (role for seat in seats if (role := role_of(bundle.records.get(seat.ref), seat))), ""
    )
    who = house.deciding.words.role(role) if role else SOMEBODY
    what = AFRESH.get(notice.kind)
    if notice.kind is Kind.MOVE:
        what = ANEW.get(notice.detail, what)
    return ", ".join(filter(None, (what, who, code_of(entry))))


def _page(house: House, entry: Invitation, bundle: Bundle) -> str:
    """Return where the chair, who is of the authority, signs in on the day; empty for everybody else."""
    seats = bundle.entries.seats.get(entry.uid, ())
    if not (house.signs_in and entry.role in CHAIRS and seats):
        return ""
    return f"{house.terms.address}/conferences/{page_code(seats[0].meeting)}"


def event_of(entry: Invitation, title: str, page: str = "", *, is_cancelled: bool) -> Event:
    """Return an entry as a calendar takes it."""
    return Event(
        entry.uid, entry.revision, entry.starts_at, entry.ends_at, title, entry.place,
        entry.link, is_cancelled, page or None, online_meeting(entry),
    )  # fmt: skip


def online_meeting(entry: Invitation) -> str | None:
    """Return the code of the meeting to be made for whoever joins online; None where there is a link, or no need."""
    needs_one = entry.mode in JOINED_ONLINE and not entry.link
    return sha256(f"meeting/{entry.conference}".encode()).hexdigest()[:32] if needs_one else None


def _by_hand(
    house: House, outgoing: Outgoing, pairs: Sequence[tuple[Notice, Invitation]], bundle: Bundle,
    level: Level, *, is_external: bool,
) -> Message:  # fmt: skip
    """Return what the coordinator must do, one row a person, by role and agency."""
    words = house.deciding.words
    title, why = LISTS[pairs[0][0].message]
    rows = [
        (
            say_list(bundle.entries.refs(notice)), words.role(entry.role),
            words.agency(entry.agency or ""), say(entry.starts_at), BY_THEM[notice.kind],
        )
        for notice, entry in pairs
    ]  # fmt: skip
    return compose_list(
        title, why, ("Case", "Who", "Agency", "Meeting", "Please"), rows,
        message_id=outgoing.id, channel=outgoing.channel, lane=outgoing.lane, made_at=outgoing.created_at,
        authority_title=house.terms.title, because=words.because(pairs[0][0].role), level=level,
        code=code_of(pairs[0][1]), is_external=is_external,
    )  # fmt: skip
