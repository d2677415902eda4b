"""Looks at an Exchange Server before anybody relies on it: its TLS, our login, the mailbox, its age."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from daemon.domain.errors import WireError
from daemon.examined import Finding, doubt, fault, fine, shake_hands, unproven, unreached
from daemon.option_parts import tls
from integrations.exchange.config import Config
from integrations.exchange.pool import Pool
from integrations.exchange.vendor import answered

HTTPS = 443
SUBSCRIPTION = (15, 2, 2562)  # the first build of the Subscription Edition
KEYS = {"sent": "our_key", "inbox": "our_key", "calendar": "our_uid"}
NOBODYS = "doctor"  # a key that nothing of ours has: it is asked for, and not there
FAILURES = {
    "login-refused": ("it refuses the login", "correct username, password_file and auth"),
    "no-access": (
        "the account may not open the mailbox",
        "correct mailbox and access, or grant it: docs/how-to/exchange.md, 2",
    ),
    "no-exchange-there": ("there is no EWS at this address", "correct endpoint"),
    "redirected": ("it sends us elsewhere", "give the address that answers as endpoint"),
    "password-unreadable": ("the password's file cannot be read", "put one line into it"),
}


def examine(config: Config, pool: Pool, now: datetime, folder: str) -> Iterator[Finding]:
    """Yield how far we come, up to a look into one folder of the mailbox (`sent`, `calendar`, `inbox`)."""
    place = urlsplit(config.endpoint)
    if place.scheme == "https":
        trusted = tls(config.ca_file)
        yield from shake_hands(str(place.hostname), place.port or HTTPS, trusted, now)
    try:
        with pool.lend() as post, answered(is_question=True):
            list(getattr(post, folder).filter(**{KEYS[folder]: NOBODYS}).only("subject"))
            build = post.account.version.build
    except WireError as error:
        yield failure(str(place.hostname), error.reason)
        return
    yield fine("it takes our login")
    yield fine(f"{config.mailbox} can be opened, and its {folder} be read")
    what = f"it is build {build.major_version}.{build.minor_version}.{build.major_build}"
    if (build.major_version, build.minor_version, build.major_build or 0) < SUBSCRIPTION:
        yield doubt(f"{what}, which Microsoft supports no more", "plan for Subscription Edition")
    else:
        yield fine(what)


def failure(host: str, reason: str) -> Finding:
    """Return why the mailbox was not reached."""
    if reason in ("unreachable", "tls-unverified"):
        return unreached(host) if reason == "unreachable" else unproven(host)
    what, how = FAILURES.get(
        reason, (f"it does not answer as it should ({reason})", "try again; see the server's log")
    )
    return fault(what, how)
