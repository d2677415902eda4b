"""Looks at everything that the settings name: the store, the broker, and each adapter in turn."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from daemon.app import staff_of
from daemon.cli.examining.machine import disks
from daemon.cli.examining.own_files import examine_own_files
from daemon.cli.examining.rules_in_force import examine_rules
from daemon.domain.counts import counted
from daemon.domain.errors import Problem, Refusal, Severity
from daemon.engine.records.carried import lacked
from daemon.examined import ODD, Examinable, Finding, doubt, fault, fine, shake_hands
from daemon.option_parts import tls
from daemon.plugins import Capability, way
from daemon.plugins import load as load_plugin
from daemon.ports import Clock, Unreadable
from daemon.settings.audit import Heartbeat, missing
from daemon.settings.channels import Adapter, adapters, speechless
from daemon.settings.whole import Settings
from daemon.settings.written import EMBEDDED
from daemon.store import Store, check
from daemon.telemetry import places

if TYPE_CHECKING:
    from collections.abc import Sequence

Found = tuple[str, Finding]


class Table(NamedTuple):
    """A table of the settings that names an adapter, and what it is to be loaded as."""

    where: str
    adapter: Adapter
    capability: Capability


def look_at(settings: Settings, clock: Clock) -> Iterator[Found]:
    """Yield what was found, each with the table of the settings that it is about. Sends nothing."""
    yield from (("database", one) for one in examine_store(settings, clock))
    yield from examine_rules(settings, clock)
    yield from examine_own_files(settings)
    yield from (("machine", one) for one in examine_disks(settings))
    yield from (("broker", one) for one in examine_broker(settings))
    for what in speechless(settings.channels):
        yield "channels.email", doubt(what, "see docs/how-to/add-a-channel.md")
    yield from examine_audit(settings, clock)
    with ExitStack() as closing:
        made: list[tuple[Table, Any]] = []
        # all are made first: those of one application know its needs
        for table in tables(settings):
            try:
                adapter = load_plugin(
                    table.adapter.adapter, table.capability, table.adapter.options,
                    base=settings.folder, clock=clock, where=table.where,
                )  # fmt: skip
            except Refusal as refusal:
                yield from ((one.where, as_finding(one)) for one in refusal.problems)
                continue
            made.append((table, adapter))
            if hasattr(adapter, "close"):
                closing.callback(adapter.close)
        sources = {table.where: one for table, one in made if table.capability == "source"}
        for table, adapter in made:
            try:
                yield from ((table.where, one) for one in examine_adapter(table, adapter))
                if table.where in sources and len(sources) == len(settings.feeds):
                    yield from (
                        (table.where, doubt(f"{one.where} {one.what}", one.mend))
                        for one in lacked(table.where, sources)
                    )
            except Exception as error:  # noqa: BLE001 - one that falls over must not hide the others
                yield table.where, fault(f"a fault of ours: {places(error)}", "report it to us")


def tables(settings: Settings) -> Iterator[Table]:
    """Yield every table of the settings that names an adapter."""
    for name, feed in settings.feeds.items():
        yield Table(f"feeds.{name}", feed, "source")
    if people := staff_of(settings):
        yield Table("people", people, "directory")
    for word, where, channel in adapters(settings.channels):
        yield Table(where, channel, way(channel.adapter, word))
    if settings.post:
        yield Table("post", settings.post, "post")
    if settings.audit and settings.audit.mail:
        mail = settings.audit.mail
        yield Table("audit.mail", mail, way(mail.adapter, "email"))
    for name, box in settings.inbox.items():
        yield Table(f"inbox.{name}", box, "inbox")


def examine_adapter(table: Table, adapter: Any) -> Iterator[Finding]:
    """Yield how one adapter stands: by its own word; a feed is read besides, and people are where it has none."""
    says_itself = isinstance(adapter, Examinable)
    if says_itself:
        yield from adapter.examine()
    if table.capability == "source" or (table.capability == "directory" and not says_itself):
        yield from examine_reading(adapter, is_source=table.capability == "source")
    elif not says_itself:
        what = f"{table.adapter.adapter} cannot be looked at without sending"
        yield doubt(what, "send a test message: `daykeeper try`")


def examine_reading(adapter: Any, *, is_source: bool) -> Iterator[Finding]:
    """Yield what one reading brings."""
    problems: Sequence[Problem]
    try:
        if is_source:
            page = adapter.read(None)
            found, problems = counted(len(page.records), "case"), page.problems
        else:
            found = counted(len(adapter.people()), "person", "people")
            problems = getattr(adapter, "problems", ())
    except Unreadable as error:
        yield fault(str(error), "mend it: nothing can be read until then")
        return
    if found.startswith("0 "):
        yield doubt(f"it can be read, and holds {found}", "see whether this is the right place")
    else:
        yield fine(f"it can be read, and holds {found}")
    if problems:
        first = problems[0]
        wrong = counted(len(problems), "entry is wrong: ", "entries are wrong, the first one ")
        what = f"{wrong}{first.where}: {first.what}"
        yield doubt(what, first.mend)


def examine_store(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Yield whether the database can be used, and whether its clock and ours agree."""
    problems = check(settings.database, thorough=False)
    yield from map(as_finding, problems)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return
    try:
        store = Store.open(settings.database, settings.authority, thorough=False)
    except Refusal as refusal:  # another authority's
        yield from map(as_finding, refusal.problems)
        return
    try:
        another = store.of_another()
        yield (as_finding(another) if another else fine("it is there, ours, whole and up to date"))
        theirs = store.clock()
        if theirs is not None:
            off = abs(theirs() - clock())
            what = f"its clock is {off.total_seconds():.0f} seconds from this machine's"
            yield doubt(what, "have both set by NTP") if off > ODD else fine(what)
    finally:
        store.close()


