"""The database refuses what is written, by a rule of its own (F14): the service says so, and tries again."""

from contextlib import closing
from pathlib import Path
from threading import Event

from sqlalchemy import Connection, create_engine, text

from tests.faults.plans import POSTGRES, Plan, Result
from tests.faults.runner import until
from tests.faults.stage import Stage

TABLES = ("notices", "deliveries")  # what is decided, and what is sent
HELD_S, HELD_SHORT_S, SEEN_S = 10.0, 2.0, 90.0
FUNCTION = """
    CREATE FUNCTION not_now() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = 'unique_violation'; END $$
"""
ON_POSTGRES = "CREATE TRIGGER no_{0} BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION not_now()"
ON_SQLITE = "CREATE TRIGGER no_{0} BEFORE INSERT ON {0} BEGIN SELECT RAISE(ABORT, 'not now'); END"


def refused(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Let nothing be decided or begun for a while: no process ends by it, and nothing goes out unrecorded."""
    with Stage(folder, seed, backend, families=20 if is_short else 250) as stage:
        stage.mail.switch(slow_reply_s=0.05)
        engine = create_engine(stage.seen.url.replace("postgresql:", "postgresql+psycopg:"))
        with closing(engine.connect()) as connection, stage.daemon() as daemon:
            stage.sends()
            refuse(connection, backend)
            stage.note("refuses what is written")
            before = len(daemon.said("store.unavailable"))
            until(lambda: len(daemon.said("store.unavailable")) > before, SEEN_S, "it says so")
            Event().wait(HELD_SHORT_S if is_short else HELD_S)
            for table in TABLES:
                on = f" ON {table}" if backend == POSTGRES else ""
                connection.execute(text(f"DROP TRIGGER no_{table}{on}"))
            connection.commit()
            stage.finish(daemon)
        engine.dispose()
        if not any("conflict" in line["reason"] for line in daemon.said("store.unavailable")):
            stage.wrong.append("the log does not say why")
        return stage.result(verdict=stage.judge())


def refuse(connection: Connection, backend: str) -> None:
    """Have the database refuse each new row of these tables."""
    if backend == POSTGRES:
        connection.execute(text(FUNCTION))
    for table in TABLES:
        words = ON_POSTGRES if backend == POSTGRES else ON_SQLITE
        connection.execute(text(words.format(table)))
    connection.commit()


PLANS = [Plan("F14", "the database refuses what is written, for a while", refused)]
