"""Sessions: begun once, seen, ended, forgotten."""

from dataclasses import replace
from datetime import datetime, timedelta

from daemon.store import SessionRow, Store

HOUR = timedelta(hours=1)


def row(now: datetime, name: str = "one", person: str = "sue") -> SessionRow:
    return SessionRow(
        f"attempt-{name}",
        f"id-{name}",
        person,
        ("chair", "reviewer"),
        "north",
        now,
        now,
        now + HOUR,
    )


def test_a_session_is_kept_and_seen(store: Store, now: datetime) -> None:
    with store.write() as tx:
        assert tx.sessions.begin(row(now))
        tx.sessions.see("id-one", now + HOUR / 2)

    with store.read() as tx:
        assert tx.sessions.get("id-one") == replace(row(now), seen_at=now + HOUR / 2)
        assert tx.sessions.get("id-two") is None


def test_an_attempt_begins_one_session_and_no_second_even_after_it_ended(
    store: Store, now: datetime
) -> None:
    with store.write() as tx:
        assert tx.sessions.begin(row(now))
        tx.sessions.end("id-one", now)

    with store.write() as tx:
        assert not tx.sessions.begin(replace(row(now), id_hash="id-two"))
        assert tx.sessions.get("id-two") is None


def test_a_session_ends_once(store: Store, now: datetime) -> None:
    with store.write() as tx:
        tx.sessions.begin(row(now))

        assert tx.sessions.end("id-one", now)
        assert not tx.sessions.end("id-one", now)
        assert not tx.sessions.end("id-two", now)
        assert tx.sessions.get("id-one") == replace(row(now), ends_at=now)


def test_all_sessions_of_one_person_end_and_nobody_elses_or_everybodys(
    store: Store, now: datetime
) -> None:
    with store.write() as tx:
        for name, person in (("one", "sue"), ("two", "sue"), ("three", "tom")):
            tx.sessions.begin(row(now, name, person))

        assert tx.sessions.end_all(now, "sue") == 2
        assert tx.sessions.end_all(now, "sue") == 0
        assert tx.sessions.get("id-three") == row(now, "three", "tom")
        assert tx.sessions.end_all(now) == 1
        assert tx.sessions.get("id-three") == replace(row(now, "three", "tom"), ends_at=now)


def test_what_ended_long_ago_is_forgotten(store: Store, now: datetime) -> None:
    with store.write() as tx:
        tx.sessions.begin(row(now))
        tx.sessions.begin(row(now + HOUR, "two"))

        tx.sessions.forget(now + 2 * HOUR)

        assert tx.sessions.get("id-one") is None
        assert tx.sessions.get("id-two") is not None
