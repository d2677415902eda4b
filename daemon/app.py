"""build(settings) -> App: the only place that builds anything."""

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.domain.errors import Problem, Refusal
from daemon.domain.rules import Rulebook
from daemon.domain.secret import others_may_read
from daemon.domain.times import OfficeHours
from daemon.domain.vocabulary import Vocabulary
from daemon.domain.working_days import WorkingDays
from daemon.engine.house import Feed, House, Mailbox, Terms
from daemon.engine.line import Line
from daemon.engine.records.carried import get_carried, watching
from daemon.engine.rules.editions import Editions
from daemon.engine.rules.editions import in_force as rules_in_force
from daemon.engine.rules.rules_folder import RulesFolder
from daemon.engine.rules.shadow import Shadow
from daemon.engine.standing.presence import LINK_KEY, Presence, agreed, differing, fingerprint
from daemon.engine.telling.ways import Beside
from daemon.plugins import Capability, way
from daemon.plugins import load as load_plugin
from daemon.ports import Channel, Clock
from daemon.rulebook import Edition, compile_kept, shipped, sound, unreadable
from daemon.rulebook.checks.reach import PEOPLE_FILE
from daemon.settings.channels import Adapter, adapters, failover_of
from daemon.settings.feeds import People
from daemon.settings.whole import Settings
from daemon.settings.written import EMBEDDED
from daemon.store import FIRST_START, Outside, Store
from daemon.traces import UNTOLD, Traces, Untold, traces_of

KEY_BYTES = 32
NO_RUN = Problem("database", "no run has used it yet", "start `daykeeper run` first")
SOLE = "run"  # a run's name on SQLite: the lock makes us the only one, so a dead one's leases are ours at once

NOTHING = Deciding(  # until the first edition is taken up
    Rulebook({}, Vocabulary({}, {}, {}, {}, {}, {}), {}, {}),
    Calendar(WorkingDays({}, date(2020, 1, 1), date(2020, 1, 1)), OfficeHours()),
)


def utc_now() -> datetime:
    """Return the present moment by this machine's clock: that of a run on SQLite."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class App:
    """A running authority: its settings, store and line."""

    settings: Settings
    store: Store
    house: House
    line: Line
    editions: Editions
    clock: Clock
    presence: Presence
    shadow: Shadow | None = None
    traces: Traces | Untold = UNTOLD

    @property
    def is_queued(self) -> bool:
        """Other processes send, and are woken through Redis."""
        return self.settings.broker != EMBEDDED

    def close(self) -> None:
        """Finish what is on the wire, and give everything back."""
        self.line.deliverer.close()
        self.store.close()
        self.traces.close()


def edition_in_force(store: Store, settings: Settings) -> Edition:
    """Return the edition that decides at present, else that of the folder. Raises Refusal."""
    with store.read() as tx:
        row = rules_in_force(tx)
    if row is None:
        return sound(settings.rulebook or shipped())
    edition, problems = compile_kept(row.written, row.digest)
    if edition is None:
        raise Refusal(unreadable(row.digest, problems))
    return edition


def in_force(store: Store, settings: Settings, edition: Edition | None = None) -> Deciding:
    """Return what every decision of this authority needs at present; `edition` where it is known. Raises Refusal."""
    terms = settings.terms()
    with store.read() as tx:
        carried = get_carried(tx)
    edition = edition or edition_in_force(store, settings)
    return watching(edition.deciding(terms.hours, terms.based_on, terms.known_as), carried)


def outside_of(settings: Settings) -> Outside:
    """Return what is kept outside the database: beside the links' key unless the settings name a place."""
    beside = settings.web.secret_file.with_name(f"{settings.authority}.state")
    return Outside(settings.state_file or beside)


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    worker: str | None = None,
    sends_only: bool = False,
) -> App:
    """Return the application; raises Refusal with what must be mended first. Starts nothing.

    Unless a clock is given, the time is that of a database server, or else of this machine.
    One that sends only needs neither the feeds nor the directory, and may run where they are not.
    """
    store = Store.open(settings.database, settings.authority)
    outside = outside_of(settings)
    outside.head()  # one that cannot be relied on is refused at once
    clock = clock or store.clock() or utc_now
    people = None if sends_only else staff_of(settings)
    directory = _adapter(settings, people, "directory", "people", clock) if people else None
    traces = traces_of(settings.traces, settings.authority)
    house = House(
        deciding=NOTHING,
        terms=terms_of(settings),
        feeds=traces.of_feeds({} if sends_only else feeds_of(settings, clock)),
        channels=traces.of_channels(channels_of(settings, clock)),
        directory=directory,
        order=settings.feed_order,
        worker=worker or f"run-{os.getpid()}",
        signs_in=settings.web.sign_in is not None,
        inboxes={} if sends_only else inboxes_of(settings, clock),
        failover=failover_of(settings.channels),
        post=_adapter(settings, settings.post, "post", "post", clock) if settings.post else None,
    )
    sole = SOLE if not (sends_only or store.is_shared) else ""
    presence = Presence(
        store,
        sole or (house.worker if sends_only else f"{house.worker}-{uuid4().hex[:12]}"),
        told_by(settings, house.terms.link_key),
        is_run=not sends_only,
    )
    agree(store, settings, presence, clock())
    line = Line.of(
        store, house, clock, outside=outside, presence=presence, people_at_least=people.at_least if people else None,
        people_every=people.read_every if people else timedelta(minutes=15),
    )  # fmt: skip
    editions = Editions(store, house, RulesFolder(settings.rulebook or shipped()), settings.terms())
    settle_in(store, house, settings, clock())
    if sends_only:
        editions.follow()
        if editions.edition is None:
            raise Refusal(NO_RUN)
    else:
        # who is refused beside another run leaves the rules of that one alone
        with store.lock_run():
            editions.begin(clock(), presence.newer(clock()))
    shadow = None
    if settings.shadow and not sends_only:
        draft = RulesFolder(settings.shadow)
        shadow = Shadow(store, house, line.watcher, draft, settings.terms())
    return App(settings, store, house, line, editions, clock, presence, shadow, traces)


