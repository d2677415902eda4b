"""exchangelib, and what its answers mean: the one module that imports it.

It retries when it feels like it, waits inside a call, keeps connections and passwords for the whole
process, and takes a lost answer for a busy server. So each of our lines has a protocol of its own with
one session, whose adapter and policy say what happened before the library can think about it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from typing import Any

import exchangelib
import requests
from exchangelib import errors
from exchangelib.extended_properties import ExtendedProperty
from exchangelib.folders import Calendar, Inbox, Outbox, Root, SentItems
from exchangelib.properties import ReferenceItemId
from exchangelib.protocol import FailFast, Protocol
from exchangelib.util import is_xml
from exchangelib.version import EXCHANGE_2016, Version
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from daemon.domain.errors import Permanent, Temporary, Unknown, WireError
from integrations.exchange.config import Config

# It logs whole requests, with names and words, when something unforeseen is raised.
logging.getLogger("exchangelib").setLevel(logging.CRITICAL + 1)

LONDON = exchangelib.EWSTimeZone("Europe/London")
OURS = "6f0c2a4e-6a0f-4f0a-9d5b-2f6f4f1f7a31"  # the set of our own properties
CONNECT_MOST_S, WAIT_MOST_S = 5.0, 3600.0
MAKING = Lock()  # while an Account is made, its library keeps a protocol that we take out again

OK, MOVED, BROKEN, UNAVAILABLE = 200, range(300, 400), 500, 503
BY_STATUS: dict[int, tuple[type[WireError], str]] = {
    401: (Temporary, "login-refused"),
    403: (Temporary, "login-refused"),
    404: (Temporary, "no-exchange-there"),
    413: (Permanent, "too-large"),
}
STALE = "place-forgotten"
NOT_NOW = {
    "ErrorServerBusy": "server-busy",
    "ErrorExceededConnectionCount": "too-many-connections",
    "ErrorTooManyObjectsOpened": "server-busy",
    "ErrorInsufficientResources": "server-busy",
    "ErrorMailboxStoreUnavailable": "store-unavailable",
    "ErrorMailboxMoveInProgress": "store-unavailable",
    "ErrorMailboxFailover": "store-unavailable",
    "ErrorInvalidSyncStateData": STALE,
    "ErrorQuotaExceeded": "own-mailbox-full",
    "ErrorSubmissionQuotaExceeded": "own-limit-reached",
    "ErrorItemNotFound": "changed-meanwhile",
    "ErrorIrresolvableConflict": "changed-meanwhile",
    # What follows is ours to mend: nothing may be lost by it.
    "ErrorAccessDenied": "no-access",
    "ErrorFolderNotFound": "no-access",
    "ErrorImpersonateUserDenied": "no-access",
    "ErrorImpersonationDenied": "no-access",
    "ErrorImpersonationFailed": "no-access",
    "ErrorNonExistentMailbox": "no-access",
    "ErrorSendAsDenied": "sender-refused",
    "UnauthorizedError": "login-refused",
}
OURS_TO_MEND = frozenset({"own-mailbox-full", "own-limit-reached", "sender-refused"})
NEVER = {
    "ErrorInvalidRecipients": "unknown-recipient",
    "ErrorInvalidSmtpAddress": "unknown-recipient",
    "ErrorMailRecipientNotFound": "unknown-recipient",
    "ErrorMissingRecipients": "unknown-recipient",
    "ErrorMessageSizeExceeded": "too-large",
    "ErrorMimeContentInvalid": "not-understood",
    "ErrorMimeContentConversionFailed": "not-understood",
    "ErrorSchemaValidation": "not-understood",
    "ErrorInvalidSchemaVersionForMailboxVersion": "not-understood",
}


class MessageKey(ExtendedProperty):  # type: ignore[misc]  # exchangelib has no types
    """The id of the message of ours that a mail is."""

    property_set_id, property_name, property_type = OURS, "daykeeper-message", "String"


class EntryUid(ExtendedProperty):  # type: ignore[misc]  # exchangelib has no types
    """The uid of the entry of ours that a meeting is."""

    property_set_id, property_name, property_type = OURS, "daykeeper-entry", "String"


class EntryRevision(ExtendedProperty):  # type: ignore[misc]  # exchangelib has no types
    """The revision in which it was last sent."""

    property_set_id, property_name, property_type = OURS, "daykeeper-revision", "Integer"


class EntryAttendee(ExtendedProperty):  # type: ignore[misc]  # exchangelib has no types
    """The address to which it was last sent."""

    property_set_id, property_name, property_type = OURS, "daykeeper-attendee", "String"


Message, CalendarItem, CancelCalendarItem = (
    exchangelib.Message,
    exchangelib.CalendarItem,
    exchangelib.items.CancelCalendarItem,
)
SyncFolderItems = exchangelib.services.SyncFolderItems
HTMLBody, TO_ALL, TO_NONE = exchangelib.HTMLBody, "SendToAllAndSaveCopy", "SendToNone"
Message.register("our_key", MessageKey)
CalendarItem.register("our_uid", EntryUid)
CalendarItem.register("our_revision", EntryRevision)
CalendarItem.register("our_attendee", EntryAttendee)


class Line(Protocol):  # type: ignore[misc]  # as above
    """One connection to the server for one sender at a time; no request of it outlives `deadline`."""

    USERAGENT = "Daykeeper"

    def __init__(self, login: Any, options: Config) -> None:
        super().__init__(config=login)
        self.options, self.deadline = options, 0.0

    @property
    def TIMEOUT(self) -> tuple[float, float]:  # noqa: N802 - the library's name
        """How long to wait for a connection and for an answer; raises Temporary past the deadline."""
        left_s = self.deadline - monotonic()
        if left_s <= 0:
            raise Temporary("too-slow")
        return min(left_s, CONNECT_MOST_S), left_s

    def raw_session(self, prefix: str, *_: object, **__: object) -> requests.Session:
        """Return a session that trusts the settings alone: no proxy, login or authority of the machine's."""
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.options.ca_file) if self.options.ca_file else True
        session.headers["Content-Type"] = "text/xml; charset=utf-8"
        session.headers["User-Agent"] = self.USERAGENT
        session.mount(prefix, Adapter(pool_connections=1, pool_maxsize=1, max_retries=0))
        return session


