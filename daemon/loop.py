"""The service: what is done how often, by the one leader, until it is told to stop."""

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic

import structlog

from daemon.app import App
from daemon.domain.message import Lane
from daemon.engine.rules.shadow import Shadow
from daemon.engine.sending.waiting import waited_since, waits_for_a_way
from daemon.engine.standing.oversight import Overseer
from daemon.engine.standing.presence import BEAT_EVERY_S, LEADER
from daemon.engine.standing.set_back import note_beat
from daemon.jobs import Waking, start
from daemon.store import NO_FILES, NoFreeFiles, StoreLost, StoreSpoilt, StoreUnavailable
from daemon.watchdog import feed

log = structlog.get_logger("daykeeper.loop")
TICK_S = 1.0
DECIDING_S = 0.5  # then the lease, the lanes and the journal have their turn, and the rest follows
LEASE_S = 15.0
SEAL_EVERY_S = 5.0
AUDIT_EVERY_S = 300.0
STEP_S = 5.0  # wall against monotonic: a larger step is logged


@dataclass(slots=True)
class Beat:
    """When each periodic piece of work was last done, on the monotonic clock."""

    last: dict[str, float] = field(default_factory=dict)

    def is_due(self, what: str, every_s: float) -> bool:
        """Return whether it is time again, and note that it is being done."""
        now = monotonic()
        if now - self.last.get(what, float("-inf")) < every_s:
            return False
        self.last[what] = now
        return True


