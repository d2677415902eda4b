"""A card by a bot: to a person, or into a channel, by the Bot Connector's REST interface."""

import json
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from urllib.parse import quote, urlencode

from daemon.domain.errors import Permanent, Temporary, Unknown
from daemon.domain.mail import safe_id
from daemon.domain.message import Message, Receipt
from daemon.domain.teams import is_channel
from daemon.ports import Clock
from integrations.teams.answer import Own, judge
from integrations.teams.card import Element, attached, fitted
from integrations.teams.config import Bot
from integrations.teams.pace import Pace
from integrations.teams.wire import TRACE, Said, Wire

SCOPE = "https://api.botframework.com/.default"
MADE = (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED)
EARLY = timedelta(minutes=5)  # a token is asked for anew before it ends
PLACE = "bot"  # Teams counts what a bot sends as one
REMEMBERED = 10_000  # conversations
GONE = "no-such-recipient"
OWN: Own = {
    HTTPStatus.UNAUTHORIZED: (Temporary, "token-refused"),  # ours to mend: nothing is lost by it
    HTTPStatus.FORBIDDEN: (Permanent, "not-installed"),
    HTTPStatus.NOT_FOUND: (Permanent, GONE),
}
BLOCKED: Own = {HTTPStatus.FORBIDDEN: (Permanent, "blocked")}


class BotConnector:
    """One bot. A conversation is made before anything is said in it: that can be asked for twice, a card cannot."""

    def __init__(self, bot: Bot, wire: Wire, pace: Pace, clock: Clock) -> None:
        self.bot, self.wire, self.pace, self.clock = bot, wire, pace, clock
        self._lock = Lock()
        self._token: tuple[str, datetime] | None = None
        self._conversations: dict[str, str] = {}

    def post(self, address: str, message: Message, key: str, until: float) -> Receipt:
        """Hand one card over; raises a WireError. Only the last of its requests can be ambiguous."""
        self.pace.enter(PLACE)
        if is_channel(address):
            begun = fitted(message, lambda card: self._thread(address, attached(card)))
            said = self._ask("/v3/conversations", until, begun, key)
            return Receipt(_word(said, "activityId"))
        content = fitted(message, attached)
        conversation = self._conversation(address, until, key)
        path = f"/v3/conversations/{quote(conversation, safe='')}/activities"
        try:
            said = self._ask(path, until, content, key)
        except Permanent as error:
            self._conversations.pop(address, None)
            if error.reason == GONE:
                raise Temporary("conversation-gone") from None  # the next attempt makes another
            raise
        return Receipt(_word(said, "id"))

    def _thread(self, channel: str, activity: Element) -> Element:
        return {
            "isGroup": True, "tenantId": str(self.bot.tenant), "bot": {"id": f"28:{self.bot.app}"},
            "channelData": {"channel": {"id": channel}}, "activity": activity,
        }  # fmt: skip

    def _conversation(self, person: str, until: float, key: str) -> str:
        """Return the conversation with a person: the same however often it is asked for."""
        known = self._conversations.get(person)
        if known:
            return known
        wanted = {
            "isGroup": False, "tenantId": str(self.bot.tenant), "bot": {"id": f"28:{self.bot.app}"},
            "members": [{"id": person}],
        }  # fmt: skip
        try:
            said = self._ask("/v3/conversations", until, json.dumps(wanted).encode(), key)
        except Unknown:
            raise Temporary("unreachable") from None  # nothing has been said yet
        found = _word(said, "id")
        if found is None:
            raise Temporary("answer-unclear")
        while len(self._conversations) >= REMEMBERED:
            self._conversations.pop(next(iter(self._conversations)), None)
        self._conversations[person] = found
        return found

    def _ask(self, path: str, until: float, content: bytes, key: str) -> Said:
        token = self.bearer(until)
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}",
            TRACE: safe_id(key),
        }
        said = self.wire.post(f"{self.bot.service}{path}", until, headers, content)
        if said.retry_after_s and said.status not in MADE:
            self.pace.rest(PLACE, said.retry_after_s)
        if said.status == HTTPStatus.UNAUTHORIZED:
            self._token = None
        is_blocked = said.error_code == "MessageWritesBlocked"
        judge(said, MADE, {**OWN, **BLOCKED} if is_blocked else OWN)
        return said

    def bearer(self, until: float) -> str:
        """Return a token that holds for some minutes yet; raises Temporary where there is none to be had."""
        with self._lock:
            if self._token is not None and self.clock() + EARLY < self._token[1]:
                return self._token[0]
            try:
                secret = self.bot.secret_file.read_text("ascii").strip()
            except (OSError, UnicodeError):
                raise Temporary("secret-unreadable") from None
            asked = {
                "grant_type": "client_credentials", "client_id": str(self.bot.app),
                "client_secret": secret, "scope": SCOPE,
            }  # fmt: skip
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            url = f"{self.bot.login}/{self.bot.tenant}/oauth2/v2.0/token"
            try:
                said = self.wire.post(url, until, headers, urlencode(asked).encode())
            except Unknown:
                raise Temporary("login-unreachable") from None
            token, expires_s = _word(said, "access_token"), said.fields().get("expires_in")
            if said.status != HTTPStatus.OK or not token or not isinstance(expires_s, int | float):
                is_refused = said.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED)
                reason = "login-refused" if is_refused else "login-failed"
                raise Temporary(reason, said.retry_after_s)
            self._token = token, self.clock() + timedelta(seconds=min(expires_s, 86_400))
            return token


def _word(said: Said, name: str) -> str | None:
    found = said.fields().get(name)
    return found if isinstance(found, str) and 0 < len(found) <= 4000 else None  # noqa: PLR2004 - a token, at most
