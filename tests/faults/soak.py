"""Five days of calendar under everything at once: kills, restarts, storms and clock steps, memory watched (F29)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic

from tests.faults import office
from tests.faults.authority import DUE_AT, EVE_AT, MONDAY_AT, MORNING_AT
from tests.faults.clock import SteppedClock
from tests.faults.looking import looking_into
from tests.faults.plans import Figure, Plan, Result
from tests.faults.proxy import Proxy
from tests.faults.runner import Daemon, until
from tests.faults.stage import Stage
from tests.faults.watched import Watched
from tests.redis import RedisServer

WAVE_S, WAVE_SHORT_S = 480.0, 2.0  # of faults, for each of three waves of what falls due
SETTLED_S, SOON_S, LATER_S = 240.0, 5.0, 20.0
REFUSED_S = 30.0  # the longest that a wave's first messages are waited for
NOTICED_S = 10.0  # so late may a process notice that the clock was set
KNOWN_S = 120.0
BEFORE, JUST_BEFORE = timedelta(minutes=10), timedelta(seconds=2)
SHORTEST_S, LONGEST_S = 0.5, 4.0  # so long a fault lasts
AHEAD, BEHIND = timedelta(minutes=20), timedelta(minutes=-5)
SEEN = timedelta(minutes=6)  # after so long Microsoft 365 has it, or never had it
SLOPE_MB_AN_HOUR, FILES = 1.0, 8  # RELIABILITY 5.3, F29; connections come and go
LEADS_S = "--leader-lease-s=3"
STORM = {"tempfail_rate": 1.0}  # every recipient is put off, as by a server that limits its senders
LOSSY = {"tempfail_rate": 0.1, "drop_after_data_rate": 0.05, "slow_reply_s": 0.1}
AS_USUAL = {"slow_reply_s": 0.1}


class Chaos:
    """The processes and servers of one authority, and all that may happen to them.

    The first process of those that are watched is never killed, so that its memory tells something.
    """

    def __init__(
        self, stage: Stage, redis: RedisServer, proxy: Proxy, clock: SteppedClock, seed: int
    ) -> None:
        self.stage, self.redis, self.proxy, self.clock = stage, redis, proxy, clock
        assert stage.office is not None
        self.office = stage.office
        self.chance = Random(seed)
        self.shown = timedelta()
        self.run = self._start_run()
        self.run.wait_for("service.started")
        self.worker, self.steady = self._start_worker(), self._start_worker()
        for one in (self.worker, self.steady):
            one.wait_for("worker.started")
        self.watched = Watched(self.steady.process.pid)

    def __iter__(self) -> Iterator[Callable[[], None]]:
        """Yield the faults in an order of chance, each once in a round, for ever."""
        every = [
            self.kill_run, self.kill_worker, self.flush_redis, self.kill_redis, self.cut_redis,
            self.storm, self.throttle, self.lose_answers, self.go_ahead, self.go_back,
        ]  # fmt: skip
        every += [self.kill_server, self.end_sessions] if self.stage.server else []
        while True:
            yield from self.chance.sample(every, len(every))

    def last_s(self) -> float:
        """Return how long the next fault lasts."""
        return self.chance.uniform(SHORTEST_S, LONGEST_S)

    def kill_run(self) -> None:
        """Kill -9 of the run, which is started again."""
        self.stage.kill(self.run)
        self.run = self._start_run()

    def kill_worker(self) -> None:
        """Kill -9 of a worker, which is started again."""
        self.stage.kill(self.worker)
        self.worker = self._start_worker()

    def flush_redis(self) -> None:
        """Empty Redis."""
        self.stage.note("redis flushed")
        self.redis.run("FLUSHALL")

    def kill_redis(self) -> None:
        """Kill -9 of Redis, which comes back empty."""
        self.stage.note("redis killed")
        self.redis.stop()
        Event().wait(self.last_s())
        self.redis.start()

    def cut_redis(self) -> None:
        """Nobody reaches Redis."""
        self.stage.note("redis cut off")
        self.proxy.go_down()
        Event().wait(self.last_s())
        self.proxy.come_up()

    def kill_server(self) -> None:
        """Kill -9 of the database's server, which comes back."""
        assert self.stage.server is not None
        self.stage.note("server killed")
        self.stage.server.stop()
        Event().wait(self.last_s())
        self.stage.server.start()

    def end_sessions(self) -> None:
        """End every session of ours, as a failover does."""
        assert self.stage.server is not None
        self.stage.note("sessions ended")
        with self.stage.server.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'daykeeper'"
            )

    def storm(self) -> None:
        """Every message is put off."""
        self._mail("storm of 451", STORM)

    def throttle(self) -> None:
        """Microsoft 365 lets nothing through: 429 with a Retry-After and without, and 503."""
        with self._throttled():
            Event().wait(self.last_s())

    def throttle_many(self) -> None:
        """The same, until messages have met both forms of it; where none come, the judge says so."""
        before = self.office.throttled()
        with self._throttled(), suppress(TimeoutError):
            until(lambda: all(now > was for now, was in zip(self.office.throttled(), before, strict=True)),
                  REFUSED_S, "both forms of 429 have been met")  # fmt: skip

    def lose_answers(self) -> None:
        """One in ten is put off, one answer in twenty is lost."""
        self.office.misbehave(*office.LOSSY)
        self._mail("answers lost", LOSSY)
        self.office.misbehave(*office.AS_USUAL)

    def go_ahead(self) -> None:
        """Set the clock forward."""
        self.step(AHEAD)

    def go_back(self) -> None:
        """Set the clock back, and right again."""
        self.step(BEHIND)
        Event().wait(self.last_s())
        self.step(-BEHIND)

    def step(self, by: timedelta, noticed_s: float = NOTICED_S) -> None:
        """Set the clock by so much."""
        self.shown += by
        at = self.stage.note("clock set", by_s=by.total_seconds())
        self.office.patience.set_clock(lambda: self.clock.step(self.shown, at), noticed_s)

    def reach(self, moment_at: datetime) -> None:
        """Set the clock forward to a moment of the authority's; later than that it stays."""
        by = moment_at - (datetime.now(UTC) + self.stage.offset + self.shown)
        self.step(max(by, timedelta()), 0.0)  # who has not noticed it sends nothing yet

    def settle(self) -> None:
        """Let everything be well, and wait until nothing is under way."""
        self.stage.mail.switch()
        self.office.misbehave()
        self.run = self._at_work(self.run, self._start_run)
        self.worker = self._at_work(self.worker, self._start_worker)
        end, within_s = monotonic() + SETTLED_S, SOON_S
        while (
            not self._is_quiet(within_s) and monotonic() < end
        ):  # then the judge says what is missing
            self.step(SEEN)
            within_s = LATER_S

    def _is_quiet(self, within_s: float) -> bool:
        """Return whether nothing is under way any more, after so long at most."""
        with suppress(TimeoutError):
            until(
                lambda: not self.stage.unfinished(), within_s, "nothing is under way", every_s=0.5
            )
            return True
        return False

    def stop(self) -> None:
        """Stop everybody in order."""
        for one in (self.worker, self.steady, self.run):
            if code := one.stop():
                self.stage.wrong.append(f"{one.kind}: exit code {code}: {one.log[-1]['event']}")

    def _at_work(self, one: Daemon, start: Callable[[], Daemon]) -> Daemon:
        """Return it once it is at work; what found no server at its start is started again, as systemd does."""
        try:
            one.wait_for(f"{one.kind}.started")
        except EOFError:
            self.stage.note("started again", kind=one.kind)
            one = start()
            one.wait_for(f"{one.kind}.started")
        return one

    @contextmanager
    def _throttled(self) -> Iterator[None]:
        self.stage.note("storm of 429")
        self.office.misbehave(*office.STORM)
        try:
            yield
        finally:
            self.office.misbehave(*office.AS_USUAL)

    def _mail(self, what: str, switches: dict[str, float]) -> None:
        self.stage.note(what)
        self.stage.mail.switch(**switches)
        Event().wait(self.last_s())
        self.stage.mail.switch(**AS_USUAL)

    def _start_run(self) -> Daemon:
        return self.stage.daemon(LEADS_S)

    def _start_worker(self) -> Daemon:
        config, environment = self.stage.authority.config, self.clock.environment
        return Daemon(config, self.stage.offset, kind="worker", environment=environment)