class Service:
    """Turns the line on the wall clock: decides on its own thread, sends on dramatiq's workers."""

    def __init__(
        self,
        app: App,
        stop: Event,
        *,
        door: Callable[[], AbstractContextManager[object]] | None = None,
        lease_s: float = LEASE_S,
    ) -> None:
        self.app, self.stop, self.door, self.lease_s = app, stop, door, lease_s
        self.holder = app.presence.name
        self.timed: Callable[[], AbstractContextManager[object]] = nullcontext
        self.beat = Beat()
        self.lanes: Waking | None = None
        # What a round has begun and not come to the end of.
        self.deciding: Iterator[None] | None = None
        audit = app.settings.audit
        self.overseer = Overseer(app.store, app.house, audit.every) if audit else None
        self.auditing = Thread()
        self.shadowing = Thread()
        self.beaten_at: datetime | None = None
        self.hindrance: str | None = None
        self._is_spoilt = False
        self._wall: tuple[datetime, float] | None = None

    def run(self, *, is_once: bool = False) -> None:
        """Work until `stop` is set, or with `is_once` until all is done; what is in flight is finished first.

        Raises Refusal beside a run that tells people otherwise, and StoreLost at once where the
        database is not ours any more: it never goes on without it.
        """
        with ExitStack() as stack:
            stack.enter_context(self.app.store.lock_run())
            self.app.presence.begin(self.app.clock())
            if self.door is not None:
                stack.enter_context(self.door())
            self.lanes, stop_sending = start(self.app)
            stack.callback(stop_sending)
            stack.callback(self._wait_beside)
            gc.collect()
            gc.freeze()  # what is loaded by now stays: it is not walked through for every herd
            authority, worker = self.app.settings.authority, self.app.house.worker
            log.info("service.started", authority=authority, worker=worker)
            idle = 0  # rounds on end: what one has decided is told in the next
            if is_once:
                self._read_always()
            while not self.stop.is_set():
                begun = monotonic()
                self.tick(self.lanes)
                feed()
                if is_once:
                    idle = 0 if self.unfinished() else idle + 1
                    if idle > 1:
                        break
                if self.deciding is None:
                    self.stop.wait(max(0.0, begun + TICK_S - monotonic()))
            log.info("service.stopping")
        self._hand_on()
        log.info("service.stopped")

    def _wait_beside(self) -> None:
        """Let what counts or decides beside the rounds end: the last word is why the service did."""
        for work in filter(Thread.is_alive, (self.auditing, self.shadowing)):
            work.join()

    def _read_always(self) -> None:
        """Have every round read every feed: whoever asks for one has just changed something."""
        feeds = self.app.house.feeds
        self.app.house.feeds = {
            name: replace(feed, read_every=timedelta(0)) for name, feed in feeds.items()
        }

    def tick(self, lanes: Waking) -> None:
        """Do what is due now. A database that is busy is tried again at the next tick, and so is what lacks a file."""
        self._watch_clock()
        try:
            self._turn(lanes)
        except StoreLost:
            raise
        except StoreUnavailable as error:
            self._give_way(error)
        except OSError as error:
            if error.errno not in NO_FILES:
                raise
            self._give_way(NoFreeFiles(error.filename or "a file of the service"))
        else:
            self.hindrance = None
            self.beaten_at = self.app.clock()

    def _turn(self, lanes: Waking) -> None:
        if self._is_spoilt:
            self.app.line.spoilt.set_aside(thorough=True)
            self._is_spoilt = False
        if not self._is_allowed(lanes):
            self._stand_by()
            self._follow()  # what a newer release puts in force next we may be able to read
            return  # it is held, and says so
        leads = self._leads()
        self._follow()
        if leads:
            self.app.editions.turn(self.app.clock())
            with self.timed(), self.app.traces.span("round.decided"):
                self._decide()
        # Whoever stands by sends, too: what waits does not wait for a dead leader's lease.
        for lane in Lane:
            lanes.wake(lane)
        lanes.look_round()
        self._cast_shadow(leads=leads)
        if not leads:
            self._stand_by()
            return
        if self.beat.is_due("seal", SEAL_EVERY_S):
            self.app.line.seal()
        self._look_again()

    def _give_way(self, error: StoreUnavailable) -> None:
        """End the round; the next tick begins it anew."""
        self.deciding = None
        log.warning("store.unavailable", reason=error.reason)
        self._is_spoilt = isinstance(error, StoreSpoilt)
        self.hindrance = error.hindrance  # kept here, for it may be that nothing can be written

    def _is_allowed(self, lanes: Waking) -> bool:
        """Say that we are here, and return whether anything may be decided or sent."""
        guard = self.app.line.guard
        if self.beat.is_due("presence", BEAT_EVERY_S):
            self.app.presence.beat(self.app.clock(), lanes.lost(), guard.unkept)
        return guard.allows()

    def _decide(self) -> None:
        """Go on with the round that is under way, or begin one: for half a second, and the rest in the next tick."""
        self.deciding = self.deciding or self.app.line.steps()
        end = monotonic() + DECIDING_S
        for _ in self.deciding:
            if monotonic() >= end:
                return
        self.deciding = None

    def _stand_by(self) -> None:
        self.deciding = None  # whoever leads now begins anew
        self.app.editions.stand_by()

    def _follow(self) -> None:
        self.app.editions.follow()
        self.app.presence.is_behind = bool(self.app.editions.unread)

    def _look_again(self) -> None:
        """Count again what was sent, in a thread of its own, and see to whoever counts again beside us."""
        if self.overseer is not None:
            self.overseer.look(self.app.clock())
        if not self.auditing.is_alive() and self.beat.is_due("audit", AUDIT_EVERY_S):
            self.auditing = Thread(target=self._audit, name="audit")
            self.auditing.start()  # it costs time by the case, and must hold up no rung

    def _audit(self) -> None:
        try:
            self.app.line.audit(self.stop.is_set)
        except (StoreLost, StoreUnavailable) as error:
            # status says that none has come to an end
            log.warning("audit.failed", reason=error.reason)

    def _cast_shadow(self, *, leads: bool) -> None:
        """Have the draft decide, in a thread of its own; it rests while another process leads."""
        shadow = self.app.shadow
        if shadow is None or self.shadowing.is_alive():
            return
        if leads:
            self.shadowing = Thread(target=self._turn_shadow, args=(shadow,), name="shadow")
            self.shadowing.start()
        else:
            shadow.rest()

    def _turn_shadow(self, shadow: Shadow) -> None:
        try:
            shadow.turn(self.app.clock())
        except (StoreLost, StoreUnavailable) as error:
            log.warning("shadow.failed", reason=error.reason)
        except Exception:  # a draft must never hold up the rules in force
            log.exception("shadow.failed", reason="a fault of ours")

    def _leads(self) -> bool:
        now = self.app.clock()
        with self.app.store.write() as tx:
            leads = tx.leases.take(LEADER, self.holder, now, self.lease_s) is not None
            if leads:
                note_beat(tx, self.app.house, now)
            return leads

    def _hand_on(self) -> None:
        """Seal what is written, and let whoever stands by lead at once."""
        try:
            now = self.app.clock()
            with self.app.store.write() as tx:
                tx.leases.release(LEADER, self.holder, now)
                self.app.presence.leave(tx, now)
            while self.app.line.seal():
                pass
        except StoreUnavailable as error:
            log.warning("store.unavailable", reason=error.reason)  # the lease ends by itself

    def _watch_clock(self) -> None:
        """Log a step of the wall clock; decisions follow the wall, waits the monotonic clock."""
        now, ticked = self.app.clock(), monotonic()
        if self._wall is not None:
            step_s = (now - self._wall[0]).total_seconds() - (ticked - self._wall[1])
            if abs(step_s) > STEP_S:
                log.warning("clock.stepped", step_s=round(step_s))
        self._wall = (now, ticked)

    def unfinished(self) -> str:
        """Return what this round still has to do, in plain words; empty where all is done that ever can be."""
        if self.hindrance is not None:
            return self.hindrance
        if self.deciding is not None or self.beaten_at is None:
            return "not every case has been looked at"
        guard, house, now = self.app.line.guard, self.app.house, self.app.clock()
        with self.app.store.read() as tx:
            since = None if guard.held else waited_since(tx, house.deciding.calendar, now)
            is_left = since is not None and not waits_for_a_way(tx, house.channels, now)
        return "messages wait that nobody has accepted yet" if is_left else ""

    def troubles(self) -> list[str]:
        """Return why this service is not ready, in plain words; nothing where it is."""
        if self.beaten_at is None:
            return ["the first round is not done yet"]
        if self.hindrance is not None:
            return [self.hindrance]
        guard = self.app.line.guard
        if guard.held:
            return [f"nothing is sent: {guard.held}; see `daykeeper release`"]
        now = self.app.clock()
        age = now - self.beaten_at
        found = self.app.presence.troubles() + ([guard.unkept] if guard.unkept else [])
        found += (
            [f"the last round was {int(age.total_seconds())} seconds ago"]
            if age > timedelta(seconds=60)
            else []
        )
        with self.app.store.read() as tx:
            found += [
                f"the feed {name} cannot be read"
                for name, state in tx.feeds.all().items()
                if not state.ok
            ]
            oldest = waited_since(tx, self.app.line.house.deciding.calendar, now)
        found += self.lanes.troubles() if self.lanes is not None else []
        if oldest is not None and now - oldest > timedelta(minutes=5):
            found.append("a message has not been accepted for more than 5 minutes")
        return found
