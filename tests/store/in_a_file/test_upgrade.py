"""How a database in a file is brought up to date, and what it keeps."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from daemon.domain.errors import Refusal
from daemon.domain.person import Person, Post
from daemon.store import Store, check, upgrade
from tests.store.in_a_file.already_there import at_revision, other_product


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_upgrade_brings_every_release_to_the_present_one(
    store_url: str, path: Path, revision: str
) -> None:
    at_revision(path, revision)

    upgrade(store_url)

    assert check(store_url) == []


def test_people_keep_what_they_hold_when_the_directory_grows_wider(
    store_url: str, path: Path
) -> None:
    at_revision(path, "0004")
    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO people VALUES ('stoke', 'ann', '{\"email\":\"ann@council.example\"}', '[\"lead\"]', 'north', "
            "'police', NULL, 'tom', 'bob', '2026-03-09', '2026-03-13', 0)"
        )
    engine.dispose()

    upgrade(store_url)

    store = Store.open(store_url, "stoke")
    with store.read() as tx:
        (ann,) = tx.people.all()
    store.close()
    assert ann == Person(
        "ann", {"email": "ann@council.example"}, posts=(Post("lead", "north", "police"),),
        manager="tom", absences=((date(2026, 3, 9), date(2026, 3, 13)),), delegate="bob",
    )  # fmt: skip


def test_answers_of_an_older_release_stay_in_their_order(store_url: str, path: Path) -> None:
    at_revision(path, "0010")
    engine = create_engine(store_url)
    with engine.begin() as connection:
        for name, ref, said_at in [
            ("b", "SC-1", 2),
            ("a", "SC-1", 2),
            ("c", "SC-1", 1),
            ("d", "SC-2", 0),
        ]:
            connection.exec_driver_sql(
                "INSERT INTO answers VALUES ('stoke', ?, ?, NULL, NULL, NULL, NULL, 'triaged', NULL, NULL, 0, ?, "
                "'chris', 'link', '', '')",
                (name, ref, said_at),
            )
    engine.dispose()

    upgrade(store_url)

    store = Store.open(store_url, "stoke")
    with store.read() as tx:
        found = tx.answers.of(["SC-1", "SC-2"])
    store.close()
    assert {ref: [one.id for one in each] for ref, each in found.items()} == {
        "SC-1": ["c", "a", "b"], "SC-2": ["d"],
    }  # fmt: skip


def test_upgrade_refuses_what_is_not_ours(store_url: str, path: Path) -> None:
    other_product(path)

    with pytest.raises(Refusal, match="another product"):
        upgrade(store_url)