def examine_disks(settings: Settings) -> Iterator[Finding]:
    """Yield how much room there is where we write."""
    for one in disks(settings):
        yield (
            doubt(one.in_words(), "make room: what is sent is written down")
            if one.is_short
            else fine(one.in_words())
        )


def examine_audit(settings: Settings, clock: Clock) -> Iterator[Found]:
    """Yield what of the auditor is not set up, and how it stands with the monitor outside."""
    audit = settings.audit
    for what in missing(audit):
        yield "audit", doubt(what, "see docs/how-to/watch.md")
    if audit and audit.heartbeat:
        yield from (("audit.heartbeat", one) for one in examine_monitor(audit.heartbeat, clock))


def examine_monitor(monitor: Heartbeat, clock: Clock) -> Iterator[Finding]:
    """Yield whether the monitor outside can be reached; it is not called."""
    try:
        url = urlsplit(monitor.url())
    except Refusal as refusal:
        for one in refusal.problems:
            yield fault(f"{one.where}: {one.what}", one.mend)
        return
    yield fine("the monitor's address is ours to read alone, and on the host that is named")
    if url.scheme == "https" and not monitor.proxy:
        try:
            context = tls(monitor.ca_file)
        except OSError:  # one of ssl's, too
            yield fault(
                "ca_file holds no certificate that can be read", "correct [audit.heartbeat]"
            )
            return
        yield from shake_hands(monitor.host, url.port or 443, context, clock())


def examine_broker(settings: Settings) -> Iterator[Finding]:
    """Yield whether Redis answers, where one is named."""
    if settings.broker == EMBEDDED:
        yield fine("none is needed: `run` sends by itself")
        return
    from daemon.jobs.examining import examine

    yield from examine(settings.broker, settings.authority, settings.broker_password_file)


def as_finding(problem: Problem) -> Finding:
    """Return a problem of the settings or the store as a finding."""
    make = {Severity.ERROR: fault, Severity.WARNING: doubt}.get(problem.severity)
    return make(problem.what, problem.mend) if make else fine(problem.what)
