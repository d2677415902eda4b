"""Looks at a tenant before anybody relies on it: our proof, and permission by permission what we may.

A permission is tried on a message that nobody has: where we may, Graph says that there is none (404), and
where we may not, that we may not (403). So nothing is sent, made or changed.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import httpx
from cryptography import x509

from daemon.examined import (
    Finding,
    clock_beside,
    doubt,
    fault,
    fine,
    lasts,
    shown_until,
    unproven,
    unreached,
)
from daemon.option_parts import tls
from integrations.microsoft365.answers import FORBIDDEN, GONE, NO_SUCH_MAILBOX, REFUSED
from integrations.microsoft365.config import Connection
from integrations.microsoft365.proof import NO_TOKEN, why_not
from integrations.microsoft365.session import VERSION, Session

NOBODYS = "AAMkAGDaykeeperDoctor="  # the id of no message
OK = 200
HELD = (REFUSED, GONE)  # what is asked of a thing that is not there, by who may ask
EVERYWHERE = ("Mail.", "MailboxSettings.", "Calendars.")  # of these Exchange grants one mailbox
SCOPED = "grant it in Exchange for the one mailbox (docs/how-to/microsoft365.md, 3), and take it back in Entra"

REACH = "let HTTPS to the sign-in service pass, and name its authority in ca_file"
NO_PROOF = {
    "login-refused": (
        "the sign-in service refuses us",
        "check tenant, client_id, and that the app registration has our certificate or secret",
    ),
    "no-identity": (
        "this machine has no identity that gives us a token",
        "assign one to it in Azure, and correct client_id where that is not its own",
    ),
}


class Probe(NamedTuple):
    """What shows whether a permission is held. `without`: what is lost without it, where it is no must."""

    permission: str
    method: str
    path: str  # below the mailbox
    body: Any = None
    without: str = ""


SEND = Probe("Mail.Send", "POST", f"/messages/{NOBODYS}/send")
WRITE = Probe("Mail.ReadWrite", "PATCH", f"/messages/{NOBODYS}", {"importance": "normal"})
READ = Probe(
    "Mail.Read", "GET", f"/messages/{NOBODYS}?$select=id",
    without="a mail whose answer was lost may be sent twice",
)  # fmt: skip
ENTRIES = Probe(
    "Calendars.ReadWrite", "PATCH", f"/events/{NOBODYS}", {"importance": "normal"}
)  # fmt: skip
MEETINGS = Probe("Calendars.Read", "GET", "/calendar?$select=allowedOnlineMeetingProviders")
TEAMS = "teamsForBusiness"
ANSWERS = Probe("Calendars.Read", "GET", f"/events/{NOBODYS}?$select=id")
ARRIVED = Probe("Mail.Read", "GET", f"/messages/{NOBODYS}?$select=id")
MAIL: dict[str, Sequence[Probe]] = {"draft": (WRITE, SEND), "send_mail": (SEND, READ)}
CALENDAR, INBOX = (ENTRIES,), (ARRIVED, ANSWERS)
PEOPLE = ("GroupMember.Read.All", "User.Read.All")


def examine_mailbox(
    session: Session, mailbox: str, probes: Sequence[Probe], canary: str | None = None
) -> Iterator[Finding]:
    """Yield how a mailbox stands: sign-in, each permission, and whether a mailbox that is not ours is shut to us.

    `canary` is that other mailbox, empty where none is named, and None where another adapter asks for it.
    """
    desk = Desk(session)
    yield from desk.sign_in()
    if desk.roles is not None:
        yield from desk.hold(mailbox, probes)
        if canary is not None:
            yield from desk.stay_out(canary, probes)


def examine_meetings(session: Session, mailbox: str) -> Iterator[Finding]:
    """Yield whether the mailbox may make online meetings in Teams: without a licence it may not."""
    desk = Desk(session)
    try:
        desk.token = session.tokens.ask().token
    except NO_TOKEN:
        return  # whoever looked at the sign-in has said so
    status, said = desk.get(mailbox, MEETINGS)
    allowed = said.get("allowedOnlineMeetingProviders")
    if status != OK or not isinstance(allowed, list):
        what = f"whether {mailbox} may make online meetings in Teams cannot be told ({status})"
        yield doubt(what, "ask again later")
    elif TEAMS in allowed:
        yield fine(f"{mailbox} may make online meetings in Teams")
    else:
        what = f"{mailbox} may make no online meeting in Teams: invitations go without a page to join by"
        yield fault(what, "give the mailbox a licence for Teams, or set online_meetings = false")


def examine_people(session: Session) -> Iterator[Finding]:
    """Yield how the directory stands: what Entra must have granted to read groups and accounts."""
    desk = Desk(session)
    yield from desk.sign_in()
    for role in () if desk.roles is None else PEOPLE:
        if role in (desk.roles or ()):
            yield fine(f"{role} is granted")
        else:
            what = f"{role} is not granted in Entra"
            yield fault(what, "grant it: groups and who is in them cannot be read without it")


def examine_feed(session: Session) -> Iterator[Finding]:
    """Yield how notices in Teams stand."""
    desk = Desk(session)
    yield from desk.sign_in()
    if desk.roles is None:
        return
    if "TeamsActivity.Send" in desk.roles:
        yield fine("TeamsActivity.Send is granted")
    else:
        what = "TeamsActivity.Send is not granted in Entra"
        how = "grant it, unless the Teams app itself has it from whoever installed it: `daykeeper try` shows"
        yield doubt(what, how)


class Desk:
    """One look at a tenant. `roles` are what Entra granted, None as long as nobody is signed in."""

    def __init__(self, session: Session) -> None:
        self.session, self.connection = session, session.connection
        self.trusted = tls(self.connection.ca_file)
        self.token = ""
        self.roles: frozenset[str] | None = None

    def sign_in(self) -> Iterator[Finding]:
        """Yield how far our proof carries: its own end, TLS, clock, token, and what is granted needlessly."""
        own = self.connection
        now = self.session.clock()
        yield from own_proof(own, now)
        if not own.managed_identity:
            yield from self.meet(f"{own.login}/{own.tenant}/v2.0/.well-known/openid-configuration")
        try:
            self.token = self.session.tokens.ask().token
        except NO_TOKEN as error:
            reason = why_not(error)
            yield fault(*NO_PROOF.get(reason, (f"no token is to be had ({reason})", REACH)))
            return
        yield fine("the sign-in service gives us a token")
        yield from self.meet(f"{own.graph}/", is_clock_told=False)
        self.roles = roles_in(self.token)
        for role in sorted(self.roles):
            if role.startswith(EVERYWHERE):
                yield doubt(f"{role} is granted in Entra, for every mailbox of the tenant", SCOPED)
            elif role not in self.session.needs:
                yield doubt(f"{role} is granted, and nothing here needs it", "take it back")

    def meet(self, url: str, *, is_clock_told: bool = True) -> Iterator[Finding]:
        """Yield a host's certificate and, by its answer, how far our clock is off."""
        now, host = self.session.clock(), str(urlsplit(url).hostname)
        try:
            with self._client() as client, client.stream("GET", url) as answer:
                secured = answer.extensions["network_stream"].get_extra_info("ssl_object")
                shown = secured.getpeercert() or {}
        except httpx.HTTPError as error:
            yield unproven(host) if "CERTIFICATE_VERIFY_FAILED" in str(error) else unreached(host)
            return
        yield lasts(f"the certificate of {host}", shown_until(shown), now)
        if is_clock_told:
            yield clock_beside(answer.headers.get("date"), now)

    def hold(self, mailbox: str, probes: Sequence[Probe]) -> Iterator[Finding]:
        """Yield of each permission whether we hold it for our mailbox."""
        for probe in probes:
            status, code = self.ask(mailbox, probe)
            named = f"{probe.permission} for {mailbox}"
            if code.lower() in NO_SUCH_MAILBOX:
                yield fault(f"nobody has the mailbox {mailbox}", "correct mailbox")
                return
            if status in HELD:
                yield fine(f"{named} is held")
            elif status == FORBIDDEN and probe.without:
                yield doubt(f"{named} is not held: {probe.without}", "grant it, or live with it")
            elif status == FORBIDDEN:
                what = "grant it in Exchange; it takes up to two hours to be taken up"
                yield fault(f"{named} is not held", what)
            else:
                yield doubt(f"whether {named} is held cannot be told ({status})", "ask again later")

    def stay_out(self, canary: str, probes: Sequence[Probe]) -> Iterator[Finding]:
        """Yield whether a mailbox outside our scope is refused."""
        if not canary:
            what = "whether other mailboxes are shut to us is not known"
            yield doubt(what, "name one in canary that nobody uses and that must be refused")
            return
        answers = {probe.permission: self.ask(canary, probe) for probe in probes}
        opened = sorted(name for name, (status, _) in answers.items() if status in HELD)
        if any(code.lower() in NO_SUCH_MAILBOX for _, code in answers.values()):
            yield doubt(f"nobody has the mailbox {canary}", "make it, or correct canary")
        elif opened:
            what = f"{canary} is open to us ({', '.join(opened)}), and so may be every mailbox"
            yield fault(what, SCOPED)
        elif all(status == FORBIDDEN for status, _ in answers.values()):
            yield fine(f"{canary} is refused, as it must be")
        else:
            yield doubt(f"whether {canary} is refused cannot be told", "ask again later")

    def ask(self, mailbox: str, probe: Probe) -> tuple[int, str]:
        """Return the status and the code of Graph's answer; 0 where none came."""
        status, said = self.get(mailbox, probe)
        error = said.get("error")
        return status, str(error.get("code", "")) if isinstance(error, dict) else ""

    def get(self, mailbox: str, probe: Probe) -> tuple[int, dict[str, Any]]:
        """Return the status of Graph's answer and what it says; 0 where none came."""
        return self._asked(probe.method, f"/users/{quote(mailbox)}{probe.path}", probe.body)

    def status(self, path: str) -> int:
        """Return the status of what Graph answers to a question; 0 where no answer came."""
        return self._asked("GET", path)[0]

    def _asked(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        url = f"{self.connection.graph}{VERSION}{path}"
        try:
            with self._client() as client:
                answer = client.request(method, url, json=body)
                said = answer.json()
        except (httpx.HTTPError, ValueError):
            return 0, {}
        return answer.status_code, said if isinstance(said, dict) else {}

    def _client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return httpx.Client(
            verify=self.trusted, trust_env=False, proxy=self.connection.proxy,
            timeout=self.connection.timeout_s, headers=headers,
        )  # fmt: skip


def own_proof(own: Connection, now: datetime) -> Iterator[Finding]:
    """Yield how long our own proof is good for."""
    if own.certificate_file is not None:
        try:
            shown = x509.load_pem_x509_certificate(own.certificate_file.read_bytes())
        except (OSError, ValueError):
            yield fault("our own certificate cannot be read", "put it into certificate_file (PEM)")
        else:
            yield lasts("our own certificate", shown.not_valid_after_utc, now)
    elif own.secret_file is not None:
        what = "a client secret is used, and when it ends nobody tells us"
        yield doubt(what, "use a certificate, or note the day that the app registration shows")


def roles_in(token: str) -> frozenset[str]:
    """Return the permissions that a token of Entra's names; none where it cannot be read."""
    try:
        _, claims, _ = token.split(".")
        said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        return frozenset(map(str, said.get("roles", ())))
    except (ValueError, AttributeError, TypeError):
        return frozenset()