class Adapter(requests.adapters.HTTPAdapter):
    """The way out: tells what was never sent from what may have been taken."""

    def send(self, *given: Any, **more: Any) -> requests.Response:
        """Return the answer; raises Temporary where nothing was sent, Unknown where none came."""
        try:
            return super().send(*given, **more)
        except requests.exceptions.SSLError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise Temporary("tls-unverified") from None
            raise Unknown("answer-lost") from None
        except requests.RequestException as error:
            cause = error.args[0] if error.args else None
            why = cause.reason if isinstance(cause, MaxRetryError) else cause
            if isinstance(why, (ConnectTimeoutError, NewConnectionError)):
                raise Temporary("unreachable") from None
            raise Unknown("answer-lost") from None


class Policy(FailFast):  # type: ignore[misc]  # as above
    """Nothing is tried again; every answer but a good one is named by its status."""

    def raise_response_errors(self, response: requests.Response) -> None:
        """Raise what a status means. A 500 with XML in it is for the library to read."""
        status = response.status_code
        if status == OK or (status == BROKEN and is_xml(response.content)):
            return
        if status in BY_STATUS:
            kind, reason = BY_STATUS[status]
            raise kind(reason)
        if status in (429, UNAVAILABLE):
            wait = response.headers.get("Retry-After", "")
            wait_s = min(float(wait), WAIT_MOST_S) if wait.isascii() and wait.isdigit() else None
            raise Temporary("throttled" if status == 429 else "unavailable", wait_s)  # noqa: PLR2004 - too many requests
        if status in MOVED:
            raise Temporary("redirected")  # never followed: the login is for one server
        if status < BROKEN:
            raise Permanent(f"refused-{status}")
        raise Unknown(f"answer-{status}")


class Post:
    """A line with the folders of our mailbox. Making one asks the server nothing."""

    def __init__(self, options: Config) -> None:
        """Raises Temporary where the password cannot be read."""
        try:
            password = options.password_file.read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeError):
            raise Temporary("password-unreadable") from None
        login = exchangelib.Configuration(
            service_endpoint=options.endpoint,
            credentials=exchangelib.Credentials(options.username, password),
            auth_type=exchangelib.NTLM if options.auth == "ntlm" else exchangelib.BASIC,
            version=Version(build=EXCHANGE_2016),
            max_connections=1,
            retry_policy=Policy(),
        )
        with MAKING:
            self.account = exchangelib.Account(
                options.mailbox, config=login, access_type=options.access, default_timezone=LONDON
            )
            with suppress(KeyError):
                del Protocol[login]
        self.line = self.account.protocol = type.__call__(Line, login, options)
        root = self.account.root = Root(account=self.account)  # by name: it need not be asked for
        self.sent, self.outbox = SentItems(root=root), Outbox(root=root)
        self.calendar, self.inbox = Calendar(root=root), Inbox(root=root)
        for folder in (self.sent, self.outbox, self.calendar, self.inbox):
            folder.to_id()  # known by its name, for it changes its hash when it is first asked

    def close(self) -> None:
        """Let the connection go."""
        self.line.close()


@contextmanager
def answered(*, is_question: bool = False) -> Iterator[None]:
    """Raise a WireError for whatever the library raises. A question changes nothing: ask it again."""
    try:
        yield
    except WireError as error:
        found = error
    except errors.EWSError as error:
        found = meant(error)
    except ValueError:  # a field that the library does not take
        found = Permanent("not-understood")
    except (AttributeError, KeyError, TypeError):  # an answer over which it fell
        found = Unknown("answer-unclear")
    else:
        return
    if is_question and isinstance(found, Unknown):
        found = Temporary(found.reason)
    raise found from None


def meant(error: Any) -> WireError:
    """Return what an answer of the server means to us; its words are thrown away."""
    name = type(error).__name__
    if name in NOT_NOW:
        wait_s = getattr(error, "back_off", None)
        wait_s = wait_s and min(wait_s, WAIT_MOST_S)
        return Temporary(NOT_NOW[name], wait_s, is_ours=NOT_NOW[name] in OURS_TO_MEND)
    if name in NEVER:
        return Permanent(NEVER[name])
    return Unknown("answer-lost" if name == "ErrorTimeoutExpired" else "answer-unclear")


def as_london(moment: datetime) -> Any:
    """Return a moment in the library's own form, in London's time."""
    return exchangelib.EWSDateTime.from_datetime(moment.astimezone(UTC)).astimezone(LONDON)


def reference(item: Any) -> Any:
    """Return what names an item in an answer to it."""
    return ReferenceItemId(id=item.id, changekey=item.changekey)
