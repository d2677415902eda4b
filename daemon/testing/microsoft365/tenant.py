"""What an invented tenant holds: mailboxes, tokens, permissions, and what has reached people."""

import base64
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from threading import RLock
from typing import Any

from daemon.testing.microsoft365.calls import Call, Refused
from daemon.testing.microsoft365.site import Site

Item = dict[str, Any]
TOKEN_LASTS = timedelta(hours=1)
AT_ONCE = 4  # requests to Outlook; the fifth is refused
EVERYTHING = frozenset(
    {
        "Mail.ReadWrite", "Mail.Send", "Calendars.ReadWrite", "TeamsActivity.Send", "User.Read.All",
        "GroupMember.Read.All", "Sites.Selected",
    }
)  # fmt: skip
MAY = {"Mail.Read": "Mail.ReadWrite", "Calendars.Read": "Calendars.ReadWrite"}  # what includes it
NEEDS = (  # the permission that a call needs: the first that fits
    (r"POST /users/[^/]+/sendMail", "Mail.Send"),
    (r"POST /users/[^/]+/messages/[^/]+/send", "Mail.Send"),
    (r"GET /users/[^/]+/(messages|mailFolders)", "Mail.Read"),
    (r"\w+ /users/[^/]+/messages", "Mail.ReadWrite"),
    (r"POST /users/[^/]+/getMailTips", "Mail.Read"),
    (r"GET /users/[^/]+/(events|calendar)", "Calendars.Read"),
    (r"POST /users/[^/]+/calendar/getSchedule", "Calendars.Read"),
    (r"\w+ /users/[^/]+/events", "Calendars.ReadWrite"),
    (r"POST /users/[^/]+/teamwork/sendActivityNotification", "TeamsActivity.Send"),
    (r"GET /users(/[^/]+)?", "User.Read.All"),
    (r"GET /groups/[^/]+", "GroupMember.Read.All"),
    (r"GET /(sites|drives)/", "Sites.Selected"),
)


@dataclass(slots=True)
class Box:
    """One mailbox: messages and events by id. `seen` are the transactions of events made in it."""

    messages: dict[str, Item] = field(default_factory=dict)
    events: dict[str, Item] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)  # ids of events, each time one changed
    received: list[str] = field(default_factory=list)  # ids of what came into the inbox, in turn


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting message as it reached its attendee: REQUEST or CANCEL, and the entry as it then stood."""

    at: datetime
    mailbox: str
    method: str
    to: str
    event: Item
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One entry of a person's activity feed in Teams."""

    at: datetime
    to: str
    body: Item


@dataclass(slots=True)
class Tenant:
    """All that the stand-in knows. Use it under `lock`.

    `scope` are the mailboxes that the application may use, None for all; `missing` are addresses
    that nobody has. `roles` are what Entra granted itself, as a token names them. `hides_sent`
    look-ups do not find a message that has just been sent. `link_after` look-ups an online meeting has
    its page, None for a mailbox without Teams; `forgets` places of changes are known no more when they
    are next asked for. `answers` says what a reader's program answers to a meeting message at once,
    empty for nothing. `repeats`: the next page of a list is the same again; `leads_to` is another host
    on which it lies. `without_app` are people for whom the Teams app is not installed. `folder` gets
    each delivered mail as a file.
    """

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    folder: Path | None = None
    secret: str = "tenant-secret"  # noqa: S105 - an invented one
    granted: frozenset[str] = EVERYTHING
    roles: frozenset[str] = frozenset({"TeamsActivity.Send"})
    scope: frozenset[str] | None = None
    missing: frozenset[str] = frozenset()
    without_app: frozenset[str] = frozenset()
    hides_sent: int = 0
    link_after: int | None = 0
    forgets: int = 0
    repeats: bool = False
    leads_to: str = ""
    answers: Callable[[Meeting], str] = lambda _: ""
    lock: RLock = field(default_factory=RLock)
    boxes: dict[str, Box] = field(default_factory=dict)
    users: dict[str, Item] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    sites: list[Site] = field(default_factory=list)
    automatic: dict[str, str] = field(default_factory=dict)  # address -> its automatic reply
    automatic_until: dict[str, datetime] = field(default_factory=dict)
    away: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)  # of calendars
    tokens: dict[str, datetime] = field(default_factory=dict)
    delivered: list[EmailMessage] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    taken: int = 0  # of them, those too that another has taken the place of
    log: list[tuple[str, str, int]] = field(default_factory=list)  # method, path, status
    refused: list[str] = field(default_factory=list)  # what no client of ours should ask
    closed_until: dict[str, datetime] = field(default_factory=dict)  # by mailbox: a Retry-After
    retry_after_ignored: int = 0
    under_way: Counter[str] = field(default_factory=Counter)
    most_at_once: int = 0
    made: int = 0

    def box(self, mailbox: str) -> Box:
        """Return a mailbox, made where it is asked for first; raises Refused for one that is not there."""
        if mailbox in self.missing:
            raise Refused(404, "ErrorInvalidUser")
        return self.boxes.setdefault(mailbox, Box())

    def new_id(self, kind: str, *, is_immutable: bool = True) -> str:
        """Return an id that nothing else has."""
        self.made += 1
        return f"AAMkAG{'Im' if is_immutable else 'Mu'}{kind}{self.made:08}="

    def issue(self) -> str:
        """Return a fresh token."""
        self.made += 1
        claims = json.dumps({"roles": sorted(self.roles)}).encode()
        token = f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.{self.made:08}"
        self.tokens[token] = self.clock() + TOKEN_LASTS
        return token

    def expire_tokens(self) -> None:
        """Let every token that was given out have run out."""
        with self.lock:
            self.tokens.clear()

    def admit(self, call: Call, authorization: str) -> None:
        """Refuse a call without a token, without its permission, or outside the scope."""
        token = authorization.removeprefix("Bearer ")
        if self.tokens.get(token, self.clock()) <= self.clock():
            challenge = {"WWW-Authenticate": 'Bearer realm=""'}
            raise Refused(401, "InvalidAuthenticationToken", **challenge)
        need = needed(call)
        if need and not {need, MAY.get(need, need)} & self.granted:
            raise Refused(403, "ErrorAccessDenied")
        is_of_mail = bool(need and need.startswith(("Mail.", "Calendars.")))
        if is_of_mail and self.scope is not None and call.mailbox not in self.scope:
            raise Refused(403, "ErrorAccessDenied")
        if self.closed_until.get(call.mailbox, self.clock()) > self.clock():
            self.retry_after_ignored += 1

    def deliver(self, mail: EmailMessage) -> None:
        """Put a mail into its reader's hands."""
        self.delivered.append(mail)
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = self.folder / f"{len(self.delivered):06}.eml"
            part = file.with_suffix(".part")
            part.write_bytes(mail.as_bytes())
            part.replace(file)


def needed(call: Call) -> str | None:
    """Return the permission that a call needs."""
    asked = f"{call.method} {call.path}"
    return next((need for pattern, need in NEEDS if re.match(pattern, asked)), None)
