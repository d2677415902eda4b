"""What counts from a date of birth is told without its days: no message lets anybody work the birthday out."""

from datetime import UTC, datetime
from functools import cache

import pytest

from daemon.decide.record.reading import read_record
from daemon.decide.record.timeline import BIRTH
from daemon.decide.telling.wording import IN_THE_RECORD, describe
from daemon.rulebook import shipped, sound

AT = datetime(2026, 2, 20, 12, tzinfo=UTC)
PLAN = {"id": "P-1", "started_on": "2025-06-02", "facts": {}}


@cache
def edition():
    return sound(shipped())


def counting():
    """Yield every shipped rule of which some date counts from a birth, with its pack."""
    for name, pack in edition().book.packs.items():
        for rule in pack.rules:
            limits = [leg for one in (rule.due, rule.opens) if one for leg in one.legs]
            if any(leg.anchor == BIRTH for leg in limits):
                yield name, rule


def test_no_shipped_rule_that_counts_from_a_birth_shows_its_date():
    found = dict.fromkeys((rule.name, rule.hides_date) for _, rule in counting())

    assert list(found) == [("review-before-18", True), ("plan-ends-at-18", True)]


@pytest.mark.parametrize("pack", ["devon", "procedures-manual"])
def test_of_somebody_born_on_29_february_the_28th_is_due_and_no_message_says_it(pack):
    deciding = edition().deciding(None, pack)
    at = AT if pack == "devon" else AT.replace(month=3)
    body = {"ref": "SC-1", "born_on": "2008-02-29", "facts": {}, "plans": [PLAN]}
    answer = deciding.decide(read_record(body, deciding.words).record, at)
    rule = answer.pack.rule("plan-ends-at-18")
    (one,) = (each for each in answer.obligations if each.rule == rule.name)

    said = describe(
        one, rule, None, answer.pack.title, deciding.words, at, deciding.calendar.days, code="A1"
    )

    assert one.due_at.date().isoformat() == "2026-02-28"
    assert said.due == IN_THE_RECORD
    assert not {said.due_at, said.was_due, *said.working, said.next_step, said.left} - {None, ""}
    assert "February" not in str(said)
    assert "2026" not in str(said)
