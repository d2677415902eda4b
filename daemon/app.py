"""build(settings) -> App: the only place that builds anything."""

import os
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from daemon.decide.obligations import Deciding
from daemon.decide.office import Calendar
from daemon.domain.errors import Problem, Refusal, Severity
from daemon.domain.rules import Applies, Rulebook
from daemon.engine.house import Feed, House, Terms, canonical
from daemon.engine.line import Line
from daemon.plugins import load as load_plugin
from daemon.ports import Clock
from daemon.rulebook import load, load_days, load_texts, shipped, sources
from daemon.settings import Settings
from daemon.store import Outside, Store
from daemon.written import EMBEDDED

KEY_BYTES = 32
TERMS = "terms"  # the marks with the fingerprints of what the last run told people by
LINK_KEY = (
    "link-key"  # the mark with the fingerprint of the key that the last run signed links with
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
    clock: Clock

    @property
    def is_queued(self) -> bool:
        """Other processes send, and are woken through Redis."""
        return self.settings.broker != EMBEDDED

    def close(self) -> None:
        """Finish what is on the wire, and give everything back."""
        self.line.deliverer.close()
        self.store.close()


def read_rulebook(folder: Path) -> Rulebook:
    """Return the rulebook in a folder; raises Refusal with every mistake in it."""
    book, problems = load(folder)
    if book is None:
        raise Refusal(*(one for one in problems if one.severity is Severity.ERROR))
    return book


def deciding_of(settings: Settings, book: Rulebook, folder: Path) -> Deciding:
    """Return what every decision of this authority needs."""
    calendar = Calendar(load_days(folder, "england-and-wales"), settings.office())
    return Deciding(book, calendar, settings.pathway_default)


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
    folder = settings.rulebook or shipped()
    book = read_rulebook(folder)
    deciding = deciding_of(settings, book, folder)
    store = Store.open(settings.database, settings.authority)
    outside = outside_of(settings)
    outside.head()  # one that cannot be relied on is refused at once
    clock = clock or store.clock() or utc_now
    feeds = {
        name: Feed(
            name, feed.role,
            load_plugin(feed.adapter, "source", feed.options, base=settings.folder, clock=clock, where=f"feeds.{name}"),
            feed.read_every, feed.fresh_within,
        )
        for name, feed in ({} if sends_only else settings.feeds).items()
    }  # fmt: skip
    channels = {
        str(word): load_plugin(
            channel.adapter,
            "channel",
            channel.options,
            base=settings.folder,
            clock=clock,
            where=f"channels.{word}",
        )
        for word, channel in settings.channels.items()
    }
    people = None if sends_only else settings.people
    directory = (
        load_plugin(
            people.adapter,
            "directory",
            people.options,
            base=settings.folder,
            clock=clock,
            where="people",
        )
        if people
        else None
    )
    house = House(
        deciding=deciding,
        terms=terms_of(settings),
        feeds=feeds,
        channels=channels,
        directory=directory,
        order={"*": list(settings.feeds), **settings.merge_order},
        worker=worker or f"run-{os.getpid()}",
    )
    line = Line.of(
        store, house, clock, outside=outside,
        people_every=people.read_every if people else timedelta(minutes=15),
    )  # fmt: skip
    agree_on_links(store, settings, house.terms.link_key, sends_only=sends_only)
    agree_on_terms(store, settings, book, sends_only=sends_only)
    settle_in(store, house, folder, settings, clock())
    return App(settings, store, house, line, clock)


def agree_on_links(store: Store, settings: Settings, key: bytes, *, sends_only: bool) -> None:
    """Note with which key links are signed; raises Refusal where a worker has another, or comes first."""
    fingerprint = sha256(b"daykeeper link key " + key).hexdigest()
    if not sends_only:
        with store.write() as tx:
            tx.marks.put(LINK_KEY, fingerprint)
        return
    with store.read() as tx:
        noted = tx.marks.get(LINK_KEY)
    if noted is None:
        raise Refusal(Problem("database", "no run has used it yet", "start `daykeeper run` first"))
    if noted != fingerprint:
        where, what = (
            str(settings.web.secret_file),
            "this is not the key with which `run` signs links",
        )
        raise Refusal(Problem(where, what, "copy the file of that machine to here"))


def agree_on_terms(store: Store, settings: Settings, book: Rulebook, *, sends_only: bool) -> None:
    """Note who may be told what by which way; raises Refusal where a worker would tell them otherwise.

    A worker with other settings would refuse what the run's would send, and nobody would send it.
    """
    terms = {
        "channels": {str(word): channel.adapter for word, channel in settings.channels.items()},
        "domains": settings.domains.model_dump(mode="json"),
        "people": [settings.title, settings.operator, settings.fallback],
        "packs": dict(book.digests),
    }
    noted = {
        name: sha256(canonical({"": value}).encode()).hexdigest() for name, value in terms.items()
    }
    if not sends_only:
        with store.write() as tx:
            for name, fingerprint in noted.items():
                tx.marks.put(f"{TERMS}/{name}", fingerprint)
        return
    with store.read() as tx:
        kept = tx.marks.starting(f"{TERMS}/")
    other = [name for name, mine in noted.items() if kept.get(f"{TERMS}/{name}", mine) != mine]
    if other:
        what = f"a worker must tell people as the run does, and these differ: {', '.join(other)}"
        raise Refusal(
            Problem("settings", what, "copy the settings and policies of the run to here")
        )


def settle_in(store: Store, house: House, folder: Path, settings: Settings, now: datetime) -> None:
    """Note the first start, keep the rulebook in force, and have every case looked at again where it changed.

    Source: DOMAIN 5.3 (`enforce_from`), 5.13.
    """
    texts = sources(folder)
    with store.write() as tx:
        first = tx.marks.moment("first-start")
        if first is None:
            tx.marks.put("first-start", now)
            tx.journal.write(
                now,
                "service.first-started",
                settings.authority,
                "the first start on this database",
                {},
            )
        house.enforce_from = settings.enforce_from or (first or now).date()
        changed = False
        for pack in house.deciding.rulebook.packs.values():
            starts = (
                datetime.combine(pack.effective_from, datetime.min.time(), UTC)
                if pack.effective_from
                else now
            )
            new = tx.rulebooks.put(pack.digest, pack.name, texts, starts, pack.applies, now)
            changed = changed or new
            if new:
                tx.journal.write(
                    now,
                    "rulebook.in-force",
                    pack.name,
                    f"digest {pack.digest}",
                    {"applies": str(pack.applies)},
                )
        if changed:
            tx.cases.touch_all(now)
            tx.obligations.look_again(now)  # unfired rungs are planned anew, fired ones stay fired
        pinned = [row for digest in tx.obligations.pinned() if (row := tx.rulebooks.get(digest))]
    for row in pinned:
        present = house.deciding.rulebook.packs.get(row.pack)
        if present is None or present.digest == row.digest or present.applies is Applies.OPEN_CASES:
            continue
        old, _ = load_texts(row.texts)
        if old is not None:
            house.older[row.digest] = replace(house.deciding, rulebook=old)


def terms_of(settings: Settings) -> Terms:
    """Return how messages leave this authority."""
    delivery = settings.delivery
    return Terms(
        title=settings.title,
        operator=settings.operator,
        fallback=settings.fallback,
        address=settings.web.address.rstrip("/"),
        link_key=link_key(settings.web.secret_file),
        internal=frozenset(domain.casefold() for domain in settings.domains.internal),
        accepted=frozenset(domain.casefold() for domain in settings.domains.accepted),
        unknown_gets=settings.domains.unknown,
        link_days=settings.link_days,
        connections=delivery.connections,
        lease=timedelta(seconds=delivery.lease_s),
        send_deadline=timedelta(seconds=delivery.send_deadline_s),
        retry_first=timedelta(seconds=delivery.retry_first_s),
        retry_most=timedelta(seconds=delivery.retry_most_s),
        hold_working_days=settings.hold_limit,
    )


def link_key(path: Path) -> bytes:
    """Return the key that signs links: made once, readable by its owner alone.

    Raises Refusal where others may read it.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            raise Refusal(
                Problem(
                    str(path), "others may read the key that signs links", f"run: chmod 600 {path}"
                )
            ) from None
        key = path.read_bytes()
        if len(key) < KEY_BYTES:
            raise Refusal(
                Problem(
                    str(path),
                    "the key that signs links is too short",
                    "delete it: a new one is made",
                )
            ) from None
        return key
    with os.fdopen(descriptor, "wb") as file:
        file.write(key := secrets.token_bytes(KEY_BYTES))
    return key
