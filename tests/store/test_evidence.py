"""Sealed entries whose words go: by a purge that the journal tells of, and in no other way."""

import sqlite3
from contextlib import closing
from datetime import datetime

import psycopg
import pytest

from daemon.store import Store
from tests.faults.forgery import Forger, verify, write_chain

REFUSED = (sqlite3.IntegrityError, psycopg.errors.IntegrityConstraintViolation)


@pytest.fixture
def sealed(store: Store, now: datetime) -> Store:
    write_chain(store, now, 20)
    return store


def test_words_go_and_the_chain_stands(sealed: Store, now: datetime) -> None:
    with sealed.read() as tx:
        head = tx.journal.head()

    with sealed.write() as tx:
        done = tx.evidence.purge(now, "purge/1", [3, 4, 20, 99], "their time is over")
        again = tx.evidence.purge(now, "purge/2", [3], "twice")
    before = verify(sealed, head)
    with sealed.write() as tx:
        tx.journal.seal(now, 10)
        kept = [one for one in tx.journal.of("") if one.number in (3, 4, 20)]

    assert (done, again) == (3, 0)
    assert before.ok
    assert verify(sealed, head).ok
    assert [(one.about, one.because, one.data) for one in kept] == [("", "", {})] * 3
    assert all(one.hash for one in kept)


def test_the_database_lets_words_go_and_nothing_else(sealed: Store, store_url: str) -> None:
    with closing(Forger(store_url)) as somebody:
        for change in ("because = 'x'", "about = '', because = '', data = '{}', at = at + 1"):
            with pytest.raises(REFUSED):
                somebody.execute(f"UPDATE journal SET {change} WHERE number = 3")
        somebody.execute(
            "UPDATE journal SET about = '', because = '', data = '{}' WHERE number = 3"
        )

    assert verify(sealed).broken_at == 3


def test_an_entry_comes_with_what_proves_it_and_of_its_own_case_alone(sealed: Store) -> None:
    with sealed.read() as tx:
        proofs = tx.evidence.proofs("SC-1/", ["SC-7/invite-list/icpc-1"])

    assert [one["entry"]["about"] for one in proofs] == [
        "SC-1/invite-list/icpc-1", "SC-7/invite-list/icpc-1",
    ]  # fmt: skip
    assert proofs[0]["before"] != "0" * 64
