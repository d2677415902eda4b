"""Looks at a service of Notify before anybody relies on it: the key, and the template that carries our words."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from daemon.domain.errors import WireError
from daemon.examined import Finding, Grade, doubt, fault, fine, shake_hands, unproven, unreached
from daemon.option_parts import tls
from integrations.govuk_notify.config import Config
from integrations.govuk_notify.wire import Wire

HTTPS = 443
FIELD = re.compile(r"\(\(([^()?]+)(?:\?\?[^()]*)?\)\)")  # ((name)), or ((name??words for a yes))
JOINTS = re.compile(r"[\s_-]")  # in a field's name Notify looks past these, and past capitals
NOBODYS = "doctor"  # a reference that nothing of ours has: it is asked for, and not there
FAILURES = {
    "login-refused": ("Notify refuses the key", "make a new one: this may have been revoked"),
    "clock-wrong": ("this machine's clock is more than 30 seconds off", "have it set by NTP"),
    "key-unreadable": ("the key's file cannot be read", "put one line into it"),
}
LATER = frozenset({"rate-limited", "daily-limit"})


class Template(NamedTuple):
    """The template that is filled: its id, its kind in Notify's words, and the fields that we fill."""

    id: str
    kind: str
    fields: tuple[str, ...]


def examine(
    config: Config, wire: Wire, now: datetime, template: Template | None = None
) -> Iterator[Finding]:
    """Yield whether Notify is reached, takes our key, and has the template as it is filled. Nothing is sent."""
    place = urlsplit(config.base_url)
    if place.scheme == "https" and config.proxy:
        yield doubt("behind a proxy no certificate can be looked at beforehand", "`daykeeper try`")
    elif place.scheme == "https":
        trusted = tls(config.ca_file)
        met = list(shake_hands(str(place.hostname), place.port or HTTPS, trusted, now))
        yield from met
        if any(one.grade is Grade.FAIL for one in met):
            return
    if not config.is_real:
        what = f"the key is one of the kind {config.key_type}, by which hardly anybody is reached"
        yield doubt(what, "use a live key before anybody relies on it")
    try:
        wire.look_up(NOBODYS)
    except WireError as error:
        yield failure(str(place.hostname), error.reason)
        return
    yield fine("Notify takes the key")
    if template is not None:
        yield from examine_template(wire, template, str(place.hostname))


def examine_template(wire: Wire, wanted: Template, host: str) -> Iterator[Finding]:
    """Yield whether a template is there, of its kind, and has the fields that we fill and no other."""
    named = f"the template {wanted.id}"
    try:
        found = wire.ask(lambda client: client.get_template(wanted.id))
    except WireError as error:
        if error.reason == "template-unfit":
            yield fault(f"{named} is none of this service", "copy its id out of Notify")
        else:
            yield failure(host, error.reason)
        return
    if found.get("type") != wanted.kind:
        what = f"{named} is of the kind {found.get('type')}, not {wanted.kind}"
        yield fault(what, f"make one of the kind {wanted.kind}, and name that")
        return
    has, fills = fields(found), {plain(one) for one in wanted.fields}
    if lost := sorted(fills - has):
        what = f"{named} lacks {shown(lost)}: what we say there reaches nobody"
        yield fault(what, "write it into the template (docs/how-to/notify.md, 2)")
    if more := sorted(has - fills):
        what = f"{named} asks for {shown(more)}, which we do not fill: nothing can be sent by it"
        yield fault(what, "take it out of the template (docs/how-to/notify.md, 2)")
    if has == fills:
        yield fine(f"{named} is there, of the kind {wanted.kind}, and has {shown(sorted(fills))}")


def fields(template: Any) -> set[str]:
    """Return the fields of a template, each as Notify compares it."""
    words = (template.get(part) for part in ("subject", "body"))
    return {plain(name) for text in words if text for name in FIELD.findall(str(text))}


def plain(name: str) -> str:
    """Return a field's name as Notify compares it."""
    return JOINTS.sub("", name).casefold()


def shown(names: list[str]) -> str:
    """Return fields as a person writes them in Notify."""
    return ", ".join(f"(({name}))" for name in names)


def failure(host: str, reason: str) -> Finding:
    """Return why nothing could be asked."""
    if reason in ("unreachable", "tls-unverified"):
        return unreached(host) if reason == "unreachable" else unproven(host)
    if reason in LATER:
        return doubt(f"it is asked too often now ({reason})", "ask again later")
    otherwise = (f"it does not answer as it should ({reason})", "try again later")
    return fault(*FAILURES.get(reason, otherwise))
