"""One call of Notify, by its own client, and what the answer means: the one module that knows the client."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from daemon.domain.errors import Permanent, Temporary, Unknown, WireError
from daemon.domain.message import Receipt
from daemon.ports import Clock
from integrations.govuk_notify.config import Config

if TYPE_CHECKING:
    from notifications_python_client.errors import HTTPError
    from notifications_python_client.notifications import NotificationsAPIClient

CLIENT = "notifications_python_client"
if find_spec(CLIENT) is None:  # loaded with the first call, and missed before anybody relies on it
    raise ModuleNotFoundError(f"No module named {CLIENT!r}", name=CLIENT)
# a bucket that fills each second; a day's limit, looked at hourly
LIMITED_S, DAY_MOST_S = (10.0, 3600.0)
RECIPIENT = (
    "email_address", "phone_number", "postcode", "address_line", "Must be a real address",
    "Address must", "Address lines must", "BFPO",
)  # fmt: skip
TOO_LONG = "character count greater"
LIMITED: Mapping[
    str, str
] = {  # with 400 or 403: the key or the service may not do it, whatever it says
    "team-only": "key-limited",
    "team api key": "key-limited",
    "trial mode": "service-on-trial",
    "Service is not allowed": "not-allowed",
}
CLOCK = "clock"
NEVER_SENT = frozenset({"technical-failure"})  # Notify itself failed: nothing was handed to anybody
BAD_REQUEST, FORBIDDEN, NOT_FOUND, TOO_LARGE, TOO_MANY, SERVER = 400, 403, 404, 413, 429, 500
FIELDS_MOST = 3  # errors of one answer that are looked at


class Wire:
    """Calls of Notify, each with a deadline and without a second try. Thread-safe: a client a thread."""

    def __init__(self, config: Config, clock: Clock) -> None:
        """Take the options; nothing is connected before the first call."""
        self.config, self.clock = config, clock
        self._own = threading.local()
        self._lock = threading.Lock()
        self._sessions: list[Any] = []

    def ask(self, call: "Callable[[NotificationsAPIClient], Any]") -> Mapping[str, Any]:
        """Return what Notify answered; raises a WireError that says how far it came."""
        from notifications_python_client.errors import HTTPError, InvalidResponse  # noqa: PLC0415
        from requests import RequestException  # noqa: PLC0415

        try:
            answer = call(self._client())
        except HTTPError as error:
            raise meaning(error, self.clock()) from None
        except (InvalidResponse, RequestException):
            raise Unknown("answer-unclear") from None
        if not isinstance(answer, dict):
            raise Unknown("answer-unclear")
        return answer

    def taken(self, call: "Callable[[NotificationsAPIClient], Any]", reference: str) -> Receipt:
        """Return the receipt of what was handed over under this reference."""
        answer = self.ask(call)
        if not isinstance(answer.get("id"), str) or answer.get("reference") != reference:
            raise Unknown("answer-unclear")
        return Receipt(answer["id"])

    def look_up(self, reference: str) -> Receipt | None:
        """Return the receipt of what was handed over under this reference, None where there is nothing.

        Notify keeps it for the days that the service has set, seven unless told otherwise.
        """
        answer = self.ask(lambda client: client.get_all_notifications(reference=reference))
        found = answer.get("notifications")
        if not isinstance(found, list):
            raise Unknown("answer-unclear")
        ids = [one["id"] for one in found if one.get("status") not in NEVER_SENT]
        return Receipt(ids[0]) if ids else None

    def close(self) -> None:
        """Close the kept connections; closing twice is no error."""
        with self._lock:
            sessions, self._sessions, self._own = self._sessions, [], threading.local()
        for session in sessions:
            session.close()

    def _client(self) -> "NotificationsAPIClient":
        from notifications_python_client.notifications import (  # noqa: PLC0415
            NotificationsAPIClient,
        )

        config = self.config
        try:
            key = config.key
        except ValueError:
            raise Temporary("key-unreadable") from None
        client = getattr(self._own, "client", None)
        if client is None or self._own.key != key:  # a new key counts from the next call
            logging.getLogger(CLIENT).setLevel(logging.CRITICAL)
            client = NotificationsAPIClient(key, base_url=config.base_url, timeout=config.timeout_s)
            session = client.request_session
            session.trust_env, session.max_redirects = False, 0
            session.verify = str(config.ca_file) if config.ca_file else True
            session.proxies = {"https": config.proxy} if config.proxy else {}
            with self._lock:
                self._sessions.append(session)
            self._own.client, self._own.key = client, key
        return client


def meaning(error: "HTTPError", now: datetime) -> WireError:
    """Return what an error of the client is to us. What is ours to mend stays Temporary: nothing is lost by it."""
    if error.response is None:
        return unanswered(error.__cause__)
    status, said = error.status_code, said_in(error)
    kinds, words = {kind for kind, _ in said}, " ".join(text for _, text in said)
    if limited := next((LIMITED[one] for one in LIMITED if one in words), None):
        return Temporary(limited, is_ours=True)
    if status == TOO_MANY:
        if "TooManyRequestsError" in kinds:
            midnight = datetime.combine(now.astimezone(UTC) + timedelta(days=1), datetime.min.time(), UTC)  # fmt: skip
            left_s = min((midnight - now).total_seconds(), DAY_MOST_S)
            return Temporary("daily-limit", left_s, is_ours=True)
        return Temporary("rate-limited", LIMITED_S)
    if status == FORBIDDEN:
        return Temporary("clock-wrong" if CLOCK in words else "login-refused")
    if status == TOO_LARGE:
        return Permanent("too-large")
    if status in (BAD_REQUEST, NOT_FOUND):
        return unfit(words)
    if status >= SERVER:
        return Unknown("server-error")
    return Temporary("unreachable")  # a redirect, or an answer of something in between


def unfit(words: str) -> WireError:
    """Return what a refusal of what was asked is to us."""
    if any(name in words for name in RECIPIENT):
        return Permanent("refused-recipient")
    if TOO_LONG in words:
        return Permanent("too-long")
    return Temporary("template-unfit")


def said_in(error: "HTTPError") -> list[tuple[str, str]]:
    """Return the kinds and words of an error, for looking at alone."""
    message = error.message
    found = message if isinstance(message, list) else [{"error": "", "message": message}]
    return [
        (str(one.get("error", "")), str(one.get("message", "")))
        for one in found[:FIELDS_MOST]
        if isinstance(one, dict)
    ]


def unanswered(cause: BaseException | None) -> WireError:
    """Return what it means that no answer came: only what never left us was surely not taken."""
    from requests import exceptions  # noqa: PLC0415
    from urllib3 import exceptions as lower  # noqa: PLC0415

    if isinstance(cause, exceptions.SSLError):
        return Temporary("tls-unverified")
    if isinstance(cause, exceptions.ConnectTimeout | exceptions.ProxyError | exceptions.TooManyRedirects):  # fmt: skip
        return Temporary("unreachable")
    reason = getattr(cause.args[0], "reason", None) if cause and cause.args else None
    if isinstance(reason, lower.NewConnectionError | lower.ConnectTimeoutError):
        return Temporary("unreachable")
    return Unknown("answer-lost")
