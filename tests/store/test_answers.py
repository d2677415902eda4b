"""Answers count in the order in which they were given, whatever the clock and their ids say."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daemon.decide.record.answered import fragment_of
from daemon.domain.answer import Place, Said, Way
from daemon.store import Store

PLACE = Place("SC-1", "M-1", "icpc", invitee="I-1")


def said(name: str, value: str, now: datetime, ref: str = "SC-1") -> Said:
    place = replace(PLACE, ref=ref)
    return Said(name, place, "attendance", now, now, "chris", Way.SIGNED_IN, value)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(timedelta(0), id="within one microsecond"),
        pytest.param(timedelta(seconds=-1), id="by another machine's clock, a second slow"),
    ],
)
@pytest.mark.parametrize(
    "at_once", [pytest.param(True, id="in one go"), pytest.param(False, id="one after the other")]
)
def test_what_was_answered_last_counts(
    store: Store, now: datetime, step: timedelta, *, at_once: bool
) -> None:
    given = [
        said("b", "absent", now),
        said("c", "present", now, ref="SC-2"),
        said("a", "represented", now + step),
    ]

    for each in [given] if at_once else [[one] for one in given]:
        with store.write() as tx:
            tx.answers.add(each)

    with store.read() as tx:
        found = tx.answers.of(["SC-1", "SC-2"])
    assert {ref: [one.id for one in each] for ref, each in found.items()} == {
        "SC-1": ["b", "a"], "SC-2": ["c"],
    }  # fmt: skip
    (meeting,) = fragment_of("SC-1", found["SC-1"])["meetings"]
    assert [one["attendance"] for one in meeting["invitees"]] == ["represented"]


def test_an_answer_that_is_heard_twice_stays_where_it_was(store: Store, now: datetime) -> None:
    first, second = said("a", "absent", now), said("b", "present", now)
    for each in ([first], [second], [first]):
        with store.write() as tx:
            tx.answers.add(each)

    with store.read() as tx:
        assert [one.id for one in tx.answers.of(["SC-1"])["SC-1"]] == ["a", "b"]
