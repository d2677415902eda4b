"""The pages behind links: GET shows, POST acts, and neither shows any data of a case."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from daemon.decide.due.office import Calendar
from daemon.domain.link import Action
from daemon.domain.times import say, say_day
from daemon.engine.answering.respond import Answer, Page, Responder
from daemon.ports import Clock
from daemon.web.look import Look
from daemon.web.nonce import is_nonce, nonce

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}", re.ASCII)
MOST_BYTES, MOST_FIELDS = 4096, 8


@dataclass(frozen=True, slots=True)
class Words:
    """What the page of one answer says.

    `{code}` is the item's, `{until}` the end of a promise, `{standing}` whether it is overdue.
    """

    status: int
    heading: str
    text: str


ANSWERS = MappingProxyType(
    {
        Answer.RESTED: Words(
            200, "Thank you",
            "Reminders about item {code} rest until {until}, or until it falls due if that is sooner. "
            "It stays open until the case record shows that it is done.",
        ),
        Answer.NOTED: Words(
            200, "Thank you, that is noted",
            "Item {code} has a limit that no answer can rest: messages about it go on "
            "until the case record shows that it is done.",
        ),
        Answer.PASSED_ON: Words(
            200, "Thank you, that is passed on",
            "Somebody will now see to it that item {code} reaches the right person. "
            "The item itself stays open and goes on as before.",
        ),
        Answer.ASKED: Words(
            200, "Thank you, that is passed on",
            "The manager is asked to decide whether item {code} is required. "
            "Until they have, it stays open and goes on as before.",
        ),
        Answer.SPENT: Words(
            410, "This link has been used",
            "Each link works once. What was answered through it stands, and nothing has changed now.",
        ),
        Answer.EXPIRED: Words(
            410, "This link has run out",
            "Nothing has changed. Use the newest message about item {code}, or your case system.",
        ),
        Answer.UNKNOWN: Words(
            404, "We do not know this link",
            "Check that the whole address was copied from the message. Nothing has changed.",
        ),
        Answer.OVER: Words(
            409, "Item {code} is no longer open",
            "There is nothing left to do here, and nothing has changed.",
        ),
        Answer.CHANGED: Words(
            409, "Item {code} has changed since your message",
            "It is due at another time than your message says, or was opened anew. It is open now, and {standing}. "
            "This link does nothing any more: use the newest message about it, or your case system.",
        ),
        Answer.NOT_YOURS: Words(
            403, "This is now with somebody else",
            "Item {code} is overdue, and somebody more senior has been told since your message was sent. "
            "Only they can now say by when it will be done. Nothing has changed.",
        ),
    }
)  # fmt: skip


class Items:
    """Shows and answers items. The store is used on worker threads only."""

    def __init__(self, responder: Responder, clock: Clock, look: Look) -> None:
        self.responder, self.clock, self.look = responder, clock, look
        self.key = responder.house.terms.link_key

    @property
    def calendar(self) -> Calendar:
        """The calendar in force; it changes with the rulebook."""
        return self.responder.house.deciding.calendar

    async def meet(self, request: Request) -> Response:
        """Return the page of a link, or what came of the answer that was posted to it."""
        if request.method != "POST":
            return await run_in_threadpool(self._show, _token(request))
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BYTES:
                return self.look.words(413, "That is too much", "Nothing has changed.")
        return await run_in_threadpool(self._act, _token(request), _fields(bytes(body)))

    def _show(self, token: str) -> Response:
        """Change nothing, however often a scanner opens the link."""
        now = self.clock()
        page = self.responder.show(token, now) if token else Page(Answer.UNKNOWN)
        return self._form(token, page, now) if page.answer is Answer.SHOWN else self._answer(page)

    def _act(self, token: str, fields: Mapping[str, str]) -> Response:
        now = self.clock()
        if not is_nonce(fields.get("nonce", ""), token, self.key, now):
            return self.look.page(
                "words.html.j2", 403, heading="This page was open for too long", again=token,
                paragraphs=["Nothing has changed. Open the item again, then press the button."],
            )  # fmt: skip
        page = self.responder.show(token, now)
        if page.action is Action.WRONG_PERSON:
            page = self.responder.wrong_person(token, now)
        elif page.action is Action.NOT_REQUIRED and page.answer is Answer.SHOWN:
            reason = fields.get("reason", "")
            if reason not in page.reasons:
                return self._form(token, page, now, error="Choose one of these reasons")
            page = self.responder.not_required(token, reason, now)
        elif page.action is Action.PROMISE and page.answer is Answer.SHOWN:
            until_on = _day(fields.get("until", ""))
            if until_on is None or until_on not in self._days(page, now):
                return self._form(token, page, now, error="Choose one of these days")
            page = self.responder.promise(token, until_on, now)
        if page.answer in (Answer.SHOWN, Answer.BAD_DATE):
            return self._form(token, page, now)
        return self._answer(page)

    def _answer(self, page: Page) -> Response:
        words = ANSWERS[page.answer]
        until = say(self.calendar.hours.close_of_business(page.last_on)) if page.last_on else ""
        standing = "overdue" if page.is_overdue else "not overdue"
        values = {"code": page.code, "until": until, "standing": standing}
        return self.look.words(
            words.status, words.heading.format(**values), words.text.format(**values)
        )

    def _form(self, token: str, page: Page, now: datetime, error: str = "") -> Response:
        action = page.action or Action.PAGE
        return self.look.page(
            f"item-{action}.html.j2", 400 if error else 200,
            code=page.code, token=token, nonce=nonce(token, self.key, now), error=error,
            reasons=[(code, code.replace("_", " ")) for code in page.reasons],
            days=[(day.isoformat(), say_day(day)) for day in self._days(page, now)],
        )  # fmt: skip

    def _days(self, page: Page, now: datetime) -> list[date]:
        """Return the working days that can be promised: today only while the office is open."""
        if page.first_on is None or page.last_on is None:
            return []
        span = range((page.last_on - page.first_on).days + 1)
        days = [page.first_on + timedelta(days=number) for number in span]
        closes = self.calendar.hours.close_of_business
        return [day for day in days if self.calendar.days.is_working(day) and closes(day) > now]


def _token(request: Request) -> str:
    """Return the token of the address; nothing where it cannot be one."""
    token = str(request.path_params["token"])
    return token if TOKEN.fullmatch(token) else ""


def _fields(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