def soak(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Have everything happen while reminders, due moments and what was missed go out, and step over the nights."""
    families, wave_s = (8, WAVE_SHORT_S) if is_short else (400, WAVE_S)
    before_s = (DUE_AT - EVE_AT + BEFORE).total_seconds()
    with ExitStack() as stack:
        clock = stack.enter_context(SteppedClock())
        redis = stack.enter_context(RedisServer())
        proxy = stack.enter_context(Proxy(redis.port, seed=seed))
        broker = f"redis://127.0.0.1:{proxy.port}/0"
        stage = stack.enter_context(
            Stage(
                folder, seed, backend, families=families, before_s=before_s, is_durable=True, is_shown=False,
                has_office=True, clock=clock, broker=broker, deadline_s=20.0, lease_s=30.0,
            )
        )  # fmt: skip
        chaos = Chaos(stage, redis, proxy, clock, seed)
        stack.callback(lambda: [one.__exit__() for one in (chaos.run, chaos.worker, chaos.steady)])
        until(lambda: _is_known(stage), KNOWN_S, "every case is known")
        stage.mail.switch(**AS_USUAL)
        chaos.office.misbehave(*office.AS_USUAL)
        expected = stage.authority.expected_on_monday
        faults, many = iter(chaos), 0
        for due_at in (EVE_AT, MORNING_AT, DUE_AT):
            chaos.reach(due_at - JUST_BEFORE)
            if due_at == EVE_AT or not is_short:
                chaos.throttle_many()
                many += 1
            end = monotonic() + wave_s
            while monotonic() < end:
                next(faults)()
                many += 1
                chaos.watched.look(stage.offset + chaos.shown)
                Event().wait(chaos.last_s())
            chaos.settle()
            chaos.watched.look(stage.offset + chaos.shown)
        chaos.reach(MONDAY_AT)  # what was late on Friday has waited for the office
        with suppress(TimeoutError):  # what is missing then, the judge says
            until(
                lambda: not stage.judge(expected(), stage.of_staff()).lost, SETTLED_S, "all is told"
            )
        chaos.settle()
        chaos.stop()
        bounds = (None, None) if is_short else (SLOPE_MB_AN_HOUR, FILES)
        with_word, without = chaos.office.throttled()
        if not (with_word and without):
            stage.wrong.append("no storm: nothing was answered 429")
        stage.wrong += [f"no call of ours: {one}" for one in chaos.office.tenant.refused]
        return stage.result(
            Figure("faults", many),
            Figure("by Microsoft 365", len(chaos.office.kept)),
            Figure("429 with Retry-After", with_word),
            Figure("429 without", without),
            Figure("Retry-After ignored", chaos.office.patience.ignored, 0),
            Figure("memory, MB an hour of calendar", chaos.watched.slope_mb_an_hour(), bounds[0]),
            Figure("memory grown, MB", chaos.watched.grown_mb()),
            Figure("open files more", chaos.watched.files_more(), bounds[1]),
            verdict=stage.judge(expected(), stage.of_staff()),
        )


def _is_known(stage: Stage) -> bool:
    many = stage.authority.families * stage.authority.children
    with looking_into(stage.seen) as store, store.read() as tx:
        return len(list(tx.cases.refs())) == many and not tx.cases.due(
            DUE_AT - timedelta(days=2), 1
        )


PLANS = [
    Plan(
        "F29",
        "five days of calendar under everything at once",
        soak,
        needs=("gcc",),
    ),
]
