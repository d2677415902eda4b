"""Looks at workflows and bot before anybody relies on them. No card is posted: only one shows that a workflow runs."""

from collections.abc import Iterator
from datetime import datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from daemon.domain.errors import Temporary
from daemon.examined import Finding, doubt, fault, fine, shake_hands, unproven, unreached
from daemon.option_parts import tls
from integrations.teams.bot import BotConnector
from integrations.teams.config import Config

HTTPS = 443
UNREACHED = ("unreachable", "login-unreachable")
FAILURES = {
    "login-refused": (
        "the sign-in service refuses the bot",
        "correct tenant, app and the secret in secret_file: it may have ended",
    ),
    "secret-unreadable": ("the bot's secret cannot be read", "put one line into secret_file"),
}


def examine(config: Config, bot: BotConnector | None, now: datetime) -> Iterator[Finding]:
    """Yield whether the hosts are Microsoft's by their certificates, and whether the bot is let in."""
    urls = [secret.get_secret_value() for secret in config.workflows.values()]
    if bot is not None:
        urls += [bot.bot.login, bot.bot.service]
    parts = [urlsplit(url) for url in urls]
    hosts = {(one.hostname, one.port or HTTPS) for one in parts if one.scheme == "https"}
    if config.proxy and hosts:
        what = "behind a proxy no certificate can be looked at beforehand"
        yield doubt(what, "send a test card: `daykeeper try`")
    elif hosts:
        trusted = tls(config.ca_file)
        for host, port in sorted(hosts, key=str):
            yield from shake_hands(str(host), port, trusted, now)
    for name in config.workflows:
        yield fine(f"the address of workflow:{name} is whole, and signed")
    if config.workflows:
        what = "whether a workflow runs, and who owns it, only a card in its channel shows"
        yield doubt(what, "send one to each: `daykeeper try`; see that each has a co-owner")
    if bot is not None:
        yield from examine_login(bot, config.timeout_s)


def examine_login(bot: Any, timeout_s: float) -> Iterator[Finding]:
    """Yield whether the bot's secret is taken."""
    host = str(urlsplit(bot.bot.login).hostname)
    try:
        bot.bearer(monotonic() + timeout_s)
    except Temporary as error:
        if error.reason == "tls-unverified":
            yield unproven(host)
        elif error.reason in UNREACHED:
            yield unreached(host)
        else:
            otherwise = (f"the bot does not sign in ({error.reason})", "try again later")
            yield fault(*FAILURES.get(error.reason, otherwise))
        return
    yield fine("the bot signs in")
    what = "when its secret ends, nobody tells us"
    yield doubt(what, "note the day that the app registration shows, and a second secret before it")
