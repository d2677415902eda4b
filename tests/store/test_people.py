"""The directory, promises and links."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from daemon.domain.delivery import Promise
from daemon.domain.person import Person, Post
from daemon.store import LinkRow, Store

HOUR = timedelta(hours=1)
ANN = Person(
    "ann",
    {"email": "ann@council.example", "teams": "ann"},
    posts=(
        Post("social_worker", "north", valid_to=date(2026, 3, 31)),
        Post("lead", None, "police", "west", date(2026, 4, 1), manager="tim"),
        Post(valid_from=date(2026, 1, 1)),
    ),
    manager="tom",
    absences=((date(2026, 3, 9), date(2026, 3, 13)), (date(2026, 5, 1), date.max)),
    works=frozenset({0, 2}),
    delegate="bob",
    opened_by=frozenset({"tom", "bob@council.example"}),
)
OBLIGATION = "SC-1/invite-list/icpc-1"


def test_a_new_reading_takes_the_place_of_the_old_one(store: Store, now: datetime) -> None:
    with store.write() as tx:
        assert tx.people.read_at() is None
        tx.people.replace([ANN, Person("gone")], now - HOUR)
        tx.people.replace([Person("bob"), ANN], now)

    with store.read() as tx:
        assert tx.people.all() == [ANN, Person("bob")]
        assert tx.people.get("ann") == ANN
        assert tx.people.get("gone") is None
        assert tx.people.read_at() == now


def test_one_promise_a_person_and_rung(store: Store, now: datetime) -> None:
    first = Promise(OBLIGATION, "ann", "overdue", 0, now, now + HOUR)
    second = replace(first, rung="overdue-2", made_at=now + HOUR, until=now + 2 * HOUR, way="web")
    with store.write() as tx:
        assert tx.promises.add(first)
        assert not tx.promises.add(replace(first, until=now + 9 * HOUR))
        assert tx.promises.add(second)
        assert tx.promises.of(OBLIGATION) == [first, second]
        assert tx.promises.latest_open(OBLIGATION) == second

        assert tx.promises.mark_broken(OBLIGATION) == 2
        assert tx.promises.mark_broken(OBLIGATION) == 0

    with store.read() as tx:
        assert tx.promises.latest_open(OBLIGATION) is None
        assert tx.promises.of(OBLIGATION) == [
            replace(first, broken=True),
            replace(second, broken=True),
        ]


def test_a_link_has_its_effect_once_and_in_time(store: Store, now: datetime) -> None:
    link = LinkRow("hash-1", "m-1", OBLIGATION, "overdue", 0, "ann", "promise", 0, now + HOUR)
    late = replace(link, token_hash="hash-2", expires_at=now)
    with store.write() as tx:
        tx.links.add([link, late])

    with store.write() as tx:
        assert tx.links.get("hash-1") == link
        assert [tx.links.use("hash-1", now) for _ in range(3)] == [True, False, False]
        assert tx.links.get("hash-1") == replace(link, used_at=now)
        assert not tx.links.use("hash-2", now)
        assert not tx.links.use("hash-3", now)
        assert tx.links.get("hash-3") is None
