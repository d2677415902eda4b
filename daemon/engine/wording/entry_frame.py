"""How a message about an entry in a calendar is framed: the real one and its specimen have the same rows."""

from collections.abc import Sequence
from typing import NamedTuple

from daemon.domain.invitation import LETTER, Invitation
from daemon.domain.mail import one_line
from daemon.domain.message import Level
from daemon.domain.times import day_of, say, say_day, say_span
from daemon.domain.vocabulary import Vocabulary
from daemon.engine.wording.compose import SOMETHING
from daemon.rulebook.wording.templates import FIELDS, Words

TITLE = "Conference"  # all that a calendar shows, with the code (DOMAIN section 6)
ARRIVING = (
    "Somebody is kept apart from this person: agree another time to arrive, and another way in."
)
NO_PLACE = "the diary names no place: agree with them how they take part"
UNPLACED = "the diary names no place yet: you hear of it once it does"
Rows = Sequence[tuple[str, str]]


class Framed(NamedTuple):
    """What a message says: its subject, which of the frames it fills, and with what."""

    subject: str
    name: str
    values: dict[str, object]


def title_of(code: str) -> str:
    """Return what a calendar shows of an entry."""
    return f"{TITLE}: {code}"


def fields_of(entry: Invitation, code: str, refs: str, words: Vocabulary) -> dict[str, object]:
    """Return the fields that the words of an entry may print; what there is not for one is empty."""
    fields: dict[str, object] = dict.fromkeys(FIELDS, "")
    return fields | {
        "ref": refs, "refs": refs, "code": code, "due": say(entry.starts_at), "title": title_of(code), "rows": [],
        "due_day": say_day(day_of(entry.starts_at)), "role": words.role(entry.role), "count": 1,
        "agency": words.agency(entry.agency or ""),
    }  # fmt: skip


def known(
    entry: Invitation, code: str, papers: Rows, *, page: str = "", is_off: bool = False, is_event: bool = True
) -> list[tuple[str, str]]:  # fmt: skip
    """Return what is known of the meeting, a row each; of one that is off its time alone.

    `papers` travel with it; `page` is where its chair signs in on the day; `is_event` False: somebody is told of
    the entry, and the entry itself does not go to them.
    """
    rows = [
        ("When", say_span(entry.starts_at, entry.ends_at)),
        ("Where", "" if is_off else _where(entry)),
        ("Join online", "" if is_off else entry.link or ""),
        ("On the day", page),
        ("Arriving", ARRIVING if entry.is_apart and not is_event else ""),
        *(() if is_off else papers),
        ("Item code", code),
    ]
    return [row for row in rows if row[1]]


def _where(entry: Invitation) -> str:
    if entry.place:
        return entry.place
    return NO_PLACE if entry.via == LETTER else "" if entry.link else UNPLACED


def framed(
    words: Words, rows: Rows, level: Level, *, code: str, refs: str, because: str, authority: str, is_event: bool
) -> Framed:  # fmt: skip
    """Return a message about an entry: at L0 that there is something, and on a calendar its title alone."""
    title = title_of(code)
    is_bare = level is Level.L0
    subject = title if is_event else f"{SOMETHING}: {code}" if is_bare else words.subject
    section = {
        "title": TITLE, "refs": refs, "lead": words.lead, "action": words.clear, "standing": "", "is_overdue": False,
        "rows": rows, "working": [], "links": [],
    }  # fmt: skip
    values: dict[str, object] = {"why_told": because, "authority": authority, "as_known": ""}
    if is_bare:
        values |= {"title": f"{SOMETHING}: {code}", "pairs": [{"code": code, "page": ""}]}
    else:
        values |= {"title": subject, "sections": [section], "rest": []}
    return Framed(one_line(subject), "bare" if is_bare else "message", values)
