"""One test message, and what is known of it: handed over, looked up, seen to arrive."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from threading import Event as Pause
from time import monotonic
from typing import Any, NoReturn
from uuid import uuid4

from daemon.app import staff_of
from daemon.cli.examining.letters import POST
from daemon.domain.errors import (
    Permanent,
    Problem,
    Refusal,
    Temporary,
    Unknown,
    Unsettled,
    Unsupported,
)
from daemon.domain.event import Event
from daemon.domain.message import Level, Message
from daemon.domain.person import Person
from daemon.domain.times import day_of, london, say
from daemon.plugins import load as load_plugin
from daemon.ports import Clock, Unreadable
from daemon.settings.whole import Settings

TITLE = "Test from Daykeeper"
WORDS = "This is a test message from Daykeeper. It is about no case, and nothing needs to be done."
PAGE = (
    '<!doctype html><html lang="en-GB"><title>Test</title>'
    f"<body><h1>Test</h1><p>{WORDS}</p></body></html>"
)
TEN, AN_HOUR, QUARTER = time(10), timedelta(hours=1), timedelta(minutes=15)
MOVED, CANCELLED = 1, 2  # revisions of a test entry
ASK_EVERY_S = 2.0
SEEN = {
    "email": f'open that mailbox, its junk folder too: the subject is "{TITLE}"',
    "teams": "look into that channel, chat or activity feed: nothing else shows that it came",
    POST: "wait for it: the address must show whole in the window, and nothing else",
    "text": "look at that telephone",
}


class Trial:
    """One test message by one channel. `uid` and `revision` are those of an entry in a calendar."""

    def __init__(
        self, word: str, channel: Any, clock: Clock, uid: str | None = None, revision: int = 0
    ) -> None:
        self.word, self.channel, self.clock, self.revision = word, channel, clock, revision
        self.id = f"try-{uuid4().hex}"
        self.uid = uid or self.id

    def send(self, to: Person, wait_s: float) -> Iterator[str]:
        """Hand it over, then yield a line for each thing that is known of it.

        A lost answer is looked up, too. Raises Refusal where it was not taken, or nobody knows.
        """
        message = self.message()
        where, is_lost = ("" if self.word == POST else "channels.") + self.word, False
        try:
            receipt = self.channel.send(message, to, message.id)
        except Temporary as error:
            mend = (
                "it is ours to mend first: the adapter's README says of what it speaks"
                if error.is_ours
                else "try again, or see `daykeeper doctor`"
            )
            refuse(where, f"not handed over: {error.reason}", mend)
        except Permanent as error:
            refuse(where, f"refused: {error.reason}", "check the address")
        except Unknown as error:
            is_lost, reason = True, error.reason
            yield f"handed over: not known, for no answer came ({reason})"
        else:
            named = f" as {receipt.provider_id}" if receipt.provider_id else ""
            yield f"handed over: {say(self.clock())}, by {self.word}{named}; this is not yet delivered"
        was_found, found = self.look_up(message.id, wait_s)
        yield f"looked up: {found}"
        if is_lost and not was_found:
            refuse(where, f"no answer: {reason}", "see whether it came before you try again")
        yield f"see it arrive: {self.arrival(message.event)}"

    def look_up(self, key: str, wait_s: float) -> tuple[bool, str]:
        """Return whether the other side has it by its own word, and that in ours."""
        until = monotonic() + wait_s
        while True:
            said = "not yet found"
            try:
                receipt = self.channel.find(key)
            except Unsupported as error:
                return (
                    False,
                    f"cannot be, for the other side answers no such question ({error.reason})",
                )
            except Unsettled:
                receipt = None
            except Temporary as error:
                receipt, said = None, f"not yet ({error.reason})"
            if receipt is not None:
                return True, "found: the other side has it"
            if monotonic() >= until:
                return False, f"{said}; it may still be on its way"
            Pause().wait(min(ASK_EVERY_S, max(0.0, until - monotonic())))

    def message(self) -> Message:
        """Return the message, with its entry where the channel is a calendar."""
        now = self.clock()
        return Message(
            self.id, self.word, TITLE, WORDS, PAGE, level=Level.L0, made_at=now,
            event=self.entry(now) if self.word == "calendar" else None,
        )  # fmt: skip

    def entry(self, now: datetime) -> Event:
        """Return a quarter of an hour tomorrow at ten, or at eleven once it was moved."""
        starts_at = london(day_of(now) + timedelta(days=1), TEN)
        starts_at += AN_HOUR if self.revision >= MOVED else timedelta(0)
        is_cancelled = self.revision >= CANCELLED
        return Event(
            self.uid, self.revision, starts_at, starts_at + QUARTER, TITLE,
            is_cancelled=is_cancelled,
        )  # fmt: skip

    def arrival(self, event: Event | None) -> str:
        """Return where to look."""
        if event is None:
            return SEEN.get(self.word, "look where it goes")
        if event.is_cancelled:
            return (
                f"the entry {event.uid} has gone from that calendar, or stands there as cancelled"
            )
        once = "one entry, and no second one" if event.revision else "an entry"
        how = f"{once} in that calendar, {say(event.starts_at)}, {event.uid}"
        return f"{how}; then try --move and --cancel with that name"


def reader(settings: Settings, word: str, name: str, clock: Clock) -> Person:
    """Return who is meant: somebody of the directory by their id, else whoever has that address. Raises Refusal."""
    people = staff_of(settings) if "@" not in name and ":" not in name else None
    if people is not None:
        directory = load_plugin(
            people.adapter, "directory", people.options, base=settings.folder, clock=clock,
            where="people",
        )  # fmt: skip
        try:
            found: Person | None = next((one for one in directory.people() if one.id == name), None)
        except Unreadable as error:
            refuse("people", str(error), "mend it, or give an address")
        if found is not None:
            return found
    return Person("try", {word: name, "email": name})


def refuse(where: str, what: str, mend: str) -> NoReturn:
    """Raise what is said in one line."""
    raise Refusal(Problem(where, what, mend)) from None
