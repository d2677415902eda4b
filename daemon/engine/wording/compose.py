"""From items and their words to one message: the same words as plain text, HTML and a card.

What may be printed is settled here, by level, before a template sees anything (DOMAIN section 6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from daemon.decide.telling.wording import BASIS, HOUSE, Item, place, say_list, say_reasons
from daemon.domain.mail import one_line
from daemon.domain.message import Lane, Level, Message
from daemon.domain.rules import Basis
from daemon.domain.times import say
from daemon.engine.wording.card import card_of
from daemon.engine.wording.unbroken import unbroken
from daemon.rulebook.wording.templates import LARGEST, Words

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_BYTES = 200_000
MOST_SECTIONS = 12  # further ones are listed by their links: a message stays readable and small
MOST_ROWS = 150  # a mail of so many stays well below the most bytes
CARDS = frozenset({"teams"})  # the channels that show a card
NO_LIMIT = "without a limit"
LETTER = "To the {}: see the case file. Nothing has been sent to them."
SOMETHING = "You have an item"


class NothingToSay(Exception):
    """Nothing of the message concerns its reader any more."""


class TooLong(ValueError):
    """The message would pass its cap, and is not sent in part."""


@dataclass(frozen=True, slots=True)
class Links:
    """The signed pages of one item; None where the reader may not do this."""

    page: str
    promise: str | None = None
    wrong_person: str | None = None
    not_required: str | None = None
    # where they sign in and answer; no link of its own, and spent by nobody
    decide: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One section: its words, the items that they speak of, and the links of each in that order.

    `because` is why this person is told (`Vocabulary.because`). Several items are siblings for whom all else is
    the same (`wording.gather`). `letter_to`: the reader is asked to write to these members of the
    family, to whom nothing goes by itself (READINGS section 2, 4). `rows` are a list that the message
    brings, with what stands for each entry of it.
    """

    words: Words
    items: tuple[Item, ...]
    links: tuple[Links, ...]
    because: str
    letter_to: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    is_urgent: bool = False


def compose(
    parts: Sequence[Part],
    level: Level,
    *,
    message_id: str,
    channel: str,
    lane: Lane,
    made_at: datetime,
    authority_title: str,
    is_external: bool,
    team: str | None = None,
    as_known_at: datetime | None = None,
    reply_to: str | None = None,
) -> Message:
    """Return one message about all parts: what is urgent first, which its subject names, then what is overdue.

    `is_external`: it leaves the authority, so that its subject line carries the item code only.
    `team` is shown at L2 only, as is the number of children. `as_known_at` is the moment up to
    which the records that it rests on are known. Raises TooLong: no message is cut short.

    Source: DOMAIN section 6.
    """
    order = sorted(parts, key=lambda part: (not part.is_urgent, place(part.items[0])))
    pairs = _pairs(order)
    more = f" (and {len(order) - 1} more)" if len(order) > 1 else ""
    says_no_more = is_external or level is Level.L0
    said = f"{SOMETHING}: {pairs[0][0].code}" if says_no_more else order[0].words.subject
    subject = f"{said}{more}"
    values: Mapping[str, object]
    if level is Level.L0:
        frame, values = "bare", _bare(subject, [(item.code, links.page) for item, links in pairs])
    else:
        in_full = order[:MOST_SECTIONS]
        frame = "message"
        values = {
            "title": subject,
            "sections": [section(one, level, team, is_external=is_external) for one in in_full],
            "rest": [brief(*pair) for pair in _pairs(order[MOST_SECTIONS:])],
            "why_told": say_reasons([part.because for part in order]),
            "authority": authority_title,
            "as_known": say(as_known_at) if as_known_at else "",
        }
    return Message(
        id=message_id,
        channel=channel,
        subject=one_line(subject),
        text=render(f"{frame}.txt.j2", values),
        html=render(f"{frame}.html.j2", values),
        lane=lane,
        level=level,
        made_at=made_at,
        reply_to=reply_to,
        codes=tuple(dict.fromkeys(item.code for item, _ in pairs)),
        card=card_of(values) if channel in CARDS else "",
    )


def compose_list(
    title: str,
    intro: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    message_id: str,
    channel: str,
    lane: Lane,
    made_at: datetime,
    authority_title: str,
    because: str,
    page: str | None = None,
    code: str = "",
    level: Level = Level.L1,
    is_external: bool = False,
) -> Message:
    """Return a digest or an operator's message: a sentence or two, then a table.

    Rows beyond 150 are counted, not printed. At L0 it says that there is something, and its
    `code`; its subject line says no more where it leaves the authority. Raises TooLong.

    Source: DOMAIN section 6.
    """
    bare = f"{SOMETHING}: {code}" if code else SOMETHING
    subject = bare if is_external or level is Level.L0 else title
    values: Mapping[str, object]
    if level is Level.L0:
        frame, values = "bare", _bare(bare, [(code, page or "")])
    else:
        frame = "list"
        values = {
            "title": title,
            "intro": intro,
            "headings": list(headings),
            "rows": [list(row) for row in rows[:MOST_ROWS]],
            "left_out": max(0, len(rows) - MOST_ROWS),
            "page": page or "",
            "why_told": because,
            "authority": authority_title,
            "as_known": "",
        }
    return Message(
        id=message_id,
        channel=channel,
        subject=one_line(subject),
        text=render(f"{frame}.txt.j2", values),
        html=render(f"{frame}.html.j2", values),
        lane=lane,
        level=level,
        made_at=made_at,
        codes=(code,) if code else (),
        card=card_of(values) if channel in CARDS else "",
    )


