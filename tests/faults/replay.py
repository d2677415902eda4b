"""Feeds that repeat, reorder, double their rows and go back in time (F24): all ends as in order."""

import json
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from threading import Event

from daemon.store import FeedState
from tests.faults.authority import DUE_AT, Authority
from tests.faults.editions import CONFIRMED_AT, EDITIONS, Editions, put
from tests.faults.looking import looking_into
from tests.faults.plans import SQLITE, Figure, Plan, Result
from tests.faults.runner import until
from tests.faults.stage import Stage

TIMES, TIMES_SHORT = 10, 2  # an old drop comes again so often
IN_ORDER_S, BEFORE_S, BEFORE_SHORT_S = 30.0, 480.0, 75.0  # within which every edition has come
TAKEN_S = 60.0
STANDS_S = 4.0  # a few readings
LOOKED_AT_S = 1.6  # a reading a second
LOOK_S = 0.2
BESIDE = 0.4  # how often one of the newest files comes again beside old ones
SQL, CASES = 'sql = "SELECT * FROM enquiries"', 'options.url = "sqlite:///cases.sqlite"'
TERMS = (  # how the settings of the others become those of feeds that say how old they are
    ('as_known = "read"', 'as_known = "file"'),
    ('read_every = "15 minutes"', 'read_every = "1 second"'),
    (SQL, f'{SQL}\nversion = "version"'),
    (CASES, f'{CASES}\noptions.as_known_sql = "SELECT MAX(ended_at) FROM runs"'),
)


class Dated(Stage):
    """A stage whose feeds say how old they are, and show the first edition while every case is new."""

    @property
    def editions(self) -> Editions:
        """What its feeds show."""
        return Editions(self.authority)

    @property
    def mails_due(self) -> int:
        """How many messages there are in all: whose list has come, nobody above them hears of."""
        late = {one.ref for one in self.editions.expected() if one.rung == "missed"}
        return self.authority.families * 3 + len(late) // self.authority.children

    def _show_cases(self) -> None:
        text = self.authority.config.read_text("utf-8")
        for old, new in TERMS:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        self.authority.config.write_text(text, "utf-8")
        for given in self.editions.of(0):
            put(self.authority, given)
        super()._show_cases()


def replayed(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Let the same editions come once and in order; elsewhere in any order, again and again: nothing may differ."""
    families, before_s = (40, BEFORE_SHORT_S) if is_short else (250, BEFORE_S)
    terms = {"families": families, "read_every": "1 second", "is_reminded": True}
    with Dated(folder / "ordered", seed, backend, before_s=IN_ORDER_S, **terms) as ordered:
        before = run(ordered, None, 0)
        state, told = digest(ordered.seen), _told(ordered)
    with Dated(folder / "again", seed, backend, before_s=before_s, **terms) as again:
        after = run(again, Random(seed), TIMES_SHORT if is_short else TIMES)
        again.wrong += [f"the ordered run: {one}" for one in before.faults()]
        return again.result(
            *after.figures,
            Figure("states other than of the ordered run", float(digest(again.seen) != state), 0),
            Figure("messages extra", (_told(again) - told).total(), 0),
            verdict=after.verdict,
        )


def run(stage: Dated, chance: Random | None, times: int) -> Result:
    """Bring every edition before the due moment, with `chance` amid old ones; what lies there then is old."""
    drops = 0
    with stage.daemon() as daemon:
        daemon.wait_for("service.started")
        for edition in range(1, EDITIONS):
            bring(stage, edition)
            if chance is not None:
                is_last = edition == EDITIONS - 1
                drops += repeat(stage, edition, times if is_last else 1, chance)
        if datetime.now(UTC) + stage.offset >= DUE_AT:
            stage.wrong.append("the due moment was over before every edition had come")
        if daemon.stop():
            stage.wrong.append("it did not end well")
        if drops and not daemon.said("feed.older"):
            stage.wrong.append("no drop was refused as older")
    with stage.daemon() as daemon:  # it has no memory but what is stored
        stage.note("started again over what lies there")
        daemon.wait_for("service.started")
        left_s = (CONFIRMED_AT - (datetime.now(UTC) + stage.offset)).total_seconds()
        Event().wait(max(0.0, left_s) + STANDS_S)
        for given in stage.editions.confirmed():
            put(stage.authority, given)
        stage.finish(daemon)
    return stage.result(Figure("old drops", drops), verdict=stage.judge(stage.editions.expected()))


def bring(stage: Dated, edition: int) -> None:
    """Drop a new edition, and wait until it is what is known."""
    for given in stage.editions.of(edition):
        put(stage.authority, given)
    stage.note("a new edition", edition=edition)
    at = stage.editions.conferences(edition).at
    until(
        lambda: {one.as_known_at for one in _feeds(stage.seen)} == {at},
        TAKEN_S, f"edition {edition} is taken", every_s=LOOK_S,
    )  # fmt: skip


def repeat(stage: Dated, edition: int, times: int, chance: Random) -> int:
    """Drop each file of every older edition again, in any order, its rows so and some twice; return how many.

    Each is looked at before the next, some beside newer files of their own drop and some beside older ones.
    """
    orders = [chance.sample(range(edition), edition) * times for _ in stage.editions.of(edition)]
    for order in orders:
        chance.shuffle(order)
    for numbers in zip(*orders, strict=True):
        newest = stage.editions.of(edition)
        for number, so in zip(numbers, newest, strict=True):
            (old,) = (one for one in stage.editions.of(number) if one.name == so.name)
            stage.note("an old drop", name=old.name, of=old.at.isoformat())
            put(stage.authority, old, chance)
        if chance.random() < BESIDE:  # what is so comes again, too
            put(stage.authority, chance.choice(list(stage.editions.of(edition))), chance)
        Event().wait(LOOKED_AT_S)
    return sum(map(len, orders))


def digest(authority: Authority) -> str:
    """Return what tells whether two databases know the same of every case, and have told the same people."""
    refs = [case.ref for case in authority.cases()]
    with looking_into(authority) as store, store.read() as tx:
        known = {ref: sorted(marks) for ref, marks in sorted(tx.fragments.marks(refs).items())}
        tracks = sorted(
            (t for each in tx.obligations.of(refs).values() for t in each), key=lambda t: t.id
        )
        duties = [
            (t.id, t.state, str(t.due_at), str(t.met_at), t.late, t.occurrence, t.revision,
             sorted((f.rung, f.occurrence, f.skipped) for f in t.fired))
            for t in tracks
        ]  # fmt: skip
        told = sorted(
            (str(one.key), one.state)
            for each in tx.notices.of_obligations([t.id for t in tracks]).values()
            for one in each
        )
        lost = sorted(
            (ref, one.feed)
            for ref, each in tx.fragments.of(refs).items()
            for one in each
            if one.missing_since
        )
    return sha256(json.dumps([known, duties, told, lost]).encode()).hexdigest()


def _feeds(authority: Authority) -> list[FeedState]:
    with looking_into(authority) as store, store.read() as tx:
        return list(tx.feeds.all().values())


def _told(stage: Stage) -> Counter[tuple[str, ...]]:
    return Counter(tuple(sorted(map(str, mail.tellings))) for mail in stage.mails())


PLANS = [
    Plan(
        "F24",
        "its feeds repeat, reorder, double their rows and go back in time",
        replayed,
        short_on=(SQLITE,),
    ),
]
