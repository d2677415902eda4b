"""Where the demo's messages go: a real mail server, or a stand-in for a tenant of Microsoft 365."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self

from daemon.demo.settings import BY_MICROSOFT365, SETTINGS
from daemon.domain.errors import Problem, Refusal
from daemon.ports import Clock
from daemon.testing.mail_server import MailServer

STAND_IN = "daemon.testing.microsoft365"  # by name: only who asks for it needs its libraries

ANSWERS = (*["ACCEPTED"] * 6, "TENTATIVE", "DECLINED", "", "")
SAID = {"accepted": "comes", "tentativelyAccepted": "may come", "declined": "does not come"}


class Entry(NamedTuple):
    """One entry of somebody's activity feed in Teams."""

    at: datetime
    to: str
    words: str
    link: str


class Dated(NamedTuple):
    """One entry of somebody's calendar, as it stands there; `said` is what they answered, empty for nothing."""

    to: str
    title: str
    starts_at: datetime
    place: str
    is_online: bool
    is_off: bool
    said: str


class Outside(Protocol):
    """The other side. `folder` has each mail that arrived as a file."""

    folder: Path

    def settings(self, port: int) -> str:
        """Return the settings that lead to it; `port` is the demo's own page's."""
        ...

    def count(self) -> str:
        """Return what arrived, in words."""
        ...

    def feed(self) -> Sequence[Entry]:
        """Return what stands in people's feeds, the newest first."""
        ...

    def calendars(self) -> Sequence[Dated]:
        """Return what stands in people's calendars, by person and date."""
        ...


class PlainMail(MailServer):
    """A real mail server in a process of its own."""

    def __init__(self, place: Path) -> None:
        super().__init__(place / "mail")

    def settings(self, port: int) -> str:
        """Return the settings that lead to it."""
        return SETTINGS.format(mail_port=self.port, port=port)

    def count(self) -> str:
        """Return what arrived, in words."""
        return f"mail server received {len(self.received())}"

    def feed(self) -> Sequence[Entry]:
        """Return nothing: it knows no Teams."""
        return ()

    def calendars(self) -> Sequence[Dated]:
        """Return nothing: it keeps none."""
        return ()


class Office:
    """A tenant of ours in this process, reached by Microsoft's own client library."""

    def __init__(self, place: Path, clock: Clock) -> None:
        try:
            server, tenant = (import_module(f"{STAND_IN}.{name}") for name in ("server", "tenant"))
            import_module("msgraph")
        except ModuleNotFoundError as error:
            what = f"it needs {error.name}, which is not installed"
            how = "run: pip install 'daykeeper[microsoft365]'"
            raise Refusal(Problem("demo --microsoft365", what, how)) from None
        self.folder = place / "mail"
        self.tenant: Any = tenant.Tenant(clock, folder=self.folder, answers=answered)
        self.server: Any = server.Microsoft365(place / "microsoft365", self.tenant)
        secret = place / "microsoft365" / "secret"
        secret.touch(mode=0o600)
        secret.write_text(self.tenant.secret, "utf-8")

    def __enter__(self) -> Self:
        """Return the running tenant."""
        return self

    def __exit__(self, *error: object) -> None:
        """Stop it."""
        del error
        self.server.stop()

    def settings(self, port: int) -> str:
        """Return the settings that lead to it."""
        address: str = self.server.address
        return BY_MICROSOFT365.format(address=address, port=port)

    def count(self) -> str:
        """Return what arrived, in words."""
        with self.tenant.lock:
            mails, notices = len(self.tenant.delivered), self.tenant.taken
        entries = self.calendars()
        said = sum(bool(one.said) for one in entries)
        return (
            f"Outlook delivered {mails}, Teams took {notices} notices; "
            f"{len(entries)} entries in calendars, {said} answered"
        )

    def feed(self) -> Sequence[Entry]:
        """Return what stands in people's feeds, the newest first."""
        with self.tenant.lock:
            notices = list(self.tenant.notices)
        return [
            Entry(one.at, one.to, one.body["previewText"]["content"], one.body["topic"]["webUrl"])
            for one in reversed(notices)
        ]

    def calendars(self) -> Sequence[Dated]:
        """Return what stands in people's calendars, by person and date."""
        with self.tenant.lock:
            newest = {(one.to, one.event["id"]): one for one in self.tenant.meetings}
            found = [
                Dated(
                    one.to, one.event["subject"], moment(one.event["start"]),
                    one.event["location"]["displayName"], "Join online" in one.event["body"]["content"],
                    one.method == "CANCEL",
                    self._said(one) if one.method != "CANCEL" else "",
                )
                for one in newest.values()
            ]  # fmt: skip
        return sorted(found, key=lambda one: (one.to, one.starts_at, one.title))

    def _said(self, meeting: Any) -> str:
        event = self.tenant.box(meeting.mailbox).events.get(meeting.event["id"], {})
        said = [
            one["status"]["response"]
            for one in event.get("attendees", ())
            if one["emailAddress"]["address"] == meeting.to
        ]
        return SAID.get(next(iter(said), ""), "")


def answered(meeting: Any) -> str:
    """Return what a person's program answers: most come, some do not, and some say nothing."""
    words = f"answer/{meeting.to}{meeting.event['start']['dateTime']}"
    return ANSWERS[sha256(words.encode()).digest()[0] % len(ANSWERS)]


def moment(when: Any) -> datetime:
    """Return the moment at which an entry begins."""
    return datetime.fromisoformat(when["dateTime"]).replace(tzinfo=UTC)
