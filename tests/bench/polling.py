"""Goal 9: what a poll costs of a source in which nothing has changed, beside reading its rows into Python."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

from daemon.engine.house import Feed
from daemon.testing.world import World
from integrations.sql_query.config import Config
from integrations.sql_query.reader import reading
from integrations.sql_query.source import SqlQuery
from tests.bench.cases import NOW
from tests.bench.places import Place
from tests.bench.row import Row, medians, seconds
from tests.bench.stage import Stage

MOST_TIMES = 2.0
SQL = "SELECT * FROM enquiries"
CHANGED = "SELECT MAX(version), COUNT(*) FROM enquiries"
TABLE = """
    CREATE TABLE enquiries (
        child TEXT, family TEXT, team TEXT, born_on TEXT, worker TEXT, started_on TEXT,
        decision TEXT, ended_on TEXT, outcome TEXT, version INTEGER
    )
"""
QUERY = {
    "sql": SQL,
    "ref": "child",
    "fields": {"family": "family", "team": "team", "born_on": "born_on"},
    "roles": {"social_worker": "worker"},
    "facts": {
        "strategy_discussion_held": "started_on",
        "s47_decision_recorded": {"at": "started_on", "value": "decision"},
        "s47_concluded": {"at": "ended_on", "value": "outcome"},
    },
}


def measure(stage: Stage) -> Iterator[Row]:
    """Yield a poll of rows that are looked at, and one of a source that says by a version that none has changed.

    The source is a file; what it said before lies in our own database, of either kind.
    """
    file = filled(stage.folder / "case-system.sqlite", stage.sizes.cases)
    options = {"url": f"sqlite:///{file}", "queries": {"enquiries": QUERY}, "timeout_s": 600}
    configs = Config(**options), Config(**options, changed_sql=CHANGED)
    reads = partial(seconds, partial(read, configs[0]))
    for place in stage.places:
        worlds = [World(stage.folder, NOW, url=place.make()) for _ in configs]
        polls = [
            partial(seconds, Polled(world, config))
            for world, config in zip(worlds, configs, strict=True)
        ]
        for workers in (0, *stage.sizes.counts):
            with stage.beside(workers, NOW, worlds[0].url):
                figures = medians(stage.sizes.long_runs, *polls, reads)
            yield from _rows(place, stage.sizes.cases, figures, workers)
        for world in worlds:
            world.close()
            place.drop(world.url)


def _rows(place: Place, many: int, figures: list[float], workers: int) -> Iterator[Row]:
    looked_s, asked_s, read_s = figures
    row = partial(
        Row, 9, workers=workers, note=f"a SQLite source, 10 columns, 1 thread; {place.settings}"
    )
    what, peer = f"{place.name}: a poll of {many:,} unchanged rows", "reading them, a dict a row"
    yield row(what, looked_s * 1e3, "ms", read_s * 1e3, peer)
    yield row(f"{what}, against reading them", looked_s / read_s, "times", at_most=MOST_TIMES)
    asked = f"{what}, asked for their newest version"
    yield row(asked, asked_s * 1e3, "ms", read_s * 1e3, peer)


def filled(file: Path, rows: int) -> Path:
    """Return a database of so many enquiries, each of a child of its own."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(TABLE)
        connection.executemany(
            "INSERT INTO enquiries VALUES (?, ?, 'north', '2019-05-04', 'sam', '2026-03-02', "
            "'section_47', '2026-03-05', 'at_risk', ?)",
            ((f"SC-{number}", f"F-{number // 2}", number) for number in range(rows)),
        )
        connection.execute("CREATE INDEX newest ON enquiries (version)")
    return file


def read(config: Config) -> None:
    """Read all rows into records, by the connection that the feed has."""
    with reading(config) as reader:
        assert len(list(reader.each(reader.ask(SQL)))) > 0


class Polled:
    """A feed that has been read once; a call polls it again."""

    def __init__(self, world: World, config: Config) -> None:
        self.world = world
        source = SqlQuery(config, world.clock)
        self.feed = Feed("cases", "case_system", source, timedelta(0), timedelta(hours=26))
        assert world.line.watcher.poll(self.feed).changed

    def __call__(self) -> None:
        """Poll: nothing has changed."""
        self.world.clock.now += timedelta(seconds=1)
        polled = self.world.line.watcher.poll(self.feed)
        assert (polled.ok, polled.changed) == (True, 0)