def _pairs(parts: Sequence[Part]) -> list[tuple[Item, Links]]:
    """Return every item of some parts with its links, in their order."""
    return [pair for part in parts for pair in zip(part.items, part.links, strict=True)]


def _bare(title: str, pages: Sequence[tuple[str, str]]) -> dict[str, object]:
    """Return what a message prints that may say no more than codes, each with its page."""
    return {"title": title, "pairs": [{"code": code, "page": page} for code, page in pages]}


def section(
    part: Part, level: Level, team: str | None, *, is_external: bool = False
) -> dict[str, object]:
    """Return what the frame prints of one part: the same rows for the text, the HTML and the card.

    What is the authority's own (who else was told, what comes next, remarks, and how the date was
    counted from its records) goes to nobody outside it.
    """
    item, refs = part.items[0], list(dict.fromkeys(item.ref for item in part.items))
    several, said = len(part.items) > 1, f"{part.words.lead} {part.words.clear}"
    rows = [
        ("Case" if len(refs) == 1 else "Cases", say_list(refs)),
        ("Agency", item.agency),
        ("Due", due_words(item)),
        *(() if is_external else part.rows),  # the message is about these
        ("Was due", item.was_due),
        ("Recorded", item.met),
        ("Team", (team or "") if level is Level.L2 else ""),
        ("Number of children", str(len(refs)) if level is Level.L2 else ""),
        ("Letter to write", LETTER.format(part.letter_to) if part.letter_to else ""),
        ("Note", "" if is_external else " ".join(one for one in item.remarks if one not in said)),
        ("What happens next", "" if is_external else item.next_step),
        ("Also told", "" if is_external else item.told or "nobody else"),
        ("Comes from", clause_words(item)),
        ("Item code", say_list([one.code for one in part.items])),
        *(() if is_external else item.limits),
    ]
    return {
        "title": item.title,
        "refs": say_list(refs),
        "lead": part.words.lead,
        "action": part.words.clear,
        "standing": item.standing,
        "is_overdue": item.overdue,
        "rows": [row for row in rows if row[1]],
        "working": [line.partition(": ")[::2] for line in (() if is_external else item.working)],
        "links": [
            {
                "of": one.ref if several else "",
                "page": links.page,
                "promise": links.promise or "",
                "wrong_person": links.wrong_person or "",
                "not_required": links.not_required or "",
                "decide": links.decide or "",
            }
            for one, links in zip(part.items, part.links, strict=True)
        ],
    }


def brief(item: Item, links: Links) -> dict[str, object]:
    """Return the one row that stands for an item beyond those printed in full."""
    return {
        "title": item.title,
        "refs": item.ref,
        "due": due_words(item) or NO_LIMIT,
        "page": links.page,
    }


def due_words(item: Item) -> str:
    """Return when it is due and how it stands: "Friday 6 March 2026 (9 working days left)"."""
    return f"{item.due} ({item.standing})" if item.due and item.standing else item.due


def clause_words(item: Item) -> str:
    """Return where the duty stands, and whether the limit or the reminder is our own."""
    noun = "clause" if len(item.clauses) == 1 else "clauses"
    named = f", {noun} {say_list(item.clauses)}" if item.clauses else ""
    reminder = f" {HOUSE}" if item.house and item.basis != BASIS[Basis.HOUSE] else ""
    return f"{item.source}{named}; {item.kind}.{reminder}"


def render(name: str, values: Mapping[str, object]) -> str:
    """Return a frame filled with values; raises TooLong past 200 kB."""
    said = frames().get_template(name).render(values)
    if len(said.encode()) > MOST_BYTES:
        raise TooLong(f"the message would be longer than {MOST_BYTES // 1000} kB")
    return said


@cache
def frames() -> "Environment":
    """Return the frames' environment: sandboxed, strict, every value printed as one line."""
    from jinja2 import PackageLoader, StrictUndefined  # noqa: PLC0415 - only a sender composes
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415
    from markupsafe import Markup  # noqa: PLC0415

    def printed(value: object) -> str:
        return value if isinstance(value, Markup) else one_line(value, LARGEST)

    environment = ImmutableSandboxedEnvironment(
        loader=PackageLoader("daemon.engine.wording", "frames"),
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.clear()
    environment.filters["unbroken"] = unbroken
    return environment