def feeds_of(settings: Settings, clock: Clock) -> dict[str, Feed]:
    """Return the feeds that the settings name, none of them read yet. Raises Refusal."""
    return {
        name: Feed(
            name, feed.role, _adapter(settings, feed, "source", f"feeds.{name}", clock),
            feed.read_every, feed.fresh_within or timedelta(0), feed.most_gone, feed.at_least, feed.at_least_of,
            feed.also,
        )
        for name, feed in settings.feeds.items()
    }  # fmt: skip


def channels_of(settings: Settings, clock: Clock) -> dict[str, Channel]:
    """Return the channels that the settings name, none of them connected yet. Raises Refusal."""
    made: dict[str, Channel] = {}
    for word, where, one in adapters(settings.channels):
        channel = _adapter(settings, one, way(one.adapter, word), where, clock)
        made[word] = Beside(word, made[word], channel) if word in made else channel
    return made


def inboxes_of(settings: Settings, clock: Clock) -> dict[str, Mailbox]:
    """Return the mailboxes that the settings name, none of them read yet. Raises Refusal."""
    return {
        name: Mailbox(
            name, _adapter(settings, box, "inbox", f"inbox.{name}", clock), box.read_every
        )
        for name, box in settings.inbox.items()
    }


def _adapter(
    settings: Settings, table: Adapter, capability: Capability, where: str, clock: Clock
) -> Any:
    """Return what a table of the settings names. Raises Refusal."""
    options, base = table.options, settings.folder
    return load_plugin(table.adapter, capability, options, base=base, clock=clock, where=where)


def staff_of(settings: Settings) -> People | None:
    """Return the directory: of the settings, else people.csv in the authority's folder."""
    file = settings.rulebook / PEOPLE_FILE if settings.rulebook else None
    if settings.people is None and file is not None and file.is_file():
        return People(adapter="people_csv", options={"file": str(file)})
    return settings.people


def told_by(settings: Settings, key: bytes) -> dict[str, str]:
    """Return the fingerprints of what decides who is told what by which way, and of the links' key.

    A process with others would send what nobody else may. The rules themselves all take from the database.
    """
    terms = settings.terms()
    told = {
        "channels": [(where, one.adapter) for _, where, one in adapters(settings.channels)],
        "failover": failover_of(settings.channels),
        "domains": [sorted(terms.internal), sorted(terms.accepted), terms.unknown_gets],
        "title": settings.title,
        "operator": settings.operator,
        "fallback": settings.fallback or "",
        LINK_KEY: key.hex(),
    }
    return {name: fingerprint(value) for name, value in told.items()}


def agree(store: Store, settings: Settings, presence: Presence, now: datetime) -> None:
    """Raise Refusal for a run beside one with other terms, and for a worker with others or before any run."""
    with store.read() as tx:
        if presence.is_run:
            presence.fit_in(tx, now)
            return
        by = agreed(tx)
    other = differing(by, presence.terms)
    if not by:
        raise Refusal(NO_RUN)
    if LINK_KEY in other:
        where = str(settings.web.secret_file)
        what = "this is not the key with which `run` signs links"
        raise Refusal(Problem(where, what, "copy the file of that machine to here"))
    if other:
        what = f"a worker must tell people as the run does, and these differ: {', '.join(other)}"
        raise Refusal(Problem("settings", what, "copy the settings of the run to here"))


def settle_in(store: Store, house: House, settings: Settings, now: datetime) -> None:
    """Note the first start: what was due before that day is listed, never escalated (DOMAIN 5.3)."""
    with store.write() as tx:
        first = tx.marks.moment(FIRST_START)
        if first is None:
            tx.marks.put(FIRST_START, now)
            why = "the first start on this database"
            tx.journal.write(now, "service.first-started", settings.authority, why, {})
    house.first_on = (first or now).date()


def terms_of(settings: Settings) -> Terms:
    """Return how messages leave this authority."""
    delivery = settings.delivery
    return Terms(
        title=settings.title,
        operator=settings.operator,
        fallback=settings.fallback or "",
        address=settings.web.address.rstrip("/"),
        link_key=link_key(settings.web.secret_file),
        link_days=settings.link_days,
        connections=delivery.connections,
        lease=timedelta(seconds=delivery.lease_s),
        send_deadline=timedelta(seconds=delivery.send_deadline_s),
        retry_first=timedelta(seconds=delivery.retry_first_s),
        retry_most=timedelta(seconds=delivery.retry_most_s),
    )


def link_key(path: Path) -> bytes:
    """Return the key that signs links: made once, readable by its owner alone.

    Raises Refusal where others may read it.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        if others_may_read(path):
            what = "others may read the key that signs links"
            raise Refusal(Problem(str(path), what, f"run: chmod 600 {path}")) from None
        if len(key := path.read_bytes()) < KEY_BYTES:
            what, how = "the key that signs links is too short", "delete it: a new one is made"
            raise Refusal(Problem(str(path), what, how)) from None
        return key
    with os.fdopen(descriptor, "wb") as file:
        file.write(key := secrets.token_bytes(KEY_BYTES))
    return key
