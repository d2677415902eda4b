"""Messages to look at: two invented items and what becomes of them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

from daemon.decide.telling.wording import Item
from daemon.domain.message import Lane, Level, Message
from daemon.domain.vocabulary import YOUR_ROLE
from daemon.engine.wording.compose import Links, Part, compose
from daemon.rulebook.wording.templates import Words

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
ITEM = Item(
    ref="SC-100234",
    code="KD7Q-24",
    rule="icpc-invite-list",
    title="Conference invite list",
    source="Stoke-on-Trent pathway",
    clauses=("STK-025", "STK-028"),
    basis="a local limit",
    house=False,
    due="Friday 6 March 2026, 5pm",
    due_at=datetime(2026, 3, 6, 17, tzinfo=UTC),
    overdue=True,
    overdue_by="1 working day",
    left="",
    met="",
    was_due="",
    working=(
        "Monday 2 March 2026: day 1: the strategy discussion",
        "Saturday 7 and Sunday 8 March 2026: weekend, not counted",
    ),
    remarks=("The enquiry is not concluded either.",),
    told="the team manager",
    todo="Send the list.",
    responsible="the social worker",
    next_step="If nothing changes, the head of service is told on Monday 9 March 2026, 1pm.",
)
WORDS = Words(
    "Invite list overdue: SC-100234",
    "The invite list for SC-100234 was due on Friday 6 March 2026, 5pm.",
    "Send it, or say by when you will.",
)
LATER = replace(
    ITEM,
    ref="SC-7",
    code="MM3X-90",
    rule="icpc-by-day-15",
    title="Initial conference",
    due="Friday 20 March 2026, 5pm",
    due_at=datetime(2026, 3, 20, 17, tzinfo=UTC),
    overdue=False,
    overdue_by="",
    left="9 working days",
)


def links(name: str) -> Links:
    page = "https://daykeeper.council.example"
    return Links(f"{page}/i/{name}", f"{page}/p/{name}", f"{page}/w/{name}")


def part(*items: Item, words: Words = WORDS, role: str = "social worker") -> Part:
    return Part(words, items, tuple(links(item.code) for item in items), YOUR_ROLE + role)


def message(
    *parts: Part, level: Level = Level.L2, is_external: bool = False, channel: str = "teams"
) -> Message:
    """Return what the parts make; with a card, unless the channel is another."""
    return compose(
        parts,
        level,
        message_id="01JQ",
        channel=channel,
        lane=Lane.URGENT,
        made_at=NOW,
        authority_title="Example Council",
        is_external=is_external,
        team="north",
        as_known_at=NOW,
    )


UNBROKEN = re.compile(r'<span style="white-space:nowrap;">([^<]*)</span>')


class Reader(HTMLParser):
    """What a screen reader meets: the tags, the words, and where links lead."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(UNBROKEN.sub(r"\1", html))  # it is read with what stands around it
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def headings(self) -> list[str]:
        return [tag for tag, _ in self.tags if re.fullmatch("h[1-6]", tag)]

    @property
    def hrefs(self) -> list[str | None]:
        return [attributes["href"] for tag, attributes in self.tags if tag == "a"]


def both(sent: Message) -> Sequence[str]:
    return sent.text, Reader(sent.html).text
