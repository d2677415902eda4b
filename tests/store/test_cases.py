"""Which cases to look at and when; the numbers and conferences that they keep."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from daemon.domain.errors import Problem, Severity
from daemon.store import CaseRow, ConferenceRow, Number, Store

HOUR = timedelta(hours=1)


def test_a_touched_case_is_due_by_every_clock_the_longest_known_first(
    store: Store, now: datetime
) -> None:
    with store.write() as tx:
        tx.cases.touch(["SC-2", "SC-1"], now)
        tx.cases.touch(["SC-1"], now - HOUR)
        tx.cases.touch(["SC-2"], now + HOUR)
        tx.cases.assessed([CaseRow("SC-3", next_assess_at=now - HOUR)])

    with store.write() as tx:
        assert tx.cases.due(now - 9000 * HOUR, 10) == ["SC-1", "SC-2"]
        assert tx.cases.due(now, 10) == ["SC-1", "SC-2", "SC-3"]
        assert tx.cases.due(now, 1) == ["SC-1"]
        assert (tx.cases.due_count(now - 9000 * HOUR), tx.cases.due_count(now)) == (2, 3)
        assert tx.cases.count() == 3


def test_an_assessed_case_rests_until_its_own_moment_or_a_touch(
    store: Store, now: datetime
) -> None:
    whole = CaseRow(
        "SC-1", "F-1", "stoke-on-trent", "north", restricted=True, next_assess_at=now + HOUR
    )
    with store.write() as tx:
        tx.cases.touch(["SC-1", "SC-2"], now)
        tx.cases.assessed([whole, CaseRow("SC-2")])

    with store.write() as tx:
        assert tx.cases.get("SC-1") == whole
        assert tx.cases.get("SC-9") is None
        assert tx.cases.due(now, 10) == []
        assert tx.cases.due(now + HOUR, 10) == ["SC-1"]
        tx.cases.touch(["SC-2"], now)
        assert tx.cases.due(now, 10) == ["SC-2"]


def test_a_new_rulebook_brings_every_case_back(store: Store, now: datetime) -> None:
    with store.write() as tx:
        tx.cases.assessed([CaseRow("rests"), CaseRow("later", next_assess_at=now + HOUR)])
        tx.cases.assessed([CaseRow("sooner", next_assess_at=now - HOUR)])
        tx.cases.touch_all(now)

    with store.write() as tx:
        assert tx.cases.due(now - 9000 * HOUR, 10) == ["later", "rests", "sooner"]


def test_a_case_shows_its_problems_until_they_are_mended(store: Store) -> None:
    doubt = Problem("diary.csv:2", "no such fact", "did you mean plan_ended?", Severity.WARNING)
    with store.write() as tx:
        tx.cases.assessed([CaseRow("SC-1", problems=(doubt,)), CaseRow("SC-2")])
        shown = tx.cases.problems()
        case = tx.cases.get("SC-1")
        tx.cases.assessed([CaseRow("SC-1")])
        after = tx.cases.problems()

    assert shown == [("SC-1", doubt)]
    assert case == CaseRow("SC-1", problems=(doubt,))
    assert after == []


def test_all_cases_can_be_walked_in_pages(store: Store, now: datetime) -> None:
    refs = [f"SC-{number}" for number in range(25)]
    with store.write() as tx:
        tx.cases.touch(refs, now)

    with store.read() as tx:
        assert list(tx.cases.refs(limit=10)) == sorted(refs)
        assert list(tx.cases.refs(limit=5)) == sorted(refs)
        assert list(tx.cases.refs(after="SC-7")) == ["SC-8", "SC-9"]


def test_siblings_are_found_by_their_family(store: Store) -> None:
    with store.write() as tx:
        tx.cases.assessed([CaseRow("SC-2", "F-1"), CaseRow("SC-1", "F-1"), CaseRow("SC-3", "F-2")])

        assert tx.cases.family_refs("F-1") == ["SC-1", "SC-2"]


def test_a_number_once_given_stays(store: Store) -> None:
    march, may = date(2026, 3, 2), date(2026, 5, 4)
    with store.write() as tx:
        tx.numbers.save("SC-1", "icpc", march, 1)
        tx.numbers.save("SC-1", "icpc", may, 2)
        tx.numbers.save("SC-1", "icpc", march, 3)

    with store.read() as tx:
        assert tx.numbers.of(["SC-1", "SC-2"]) == {
            "SC-1": [Number("icpc", march, 1), Number("icpc", may, 2)]
        }


def test_a_conference_is_shared_by_siblings_and_follows_its_diary(
    store: Store, now: datetime
) -> None:
    first = ConferenceRow("M-1", "icpc", "F-1", now, None, ("SC-1", "SC-2"))
    other = ConferenceRow("M-2", "rcpc", "F-1", now + HOUR, None, ("SC-1",))
    empty = ConferenceRow("M-3", "rcpc")
    with store.write() as tx:
        tx.conferences.save([first, other, empty])
        assert tx.conferences.of("SC-1") == [first, other]
        assert tx.conferences.of("SC-2") == [first]
        assert tx.conferences.get("M-3") == empty
        assert tx.conferences.get("M-9") is None

    moved = ConferenceRow("M-1", "icpc", "F-1", now + 2 * HOUR, now + 3 * HOUR, ("SC-3",))
    with store.write() as tx:
        tx.conferences.save([moved])
        shared = replace(moved, refs=("SC-1", "SC-2", "SC-3"))
        assert tx.conferences.of("SC-1") == [other, shared]
        assert tx.conferences.of("SC-2") == [shared]
